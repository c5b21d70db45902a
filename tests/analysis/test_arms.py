"""The arms of an A/B test are told apart where sessions tell, and said to be too few where not."""

import json
import math
import random

import numpy as np
import pytest

from lrat_rank.analysis.arms import LEAST_SESSIONS, Arms, Measure
from lrat_rank.analysis.ratios import RatioSums, welch
from lrat_rank.mining.tokenizers import WhitespaceTokenizer
from lrat_rank.pipeline.analyze import analyze_files
from lrat_rank.trajectories import (
    Browse,
    Impression,
    Reasoning,
    Search,
    Trajectory,
    write_trajectory,
)

WHITESPACE = WhitespaceTokenizer()


def session(name, arm, chance, *, opens=0.5, rank=2.5, words=5, searches=None, ranker=""):
    """A session whose agent opens by `opens` a search, at a rank around `rank`, and thinks."""
    turns = []
    eager = chance.gauss(1, 0.3)  # sessions differ: their calls are not independent
    for n in range(searches or chance.randint(1, 5)):
        shown = tuple(Impression(f"{name}-{n}-{place}", place) for place in range(1, 6))
        turns.append(Search(f"q {name} {n}", shown))
        if chance.random() < opens * eager:
            place = min(5, max(1, round(chance.gauss(rank, 1))))
            turns += [Browse(f"{name}-{n}-{place}", "text"), Reasoning("w " * words)]
    return Trajectory(name, "", tuple(turns), arm=arm, retriever=ranker)


def compared(sessions):
    arms = Arms(WHITESPACE)
    for one in sessions:
        arms.add(one)
    return arms.result()


def two_arms(count, seed, **second):
    chance = random.Random(seed)
    base = {"opens": 0.5, "rank": 2.5}
    return [
        session(f"s{n}", "ab"[n % 2], chance, **(base | (second if n % 2 else {})))
        for n in range(count)
    ]


def test_arms_that_differ_are_said_to_differ_and_by_how_much():
    found = compared(two_arms(1200, 1, opens=0.8, rank=1.2, words=9))
    by_measure = {one.measure: one for one in found.differences}
    assert all(one.enough for one in found.differences)
    opened, rank = by_measure[Measure.OPENED], by_measure[Measure.RANK]
    assert opened.low < 0.3 < opened.high
    assert opened.low > 0
    assert rank.high < 0
    assert by_measure[Measure.REASONING].difference == 4
    assert all(one.verdict.endswith("the arms differ.") for one in found.differences)
    assert (opened.arm, opened.against) == ("b", "a")
    assert Measure.DWELL not in by_measure  # it never happened


def test_arms_that_are_alike_are_seldom_said_to_differ():
    tests = 120
    wrong = sum(
        any(
            "the arms differ" in one.verdict and one.measure != Measure.REASONING
            for one in compared(two_arms(120, seed)).differences
        )
        for seed in range(tests)
    )
    assert wrong <= 12  # 5% of all are 6; 12 have a chance of one in a hundred


def test_few_sessions_give_a_sentence_and_no_number():
    found = compared(two_arms(2 * LEAST_SESSIONS - 2, 3, opens=0.9))
    opened = found.differences[0]
    assert not opened.enough
    assert opened.difference is opened.low is opened.high is None
    assert "Too few to tell documents opened a search, arm b against arm a: 19 sessions" in (
        opened.verdict
    )
    assert [row.sessions for row in found.rows] == [19, 19]


def test_runs_without_an_arm_are_left_out_and_one_arm_is_compared_with_nothing():
    chance = random.Random(1)
    runs = [session(f"s{n}", "", chance, opens=1, rank=1) for n in range(30)]
    assert compared(runs).rows == ()
    runs += [session("t", "a", chance, opens=1, rank=1)]
    assert [row.arm for row in compared(runs).rows] == ["a"]
    assert compared(runs).differences == ()


def test_an_arm_that_two_rankers_served_is_said_to_have_been():
    chance = random.Random(1)
    of_arms = {"a": ["bm25"], "b": ["bm25 > X (1)", "bm25 > X (1)", "bm25 > Y (2)"]}
    found = compared(
        session(f"{arm}{n}", arm, chance, ranker=ranker)
        for arm, rankers in of_arms.items()
        for n, ranker in enumerate(rankers)
    )
    assert [row.rankers for row in found.rows] == [
        {"bm25": 1},
        {"bm25 > X (1)": 2, "bm25 > Y (2)": 1},
    ]
    told, *others = found.verdicts
    assert told == (
        "Arm b was not served by one ranker alone (bm25 > X (1) in 2 sessions, bm25 > Y (2) in "
        "1 session): what is told of the arm is of all of them together."
    )
    assert others == [one.verdict for one in found.differences]


def test_sessions_of_arms_beyond_the_tenth_are_counted_and_memory_is_bounded():
    chance = random.Random(1)
    found = compared(
        session(f"s{n}", f"arm-{n % 12}", chance, ranker=f"ranker {n}") for n in range(240)
    )
    assert len(found.rows) == 10
    assert found.left_out == found.to_dict()["left_out"] == 40
    assert "Left out: 40 sessions of further arms; at most 10 are compared." in found.verdicts
    assert all(len(row.rankers) == 11 and row.rankers["others"] == 10 for row in found.rows)


def test_the_variance_of_a_ratio_is_that_of_resampled_sessions():
    draw = np.random.default_rng(5)
    y = draw.integers(1, 6, 400).astype(float)
    x = draw.binomial(y.astype(int), draw.beta(2, 2, 400)).astype(float)
    sums = RatioSums()
    for amount, times in zip(x, y, strict=True):
        sums.add(amount, times)
    picks = draw.integers(0, 400, (4000, 400))
    resampled = (x[picks].sum(1) / y[picks].sum(1)).var()
    assert sums.ratio == pytest.approx(x.sum() / y.sum())
    assert sums.variance == pytest.approx(resampled, rel=0.1)


def test_of_means_the_interval_is_that_of_welchs_test():
    from scipy.stats import ttest_ind

    draw = np.random.default_rng(6)
    one, other = draw.normal(3, 1, 30), draw.normal(2, 2, 50)
    sides = []
    for values in (one, other):
        sums = RatioSums()
        for value in values:
            sums.add(value, 1)
        sides.append(sums)
    expected = ttest_ind(one, other, equal_var=False).confidence_interval(0.95)
    difference, low, high = welch(sides[0], sides[1], 0.05)
    assert (low, high) == pytest.approx((expected.low, expected.high))
    assert math.isclose(difference, one.mean() - other.mean())


def test_the_report_holds_the_arms_in_numbers_and_words(tmp_path):
    for run in two_arms(60, 7, opens=0.9):
        write_trajectory(tmp_path / "runs", run)
    result = analyze_files([tmp_path / "runs"], tmp_path / "report")
    told = json.loads(result.numbers.read_text())["arms"]
    assert [row["arm"] for row in told["rows"]] == ["a", "b"]
    assert [row["sessions"] for row in told["rows"]] == [30, 30]
    page = result.page.read_text()
    assert "The arms of the test" in page
    assert "Documents opened a search" in page
    assert told["differences"][0]["verdict"].replace("+", "&#43;")[:40] in page or (
        told["differences"][0]["verdict"][:40] in page
    )


def test_a_report_without_arms_does_not_speak_of_them(tmp_path):
    chance = random.Random(1)
    for n in range(3):
        write_trajectory(tmp_path / "runs", session(f"s{n}", "", chance, opens=1, rank=1))
    result = analyze_files([tmp_path / "runs"], tmp_path / "report")
    assert 'id="arms"' not in result.page.read_text()
    assert 'href="#arms"' not in result.page.read_text()
