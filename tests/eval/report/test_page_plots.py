"""Plots of the page: recall by depth is recall, and differences keep sign and order."""

import re

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_evaluations import invented

from lrat_rank.collections import Run, rank_by_score
from lrat_rank.eval.report.page import render_page
from lrat_rank.eval.report.per_query_plot import difference_axis, differences_chart
from lrat_rank.eval.report.recall_plot import (
    deepest_rank,
    recall_by_depth,
    recall_chart,
    worth_of_grades,
)
from lrat_rank.eval.report.score_bars import score_bars, win_tie_loss


@pytest.mark.parametrize("depth", [1, 3, 10, 20])
def test_recall_by_depth_is_ir_measures_recall(depth):
    _, sources = invented(40, 2)
    [name, *_] = sources.runs
    run = sources.runs[name]
    curve = recall_by_depth(run, worth_of_grades(sources.qrels), 20)
    measure = ir_measures.parse_measure(f"R@{depth}")
    scores = {q: {hit.doc_id: hit.score for hit in run.rankings[q]} for q in sources.qrels}
    theirs = {m.query_id: m.value for m in ir_measures.iter_calc([measure], sources.qrels, scores)}
    expected = sum(theirs.get(query_id, 0.0) for query_id in sources.qrels) / len(sources.qrels)
    assert curve[depth - 1] == pytest.approx(expected, abs=1e-12)


@given(
    st.dictionaries(
        st.sampled_from("abcdefgh"), st.floats(0, 5, allow_nan=False), min_size=1, max_size=8
    )
)
def test_recall_never_falls_and_ends_at_one_when_all_is_returned(worth):
    run = Run("all", {"q": rank_by_score(list("abcdefgh"), list(range(8)))})
    curve = recall_by_depth(run, {"q": worth}, 8)
    assert (np.diff(curve) >= 0).all()
    assert curve[-1] == pytest.approx(1.0 if sum(worth.values()) > 0 else 0.0)


def test_missed_queries_and_queries_without_relevant_documents_count_nothing():
    run = Run("a", {"q1": rank_by_score(["d1"], [1.0])})
    worth = {"q1": {"d1": 1.0}, "q2": {"d1": 1.0}, "q3": {}}
    assert recall_by_depth(run, worth, 2).tolist() == pytest.approx([1 / 3, 1 / 3])
    assert deepest_rank({"a": run}, worth) == 1


def test_the_recall_chart_names_the_run_that_finds_most():
    curves = {"low": np.array([0.1, 0.2]), "high": np.array([0.0, 0.6])}
    chart = recall_chart("r", "found", curves, {"low": "baseline", "high": "run-0"})
    assert chart.summary == "Within the first 2 documents, high has the most: 60.0%."
    curves["also"] = np.array([0.0, 0.6 - 1e-12])
    styles = dict.fromkeys(curves, "baseline")
    both = "Within the first 2 documents, high and also have the most: 60.0%."
    assert recall_chart("r", "found", curves, styles).summary == both
    del curves["low"]
    same = "Within the first 2 documents, high and also have the same share: 60.0%."
    assert recall_chart("r", "found", curves, styles).summary == same
    assert [key.text for key in chart.keys] == ["low: 20.0%", "high: 60.0%"]


def test_bars_of_wins_stand_above_zero_and_of_losses_below():
    differences = np.array([0.2, -0.4, 0.0, 0.1])
    axis = difference_axis("difference", -0.4, 0.2)
    chart = differences_chart("d", "run", differences, axis=axis, ids=("a", "b", "c", "d"))
    zero = chart.at(0, 0.0)[1]
    wins = [bar for bar in chart.bars if bar.style == "win"]
    [loss] = [bar for bar in chart.bars if bar.style == "loss"]
    assert [bar.title for bar in wins] == ["a: +0.200", "d: +0.100"]
    assert all(bar.y + bar.height == pytest.approx(zero, abs=0.11) for bar in wins)
    assert loss.y == pytest.approx(zero)
    assert loss.height == pytest.approx(2 * wins[0].height, abs=0.11)
    assert chart.summary.startswith("2 better")
    assert chart.summary.endswith("1 the same.")


def test_many_queries_are_drawn_as_few_points():
    differences = np.random.default_rng(1).normal(size=10_000)
    axis = difference_axis("difference", -4.0, 4.0)
    ids = tuple(str(number) for number in range(10_000))
    chart = differences_chart("d", "run", differences, axis=axis, ids=ids)
    assert chart.bars == []
    assert sum(line.path.count("L") for line in chart.lines) < 500
    assert {line.style for line in chart.lines} == {"win", "loss", "zero"}


@given(st.floats(-1.0, 1.0), st.floats(-1.0, 1.0))
def test_the_axis_of_differences_fits_the_data_and_holds_0(one, other):
    lowest, highest = min(one, other), max(one, other)
    axis = difference_axis("difference", lowest, highest)
    if max(highest, 0) - min(lowest, 0) > 1e-9:
        assert (axis.low, axis.high) == (min(lowest, 0), max(highest, 0))
    assert axis.low <= 0 <= axis.high
    ticks = [value for value, _ in axis.ticks]
    assert 3 <= len(ticks) <= 9
    assert min(ticks) >= axis.low - 1e-9
    assert max(ticks) <= axis.high + 1e-9
    assert min(map(abs, ticks)) == pytest.approx(0)


def test_the_runs_of_a_measure_share_a_scale_that_reaches_from_the_worst_to_the_best():
    evaluation, sources = invented(30, 3, measures=("AP",))
    found = re.findall(
        r'<text class="tick" x="37.0"[^>]*>([^<]+)<', render_page(evaluation, sources)
    )
    chart_ticks = [tick for tick in found if "%" not in tick]
    half = len(chart_ticks) // 2
    assert chart_ticks[:half] == chart_ticks[half:]
    base, *others = (one.values["AP"] for one in evaluation.runs)
    most = max(float(abs(column - base).max()) for column in others)
    assert most / 2 < max(abs(float(tick.replace("−", "-"))) for tick in chart_ticks) <= most


def test_divided_bars_cover_all_queries():
    evaluation, _ = invented(30, 3)
    for one in evaluation.comparisons:
        parts = win_tie_loss(one)
        assert sum(part.count for part in parts) == 30
        assert parts[-1].x + parts[-1].width == pytest.approx(100, abs=0.5)


def test_score_bars_share_one_scale_and_hold_their_interval():
    evaluation, _ = invented(30, 3)
    styles = {one.name: "run-0" for one in evaluation.runs}
    bars = score_bars(evaluation, "AP", styles)
    means = [one.means["AP"] for one in evaluation.runs]
    assert [bar.width / bars[0].width for bar in bars] == pytest.approx(
        [mean / means[0] for mean in means], rel=1e-2
    )
    assert all(bar.low <= bar.width <= bar.high <= 100 for bar in bars)
