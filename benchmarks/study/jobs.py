"""What is left to do, given out job by job to processes that work side by side."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from itertools import islice
from typing import Generic, TypeVar

Job = TypeVar("Job")


class Jobs(Generic[Job]):
    """The jobs that nobody has begun.

    Args:
        jobs: In their order. Without `kind` each is taken from here when it is given out, so that
            they may end early.
        kind: What a process makes once for all jobs alike. A process then goes on with jobs like
            its last; where there are none it begins a kind that nobody has begun, and else helps
            with the one that has most left.

    >>> jobs = Jobs(["a1", "a2", "a3", "b1"], kind=lambda job: job[0])
    >>> [jobs.give(), jobs.give(), jobs.give("a1"), jobs.give("b1"), jobs.give("a2")]
    [['a1'], ['b1'], ['a2'], ['a3'], []]
    """

    def __init__(self, jobs: Iterable[Job], kind: Callable[[Job], Hashable] | None = None) -> None:
        self._jobs, self._kind = iter(jobs), kind
        self._left: dict[Hashable, deque[Job]] = {}
        self._begun: set[Hashable] = set()
        if kind is not None:
            for job in self._jobs:
                self._left.setdefault(kind(job), deque()).append(job)

    def give(self, last: Job | None = None) -> list[Job]:
        """The next job, if there is one, for a process that did `last`, or nothing yet."""
        if self._kind is None:
            return list(islice(self._jobs, 1))
        own = None if last is None else self._kind(last)
        left = {kind: jobs for kind, jobs in self._left.items() if jobs}
        if not left:
            return []
        if own not in left:
            new = [kind for kind in left if kind not in self._begun]
            own = new[0] if new else max(left, key=lambda kind: len(left[kind]))
        self._begun.add(own)
        return [left[own].popleft()]
