"""A call's time budget: the ranker looks less deep, never below k, and the answer says so."""

import pytest
from slow_rankers import Clock, LongIndex, Reverse

from lrat_rank.errors import InputError
from lrat_rank.features.account import CallAccount
from lrat_rank.models.cascade import Cascade, CascadeOptions
from lrat_rank.serving.budget import Depth, Pace, Paces
from lrat_rank.serving.engine import Engine
from lrat_rank.serving.engine_options import EngineOptions


def engine(clock, ranker, *, retrieval=0.0, **changes):
    options = EngineOptions(**{"k": 5, "depth": 50, "cache_entries": 0, **changes})
    return Engine(LongIndex(clock, seconds=retrieval), ranker, options, clock=clock)


def cascade(clock, *, first=0.001, second=0.01, depth=40):
    slow = Reverse(clock, seconds=second)
    return slow, Cascade(Reverse(clock, seconds=first), slow, CascadeOptions(depth=depth))


def test_without_a_budget_the_ranker_looks_as_deep_as_it_is_told():
    ranker = Reverse(clock := Clock(), seconds=1.0)
    made = engine(clock, ranker)
    flags = [made.rank("q").flags for _ in range(3)]
    assert ranker.sizes == [50, 50, 50]
    assert [(one.depth_used, one.shortened) for one in flags] == [(50, False)] * 3


def test_the_first_call_has_nothing_to_go_by_and_the_next_keeps_the_budget():
    ranker = Reverse(clock := Clock(), seconds=0.01)
    made = engine(clock, ranker, budget_ms=200)
    made.rank("q")
    began = clock.now
    answer = made.rank("q")
    assert ranker.sizes == [50, 20]
    assert clock.now - began == pytest.approx(0.2)
    assert (answer.flags.depth_used, answer.flags.shortened) == (20, True)


def test_what_the_first_stage_takes_is_taken_off_the_budget():
    ranker = Reverse(clock := Clock(), seconds=0.01)
    made = engine(clock, ranker, retrieval=0.05, budget_ms=200)
    made.rank("q")
    made.rank("q")
    assert ranker.sizes == [50, 15]


def test_a_call_may_have_a_budget_of_its_own():
    ranker = Reverse(clock := Clock(), seconds=0.01)
    made = engine(clock, ranker)
    made.rank("q")
    assert made.rank("q", budget_ms=100).flags.depth_used == 10
    assert not made.rank("q").flags.shortened


@pytest.mark.parametrize("k", [1, 5, 30])
def test_the_ranker_never_looks_at_fewer_than_are_shown(k):
    ranker = Reverse(clock := Clock(), seconds=10.0)
    made = engine(clock, ranker, retrieval=1.0, budget_ms=1)
    made.rank("q", k)
    answer = made.rank("q", k)
    assert ranker.sizes[-1] == k == len(answer.hits)
    assert answer.flags.shortened


def test_documents_the_ranker_did_not_look_at_stand_below_in_the_first_stages_order():
    ranker = Reverse(clock := Clock(), seconds=0.01)
    made = engine(clock, ranker, budget_ms=60)
    made.rank("q")
    answer = made.rank("q", k=6)
    assert [hit.doc_id for hit in answer.hits] == ["d05", "d04", "d03", "d02", "d01", "d00"]
    assert answer.candidates[6:9] == ("d06", "d07", "d08")
    assert len(answer.candidates) == 50


def test_a_cascades_second_ranker_gives_way_and_its_first_does_not():
    slow, ranker = cascade(clock := Clock())
    made = engine(clock, ranker, budget_ms=200)
    assert made.rank("q").flags.depth_used == 40
    began = clock.now
    answer = made.rank("q")
    assert ranker.first.sizes == [50, 50]
    assert slow.sizes == [40, 15]  # 0.2 s less 50 · 0.001 s of the first ranker
    assert clock.now - began == pytest.approx(0.2)
    assert (answer.flags.depth_used, answer.flags.shortened) == (15, True)


def test_a_cascade_whose_first_ranker_takes_all_the_time_still_looks_at_k():
    slow, ranker = cascade(clock := Clock(), first=0.01)
    made = engine(clock, ranker, budget_ms=200)
    made.rank("q")
    answer = made.rank("q")
    assert (ranker.first.sizes[-1], slow.sizes[-1]) == (20, 5)
    assert answer.flags.shortened


def test_a_budget_that_pays_for_all_shortens_nothing():
    _, ranker = cascade(clock := Clock())
    made = engine(clock, ranker, budget_ms=450.001)
    assert [made.rank("q").flags.shortened for _ in range(4)] == [False] * 4


def test_a_ranker_that_gets_quicker_looks_deeper_again():
    ranker = Reverse(clock := Clock(), seconds=0.02)
    made = engine(clock, ranker, budget_ms=200)
    depths = [made.rank("q").flags.depth_used for _ in range(2)]
    ranker.seconds = 0.004
    depths += [made.rank("q").flags.depth_used for _ in range(20)]
    assert depths[:3] == [50, 10, 10]
    assert depths[2:] == sorted(depths[2:])
    assert depths[-1] >= 48


def test_a_shortened_ranking_is_not_given_to_calls_with_more_time():
    ranker = Reverse(clock := Clock(), seconds=0.01)
    made = engine(clock, ranker, cache_entries=10)
    made.rank("warm")
    hasty, patient = made.rank("q", budget_ms=100), made.rank("q")
    assert (hasty.flags.depth_used, patient.flags.depth_used) == (10, 50)
    assert not patient.flags.cached
    again = made.rank("q", budget_ms=100)
    assert (again.flags.cached, again.flags.shortened) == (True, False)


def test_warming_up_tells_what_a_call_takes():
    ranker = Reverse(clock := Clock(), seconds=0.01)
    made = engine(clock, ranker, budget_ms=200)
    made.warm()
    assert made.rank("q").flags.depth_used == 20


@pytest.mark.parametrize("budget", [0, -1, float("nan"), float("inf")])
def test_a_budget_that_is_none_is_refused(budget):
    with pytest.raises(InputError, match="budget_ms must be above 0"):
        EngineOptions(budget_ms=budget)
    with pytest.raises(InputError, match="budget_ms must be above 0"):
        engine(Clock(), None).rank("q", budget_ms=budget)


def test_a_pace_without_calls_or_time_limits_nothing():
    pace = Pace()
    assert pace.fitting(0.0) is None
    pace.observe(0.0, 10)
    pace.observe(1.0, 0)
    assert pace.fitting(0.0) is None


def test_a_guard_that_did_not_ask_its_cascade_does_not_make_it_look_quick():
    paces = Paces()
    paces.observe(1.05, 50, CallAccount(looked_at=20, seconds=1.0))
    before = paces.depth(0.55, 50, 5)
    paces.observe(0.0001, 50, CallAccount())
    assert paces.depth(0.55, 50, 5) == before == Depth(50, 10)
