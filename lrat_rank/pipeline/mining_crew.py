"""The parts of a mining job worked through, in order, on as many cores as there is work for."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import repeat
from multiprocessing import get_context
from typing import Any, TypeVar

from lrat_rank.errors import LratRankError
from lrat_rank.mining.fit import Fit
from lrat_rank.mining.options import MiningOptions
from lrat_rank.mining.report import LossReport
from lrat_rank.pipeline.logs import LogOptions
from lrat_rank.pipeline.mining_plan import JobOptions
from lrat_rank.pipeline.mining_worker import Worker
from lrat_rank.pipeline.spool import Spool
from lrat_rank.progress import track
from lrat_rank.trajectories.sources import Part

Result = TypeVar("Result")

_RARELY = (50_000, 20, 50)
"""When to look for cycles: reading makes many objects and next to none of them."""


class Crew:
    """Does the steps of all parts, in order, in as many processes as there is work for."""

    def __init__(self, workers: int, *ingredients: Any) -> None:
        self._here = Worker(*ingredients) if workers == 1 else None
        self._pool = None if workers == 1 else _pool(workers, ingredients)

    def draft(self, tasks: dict[int, tuple[Part, ...]]) -> None:
        """Draft the parts."""
        for _ in self._each(Worker.draft, "Mining", list(tasks), list(tasks.values())):
            pass

    def finish(self, renamed: Sequence[dict[str, str]], fit: Fit) -> Iterator[LossReport]:
        """Finish the parts; what came out of each is counted, in their order."""
        parts = len(renamed)
        return self._each(Worker.finish, "Weighing", range(parts), renamed, repeat(fit, parts))

    def _each(
        self,
        step: Callable[..., Result],
        doing: str,
        numbers: Sequence[int],
        *rest: Iterable[object],
    ) -> Iterator[Result]:
        if self._here is not None:
            done: Iterator[Result] = map(step, repeat(self._here), numbers, *rest)
        else:
            assert self._pool is not None
            done = self._pool.map(_in_worker, repeat(step), numbers, *rest)
        try:
            yield from track(done, doing, total=len(numbers))
        except BrokenProcessPool as error:
            raise LratRankError(
                "A worker was killed, most likely for want of memory. What is done is kept: "
                "run the same command again, with fewer --workers."
            ) from error

    def dismiss(self) -> None:
        """Let the processes go; work that has not begun is left."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def crew(
    options: MiningOptions, logs: LogOptions, spool: Spool, job: JobOptions, *, parts: int
) -> Iterator[Crew]:
    """A crew for so many parts, dismissed at the end.

    A judge that waits for others works in this process, with threads.
    """
    workers = 1 if options.judge.concurrency else min(job.workers or _cores(), parts) or 1
    made = Crew(workers, options, logs, spool, job.audit)
    before = gc.get_threshold()
    gc.set_threshold(*_RARELY)
    try:
        yield made
    finally:
        gc.set_threshold(*before)
        made.dismiss()


def _cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _pool(workers: int, ingredients: tuple[Any, ...]) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        workers,
        mp_context=get_context("spawn"),  # a fork would copy the threads of libraries half alive
        initializer=_start_worker,
        initargs=ingredients,
    )


_worker: Worker | None = None


def _start_worker(*ingredients: Any) -> None:
    global _worker
    os.environ["TOKENIZERS_PARALLELISM"] = "false"  # the processes are the parallelism
    gc.set_threshold(*_RARELY)
    _worker = Worker(*ingredients)


def _in_worker(step: Callable[..., Result], *arguments: object) -> Result:
    return step(_worker, *arguments)
