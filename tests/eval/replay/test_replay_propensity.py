"""Weights by examination: closed form, what has none, and that they undo position bias."""

import math

import numpy as np
import pytest
from replay_lists import ByQuery, InOrder, listed

from lrat_rank.eval.replay import replay
from lrat_rank.mining.examination import ExaminationTable
from lrat_rank.mining.labels import Candidate, Context, Evidence, LabelledList, State

TABLE = ExaminationTable(examination=(1.0, 0.5, 0.25))


def figures(replayed, system: str, how: str) -> dict[str, float]:
    found = replayed.propensity.figures[system]
    return {name: getattr(one, how).value for name, one in found.items()}


def test_weighted_figures_are_those_worked_out_by_hand():
    lists = [listed("a+ b.", "one"), listed("a. b. c+", "two")]
    replayed = replay(lists, {"new": InOrder("cba")}, examination=TABLE)
    report = replayed.propensity
    assert (report.used, report.covered, report.largest_weight) == (2, 2, 4)
    assert report.effective == pytest.approx(5**2 / 17)
    assert figures(replayed, "logged", "plain") == pytest.approx(
        {"mean rank": 2, "discount": (1 + 1 / 2) / 2, "stands first": 0.5}
    )
    assert figures(replayed, "logged", "weighted") == pytest.approx(
        {"mean rank": 13 / 5, "discount": (1 + 4 / 2) / 5, "stands first": 1 / 5}
    )
    assert figures(replayed, "new", "weighted") == pytest.approx(
        {"mean rank": 6 / 5, "discount": (1 / math.log2(3) + 4) / 5, "stands first": 4 / 5}
    )


def test_an_examination_in_the_labels_goes_before_the_table():
    one = listed("a. b+", evidence=Evidence(examination=0.2))
    assert replay([one], {}, examination=TABLE).propensity.largest_weight == 5
    replayed = replay([one], {})
    assert replayed.propensity.largest_weight == 5
    assert replayed.left_out.corrected_gains == 1


def test_weights_are_clipped_by_the_cap_of_the_table():
    steep = ExaminationTable(examination=(1.0, 0.001), cap=8.0)
    assert replay([listed("a. b+")], {}, examination=steep).propensity.largest_weight == 8


def test_ranks_that_nobody_saw_have_no_weight():
    joined = listed("a. b+", evidence=Evidence(merged=True))
    assert replay([joined], {}, examination=TABLE).propensity is None
    both = replay([joined, listed("a. b+", "shown")], {}, examination=TABLE).propensity
    assert (both.used, both.covered) == (2, 1)


def test_nothing_is_weighted_where_examination_is_not_known():
    assert replay([listed("a+ b.")], {}).propensity is None


def position_biased_log(searches: int, examination, *, seed: int):
    """Lists with two documents of use, used only where the agent looks; and where those stand."""
    draw = np.random.default_rng(seed)
    depth = len(examination)
    # The log puts documents of use high more often than not, so that rank and use go together.
    chance = np.linspace(2, 1, depth) / np.linspace(2, 1, depth).sum()
    lists, scores, useful = [], {}, {}
    for number in range(searches):
        query_id = f"q{number}"
        of_use = draw.choice(depth, 2, replace=False, p=chance)
        used = [n for n in of_use if draw.random() < examination[n]]
        scores[query_id] = {
            f"d{n}": float(draw.random() + 0.3 * (n in of_use)) for n in range(depth)
        }
        useful[query_id] = [f"d{n}" for n in of_use]
        candidates = tuple(
            Candidate(
                doc_id=f"d{n}",
                rank=n + 1,
                state=State.RELEVANT if n in used else State.SKIPPED,
                gain=float(n in used),
            )
            for n in range(depth)
        )
        lists.append(
            LabelledList(
                query_id=query_id,
                query="q",
                context=Context(turn=0),
                trajectory_id=query_id,
                group=f"g{number % 500}",
                candidates=candidates,
            )
        )
    return lists, ByQuery(scores), useful


def true_mean_rank(order_of, useful) -> float:
    ranks = [order_of(q).index(d) + 1 for q, doc_ids in useful.items() for d in doc_ids]
    return float(np.mean(ranks))


def test_weighting_by_examination_finds_the_truth_that_plain_figures_miss():
    examination = (1.0, 0.6, 0.4, 0.25, 0.15)
    lists, ranker, useful = position_biased_log(6000, examination, seed=1)
    table = ExaminationTable(examination=examination)
    replayed = replay(lists, {"new": ranker}, measures=["RR"], examination=table)
    doc_ids = [f"d{n}" for n in range(5)]
    truth = {
        "logged": true_mean_rank(lambda _: doc_ids, useful),
        "new": true_mean_rank(
            lambda q: sorted(doc_ids, key=ranker.scores[q].get, reverse=True), useful
        ),
    }
    for system, true_rank in truth.items():
        found = replayed.propensity.figures[system]["mean rank"]
        low, high = found.weighted.interval
        assert low < true_rank < high
        assert found.weighted.value == pytest.approx(true_rank, abs=0.08)
    plain = {name: replayed.propensity.figures[name]["mean rank"].plain.value for name in truth}
    # Unweighted, the log looks better than the ranker that is truly the better one.
    assert truth["new"] < truth["logged"]
    assert plain["logged"] < plain["new"]
    assert plain["logged"] < truth["logged"] - 0.5
