"""A BEIR folder: read by our own readers, by `datasets`, and by a csv reader as BEIR's loader has.

The hard cases: ids with blanks, documents that no corpus holds, and a folder that is not ours.
"""

import csv
import json

import pytest
from datasets import load_dataset
from export_world import LATER, LIST, labels_of, write_documents
from hand_made import run, search

from lrat_rank.collections import read_corpus, read_qrels, read_topics
from lrat_rank.errors import InputError
from lrat_rank.mining.exports.base import ExportOptions, ExportSummary
from lrat_rank.mining.grades import read_table
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.pipeline.exchange import DocumentsFrom, export_labels
from lrat_rank.trajectories.model import Browse, Reasoning

JUDGED = {"first-0": {"a": 0, "b": 2, "c": 0, "d": 0}, "second-0": {"a": 0, "f": 1}}


def export(labels, out, corpus, **options: object) -> ExportSummary:
    chosen = ExportOptions(**options)  # type: ignore[arg-type]
    places = DocumentsFrom(corpus)
    return export_labels(labels, out, target="beir", documents=places, options=chosen)


def loaded_by_beir(folder, split: str) -> tuple[dict, dict, dict]:
    """As the loader of BEIR reads a folder: JSON lines by `_id`, and qrels with a header."""
    with (folder / "corpus.jsonl").open() as lines:
        corpus = {d["_id"]: (d["title"], d["text"]) for d in map(json.loads, lines)}
    with (folder / "queries.jsonl").open() as lines:
        queries = {q["_id"]: q["text"] for q in map(json.loads, lines)}
    qrels: dict[str, dict[str, int]] = {}
    with (folder / "qrels" / f"{split}.tsv").open(newline="") as lines:
        table = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_MINIMAL)
        next(table)
        for query_id, doc_id, grade in table:
            qrels.setdefault(query_id, {})[doc_id] = int(grade)
    return corpus, queries, qrels


def test_our_readers_and_beirs_read_the_same_folder(tmp_path):
    path, labels = labels_of(tmp_path)
    out = tmp_path / "beir"
    summary = export(path, out, write_documents(tmp_path / "corpus.jsonl", "abcdefxyz"))
    judged = out / "qrels" / "train.tsv"
    assert read_qrels(judged) == JUDGED
    assert read_topics(out / "queries.jsonl") == {"first-0": "who was it", "second-0": "and when"}
    assert {d.doc_id for d in read_corpus(out / "corpus.jsonl")} == set("abcdef")  # e is unjudged
    assert read_table(judged) == labels.grade_table
    corpus, queries, qrels = loaded_by_beir(out, "train")
    assert (qrels, queries) == (JUDGED, read_topics(out / "queries.jsonl"))
    assert corpus["b"] == ("Title", "text of b")
    assert (summary.rows, summary.files) == (6, [out])


def test_datasets_reads_corpus_queries_and_qrels(tmp_path):
    path, _ = labels_of(tmp_path)
    out = tmp_path / "beir"
    export(path, out, write_documents(tmp_path / "corpus.jsonl"), split="test")

    def read(kind: str, name: str, **options: str) -> list[dict]:
        files, cache = str(out / name), str(tmp_path / "cache")
        return list(load_dataset(kind, data_files=files, split="train", cache_dir=cache, **options))

    assert read("json", "corpus.jsonl")[0] == {"_id": "a", "title": "Title", "text": "text of a"}
    assert read("json", "queries.jsonl")[1] == {"_id": "second-0", "text": "and when"}
    assert read("csv", "qrels/test.tsv", delimiter="\t")[1] == {
        "query-id": "first-0",
        "corpus-id": "b",
        "score": 2,
    }


def test_all_documents_are_written_when_asked_from_a_corpus_and_from_an_index(tmp_path):
    path, _ = labels_of(tmp_path)
    corpus = write_documents(tmp_path / "corpus.jsonl", "abcdefxyz")
    Index.build(read_corpus(corpus), tmp_path / "index", IndexOptions(encoder="none"))
    export(path, tmp_path / "one", corpus, all_documents=True)
    export_labels(
        path,
        tmp_path / "two",
        target="beir",
        documents=DocumentsFrom(index=tmp_path / "index"),
        options=ExportOptions(all_documents=True),
    )
    one, two = (sorted((tmp_path / name / "corpus.jsonl").read_text()) for name in ("one", "two"))
    assert one == two
    assert len(list(read_corpus(tmp_path / "two" / "corpus.jsonl"))) == 9


def test_ids_with_blanks_are_columns_here_and_ids_with_tabs_are_not(tmp_path):
    for name, fits in (("my run", True), ("my\trun", False), ('"run', False)):
        one = run(search("q", "a b"), Browse("a"), Reasoning("good"), trajectory_id=name)
        path, _ = labels_of(tmp_path, one)
        corpus, out = write_documents(tmp_path / "corpus.jsonl"), tmp_path / "beir"
        if fits:
            export(path, out, corpus)
            assert read_qrels(out / "qrels" / "train.tsv") == {"my run-0": {"a": 1, "b": 0}}
            assert loaded_by_beir(out, "train")[2] == {"my run-0": {"a": 1, "b": 0}}
        else:
            with pytest.raises(InputError, match="without tabs, line ends and quotation marks"):
                export(path, tmp_path / "other", corpus)


def test_a_judged_document_without_a_text_is_in_no_qrels(tmp_path):
    path, _ = labels_of(tmp_path, LIST, LATER)
    out = tmp_path / "beir"
    summary = export(path, out, write_documents(tmp_path / "corpus.jsonl", "abc"))
    assert read_qrels(out / "qrels" / "train.tsv") == {"first-0": {"a": 0, "b": 2, "c": 0}}
    assert summary.unknown == ["d", "f"]
    assert read_topics(out / "queries.jsonl") == {"first-0": "who was it"}


def test_an_earlier_export_is_replaced_and_any_other_folder_is_not(tmp_path):
    path, _ = labels_of(tmp_path)
    corpus = write_documents(tmp_path / "corpus.jsonl")
    export(path, tmp_path / "beir", corpus, split="dev")
    export(path, tmp_path / "beir", corpus, split="test")
    assert [p.name for p in (tmp_path / "beir" / "qrels").glob("*.tsv")] == ["test.tsv"]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    Index.build(read_corpus(corpus), tmp_path / "index", IndexOptions(encoder="none"))
    for folder in ("mine", "index"):
        with pytest.raises(InputError, match="something else"):
            export(path, tmp_path / folder, corpus)
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_a_split_that_is_no_file_name_is_refused(tmp_path):
    path, _ = labels_of(tmp_path)
    with pytest.raises(InputError, match="--split must be letters, digits and _"):
        export(path, tmp_path / "b", write_documents(tmp_path / "c.jsonl"), split="../train")
