"""The queries that a run helps and hurts most, and how their documents moved."""

import pytest
from invented_evaluations import invented

from lrat_rank.collections import Document, Run
from lrat_rank.eval.evaluation import evaluate_runs
from lrat_rank.eval.report.helped_and_hurt import (
    Judgements,
    document_lines,
    helped_and_hurt,
)


@pytest.fixture
def moved():
    qrels = {"q1": {"good": 2, "bad": 0}, "q2": {"good": 1}, "q3": {"good": 1}}
    old = Run.from_scores(
        "old",
        {
            "q1": {"bad": 3.0, "other": 2.0, "good": 1.0},
            "q2": {"good": 2.0, "other": 1.0},
            "q3": {"good": 2.0, "other": 1.0},
        },
    )
    new = Run.from_scores(
        "new",
        {
            "q1": {"good": 3.0, "bad": 2.0},
            "q2": {"other": 1.0},
            "q3": {"good": 2.0, "fresh": 1.0},
        },
    )
    runs = {"old": old, "new": new}
    evaluation = evaluate_runs(qrels, runs, ["AP"], baseline="old")
    judgements = Judgements(qrels, {"q1": {"other": 0.5}})
    return helped_and_hurt(evaluation, "new", "AP", runs=runs, judgements=judgements)


def test_a_query_is_helped_or_hurt_or_in_neither(moved):
    assert [query.query_id for query in moved.helped] == ["q1"]
    assert [query.query_id for query in moved.hurt] == ["q2"]
    assert moved.helped[0].difference == pytest.approx(2 / 3)
    assert moved.hurt[0].difference == -1.0


def test_documents_know_their_rank_in_the_other_list(moved):
    [query] = moved.helped
    assert [(one.doc_id, one.rank, one.other_rank) for one in query.baseline_list] == [
        ("bad", 1, 2),
        ("other", 2, None),
        ("good", 3, 1),
    ]
    assert [(one.doc_id, one.other_rank) for one in query.run_list] == [("good", 3), ("bad", 1)]


def test_unknown_documents_are_unjudged_and_gains_count_as_relevance(moved):
    known = {one.doc_id: one for one in moved.helped[0].baseline_list}
    assert (known["bad"].judged, known["bad"].relevant, known["bad"].grade) == (True, False, 0)
    assert (known["other"].relevant, known["other"].gain) == (True, 0.5)
    assert not moved.hurt[0].run_list[0].judged


def test_the_largest_differences_come_first_and_no_more_than_asked():
    evaluation, sources = invented(50, 2)
    baseline, run = evaluation.runs
    found = helped_and_hurt(
        evaluation,
        run.name,
        "AP",
        runs=sources.runs,
        judgements=Judgements(sources.qrels),
        most=4,
    )
    differences = sorted((run.values["AP"] - baseline.values["AP"]).tolist())
    assert [query.difference for query in found.hurt] == pytest.approx(
        [one for one in differences[:4] if one < 0]
    )
    assert [query.difference for query in found.helped] == pytest.approx(
        [one for one in differences[:-5:-1] if one > 0]
    )


def test_a_corpus_is_read_no_further_than_needed():
    read = []

    def corpus():
        for number in range(100):
            read.append(number)
            yield Document(f"d{number}", f"Text {number}.", "Title" if number == 1 else "")

    assert document_lines(corpus(), ["d1", "d3", "d3"]) == {"d1": "Title", "d3": "Text 3."}
    assert read == [0, 1, 2, 3]
    assert document_lines(corpus(), []) == {}
