"""Batches side by side: every item once, contexts held by threads, faults that leave nothing."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

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
    seen = [cores for _, cores in side_by_side(_cores, range(6), CPU, nullcontext)]
    assert seen == [1] * 6
    assert torch.get_num_threads() == 2
    later = []
    thread = threading.Thread(target=lambda: later.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    assert later == [2], "threads started later have all cores"


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


def test_a_fault_is_raised_and_nothing_runs_after_it() -> None:
    begun: list[int] = []

    def run(item: int) -> None:
        begun.append(item)
        if item == 0:
            raise RuntimeError("out of memory")
        time.sleep(0.02)

    with pytest.raises(RuntimeError, match="out of memory"):
        list(side_by_side(run, range(100), CPU, nullcontext))
    at_the_fault = len(begun)
    time.sleep(0.1)
    assert len(begun) == at_the_fault < 100


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


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_forked_process_has_threads_of_its_own() -> None:
    list(side_by_side(abs, range(3), CPU, nullcontext))
    child = os.fork()
    if child == 0:
        made = dict(side_by_side(abs, [-1, -2, -3], CPU, nullcontext))
        os._exit(0 if made == {-1: 1, -2: 2, -3: 3} else 1)
    ended, status = 0, -1
    until = time.monotonic() + 30
    while not ended and time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        time.sleep(0.02)
    if not ended:
        os.kill(child, 9)
    assert status == 0


def _cores(_: int) -> int:
    return torch.get_num_threads()
