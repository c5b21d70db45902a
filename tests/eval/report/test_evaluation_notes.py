"""What the notes of an evaluation say, once each."""

from dataclasses import replace

import pytest

from lrat_rank.collections import Run, rank_by_score
from lrat_rank.collections.runs import RankColumn
from lrat_rank.eval.coverage import Coverage
from lrat_rank.eval.evaluation import evaluate_runs
from lrat_rank.eval.report.coverage_notes import coverage_notes
from lrat_rank.eval.report.notes import notes
from lrat_rank.eval.report.record import to_record
from lrat_rank.eval.statistics.options import StatisticsOptions

COVERED = Coverage((), (), 1.0, ())


def test_a_run_that_covers_all_needs_no_note():
    assert list(coverage_notes("a", COVERED, 25)) == []
    clean = replace(COVERED, rank_column=RankColumn())
    assert list(coverage_notes("a", clean, 25)) == []


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"missing_query_ids": ("q2",)}, "a: 1 of 25 judged queries missing, counted 0: q2."),
        ({"extra_query_ids": ("q8", "q9")}, "a: 2 queries without qrels, left out: q8 and q9."),
        ({"alike_query_ids": (("Q-1", "1"),)}, "Warning: a and the qrels seem to spell"),
        ({"alike_query_ids": (("Q-1", "1"),)}, "'Q-1' and '1'. They count as missing"),
        ({"alike_query_ids": (("Q1", "1"),) * 9}, ", … 9 in all. They count"),
        ({"unmatched_doc_id": ("d-7", "D7")}, "The run has 'd-7'; the qrels have 'D7'."),
        ({"unmatched_doc_id": ("d-7", "")}, "The run has 'd-7'."),
        ({"judged_at_10": 0.0}, "Warning: a has no judged document in any first 10."),
        ({"judged_at_10": 0.0, "unmatched_doc_id": ("d", "D")}, "Warning: not one document of a"),
        ({"tied_query_ids": ("q1", "q2")}, "share a score, to the 32 bits of trec_eval, in 2 quer"),
        (
            {"rank_column": RankColumn(disagreeing=("q1", "q2"))},
            "Warning: a ranks documents against their scores in 2 queries: q1 and q2.",
        ),
        ({"rank_column": RankColumn(not_from_one=("q3",))}, "not 1 in 1 query: q3."),
        ({"rank_column": RankColumn(unreadable=4)}, "a: 4 lines with a rank that is not"),
    ],
)
def test_every_finding_of_coverage_is_put_into_words(found, said):
    [line] = coverage_notes("a", replace(COVERED, **found), 25)
    assert said in line


def test_the_note_on_ties_tells_the_order_that_every_measure_follows():
    tied = {"q": {"a": 1.0, "b": 1.0}}
    run, qrels = Run.from_scores("a", tied), {"q": {"b": 1, "a": 0}}
    measures = ["RR", "RR@10", "P@1", "Success@1", "Judged@1", "nDCG@1", "gnDCG@1"]
    result = evaluate_runs(qrels, [run], measures, gains={"q": {"a": 0.0, "b": 0.5}})
    assert set(result.runs[0].means.values()) == {1.0}
    [line] = [line for line in notes(result) if "share a score" in line]
    assert "in 1 query: q. The larger doc_id comes first there" in line


def test_queries_without_gain_are_told_where_measures_on_gains_are_asked_for():
    run = Run.from_scores("a", {"q1": {"d": 1.0}, "q2": {"d": 1.0}})
    qrels, gains = {"q1": {"d": 1}, "q2": {"d": 1}}, {"q1": {"d": 0.5}, "q2": {"d": 0.0}, "q3": {}}
    said = "1 judged query without a positive gain, where measures on gains are 0 for every run: q2"
    on_gains = evaluate_runs(qrels, [run], ["AP", "gAP"], gains=gains)
    assert on_gains.without_gain == ("q2",)
    assert to_record(on_gains)["queries_without_gain"] == ["q2"]
    assert [line for line in notes(on_gains) if line.startswith(said)]
    on_grades = evaluate_runs(qrels, [run], ["AP"], gains=gains)
    assert on_grades.without_gain == ()
    assert not [line for line in notes(on_grades) if "gain" in line]


def test_equal_refusals_are_told_once():
    names = ("a", "b", "c", "d", "e", "f")
    runs = [Run(name, {"q": rank_by_score(["d"], [1.0])}) for name in names]
    result = evaluate_runs({"q": {"d": 1}}, runs, ["AP", "RR"], baseline="a")
    refused = [line for line in notes(result) if "no p-value" in line]
    assert refused == [
        "b on AP, c on AP, d on AP and 7 more against a: no p-value; queries of a paired test "
        "must be two or more; got 1."
    ]


def test_runs_that_are_the_same_are_asked_about(qrels, make_run):
    run = make_run("a", 0.5)
    lines = notes(evaluate_runs(qrels, {"a": run, "b": run}, ["AP", "RR"], baseline="a"))
    assert any(
        line.startswith("b against a on every measure: the same value on every query, so p = 1;")
        for line in lines
    )
    assert not any("no p-value" in line for line in lines)


def test_equivalence_and_power_are_explained_where_they_stand(qrels, make_run):
    runs = [make_run("a", 0.5), make_run("b", 0.5, seed=1)]
    options = StatisticsOptions(equivalence_margin=0.02, correction="bh")
    lines = notes(evaluate_runs(qrels, runs, ["AP"], baseline="a", options=options))
    assert any(line.startswith("p within ±0.02 is of two one-sided t-tests") for line in lines)
    assert any("Benjamini and Hochberg's correction" in line for line in lines)
    [power] = [line for line in lines if "four of five cases" in line]
    least = evaluate_runs(qrels, runs, ["AP"], baseline="a").comparisons[0].power
    assert f"AP {least.detectable_difference:.3f}." in power
    assert not any("±" in line for line in notes(evaluate_runs(qrels, runs, ["AP"], baseline="a")))
