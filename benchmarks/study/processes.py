"""Jobs of a study side by side, each process with its share of the cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import islice
from multiprocessing import get_context
from typing import TypeVar

import torch

Job = TypeVar("Job")
Made = TypeVar("Made")


def side_by_side(
    start: Callable[[], Callable[[Job], Made]],
    jobs: Iterable[Job],
    *,
    processes: int,
    threads: int,
) -> Iterator[tuple[Job, Made]]:
    """Do the jobs; each comes back with what was made of it, as soon as it is there.

    A job is taken from `jobs` when there is a process free for it, so `jobs` may end early.

    Args:
        start: Called once in each process, for what does a job there; it, the jobs and what is
            made of them travel between processes.
        jobs: What is to be done.
        processes: How many do it; with one, it is this one.
        threads: Of torch, in a process of its own.
    """
    if processes == 1:
        work = start()
        for job in jobs:
            yield job, work(job)
        return
    left = iter(jobs)
    with ProcessPoolExecutor(
        processes,
        mp_context=get_context("spawn"),  # a fork would copy the threads of libraries half alive
        initializer=_begin,
        initargs=(start, threads),
    ) as pool:
        begun: dict[Future[Made], Job] = {}

        def begin(count: int) -> None:
            begun.update((pool.submit(_work, job), job) for job in islice(left, count))

        begin(processes)
        while begun:
            done, _ = wait(begun, return_when=FIRST_COMPLETED)
            begin(len(done))
            for future in done:
                yield begun.pop(future), future.result()


_worker: Callable[[object], object] | None = None


def _begin(start: Callable[[], Callable[[object], object]], threads: int) -> None:
    global _worker
    os.environ["TOKENIZERS_PARALLELISM"] = "false"  # the processes are the parallelism
    torch.set_num_threads(threads)
    _worker = start()


def _work(job: object) -> object:
    assert _worker is not None
    return _worker(job)
