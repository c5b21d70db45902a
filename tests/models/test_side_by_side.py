"""Batches side by side: every item once, contexts held by threads, faults that leave nothing."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import numpy as np
import pytest
import torch

from lrat_rank.models.side_by_side import side_by_side

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def two_cores() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def test_every_item_is_run_once() -> None:
    made = dict(side_by_side(lambda item: item * item, range(50), CPU, nullcontext))
    assert made == {item: item * item for item in range(50)}


def test_two_items_run_at_the_same_time() -> None:
    both = threading.Barrier(2)
    made = list(side_by_side(lambda _: both.wait(20), range(2), CPU, nullcontext))
    assert len(made) == 2


def test_threads_share_the_cores() -> None:
    assert [cores for _, cores in side_by_side(_cores, range(6), CPU, nullcontext)] == [1] * 6
    torch.set_num_threads(6)
    assert [cores for _, cores in side_by_side(_cores, range(3), CPU, nullcontext)] == [2] * 3
    assert [cores for _, cores in side_by_side(_cores, range(2), CPU, nullcontext)] == [2] * 2


def test_other_threads_keep_all_cores() -> None:
    later: list[int] = []

    def run(_: int) -> None:
        newborn = threading.Thread(target=lambda: later.append(torch.get_num_threads()))
        newborn.start()
        newborn.join()

    list(side_by_side(run, range(6), CPU, nullcontext))
    assert later == [2] * 6
    assert torch.get_num_threads() == 2


def test_calls_of_several_threads_do_not_wait_for_one_another() -> None:
    holding, answered = threading.Event(), threading.Event()

    def hold(_: int) -> None:
        holding.set()
        assert answered.wait(20)

    slow = threading.Thread(target=lambda: list(side_by_side(hold, range(4), CPU, nullcontext)))
    slow.start()
    assert holding.wait(20)
    assert len(list(side_by_side(abs, range(4), CPU, nullcontext))) == 4
    answered.set()
    slow.join()


@pytest.mark.parametrize("items", [1, 0])
def test_fewer_than_two_items_stay_with_the_caller(items: int) -> None:
    made = list(side_by_side(lambda _: threading.get_ident(), range(items), CPU, nullcontext))
    assert [thread for _, thread in made] == [threading.get_ident()] * items


def test_one_core_stays_with_the_caller() -> None:
    torch.set_num_threads(1)
    made = list(side_by_side(lambda _: threading.get_ident(), range(3), CPU, nullcontext))
    assert {thread for _, thread in made} == {threading.get_ident()}


def test_an_accelerator_stays_with_the_caller() -> None:
    device = torch.device("cuda")
    made = list(side_by_side(lambda _: threading.get_ident(), range(3), device, nullcontext))
    assert {thread for _, thread in made} == {threading.get_ident()}


def test_the_context_is_that_of_the_thread_and_entered_once() -> None:
    entered: list[int] = []
    both = threading.Barrier(2)

    @contextmanager
    def within() -> Iterator[None]:
        entered.append(threading.get_ident())
        with torch.inference_mode():
            yield

    def run(item: int) -> bool:
        if item < 2:
            both.wait(20)
        return torch.is_inference_mode_enabled()

    made = side_by_side(run, range(20), CPU, within)
    assert all(inferring for _, inferring in made)
    assert len(entered) == len(set(entered)) == 2
    assert not torch.is_inference_mode_enabled()


def test_a_fault_is_raised_when_nothing_runs_any_more() -> None:
    begun: list[int] = []
    ended: list[int] = []
    both = threading.Barrier(2)

    def run(item: int) -> None:
        begun.append(item)
        if item < 2:
            both.wait(20)
        if item == 0:
            raise RuntimeError("out of memory")
        time.sleep(0.2)
        ended.append(item)

    with pytest.raises(RuntimeError, match="out of memory"):
        list(side_by_side(run, range(100), CPU, nullcontext))
    assert set(begun) == {0, *ended}
    assert len(begun) < 100


def test_what_failed_calls_held_in_memory_is_let_go() -> None:
    both = threading.Barrier(2)
    held: list[weakref.ref[np.ndarray]] = []

    def run(_: int) -> None:
        array = np.zeros(10)
        held.append(weakref.ref(array))
        both.wait(20)
        raise MemoryError

    gc.disable()
    try:
        with pytest.raises(MemoryError) as raised:
            list(side_by_side(run, range(2), CPU, nullcontext))
        raised.value.__traceback__ = None
        del raised
        assert [ref() for ref in held] == [None, None]
    finally:
        gc.enable()


def test_a_fault_of_the_context_is_raised() -> None:
    @contextmanager
    def within() -> Iterator[None]:
        raise RuntimeError("no such precision")
        yield

    with pytest.raises(RuntimeError, match="no such precision"):
        list(side_by_side(abs, range(3), CPU, within))


def test_whoever_stops_reading_leaves_no_thread_at_work() -> None:
    begun: list[int] = []
    made = side_by_side(
        lambda item: begun.append(item) or time.sleep(0.02), range(100), CPU, nullcontext
    )
    next(iter(made))
    made.close()
    stopped = len(begun)
    time.sleep(0.1)
    assert len(begun) == stopped < 100


def test_a_process_ends_though_a_thread_still_scores() -> None:
    program = """
import threading, time, torch
from contextlib import nullcontext
from lrat_rank.models.side_by_side import side_by_side
torch.set_num_threads(2)
def score():
    list(side_by_side(lambda _: time.sleep(60), range(2), torch.device("cpu"), nullcontext))
threading.Thread(target=score, daemon=True).start()
time.sleep(0.5)
"""
    ended = subprocess.run([sys.executable, "-c", program], timeout=50, check=False)
    assert ended.returncode == 0


def _cores(_: int) -> int:
    return torch.get_num_threads()
