"""Exports and imports: the same labels in other tools' files."""

import json
from pathlib import Path

import pytest
from hand_made import mined, run, search

from lrat_rank.collections import Document, read_qrels, write_corpus
from lrat_rank.errors import InputError
from lrat_rank.mining.grades import read_table, table_path, write_table
from lrat_rank.mining.labels import LabelledList, read_labels, write_labels
from lrat_rank.mining.miner import MinedLabels
from lrat_rank.pipeline.exchange import export_labels, import_rows
from lrat_rank.trajectories.model import Browse, Reasoning

LIST = run(
    search("who was it", "a b c d e"),
    Browse("d"),
    Reasoning("in vain"),
    Browse("b"),
    Reasoning("three good words"),
    Browse("c"),
    Reasoning("in vain"),
    Browse("e"),
    Reasoning("unclear"),
    trajectory_id="first",
)
LATER = run(search("and when", "a f"), Browse("f"), Reasoning("good"), trajectory_id="second")


def write(labels: MinedLabels, folder: Path) -> Path:
    path = folder / "labels.jsonl"
    write_labels(path, labels.lists)
    write_table(path, labels.grade_table)
    return path


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.jsonl"
    write_corpus(path, [Document(d, f"text of {d}", "Title") for d in "abcdef"])
    return path


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_qrels_hold_the_grades_of_judged_documents_and_the_table_lies_beside(tmp_path):
    labels = mined("default", LIST, LATER)
    summary = export_labels(write(labels, tmp_path), tmp_path / "out.qrels", target="qrels")
    assert read_qrels(tmp_path / "out.qrels") == {
        "first-0": {"a": 0, "b": 2, "c": 0, "d": 0},  # e is masked, which is unjudged
        "second-0": {"a": 0, "f": 1},
    }
    assert read_table(tmp_path / "out.qrels") == labels.grade_table
    assert summary.rows == 6
    assert summary.left_out == {"masked document": 1}


def test_qrels_grades_lead_back_to_the_mined_gains(tmp_path):
    labels = mined("default", LIST, LATER)
    export_labels(write(labels, tmp_path), tmp_path / "out.qrels", target="qrels")
    table = read_table(tmp_path / "out.qrels")
    assert table is not None
    qrels = read_qrels(tmp_path / "out.qrels")
    gains = {m.query_id: {c.doc_id: c.gain for c in m.candidates if c.judged} for m in labels.lists}
    assert gains == {
        query_id: {doc_id: table.label_gain[grade] for doc_id, grade in judged.items()}
        for query_id, judged in qrels.items()
    }


def test_without_a_table_beside_the_labels_one_is_fitted(tmp_path):
    labels = mined("default", LIST, LATER)
    path = write(labels, tmp_path)
    table_path(path).unlink()
    export_labels(path, tmp_path / "out.qrels", target="qrels")
    assert read_table(tmp_path / "out.qrels") == labels.grade_table


def test_an_id_with_white_space_cannot_be_a_qrels_column(tmp_path):
    spaced = run(search("q", "a b"), Browse("a"), Reasoning("good"), trajectory_id="my run")
    path = write(mined("default", spaced), tmp_path)
    with pytest.raises(InputError, match="without white space; got 'my run-0'"):
        export_labels(path, tmp_path / "out.qrels", target="qrels")
    assert not (tmp_path / "out.qrels").exists()


def test_flagembedding_rows_hold_the_hardest_negatives_first(tmp_path, corpus):
    labels = mined("default", LIST, LATER)
    out = tmp_path / "rows.jsonl"
    export_labels(write(labels, tmp_path), out, target="flagembedding", corpus=corpus)
    first, second = rows(out)
    relevant = next(c for c in labels.lists[0].candidates if c.doc_id == "b")
    assert first == {
        "query": "who was it",
        "pos": ["Title text of b"],
        "neg": ["Title text of c", "Title text of d", "Title text of a"],
        "pos_id": ["b"],
        "neg_id": ["c", "d", "a"],
        "reasoning_len": 3,
        "satisfied": True,
        "reweight_rate": relevant.gain,
        "trajectory": "first",
    }
    assert (second["pos_id"], second["neg_id"]) == (["f"], ["a"])


def test_documents_without_a_text_are_left_out_and_counted(tmp_path):
    corpus = tmp_path / "corpus.jsonl"
    write_corpus(corpus, [Document(d, f"text of {d}") for d in "abc"])
    path = write(mined("default", LIST, LATER), tmp_path)
    summary = export_labels(path, tmp_path / "r", target="flagembedding", corpus=corpus)
    assert [row["neg_id"] for row in rows(tmp_path / "r")] == [["c", "a"]]
    assert summary.left_out == {"negative without a text": 1, "row whose positive has no text": 1}


def test_sentence_transformers_rows_hold_documents_and_gains_and_no_other_column(tmp_path, corpus):
    labels = mined("default", LIST, LATER)
    path = write(labels, tmp_path)
    out = tmp_path / "rows.jsonl"
    export_labels(path, out, target="sentence-transformers", corpus=corpus)
    first, _ = rows(out)
    assert list(first) == ["query", "docs", "labels"]
    assert first["docs"] == [f"Title text of {d}" for d in "abcd"]
    assert first["labels"] == [c.gain for c in labels.lists[0].candidates[:4]]


@pytest.mark.parametrize("target", ["qrels", "flagembedding", "sentence-transformers"])
def test_an_export_without_rows_is_refused_and_leaves_what_stood_there(target, tmp_path, corpus):
    path = write(mined("default", run(search("q", "a b"), Browse("a"))), tmp_path)
    (tmp_path / "out").write_text("before")
    with pytest.raises(InputError, match="at least one row"):
        export_labels(path, tmp_path / "out", target=target, corpus=corpus)
    assert (tmp_path / "out").read_text() == "before"


def test_an_unknown_target_names_those_there_are(tmp_path):
    path = write(mined("default", LIST), tmp_path)
    known = "qrels, flagembedding, sentence-transformers; got 'svmlight'"
    with pytest.raises(InputError, match=known):
        export_labels(path, tmp_path / "out", target="svmlight")


def test_a_target_with_texts_asks_for_the_corpus(tmp_path):
    path = write(mined("default", LIST), tmp_path)
    with pytest.raises(InputError, match="Add --corpus CORPUS"):
        export_labels(path, tmp_path / "out", target="flagembedding")


def ordered_ids(labelled: LabelledList) -> list[str]:
    return [c.doc_id for c in labelled.candidates]


def test_rows_exported_and_imported_export_to_the_same_rows(tmp_path, corpus):
    path = write(mined("reference", LIST, LATER), tmp_path)
    for source, out in ((path, "one"), (tmp_path / "again.jsonl", "two")):
        export_labels(source, tmp_path / out, target="flagembedding", corpus=corpus)
        import_rows(tmp_path / "one", tmp_path / "again.jsonl")
    assert rows(tmp_path / "one") == rows(tmp_path / "two")
    assert len(rows(tmp_path / "one")) > 2
    again = read_labels(tmp_path / "again.jsonl")
    assert [ordered_ids(m) for m in again] == [ordered_ids(m) for m in read_labels(path)]


def test_imported_ranks_say_nothing_about_relevance(tmp_path):
    row = {"query": "q", "pos_id": ["m"], "neg_id": ["z", "a", "m"], "reweight_rate": 1.5}
    (tmp_path / "rows").write_text(json.dumps(row))
    import_rows(tmp_path / "rows", tmp_path / "labels.jsonl")
    (made,) = read_labels(tmp_path / "labels.jsonl")
    assert {c.doc_id: c.rank for c in made.candidates} == {"a": 1, "m": 2, "z": 3}
    assert [(c.doc_id, c.gain, c.grade) for c in made.candidates] == [
        ("m", 1.5, 1),
        ("z", 0.0, 0),
        ("a", 0.0, 0),
    ]
    assert made.weight == 1.5


def test_rows_of_one_query_share_a_group_and_so_do_rows_of_one_trajectory(tmp_path):
    lines = [
        {"query": "Same  query", "pos_id": 1},
        {"query": "same query", "pos_id": "2"},
        {"query": "x", "pos_id": ["3"], "trajectory": "t"},
        {"query": "y", "pos_id": ["4"], "trajectory": "t"},
    ]
    (tmp_path / "rows").write_text("\n".join(map(json.dumps, lines)))
    import_rows(tmp_path / "rows", tmp_path / "labels.jsonl")
    groups = [made.group for made in read_labels(tmp_path / "labels.jsonl")]
    assert groups[0] == groups[1] != groups[2] == groups[3]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ('{"query": "q"}', "missing required field `pos_id`"),
        ('{"query": "q", "pos_id": []}', "at least one document id"),
        ('{"query": "q", "pos_id": ["a"], "reweight_rate": -1}', "finite number ≥ 0"),
        ('{"query": "q", "pos_id": ["a"], "reasoning_len": -1}', "at least 0"),
        ('{"query": "q", "pos_id": ["a"', "training row must be an object"),
    ],
)
def test_a_broken_row_names_its_line(row, message, tmp_path):
    (tmp_path / "rows").write_text('{"query": "q", "pos_id": ["a"], "neg_id": ["b"]}\n' + row)
    with pytest.raises(InputError, match=rf"(?s){message}.*rows:2"):
        import_rows(tmp_path / "rows", tmp_path / "labels.jsonl")
