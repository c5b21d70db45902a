"""One server for the tests that change nothing about it."""

from collections.abc import Iterator

import pytest
from http_server import SharedWords, backend, running


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running(backend(SharedWords())) as found:
        yield found


@pytest.fixture(scope="module")
def search_only() -> Iterator[str]:
    """A server whose ranker reads no texts."""
    with running(backend(None)) as found:
        yield found
