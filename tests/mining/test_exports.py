"""Exports, whatever the target: what is written, what is left out, what is refused."""

import ir_measures
import pytest
from export_world import LIST, export, labels_of, rows, write_documents
from hand_made import run, search

from lrat_rank.collections import Document, read_qrels, write_corpus
from lrat_rank.errors import InputError
from lrat_rank.mining.exports.base import ExportOptions, Need
from lrat_rank.mining.exports.registry import EXPORTERS
from lrat_rank.mining.grades import read_table, table_path
from lrat_rank.pipeline.exchange import DocumentsFrom, export_labels
from lrat_rank.trajectories.model import Browse, Reasoning

TEXT_TARGETS = [name for name, target in EXPORTERS.items() if target.needs is Need.TEXTS]
FEATURE_TARGETS = [name for name, target in EXPORTERS.items() if target.needs is Need.FEATURES]


def test_qrels_hold_the_grades_of_judged_documents_and_the_table_lies_beside(tmp_path):
    path, labels = labels_of(tmp_path)
    summary = export(path, tmp_path / "out.qrels", "qrels")
    assert read_qrels(tmp_path / "out.qrels") == {
        "first-0": {"a": 0, "b": 2, "c": 0, "d": 0},  # e is masked, which is unjudged
        "second-0": {"a": 0, "f": 1},
    }
    assert read_table(tmp_path / "out.qrels") == labels.grade_table
    assert summary.rows == 6
    assert summary.left_out == {"masked document": 1}


def test_ir_measures_reads_the_qrels_and_their_grades_lead_back_to_the_gains(tmp_path):
    path, labels = labels_of(tmp_path)
    export(path, tmp_path / "out.qrels", "qrels")
    table = read_table(tmp_path / "out.qrels")
    assert table is not None
    read = {
        (line.query_id, line.doc_id): table.label_gain[line.relevance]
        for line in ir_measures.read_trec_qrels(str(tmp_path / "out.qrels"))
    }
    assert read == {
        (m.query_id, c.doc_id): c.gain for m in labels.lists for c in m.candidates if c.judged
    }


def test_without_a_table_beside_the_labels_one_is_fitted(tmp_path):
    path, labels = labels_of(tmp_path)
    table_path(path).unlink()
    export(path, tmp_path / "out.qrels", "qrels")
    assert read_table(tmp_path / "out.qrels") == labels.grade_table


def test_an_id_with_white_space_cannot_be_a_qrels_column_and_the_first_is_named(tmp_path):
    spaced = run(search("q", "a b"), Browse("a"), Reasoning("good"), trajectory_id="my run")
    other = run(search("q", "a b"), Browse("a"), Reasoning("good"), trajectory_id="its run")
    path, _ = labels_of(tmp_path, spaced, other)
    with pytest.raises(InputError, match=r"got 'my run-0' and 1 more\. Export with --to beir"):
        export(path, tmp_path / "out.qrels", "qrels")
    assert not (tmp_path / "out.qrels").exists()


def test_documents_without_a_text_are_left_out_counted_and_named(tmp_path):
    path, _ = labels_of(tmp_path)
    corpus = write_documents(tmp_path / "corpus.jsonl", "abc")
    summary = export(path, tmp_path / "r", "lrat-train", corpus)
    assert [row["neg_id"] for row in rows(tmp_path / "r")] == [["c", "a"]]
    assert summary.unknown == ["d", "f"]  # e has no text either, and is masked
    assert summary.left_out == {
        "document without a text": 2,
        "list without a positive": 1,
        "masked document": 1,
    }


def test_an_empty_document_teaches_nothing_and_is_no_row(tmp_path):
    path, _ = labels_of(tmp_path)
    empty = [Document(d, "" if d in "df" else d) for d in "abcdef"]
    write_corpus(tmp_path / "corpus.jsonl", empty)
    summary = export(path, tmp_path / "r", "lrat-train", tmp_path / "corpus.jsonl")
    assert [row["neg_id"] for row in rows(tmp_path / "r")] == [["c", "a"]]
    assert summary.left_out["document without a text"] == 2
    assert summary.unknown == []


@pytest.mark.parametrize("target", TEXT_TARGETS)
def test_no_masked_document_is_a_row_of_any_target(target, tmp_path):
    path, _ = labels_of(tmp_path)
    out = tmp_path / "out.jsonl"
    summary = export(path, out, target, write_documents(tmp_path / "corpus.jsonl"))
    assert summary.left_out == {"masked document": 1}
    written = [out] if out.is_file() else [*(out / "qrels").glob("*.tsv")]
    assert not any("text of e" in file.read_text() for file in written)


@pytest.mark.parametrize("target", [*TEXT_TARGETS, "qrels"])
def test_an_export_without_rows_is_refused_and_leaves_what_stood_there(target, tmp_path):
    path, _ = labels_of(tmp_path, run(search("q", "a b"), Browse("a")))
    out = tmp_path / "out.jsonl"
    if target != "beir":
        out.write_text("before")
    with pytest.raises(InputError, match="at least one row"):
        export(path, out, target, write_documents(tmp_path / "corpus.jsonl"))
    assert not out.exists() if target == "beir" else out.read_text() == "before"


def test_an_unknown_target_names_the_nearest(tmp_path):
    path, _ = labels_of(tmp_path)
    with pytest.raises(InputError, match=r"Did you mean svmlight\?"):
        export(path, tmp_path / "out", "svmlite")


@pytest.mark.parametrize("target", TEXT_TARGETS)
def test_a_target_with_texts_asks_for_a_corpus_or_an_index(target, tmp_path):
    path, _ = labels_of(tmp_path)
    with pytest.raises(InputError, match="Add --corpus CORPUS or --index INDEX"):
        export(path, tmp_path / "out", target)


@pytest.mark.parametrize("target", FEATURE_TARGETS)
def test_a_target_with_features_asks_for_an_index(target, tmp_path):
    path, _ = labels_of(tmp_path)
    with pytest.raises(InputError, match="lrat-rank index CORPUS --out INDEX"):
        export(path, tmp_path / "out", target, write_documents(tmp_path / "corpus.jsonl"))


def test_a_corpus_of_other_documents_is_named_with_the_first_ids_it_lacks(tmp_path):
    path, _ = labels_of(tmp_path)
    corpus = write_documents(tmp_path / "corpus.jsonl", "xyz")
    with pytest.raises(InputError, match=r"none of the 6 documents .* \(a, b, c, …\) .*corpus"):
        export(path, tmp_path / "out", "lrat-train", corpus)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (ExportOptions(split="test"), "--split must be given with --to beir; got --to qrels"),
        (ExportOptions(push_to_hub="me/it"), "--push-to-hub must be given with --to datasets"),
        (ExportOptions(private=True), "--private must be given with --to datasets"),
    ],
)
def test_an_option_the_target_does_not_take_is_refused(options, message, tmp_path):
    path, _ = labels_of(tmp_path)
    with pytest.raises(InputError, match=message):
        export_labels(path, tmp_path / "out", target="qrels", options=options)


def test_the_output_replaces_no_input_and_lies_in_no_index(tmp_path):
    path, _ = labels_of(tmp_path)
    corpus, index = write_documents(tmp_path / "corpus.jsonl"), tmp_path / "index"
    index.mkdir()
    for out in (path, corpus, tmp_path):
        with pytest.raises(InputError, match="apart from the inputs"):
            export(path, out, "lrat-train", corpus)
    with pytest.raises(InputError, match="outside the index folder"):
        export_labels(
            path, index / "rows.jsonl", target="lrat-train", documents=DocumentsFrom(index=index)
        )


def test_a_corpus_and_an_index_are_not_given_together(tmp_path):
    path, _ = labels_of(tmp_path, LIST)
    both = DocumentsFrom(tmp_path / "corpus.jsonl", tmp_path / "index")
    with pytest.raises(InputError, match="from --corpus or from --index; got both"):
        export_labels(path, tmp_path / "out", target="lrat-train", documents=both)
