"""What the tests of the source tree leave behind."""

from collections.abc import Iterator

import pytest
from source_tree import imports, other_modules, package_modules


@pytest.fixture(autouse=True, scope="module")
def forgotten_trees() -> Iterator[None]:
    """The syntax trees go: among so many objects, every later collection of garbage is slow."""
    yield
    package_modules.cache_clear()
    other_modules.cache_clear()
    imports.cache_clear()
