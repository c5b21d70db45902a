"""Depth, margin and blend: chosen on validation under a budget, and fixed from then on."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ranker_fakes import INDEX, ByQuality, asked_lists, labels, order

from lrat_rank.errors import InputError
from lrat_rank.features.prior import first_stage_prior
from lrat_rank.models.cascade import Cascade, CascadeOptions
from lrat_rank.models.cascade.head import head_of, margin_for_budget
from lrat_rank.models.cascade.tuning import rules, tune
from lrat_rank.models.ranker import CandidateList

VALIDATION = labels(24, seed=11)
DEPTH = 40


class ByPrior:
    """The first stage as a ranker."""

    def score(self, lists):
        return first_stage_prior(INDEX, lists)


def named(scores: np.ndarray) -> CandidateList:
    return CandidateList("q", "query", tuple(f"d{n:03d}" for n in range(len(scores))))


def heads(scores: list[np.ndarray], options: CascadeOptions) -> list[list[int]]:
    return [head_of(named(one), one, options) for one in scores]


score_lists = st.lists(
    st.lists(st.integers(0, 12).map(float), min_size=1, max_size=30).map(np.array),
    min_size=1,
    max_size=8,
)


@settings(deadline=None, max_examples=150)
@given(scores=score_lists, keep=st.integers(1, 6), more=st.floats(0, 15))
def test_the_widest_margin_within_the_budget_is_found(scores, keep, more) -> None:
    budget = keep + more
    margin = margin_for_budget(scores, keep=keep, depth=25, budget=budget)
    options = CascadeOptions(depth=25, keep=keep, margin=margin)
    total = sum(map(len, heads(scores, options)))
    assert total <= budget * len(scores) + 1e-6
    wider = CascadeOptions(depth=25, keep=keep, margin=margin + 1e-6)
    more_total = sum(map(len, heads(scores, wider)))
    everything = sum(min(len(one), 25) for one in scores)
    assert more_total > budget * len(scores) - 1e-6 or total == everything


def test_an_undecided_list_is_read_deeper_than_a_decided_one() -> None:
    close, apart = np.linspace(1.0, 0.9, 30), np.linspace(30.0, 1.0, 30)
    options = CascadeOptions(depth=30, keep=5, margin=0.05)
    undecided, decided = (len(head) for head in heads([close, apart], options))
    assert decided == 5
    assert undecided > 10


def test_the_head_is_the_first_rankers_best_without_gaps() -> None:
    draw = np.random.default_rng(0)
    scores = draw.normal(size=50)
    head = heads([scores], CascadeOptions(depth=40, keep=3, margin=0.7))[0]
    assert head == np.argsort(-scores)[: len(head)].tolist()


def test_a_budget_below_what_is_always_read_is_refused() -> None:
    with pytest.raises(InputError, match="always read"):
        margin_for_budget([np.arange(20.0)], keep=10, depth=20, budget=5)


def test_every_way_to_spend_a_budget_keeps_to_it() -> None:
    draw = np.random.default_rng(1)
    scores = [draw.normal(size=100) * draw.uniform(0.1, 3) for _ in range(40)]
    ways = rules(scores, budget=20, deepest=100)
    assert {way.margin is None for way in ways} == {True, False}
    for way in ways:
        assert np.mean([len(head) for head in heads(scores, way)]) <= 20


def test_a_second_ranker_that_helps_is_used_within_the_budget() -> None:
    options, tuning = tune(ByPrior(), ByQuality(), VALIDATION, INDEX, budget=12, depth=DEPTH)
    figures = tuning.choice.figures
    assert options.blend > 0
    assert 0 < tuning.pairs <= 12
    assert tuning.choice.chosen.ndcg == max(one.ndcg for one in figures)
    assert figures[0].setting == "the first ranker alone"


def test_a_second_ranker_that_harms_is_not_asked() -> None:
    second = ByQuality(sign=-1.0)
    options, tuning = tune(ByPrior(), second, VALIDATION, INDEX, budget=12, depth=DEPTH)
    assert (options.blend, tuning.pairs) == (0.0, 0.0)
    second.asked.clear()
    cascade = Cascade(ByPrior(), second, options)
    for one, scores, first in zip(
        (lists := asked_lists(3, seed=1)),
        cascade.score(lists),
        ByPrior().score(lists),
        strict=True,
    ):
        assert order(one, scores) == order(one, first)
    assert second.asked == []


def test_with_a_margin_a_list_is_scored_alike_whatever_stands_beside_it() -> None:
    options = CascadeOptions(depth=25, keep=4, margin=0.3)
    cascade = Cascade(ByPrior(), ByQuality(), options)
    lists = asked_lists(5, seed=3)
    for one, scores in zip(lists, cascade.score(lists), strict=True):
        np.testing.assert_array_equal(cascade.score([one])[0], scores)


def test_a_budget_of_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="pair budget"):
        tune(ByPrior(), ByQuality(), VALIDATION, INDEX, budget=0)


@pytest.mark.parametrize("options", [{"margin": -1.0}, {"margin": float("nan")}, {"keep": 0}])
def test_margins_out_of_range_are_refused(options) -> None:
    with pytest.raises(InputError):
        CascadeOptions(**options)
