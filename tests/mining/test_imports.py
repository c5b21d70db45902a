"""Imports: training rows that name their documents, as labelled lists.

The hard cases: rows whose positive is a document that did not help, a JSON array in place of lines,
and several positives in one row with a gain each.
"""

import json

import pytest
from datasets import Dataset
from export_world import BOTH, LATER, LIST, export, labels_of, rows, write_documents

from lrat_rank.errors import InputError
from lrat_rank.mining.labels import LabelledList, read_labels
from lrat_rank.pipeline.exchange import import_rows


def imported(folder, text: str) -> list[LabelledList]:
    (folder / "rows").write_text(text)
    import_rows(folder / "rows", folder / "labels.jsonl")
    return read_labels(folder / "labels.jsonl")


def ordered_ids(labelled: LabelledList) -> list[str]:
    return [c.doc_id for c in labelled.candidates]


def test_rows_exported_and_imported_export_to_the_same_rows(tmp_path):
    corpus = write_documents(tmp_path / "corpus.jsonl")
    path, _ = labels_of(tmp_path, LIST, LATER, policy="reference")
    for source, out in ((path, "one"), (tmp_path / "again.jsonl", "two")):
        export(source, tmp_path / out, "lrat-train", corpus)
        import_rows(tmp_path / "one", tmp_path / "again.jsonl")
    assert rows(tmp_path / "one") == rows(tmp_path / "two")
    assert not all(row["satisfied"] for row in rows(tmp_path / "one"))
    again = read_labels(tmp_path / "again.jsonl")
    assert [ordered_ids(m) for m in again] == [ordered_ids(m) for m in read_labels(path)]


def test_a_json_array_is_read_as_its_rows(tmp_path):
    many = [{"query": "q", "pos_id": ["a"], "neg_id": [n]} for n in (1, "b")]
    lines = imported(tmp_path, "\n".join(map(json.dumps, many)))
    assert imported(tmp_path, json.dumps(many)) == lines
    assert imported(tmp_path, "\n\n" + json.dumps(many, indent=2)) == lines
    assert [ordered_ids(m) for m in lines] == [["a", "1"], ["a", "b"]]


def test_parquet_rows_are_read_by_the_files_name(tmp_path):
    many = [{"query": "q", "pos_id": ["a"], "neg_id": [n], "trajectory": "t"} for n in "xy"]
    lines = imported(tmp_path, "\n".join(map(json.dumps, many)))
    Dataset.from_list(many).to_parquet(tmp_path / "rows.parquet")
    import_rows(tmp_path / "rows.parquet", tmp_path / "labels.jsonl")
    assert read_labels(tmp_path / "labels.jsonl") == lines
    Dataset.from_list([*many, {"query": None}]).to_parquet(tmp_path / "rows.parquet")
    with pytest.raises(InputError, match=r"training row must be .*parquet:3"):
        import_rows(tmp_path / "rows.parquet", tmp_path / "labels.jsonl")


def test_a_row_of_a_browse_in_vain_has_a_rejected_document_and_no_gain(tmp_path):
    row = {"query": "q", "pos_id": "p", "neg_id": ["n"], "satisfied": False, "reweight_rate": 2}
    (made,) = imported(tmp_path, json.dumps(row))
    assert [(c.doc_id, c.state.value, c.gain) for c in made.candidates] == [
        ("p", "rejected", 0.0),
        ("n", "skipped", 0.0),
    ]
    assert made.weight == 2


def test_rows_for_flagembedding_come_back_with_a_gain_for_each_positive(tmp_path):
    path, labels = labels_of(tmp_path, BOTH)
    out = tmp_path / "rows.jsonl"
    export(path, out, "flagembedding-reranker", write_documents(tmp_path / "corpus.jsonl"))
    (made,) = imported(tmp_path, out.read_text())
    assert {c.doc_id: c.gain for c in made.candidates} == {
        c.doc_id: c.gain for c in labels.lists[0].candidates
    }


def test_imported_ranks_say_nothing_about_relevance(tmp_path):
    row = {"query": "q", "pos_id": ["m"], "neg_id": ["z", "a", "m"], "reweight_rate": 1.5}
    (made,) = imported(tmp_path, json.dumps(row))
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
    groups = [made.group for made in imported(tmp_path, "\n".join(map(json.dumps, lines)))]
    assert groups[0] == groups[1] != groups[2] == groups[3]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ('{"query": "q"}', "missing required field `pos_id`"),
        ('{"query": "q", "pos": ["text"], "neg": ["text"]}', "the row needs their ids"),
        ('{"query": "q", "pos_id": []}', "at least one document id"),
        ('{"query": "q", "pos_id": ["a"], "reweight_rate": -1}', "finite number ≥ 0"),
        ('{"query": "q", "pos_id": ["a"], "reasoning_len": -1}', "at least 0"),
        ('{"query": "q", "pos_id": ["a"], "pos_scores": [1, 2]}', "one a positive, 1; got 2"),
        ('{"query": "q", "pos_id": ["a"], "pos_scores": [-1]}', "pos_scores must be a finite"),
    ],
)
@pytest.mark.parametrize("shape", ["{}\n{}", "[{},\n{}]"])
def test_a_wrong_row_names_its_place(row, message, shape, tmp_path):
    good = '{"query": "q", "pos_id": ["a"], "neg_id": ["b"]}'
    with pytest.raises(InputError, match=f"(?s)({message}.*rows:2)|(rows:2.*{message})"):
        imported(tmp_path, shape.format(good, row))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '{"query": "q", "pos_id": ["a"]}\n{"query": "q"',
            "training row must be an object.*rows:2",
        ),
        ('[{"query": "q", "pos_id": ["a"]}', "a broken array"),
        ("[1]", "training row must be an object.*rows:1"),
    ],
)
def test_broken_json_is_told(text, message, tmp_path):
    with pytest.raises(InputError, match=f"(?s){message}"):
        imported(tmp_path, text)


def test_an_import_does_not_replace_its_rows(tmp_path):
    (tmp_path / "rows").write_text('{"query": "q", "pos_id": ["a"]}')
    with pytest.raises(InputError, match="apart from the inputs"):
        import_rows(tmp_path / "rows", tmp_path / "rows")
