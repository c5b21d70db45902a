"""What tests share: the folder of real data, where there is one, and model endpoints."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from scripted_endpoint import KEY, KEY_ENV, Answer, Asked, Endpoint

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED_DATA.is_dir():
        pytest.skip("needs the shared data folder beside the checkout, which is not here")
    return SHARED_DATA


@pytest.fixture
def serve(
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[Callable[[int, Asked], Answer]], Endpoint]]:
    """Makes endpoints that behave as told, and takes them down again; the key is set."""
    monkeypatch.setenv(KEY_ENV, KEY)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ExitStack() as opened:
        yield lambda behave: opened.enter_context(Endpoint(behave).serving())
