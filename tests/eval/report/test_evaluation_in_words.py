"""The sentences of an evaluation say what its verdicts must be read with."""

import pytest

from lrat_rank.collections import Run
from lrat_rank.eval.evaluation import evaluate_runs
from lrat_rank.eval.report.in_words import in_words

IDS = [f"q{number}" for number in range(52)]
QRELS = {query_id: {"good": 1, "other": 0} for query_id in IDS}


def run(name: str, query_ids: list[str], *, worse: int = 0, tied: int = 0) -> Run:
    """Relevant first, except on the first `worse`; on the last `tied` both scores are equal."""
    return Run.from_scores(
        name,
        {
            query_id: {
                "good": 2.0,
                "other": 3.0 if place < worse else 2.0 if place >= len(query_ids) - tied else 1.0,
            }
            for place, query_id in enumerate(query_ids)
        },
    )


def verdict(*runs: Run, measures: tuple[str, ...] = ("AP",)) -> str:
    evaluation = evaluate_runs(QRELS, runs, measures, baseline=runs[0].tag)
    [line] = [line for line in in_words(evaluation, "AP") if line.startswith(f"{runs[1].tag} is")]
    return line


def test_losses_of_queries_that_a_run_misses_are_told_beside_the_verdict():
    line = verdict(run("full", IDS), run("part", IDS[19:], worse=4))
    assert "0 queries better, 23 worse" in line
    missed = "part misses 19 of the 52 queries, which count 0: 19 of the 23 worse queries are among"
    assert "Chance alone seldom makes such a difference (p <.001" in line
    assert missed in line


def test_wins_where_the_baseline_misses_queries_are_told():
    line = verdict(run("part", IDS[19:], worse=4), run("full", IDS))
    assert "part misses 19 of the 52 queries" in line
    assert "19 of the 23 better queries are among them." in line


def test_how_often_doc_ids_decide_is_told_for_both_runs():
    line = verdict(run("a", IDS, tied=6), run("b", IDS, worse=9, tied=1))
    assert "On 6 queries of a and 1 query of b, doc_ids decide between" in line


def test_runs_without_missing_queries_and_ties_need_no_caution():
    line = verdict(run("a", IDS), run("b", IDS, worse=9))
    assert "misses" not in line
    assert "doc_ids" not in line


@pytest.mark.parametrize("others", [[], [run("c", IDS)]], ids=["one run", "no baseline"])
def test_without_a_comparison_missing_queries_and_ties_are_told_too(others):
    evaluation = evaluate_runs(QRELS, [run("b", IDS[19:], tied=2), *others], ["AP"])
    said = in_words(evaluation, "AP")
    assert "b misses 19 of the 52 queries, which count 0." in said
    assert "On 2 queries of b, doc_ids decide between documents with equal scores." in said


def test_that_measures_are_not_corrected_for_is_said_where_there_are_several():
    runs = [run("a", IDS), run("b", IDS, worse=9)]
    for measures, said in ((["AP"], False), (["AP", "RR"], True)):
        lines = in_words(evaluate_runs(QRELS, runs, measures, baseline="a"), "AP")
        start = f"p-values are not corrected over the {len(measures)} measures"
        assert any(line.startswith(start) for line in lines) is said
