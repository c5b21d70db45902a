"""Counts the calls that a ranker answers, so that it is closed after its last one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lrat_rank.serving.deployment import Deployment, close_ranker


class CallsInFlight:
    """The calls of each ranker; from any thread."""

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}
        self._retired: set[int] = set()
        self._lock = threading.Lock()

    @contextmanager
    def of(self, choose: Callable[[], Deployment]) -> Iterator[Deployment]:
        """Count a call of the deployment that is chosen, while it lasts."""
        with self._lock:  # chosen and counted at once: nothing is closed in between
            deployment = choose()
            key = id(deployment.ranker)
            self._counts[key] = self._counts.get(key, 0) + 1
        try:
            yield deployment
        finally:
            with self._lock:
                self._counts[key] -= 1
                is_last = not self._counts[key]
                if is_last:
                    del self._counts[key]
                closes = is_last and key in self._retired
                self._retired -= {key} if closes else set()
            if closes:
                close_ranker(deployment.ranker)

    def retire(self, deployment: Deployment) -> None:
        """Close the deployment's ranker: now, or when the last of its calls is done."""
        key = id(deployment.ranker)
        with self._lock:
            in_use = key in self._counts
            if in_use:
                self._retired.add(key)
        if not in_use:
            close_ranker(deployment.ranker)
