"""The batches of one call side by side on a processor: threads with a share of the cores each."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from functools import cache
from queue import SimpleQueue
from typing import TypeVar

import torch

Item = TypeVar("Item")
Made = TypeVar("Made")

_AT_MOST = 8
"""Threads: what Python does between a model's products, it does in one of them at a time."""


def side_by_side(
    run: Callable[[Item], Made],
    items: Sequence[Item],
    device: torch.device,
    within: Callable[[], AbstractContextManager[object]],
) -> Iterator[tuple[Item, Made]]:
    """Each item with what comes of it, in the order they are done.

    torch shares each product of a model out among its threads and waits for the slowest of them.
    Threads with a batch each have nothing to wait for. A single item, a single core and an
    accelerator get no threads: the caller runs the items one after another.

    Args:
        run: Runs a model on one item.
        items: What to run it on.
        device: Where the model is.
        within: Makes the context that items are run in, entered once by each thread: most of
            torch's contexts hold for one thread alone.

    Raises:
        BaseException: What `run` raised first. Items that were not begun are dropped, and none is
            still running.

    >>> from contextlib import nullcontext
    >>> sorted(side_by_side(abs, [-3, 2], torch.device("cpu"), nullcontext))
    [(-3, 3), (2, 2)]
    """
    cores = torch.get_num_threads() if device.type == "cpu" else 1
    threads = min(len(items), cores, _AT_MOST)
    if threads < 2:
        with within():
            for item in items:
                yield item, run(item)
        return
    waiting = deque(items)
    done: SimpleQueue[tuple[Item, Made] | BaseException] = SimpleQueue()

    def work() -> None:
        try:
            with within():
                for item in _taken(waiting):
                    done.put((item, run(item)))
        except BaseException as error:
            done.put(error)

    pool = _pool(threads, cores // threads)
    working = [pool.submit(work) for _ in range(threads)]
    try:
        for _ in items:
            made = done.get()
            if isinstance(made, BaseException):
                raise made
            yield made
    finally:
        waiting.clear()
        wait(working)


def _taken(waiting: deque[Item]) -> Iterator[Item]:
    """What waits, until nothing does; several threads may take from it."""
    while waiting:
        try:
            yield waiting.popleft()
        except IndexError:  # another thread took the last one
            return


@cache
def _pool(threads: int, cores: int) -> ThreadPoolExecutor:
    """Threads that have begun, with so many cores each."""
    before = torch.get_num_threads()
    all_began = threading.Barrier(threads + 1)
    pool = ThreadPoolExecutor(threads, "batch", initializer=_take, initargs=(cores,))
    for _ in range(threads):
        pool.submit(all_began.wait)
    all_began.wait()
    # Set in one thread, it is also what threads that are started later begin with.
    torch.set_num_threads(before)
    return pool


def _take(cores: int) -> None:
    """Give the thread so many cores."""
    torch.get_num_threads()  # a thread's first call sets all cores, whatever was set before
    torch.set_num_threads(cores)


# A forked process has none of the threads.
os.register_at_fork(after_in_child=_pool.cache_clear)
