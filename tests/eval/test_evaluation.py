"""Runs scored, compared with a baseline, and shown."""

import csv
import json
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from lrat_rank.collections import Run, rank_by_score
from lrat_rank.errors import InputError
from lrat_rank.eval.evaluation import evaluate_runs
from lrat_rank.eval.report.notes import notes
from lrat_rank.eval.report.plots import bars_with_intervals
from lrat_rank.eval.report.record import to_record, write_per_query_csv
from lrat_rank.eval.report.table import table_lines
from lrat_rank.eval.statistics.comparison import compare_to_baseline
from lrat_rank.eval.statistics.corrections import holm
from lrat_rank.eval.statistics.significance import paired_t_test, randomization_test
from lrat_rank.files import write_json


@pytest.fixture
def evaluation(qrels, make_run):
    runs = [make_run(tag, skill, seed=place) for place, (tag, skill) in enumerate(SKILLS.items())]
    return evaluate_runs(qrels, runs, ["nDCG@10", "AP"], baseline="bm25")


SKILLS = {"bm25": 0.3, "dense": 0.35, "hybrid + cross-encoder": 1.5}


def test_means_are_those_of_the_values_in_query_order(evaluation, qrels):
    assert evaluation.query_ids == tuple(sorted(qrels))
    for scores in evaluation.runs:
        for measure in evaluation.measures:
            assert scores.values[measure].shape == (len(qrels),)
            assert scores.means[measure] == scores.values[measure].mean()
            low, high = scores.intervals[measure]
            assert low < scores.means[measure] < high


def test_runs_whose_means_differ_by_rounding_alone_are_both_best(evaluation):
    first, *others = evaluation.runs
    assert evaluation.best("AP") == ["hybrid + cross-encoder"]
    least = max(one.means["AP"] for one in others) - 1e-16
    nearly = replace(evaluation, runs=(replace(first, means={"AP": least}), *others))
    assert nearly.best("AP") == ["bm25", "hybrid + cross-encoder"]


def test_the_p_values_of_a_measure_are_one_family(evaluation):
    by_name = {scores.name: scores for scores in evaluation.runs}
    for measure in evaluation.measures:
        family = [one for one in evaluation.comparisons if one.measure == measure]
        assert [one.run for one in family] == ["dense", "hybrid + cross-encoder"]
        for one in family:
            differences = by_name[one.run].values[measure] - by_name["bm25"].values[measure]
            assert one.difference == pytest.approx(differences.mean(), abs=1e-15)
            assert one.t_test.p == pytest.approx(paired_t_test(differences), rel=1e-9)
            assert one.randomization.p == randomization_test(differences)
            assert one.wins + one.ties + one.losses == len(differences)
        for tests in ([one.t_test for one in family], [one.randomization for one in family]):
            assert [test.p_holm for test in tests] == holm([test.p for test in tests])


def test_a_p_value_before_correction_does_not_depend_on_the_other_runs(qrels, make_run):
    base, other, third = (make_run(tag, 0.3, seed=seed) for seed, tag in enumerate("abc"))
    few = evaluate_runs(qrels, [base, other], ["AP"], baseline="a").comparison("b", "AP")
    many = evaluate_runs(qrels, [third, other, base], ["AP"], baseline="a").comparison("b", "AP")
    assert few.randomization.p == many.randomization.p
    assert few.interval == pytest.approx(many.interval, abs=1e-12)


def test_the_order_of_the_qrels_changes_nothing(qrels, make_run):
    runs = [make_run("a", 0.3), make_run("b", 0.5, seed=1)]
    turned = dict(reversed(qrels.items()))
    first = evaluate_runs(qrels, runs, ["AP"], baseline="a")
    assert to_record(evaluate_runs(turned, runs, ["AP"], baseline="a")) == to_record(first)


def test_identical_runs_have_p_one_and_a_note(qrels, make_run):
    run = make_run("a", 0.5)
    result = evaluate_runs(qrels, {"a": run, "copy": run}, ["AP"], baseline="a")
    [one] = result.comparisons
    assert (one.wins, one.losses, one.t_test.p, one.randomization.p) == (0, 0, 1.0, 1.0)
    assert any("same value on every query, so p = 1" in line for line in notes(result))


def test_one_query_is_scored_but_not_tested():
    runs = [Run(tag, {"q": rank_by_score(["d"], [1.0])}) for tag in ("a", "b")]
    result = evaluate_runs({"q": {"d": 1}}, runs, ["AP"], baseline="a")
    [one] = result.comparisons
    assert (one.t_test.p, one.t_test.p_holm, one.randomization.p) == (None, None, None)
    assert any("no p-value; queries of a paired test" in line for line in notes(result))
    assert np.isnan(result.runs[0].intervals["AP"]).all()


def test_a_constant_gain_has_a_randomisation_test_only():
    values = {"old": np.array([0.1, 0.2, 0.3]), "new": np.array([0.2, 0.3, 0.4])}
    [one] = compare_to_baseline("old", values, measure="AP")
    assert one.t_test.p is None
    assert "spread over queries" in one.t_test.refusal
    assert one.randomization.p_holm == one.randomization.p == 0.25


def test_a_refused_test_is_no_member_of_the_family():
    old = np.array([0.1, 0.2, 0.3, 0.5])
    runs = {"old": old, "up": old + 0.25, "mixed": old + np.array([0.1, 0.2, -0.1, 0.3])}
    up, mixed = compare_to_baseline("old", runs, measure="AP")
    assert up.t_test.p is None
    assert mixed.t_test.p_holm == mixed.t_test.p


def test_an_arm_that_misses_most_queries_is_warned_about(qrels, make_run):
    partial = make_run("partial", 2.0)
    for query_id in list(partial.rankings)[:15]:
        del partial.rankings[query_id]
    lines = notes(evaluate_runs(qrels, [partial, make_run("whole", 0.2)], ["AP"]))
    assert any("partial: 15 of 25 judged queries missing, counted 0" in line for line in lines)
    assert any(line.startswith("Warning: partial answers less than half") for line in lines)
    assert not any("whole" in line for line in lines)


def test_documents_without_judgements_are_warned_about(qrels, make_run):
    alien = Run("alien", {"q1": rank_by_score(["doc-1"], [1.0])})
    result = evaluate_runs(qrels, [make_run("a", 1.0), alien], ["AP"])
    assert any("not one document of alien is judged" in line for line in notes(result))
    assert "0%" in "\n".join(table_lines(result))


def test_queries_without_a_relevant_document_are_reported():
    run = Run("a", {"q1": rank_by_score(["d"], [1.0])})
    result = evaluate_runs({"q1": {"d": 1}, "q2": {"d": 0}, "q3": {"d": -2}}, [run], ["AP"])
    assert result.without_relevant == ("q2", "q3")
    assert any("2 judged queries without a relevant document" in line for line in notes(result))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"runs": []}, "runs must be one or more"),
        ({"qrels": {}}, "qrels must be judgements"),
        ({"baseline": "bm52"}, "baseline must be one of a, b; got 'bm52'"),
        ({"measures": ["nDGC@10"]}, "Did you mean nDCG@10"),
    ],
)
def test_what_cannot_be_evaluated_is_refused(qrels, make_run, change, message):
    given = {"qrels": qrels, "runs": [make_run("a", 1.0), make_run("b", 1.0)], "measures": ["AP"]}
    given |= change
    with pytest.raises(InputError, match=message):
        evaluate_runs(**given)


def test_runs_of_one_tag_need_names(qrels, make_run):
    run = make_run("same", 1.0)
    with pytest.raises(InputError, match="tags of the runs must be unique; got 'same' twice"):
        evaluate_runs(qrels, [run, run])
    assert [one.name for one in evaluate_runs(qrels, {"x": run, "y": run}, ["AP"]).runs] == [
        "x",
        "y",
    ]


def test_the_table_marks_the_best_and_the_significant(evaluation):
    lines = table_lines(evaluation)
    [best] = [line for line in lines if line.startswith("hybrid + cross-encoder") and "%" in line]
    assert best.count("*▲") == 2
    [base] = [line for line in lines if line.startswith("bm25 ")]
    assert "▲" not in base
    assert "*" not in base
    assert f"{evaluation.runs[0].means['AP']:.4f}" in base
    assert any("Holm's correction" in line for line in lines)


def test_only_a_terminal_gets_escape_codes(evaluation):
    assert "\x1b[1m" in "\n".join(table_lines(evaluation, color=True))
    assert "\x1b" not in "\n".join(table_lines(evaluation))


def test_run_names_with_square_brackets_are_shown_as_they_are(qrels, make_run):
    runs = {"[bold]x": make_run("a", 0.3), "[red]": make_run("b", 0.5)}
    shown = "\n".join(table_lines(evaluate_runs(qrels, runs, ["AP"], baseline="[red]")))
    assert "[bold]x" in shown
    assert "against [red]" in shown


def test_json_holds_every_value_unrounded(evaluation, tmp_path):
    write_json(tmp_path / "result.json", to_record(evaluation))
    read = json.loads((tmp_path / "result.json").read_text())
    for scores, record in zip(evaluation.runs, read["runs"], strict=True):
        for measure in evaluation.measures:
            expected = dict(zip(evaluation.query_ids, scores.values[measure], strict=True))
            assert record["per_query"][measure] == expected
            assert record["means"][measure] == scores.means[measure]
    assert len(read["comparisons"]) == 4


def test_csv_holds_one_row_a_value(evaluation, tmp_path):
    write_per_query_csv(tmp_path / "values.csv", evaluation)
    with (tmp_path / "values.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert list(rows[0]) == ["run", "measure", "query_id", "value"]
    assert len(rows) == 3 * 2 * len(evaluation.query_ids)
    ours = [float(row["value"]) for row in rows if (row["run"], row["measure"]) == ("dense", "AP")]
    assert ours == evaluation.runs[1].values["AP"].tolist()


def test_a_picture_names_every_run_and_measure(evaluation, tmp_path):
    bars_with_intervals(evaluation, tmp_path / "bars.svg", title="Held-out questions")
    ElementTree.parse(tmp_path / "bars.svg")
    drawn = (tmp_path / "bars.svg").read_text()
    # matplotlib keeps the words of a drawn text in a comment before its outlines.
    for words in (*SKILLS, *evaluation.measures, "Held-out questions"):
        assert f"<!-- {words} -->" in drawn
    assert f"<!-- {evaluation.runs[0].means['AP']:.3f} -->" in drawn


def test_the_ending_of_its_name_says_what_a_picture_is(evaluation, tmp_path):
    bars_with_intervals(evaluation, tmp_path / "bars.png", measures=["AP"])
    assert (tmp_path / "bars.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(InputError, match="plot file must be named"):
        bars_with_intervals(evaluation, tmp_path / "bars.gif")
    with pytest.raises(InputError, match="measures to plot must be among nDCG@10, AP"):
        bars_with_intervals(evaluation, tmp_path / "bars.png", measures=["RR"])


def test_a_picture_of_one_query_or_of_nothing_found_is_drawn(tmp_path):
    run = Run("a", {"q": rank_by_score(["x"], [1.0])})
    bars_with_intervals(evaluate_runs({"q": {"d": 1}}, [run], ["AP"]), tmp_path / "zero.png")
    assert (tmp_path / "zero.png").stat().st_size > 1000
