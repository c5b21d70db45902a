"""The batches of one call side by side on a processor: threads with a share of the cores each."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import cache
from queue import SimpleQueue
from typing import TypeVar

import torch
from threadpoolctl import ThreadpoolController

Item = TypeVar("Item")
Made = TypeVar("Made")

_AT_MOST = 8
"""Threads: what Python does between a model's products, it does in one of them at a time."""


def side_by_side(
    run: Callable[[Item], Made],
    items: Sequence[Item],
    device: torch.device,
    within: Callable[[], AbstractContextManager[object]],
) -> Generator[tuple[Item, Made], None, None]:
    """Each item with what comes of it, in the order they are done.

    torch shares each product of a model out among its threads and waits for the slowest of them.
    Threads with a batch each have nothing to wait for. They live as long as the call does, with the
    priority of the caller, so that calls of several threads never wait for one another. A single
    item, a single core and an accelerator get no threads: the caller runs the items in turn.

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
    if threads > 1:
        yield from _in_threads(run, items, within, threads, cores // threads)
        return
    with within():
        for item in items:
            yield item, run(item)


def _in_threads(
    run: Callable[[Item], Made],
    items: Sequence[Item],
    within: Callable[[], AbstractContextManager[object]],
    threads: int,
    cores: int,
) -> Generator[tuple[Item, Made], None, None]:
    """As `side_by_side`, in so many threads with so many cores each."""
    waiting = deque(items)
    done: SimpleQueue[tuple[Item, Made] | BaseException] = SimpleQueue()

    def work() -> None:
        try:
            with _with_cores(cores), within():
                for item in _taken(waiting):
                    done.put((item, run(item)))
        except BaseException as error:
            done.put(error)

    # A process that ends must not wait for scores that nobody waits for.
    team = [threading.Thread(target=work, daemon=True) for _ in range(threads)]
    begun: list[threading.Thread] = []
    try:
        for thread in team:
            thread.start()
            begun.append(thread)
        for _ in items:
            made = done.get()
            if isinstance(made, BaseException):
                raise made
            yield made
    finally:
        waiting.clear()
        for thread in begun:
            thread.join()
        # A further error's traceback leads back to the queue, and would keep its arrays in memory.
        while not done.empty():
            done.get()


def _taken(waiting: deque[Item]) -> Iterator[Item]:
    """What waits, until nothing does; several threads may take from it."""
    while waiting:
        try:
            yield waiting.popleft()
        except IndexError:  # another thread took the last one
            return


def _with_cores(share: int) -> AbstractContextManager[object]:
    """Within it torch uses so many cores for what this thread does, rounded down to a power of two.

    Powers of two, since what oneDNN compiles and keeps is for one number of cores.
    """
    torch.get_num_threads()  # a thread's first call gives it all cores, whatever was set before
    # `torch.set_num_threads` would hold for threads that are started later, too.
    cores = 1 << (share.bit_length() - 1)
    limit: AbstractContextManager[object] = _libraries().limit(limits=cores, user_api="openmp")
    return limit


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()
