"""Rankings kept for calls that repeat."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

V = TypeVar("V")


class Cache(Generic[V]):
    """The values used last, by key; for many threads.

    Args:
        entries: Values kept at most; 0 keeps none.

    Attributes:
        hits: Calls of `get` that found something.
        misses: Those that did not.

    >>> cache = Cache[int](2)
    >>> cache.put("a", 1), cache.put("b", 2), cache.get("a"), cache.put("c", 3)
    (None, None, 1, None)
    >>> cache.get("a"), cache.get("b"), cache.get("c")
    (1, None, 3)
    """

    def __init__(self, entries: int) -> None:
        self.hits = self.misses = 0
        self._most = entries
        self._kept: OrderedDict[Hashable, V] = OrderedDict()
        self._one_at_a_time = threading.Lock()

    def get(self, key: Hashable) -> V | None:
        """What was put under the key; None where it was not, or is no longer kept."""
        if not self._most:
            return None
        with self._one_at_a_time:
            value = self._kept.get(key)
            if value is None:
                self.misses += 1
                return None
            self.hits += 1
            self._kept.move_to_end(key)
            return value

    def put(self, key: Hashable, value: V) -> None:
        """Keep a value; the one unused for longest goes where there is no room."""
        if not self._most:
            return
        with self._one_at_a_time:
            self._kept[key] = value
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._one_at_a_time:
            self._kept.clear()

    def __len__(self) -> int:
        return len(self._kept)
