"""The queue: who shares a batch, who waits, who is refused, and that nothing accepted is lost."""

import asyncio
import gc
import threading
import time
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from batched_rankers import ListRanker, PairRanker, lists, until, value

from lrat_rank.errors import InputError
from lrat_rank.serving.batching import (
    BatchingOptions,
    BatchingRanker,
    Busy,
    Cancellation,
    Cancelled,
    Closed,
    ScoringQueue,
)
from lrat_rank.serving.batching.splitting import SplittingScorer
from lrat_rank.serving.batching.work import Pairs, PairWork

NO_WAIT = BatchingOptions(wait_ms=0)


@pytest.fixture
def held() -> Iterator[tuple[ListRanker, BatchingRanker]]:
    """A ranker that is busy with a first request, and stays so until told to go on."""
    ranker = ListRanker(held=True)
    with_company = BatchingRanker(
        ranker, options=BatchingOptions(wait_ms=0, max_pairs=4, max_waiting=3, max_waiting_pairs=10)
    )
    with_company.submit(lists("first"))
    assert ranker.begun.wait(60)
    yield ranker, with_company
    ranker.go.set()
    with_company.close()


def test_what_comes_while_the_ranker_is_busy_goes_through_it_together(held):
    ranker, batching = held
    futures = [batching.submit(lists(d)) for d in ("a", "b", "c")]
    ranker.go.set()
    scores = [future.result(60) for future in futures]
    assert [s[0].tolist() for s in scores] == [[value("q", d)] for d in ("a", "b", "c")]
    assert ranker.calls == [[("first",)], [("a",), ("b",), ("c",)]]


def test_a_batch_holds_at_most_max_pairs_and_a_larger_request_is_one_of_its_own(held):
    ranker, batching = held
    asked = [lists("a", "b", "c"), lists(*"defgh"), lists("i")]
    futures = [batching.submit(one) for one in asked]
    ranker.go.set()
    for future in futures:
        future.result(60)
    together = [{d for one in call for d in one} for call in ranker.calls[1:]]
    assert together == [set("abci"), set("defgh")]


def test_lists_and_pairs_wait_in_one_queue_and_never_share_a_call():
    ranker = PairRanker(held=True)
    batching = BatchingRanker(ranker, options=NO_WAIT)
    futures = [batching.submit_pairs([("q", "a")]), batching.submit(lists("b"))]
    until(lambda: ranker.begun.is_set())
    futures += [batching.submit_pairs([("q", "c"), ("r", "d")]), batching.submit(lists("e"))]
    ranker.go.set()
    answers = [future.result(60) for future in futures]
    batching.close()
    assert answers[2].tolist() == [value("q", "c"), value("r", "d")]
    assert answers[3][0].tolist() == [value("q", "e")]
    assert sorted(ranker.sizes) == [1, 2, 2]  # b and e together


def test_two_rankers_take_turns_in_one_queue_and_get_only_their_own_work():
    queue = ScoringQueue(NO_WAIT)
    one, other = ListRanker(held=True), ListRanker()
    old, new = BatchingRanker(one, queue), BatchingRanker(other, queue)
    futures = [old.submit(lists("a"))]
    assert one.begun.wait(60)
    futures += [new.submit(lists("b")), old.submit(lists("c")), new.submit(lists("d"))]
    one.go.set()
    for future in futures:
        future.result(60)
    queue.close()
    assert one.calls == [[("a",)], [("c",)]]
    assert other.calls == [[("b",), ("d",)]]


def test_a_lone_client_never_waits_for_company():
    batching = BatchingRanker(ListRanker(), options=BatchingOptions(wait_ms=1000))
    started = time.monotonic()
    for _ in range(10):
        batching.score(lists("a"))
    assert time.monotonic() - started < 5  # 9 of them would have waited a second each
    batching.close()


def test_clients_who_come_back_at_once_share_a_batch_again():
    ranker = ListRanker(held=True)
    batching = BatchingRanker(ranker, options=BatchingOptions(wait_ms=1000))

    def client(name: str) -> None:
        for _ in range(5):
            batching.score(lists(name))

    with ThreadPoolExecutor(4) as pool:
        working = [pool.submit(client, name) for name in "abcd"]
        until(lambda: batching.queue.state().waiting + batching.queue.state().running == 4)
        ranker.go.set()
        for one in working:
            one.result(60)
    sizes = [len(call) for call in ranker.calls]
    batching.close()
    assert sum(sizes) == 20
    assert sizes.count(4) >= 3, sizes  # only those before they fell into step are smaller


def test_a_full_queue_refuses_at_once_and_says_when_to_try_again(held):
    ranker, batching = held
    accepted = [batching.submit(lists(d)) for d in "abc"]
    with pytest.raises(Busy, match="busy: 3 requests wait") as caught:
        batching.submit(lists("d"))
    assert caught.value.retry_after >= 1
    assert batching.queue.state().refused == 1
    ranker.go.set()
    assert [future.result(60)[0].tolist() for future in accepted] == [
        [value("q", d)] for d in "abc"
    ]
    assert batching.score(lists("d"))[0].tolist() == [value("q", "d")]


def test_documents_that_wait_are_bounded_too_but_not_those_of_the_only_one_waiting(held):
    _, batching = held
    batching.submit(lists(*"abcdefghijkl"))
    with pytest.raises(Busy):
        batching.submit(lists("m"))


def test_time_to_try_again_grows_with_what_waits():
    ranker = PairRanker(lambda pairs: time.sleep(0.05))
    batching = BatchingRanker(ranker, options=BatchingOptions(wait_ms=0, max_waiting=200))
    batching.score(lists("a"))
    ranker.go.clear()
    futures = [batching.submit(lists(str(n))) for n in range(100)]
    assert batching.queue.state().wait_s >= 100 * 0.05 * 0.9
    ranker.go.set()
    for future in futures:
        future.result(60)
    batching.close()


def test_a_cancelled_request_is_not_scored_and_leaves_its_place_to_others(held):
    ranker, batching = held
    dropped, *kept = [batching.submit(lists(d)) for d in "abc"]
    assert dropped.cancel()
    kept.append(batching.submit(lists("d")))
    ranker.go.set()
    for future in kept:
        future.result(60)
    assert ranker.calls[1:] == [[("b",), ("c",), ("d",)]]
    assert batching.queue.state().cancelled == 1


def test_a_client_that_goes_away_drops_its_work_from_whatever_thread_it_waits_in(held):
    ranker, batching = held
    gone = Cancellation()

    async def request() -> None:
        with gone.active():
            await asyncio.to_thread(batching.score, lists("a"))

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(asyncio.run, request())
        until(lambda: batching.queue.state().waiting == 1)
        gone.cancel()
        with pytest.raises(Cancelled):
            waiting.result(60)
    with gone.active(), pytest.raises(Cancelled):
        batching.score(lists("b"))  # too late: whoever asked is gone
    ranker.go.set()
    batching.score(lists("c"))
    assert ranker.calls == [[("first",)], [("c",)]]


def test_a_cancelled_task_drops_what_it_awaits(held):
    ranker, batching = held

    async def request() -> None:
        task = asyncio.ensure_future(asyncio.wrap_future(batching.submit(lists("a"))))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(request())
    ranker.go.set()
    batching.close()
    assert ranker.calls == [[("first",)]]


def test_what_has_begun_is_finished_though_it_is_cancelled():
    ranker = ListRanker(held=True)
    batching = BatchingRanker(ranker)
    gone = Cancellation()
    with gone.active():
        future = batching.submit(lists("a"))
    assert ranker.begun.wait(60)
    gone.cancel()
    ranker.go.set()
    assert future.result(60)[0].tolist() == [value("q", "a")]
    batching.close()


def test_closing_finishes_what_was_accepted_and_refuses_the_rest(held):
    ranker, batching = held
    accepted = [batching.submit(lists(d)) for d in "abc"]
    closing = threading.Thread(target=batching.close)
    closing.start()

    def refuses() -> bool:
        try:
            batching.submit([])  # nothing to do is done, open or not
            batching.submit(lists("late")).cancel()
        except Closed:
            return True
        except Busy:
            return False
        return False

    until(refuses)
    assert not any(future.done() for future in accepted)
    ranker.go.set()
    closing.join(60)
    assert [future.result(0)[0].tolist() for future in accepted] == [[value("q", d)] for d in "abc"]
    assert batching.close()


def test_closing_with_a_time_limit_tells_those_whose_turn_did_not_come(held):
    _, batching = held
    waiting = batching.submit(lists("a"))
    assert not batching.close(timeout=0.05)
    with pytest.raises(Closed):
        waiting.result(0)


def test_jumps_of_the_wall_clock_change_nothing(monkeypatch):
    jumps = iter(range(10**9, 0, -(10**6)))
    monkeypatch.setattr(time, "time", lambda: float(next(jumps)))
    batching = BatchingRanker(ListRanker(), options=BatchingOptions(wait_ms=20))
    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(lambda n: batching.score(lists(str(n)))[0][0], range(40)))
    assert got == [value("q", str(n)) for n in range(40)]
    assert batching.queue.state().wait_s == 0
    assert batching.close(timeout=60)


def test_nothing_a_ranker_raises_ends_the_thread_or_reaches_who_shared_the_batch(held):
    _, batching = held
    ranker = PairRanker(lambda pairs: SystemExit(1) if ("q", "exit") in pairs else None)
    exiting = BatchingRanker(ranker, batching.queue)
    futures = [exiting.submit_pairs([("q", d)]) for d in ("exit", "a")]
    held[0].go.set()
    assert np.isnan(futures[0].result(60)).tolist() == [True]
    assert futures[1].result(60).tolist() == [value("q", "a")]
    assert exiting.score_pairs([("q", "b")]).tolist() == [value("q", "b")]


@pytest.mark.parametrize("error", [ValueError("no shape"), SystemExit(1)])
def test_what_fails_after_scoring_is_told_to_who_asked_and_ends_no_thread(error):
    queue = ScoringQueue(NO_WAIT)
    scorer = SplittingScorer(PairWork(PairRanker()))

    def shaped(scores):
        raise error

    with pytest.raises(Exception, match=r"no shape|SystemExit\(1\)"):
        queue.submit(scorer, [Pairs((("q", "a"),))], shaped).result(60)
    assert queue.submit(scorer, [Pairs((("q", "b"),))], len).result(60) == 1
    assert queue.close()


def test_a_ranker_that_left_service_is_not_kept_by_an_idle_queue():
    queue = ScoringQueue(NO_WAIT)
    ranker = PairRanker()
    gone = weakref.ref(ranker)
    batching = BatchingRanker(ranker, queue)
    batching.score_pairs([("q", "a")])
    del ranker, batching
    until(lambda: gc.collect() is not None and gone() is None)
    queue.close()


def test_a_pooled_thread_keeps_no_cancellation_of_an_earlier_request():
    batching, gone = BatchingRanker(PairRanker(), options=NO_WAIT), Cancellation()

    def cancelled() -> None:
        with gone.active():
            gone.cancel()
            with pytest.raises(Cancelled):
                batching.score(lists("a"))
            raise RuntimeError("the request failed")

    with ThreadPoolExecutor(1) as pool:
        with pytest.raises(RuntimeError):
            pool.submit(cancelled).result(60)
        assert pool.submit(batching.score, lists("b")).result(60)[0].tolist() == [value("q", "b")]
    batching.close()


def test_a_ranker_inside_a_ranker_does_not_wait_for_itself():
    queue = ScoringQueue(NO_WAIT)
    inner = BatchingRanker(PairRanker(), queue)
    outer = BatchingRanker(inner, queue)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(outer.score, lists("a")).result(60)[0].tolist() == [value("q", "a")]
        both = pool.submit(outer.score_pairs, [("q", "b")]).result(60)
    assert both.tolist() == [value("q", "b")]
    queue.close()


def test_closing_one_ranker_of_a_shared_queue_leaves_the_others_working():
    queue = ScoringQueue(NO_WAIT)
    old, new = BatchingRanker(ListRanker(), queue), BatchingRanker(ListRanker(), queue)
    assert old.close()
    assert new.score(lists("a"))[0].tolist() == [value("q", "a")]
    assert queue.close()
    with pytest.raises(Closed):
        new.score(lists("a"))


def test_nothing_asked_is_nothing_answered():
    batching = BatchingRanker(PairRanker())
    assert batching.score([]) == []
    assert batching.score_pairs([]).shape == (0,)
    assert batching.score(lists())[0].shape == (0,)
    assert batching.queue.state().requests == 1
    batching.close()


def test_texts_for_a_ranker_of_documents_alone_are_refused_with_its_name():
    batching = BatchingRanker(ListRanker())
    assert not batching.reads_pairs
    with pytest.raises(InputError, match="got ListRanker"):
        batching.score_pairs([("q", "a")])
    batching.close()


@pytest.mark.parametrize(
    "wrong", [{"wait_ms": -1.0}, {"wait_ms": np.nan}, {"max_pairs": 0}, {"max_waiting": 0}]
)
def test_options_out_of_range_are_refused(wrong):
    with pytest.raises(InputError):
        BatchingOptions(**wrong)
