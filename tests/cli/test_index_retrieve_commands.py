"""`index` and `retrieve` through the command line."""

import json
from pathlib import Path

import pytest

from lrat_rank.collections import read_run


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.jsonl"
    path.write_text(
        '{"_id": "a", "title": "Fox", "text": "red foxes"}\n'
        '{"docid": 7, "text": "blue whales"}\n'
        '{"id": "c", "contents": "red whales"}\n'
    )
    return path


@pytest.fixture
def queries(tmp_path: Path) -> Path:
    path = tmp_path / "queries.tsv"
    path.write_text("q1\tred fox\nq2\tnothing known\n")
    return path


def test_a_corpus_becomes_an_index_and_queries_a_run(lrat_rank, corpus, queries, tmp_path) -> None:
    index, run = tmp_path / "index", tmp_path / "bm25.run.gz"
    made = lrat_rank("index", corpus, "--out", index, "--encoder", "none", "--json")
    assert made.code == 0, made.err
    assert json.loads(made.out)["documents"] == 3
    found = lrat_rank(
        "retrieve", index, queries, "--stage", "bm25", "-k", 5, "--out", run, "--json"
    )
    assert found.code == 0, found.err
    assert json.loads(found.out)["without_documents"] == ["q2"]
    assert [hit.doc_id for hit in read_run(run).rankings["q1"]] == ["a", "c"]


def test_the_reference_backend_gives_the_same_run(lrat_rank, corpus, queries, tmp_path) -> None:
    runs = []
    for backend in ("bm25s", "rank-bm25"):
        folder, run = tmp_path / backend, tmp_path / f"{backend}.run"
        lrat_rank("index", corpus, "--out", folder, "--encoder", "none", "--bm25-backend", backend)
        lrat_rank("retrieve", folder, queries, "--stage", "bm25", "--out", run)
        runs.append({hit.doc_id: round(hit.score, 5) for hit in read_run(run).rankings["q1"]})
    assert runs[0] == runs[1]
    assert len(runs[0]) == 2


def test_a_repeated_document_is_left_out_and_named(lrat_rank, corpus, tmp_path) -> None:
    with corpus.open("a") as more:
        more.write('{"_id": "a", "text": "another"}\n')
    index = tmp_path / "index"
    kept = lrat_rank("index", corpus, "--out", index, "--encoder", "none")
    assert kept.code == 0
    assert "corpus.jsonl:4" in kept.out
    strict = lrat_rank("index", corpus, "--out", index, "--encoder", "none", "--strict")
    assert strict.code == 2
    assert "'a' a second time" in strict.err


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (["--stage", "hybrid"], "--encoder offline"),
        (["--stage", "sparse"], "bm25, dense, hybrid"),
        (["--stage", "bm25", "-k", "0"], "at least 1"),
    ],
)
def test_a_wrong_option_is_one_line(lrat_rank, corpus, queries, tmp_path, options, part) -> None:
    lrat_rank("index", corpus, "--out", tmp_path / "i", "--encoder", "none")
    wrong = lrat_rank("retrieve", tmp_path / "i", queries, "--out", tmp_path / "run", *options)
    assert wrong.code == 2
    assert part in wrong.err
    assert wrong.err.count("\n") == 1
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("options", "kept"),
    [(["--token-vectors"], True), (["--no-token-vectors"], False), ([], True)],
)
def test_token_vectors_are_kept_where_asked_for(lrat_rank, corpus, tmp_path, options, kept) -> None:
    index = tmp_path / "index"
    made = lrat_rank("index", corpus, "--out", index, "--encoder", "offline", *options)
    assert made.code == 0, made.err
    assert (index / "token_vectors").exists() == kept


def test_token_vectors_without_an_encoder_are_refused(lrat_rank, corpus, tmp_path) -> None:
    index = tmp_path / "index"
    made = lrat_rank("index", corpus, "--out", index, "--encoder", "none", "--token-vectors")
    assert made.code == 2
    assert "token vectors must be asked of an index with an encoder" in made.err
    assert not index.exists()
