"""Model endpoints for the tests of the judge `llm`."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from llm_endpoint import KEY, KEY_ENV, Answer, Asked, Endpoint


@pytest.fixture
def serve(
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[Callable[[int, Asked], Answer]], Endpoint]]:
    """Makes endpoints that behave as told, and takes them down again; the key is set."""
    monkeypatch.setenv(KEY_ENV, KEY)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ExitStack() as opened:
        yield lambda behave: opened.enter_context(Endpoint(behave).serving())
