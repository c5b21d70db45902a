"""TREC runs: what is read is what was written, in the order evaluation takes it."""

import gzip

import ir_measures
import numpy as np
import pytest

from lrat_rank.collections import Run, ScoredDocument, rank_by_score, read_run, write_run
from lrat_rank.errors import InputError


@pytest.mark.parametrize("name", ["a.run", "a.run.gz"])
def test_a_run_reads_back_as_it_was_written(tmp_path, name):
    generator = np.random.default_rng(0)
    scores = [
        *(generator.normal(size=50) * 10.0 ** generator.integers(-30, 30, 50)),
        0.1 + 0.2,
        -0.0,
    ]
    run = Run("tag", {"q1": rank_by_score([f"d{i}" for i in range(52)], scores), "ü2": []})
    write_run(tmp_path / name, run)
    del run.rankings["ü2"]  # six columns have no line for a query without documents
    assert read_run(tmp_path / name) == run


def test_a_written_run_has_trecs_six_columns_with_ranks_from_one(tmp_path):
    write_run(tmp_path / "a.run", Run("", {"q": rank_by_score(["a", "b"], [1.0, 2.5])}))
    assert (tmp_path / "a.run").read_text() == "q Q0 b 1 2.5 lrat-rank\nq Q0 a 2 1.0 lrat-rank\n"


def test_numpy_scores_are_written_as_plain_numbers(tmp_path):
    write_run(tmp_path / "a.run", Run("t", {"q": [ScoredDocument("a", np.float64(0.1))]}))
    assert (tmp_path / "a.run").read_text() == "q Q0 a 1 0.1 t\n"


def test_the_order_comes_from_the_scores_not_from_the_ranks_or_the_lines(tmp_path):
    (tmp_path / "a.run").write_text("q Q0 low 1 1 t\nq Q0 high 9 2e0 t\nq\tQ0\tmid\t3\t1.5\tt\r\n")
    assert [hit.doc_id for hit in read_run(tmp_path / "a.run").rankings["q"]] == [
        "high",
        "mid",
        "low",
    ]


DOC_IDS = ["d1", "d10", "d2", "D3", "é", "z", "a", "10", "9", "_"]


@pytest.mark.parametrize("place", range(len(DOC_IDS)))
def test_ties_are_broken_as_trec_eval_breaks_them(place):
    """With one relevant document, its reciprocal rank says where trec_eval put it."""
    ranking = rank_by_score(DOC_IDS, [1.0] * len(DOC_IDS))
    [oracle] = ir_measures.iter_calc(
        [ir_measures.RR], {"q": {ranking[place].doc_id: 1}}, {"q": dict.fromkeys(DOC_IDS, 1.0)}
    )
    assert oracle.value == pytest.approx(1 / (place + 1))


def test_an_order_does_not_depend_on_the_order_given():
    generator = np.random.default_rng(1)
    doc_ids = np.array([f"d{i}" for i in range(100)])
    scores = generator.integers(0, 5, 100).astype(float)
    orders = []
    for _ in range(3):
        mixed = generator.permutation(100)
        orders.append(rank_by_score(doc_ids[mixed].tolist(), scores[mixed].tolist()))
    assert orders[0] == orders[1] == orders[2]


def test_depth_keeps_the_best():
    assert rank_by_score(["a", "b", "c"], [1.0, 3.0, 2.0], depth=2) == [
        ScoredDocument("b", 3.0),
        ScoredDocument("c", 2.0),
    ]


def test_a_score_that_is_not_a_number_has_no_place():
    with pytest.raises(InputError, match=r"got NaN \(document b\)"):
        rank_by_score(["a", "b"], [1.0, float("nan")])


@pytest.mark.parametrize("score", ["nan", "NaN", "inf", "-Infinity", "1,5", "high", "0x1"])
def test_a_score_that_is_no_finite_number_names_file_and_line(tmp_path, score):
    path = tmp_path / "a.run"
    path.write_text(f"q Q0 d1 1 2.0 t\n\nq Q0 d2 2 {score} t\n")
    with pytest.raises(InputError) as caught:
        read_run(path)
    assert str(caught.value) == f"score must be a finite number; got {score!r} ({path}:3)."


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("q1 0 d1 1", "4 columns, which is a qrels file"),
        ("q1\td1\t1", "3 columns, which is a BEIR qrels file"),
        ("query-id\tcorpus-id\tscore", "3 columns, which is a BEIR qrels file"),
    ],
)
def test_a_qrels_file_given_as_a_run_says_so(tmp_path, line, kind):
    (tmp_path / "qrels").write_text(f"{line}\n")
    with pytest.raises(InputError, match=kind) as caught:
        read_run(tmp_path / "qrels")
    assert caught.value.do == "Give the qrels first, then the runs."


def test_a_document_twice_for_one_query_names_both_lines(tmp_path):
    path = tmp_path / "a.run"
    path.write_text("q1 Q0 d1 1 2 t\nq2 Q0 d1 1 2 t\nq1 Q0 d1 2 1 t\n")
    with pytest.raises(
        InputError, match=r"got q1 d1 a second time \(.*a\.run:3, first on line 1\)"
    ):
        read_run(path)


def test_ids_that_six_columns_cannot_carry_are_not_written(tmp_path):
    path = tmp_path / "a.run"
    path.write_text("old\n")
    for query_id, doc_id in [("q 1", "d"), ("q", "d\t1"), ("", "d"), ("q", "")]:
        with pytest.raises(InputError, match="without white space"):
            write_run(path, Run("t", {query_id: [ScoredDocument(doc_id, 1.0)]}))
    assert path.read_text() == "old\n"


def test_a_truncated_gzip_is_no_short_run(tmp_path):
    whole = gzip.compress(b"".join(b"q Q0 d%d 1 %d t\n" % (i, i) for i in range(5000)))
    (tmp_path / "a.run.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="run must be a whole gzip file; got a broken one"):
        read_run(tmp_path / "a.run.gz")
