"""Corpora and topics in the forms they are found in."""

import gzip
import json

import pytest

from lrat_rank.collections import (
    Document,
    read_corpus,
    read_topics,
    write_corpus,
    write_topics,
)
from lrat_rank.errors import InputError


def lines(path, *records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


@pytest.mark.parametrize("id_field", ["_id", "docid", "id"])
@pytest.mark.parametrize("text_field", ["text", "contents"])
def test_every_spelling_of_a_document_reads_the_same(tmp_path, id_field, text_field):
    path = lines(tmp_path / "c.jsonl", {id_field: "d1", "title": "T", text_field: "words"})
    assert list(read_corpus(path)) == [Document("d1", "words", "T")]


def test_ids_may_be_numbers_and_titles_absent_or_null(tmp_path):
    path = lines(
        tmp_path / "c.jsonl", {"id": 7, "text": "a"}, {"_id": 0, "title": None, "text": ""}
    )
    assert list(read_corpus(path)) == [Document("7", "a"), Document("0", "")]


def test_the_first_field_that_holds_an_id_counts(tmp_path):
    path = lines(tmp_path / "c.jsonl", {"_id": None, "docid": "", "id": "d1", "text": "a"})
    assert [document.doc_id for document in read_corpus(path)] == ["d1"]


@pytest.mark.parametrize("name", ["c.jsonl", "c.jsonl.gz"])
def test_a_corpus_reads_back_as_it_was_written(tmp_path, name):
    documents = [Document("d1", 'a "b"\nc\u2028d', "ü"), Document("d2", "", "")]
    write_corpus(tmp_path / name, documents)
    assert list(read_corpus(tmp_path / name)) == documents


@pytest.mark.parametrize(
    "record",
    [{"text": "a"}, {"_id": True, "text": "a"}, {"_id": "d"}, {"_id": "d", "text": 3},
     {"_id": "d", "text": "a", "title": ["t"]}, {"_id": ["d"], "text": "a"}],
)  # fmt: skip
def test_a_line_without_id_or_text_names_its_place(tmp_path, record):
    path = lines(tmp_path / "c.jsonl", {"_id": "ok", "text": "a"}, record)
    with pytest.raises(InputError, match=r"corpus line must be an object with .*c\.jsonl:2\)"):
        list(read_corpus(path))


def test_an_id_twice_is_an_error_or_a_counted_repeat(tmp_path):
    path = lines(tmp_path / "c.jsonl", {"_id": "d", "text": "a"}, {"_id": "d", "text": "b"})
    with pytest.raises(InputError, match=r"got 'd' a second time \(.*c\.jsonl:2\)"):
        list(read_corpus(path))
    repeats: list[str] = []
    assert [one.text for one in read_corpus(path, repeats=repeats)] == ["a"]
    assert repeats == [f"d ({path}:2)"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("q.jsonl", '{"_id": "q1", "text": "one two"}\n{"_id": "q2", "text": "three"}\n'),
        ("q.jsonl", '{"query_id": "q1", "query": "one two"}\n{"id": "q2", "text": "three"}\n'),
        ("q.tsv", "q1\tone two\nq2\tthree\n"),
        ("q.tsv", "query_id\ttext\nq1\tone two\n\nq2\t three \n"),
        ("q.txt", "q1\tone two\nq2\tthree"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_every_form_of_topics_reads_the_same(tmp_path, name, text, packed):
    path = tmp_path / (f"{name}.gz" if packed else name)
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    assert list(read_topics(path).items()) == [("q1", "one two"), ("q2", "three")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("q.jsonl", '{"_id": "q1", "text": "a"}\n{"_id": "q1", "text": "b"}\n'),
        ("q.tsv", "q1\ta\nq1\tb\n"),
    ],
)
def test_a_query_id_twice_names_its_place(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=r"query_id must be unique; got 'q1' a second time .*:2\)"):
        read_topics(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "text"),
    [("q.tsv", "q1 no tab\n"), ("q.tsv", "q1\t \n"), ("q.jsonl", '{"_id": "q1"}\n'),
     ("q.jsonl", '{"text": "a"}\n'), ("q.jsonl", '["q1", "a"]\n')],
)  # fmt: skip
def test_a_topic_without_id_or_text_names_its_place(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=rf"{name}:1"):
        read_topics(tmp_path / name)


def test_topics_read_back_as_they_were_written(tmp_path):
    topics = {"q1": "one\ttwo", "q2": "ü"}
    write_topics(tmp_path / "q.jsonl", topics)
    assert read_topics(tmp_path / "q.jsonl") == topics


@pytest.mark.shared
@pytest.mark.parametrize(("name", "documents"), [("cacm", 3204), ("vaswani", 11429)])
def test_real_corpora_are_read_whole(shared, name, documents):
    folder = shared / "collections" / name
    repeats: list[str] = []
    read = sum(1 for _ in read_corpus(folder / "corpus.jsonl", repeats=repeats))
    assert read + len(repeats) == documents
    assert len(read_topics(folder / "queries.jsonl")) > 50
