"""`train dense` and `reindex` through the command line: the whole way, and refusals."""

import json
import re
from pathlib import Path

import pytest
import small_world
from sentence_transformers import SentenceTransformer

from lrat_rank.collections import read_run


@pytest.fixture
def files(lrat_rank, tmp_path: Path) -> Path:
    """Corpus, labels, queries, a tiny encoder and an index without vectors."""
    small_world.write_corpus(tmp_path / "corpus.jsonl")
    small_world.write_runs(tmp_path / "runs")
    small_world.write_queries(tmp_path / "queries.tsv")
    small_world.write_qrels(tmp_path / "qrels.txt")
    small_world.write_checkpoint(tmp_path / "base")
    for arguments in (
        ("mine", tmp_path / "runs", "--out", tmp_path / "labels.jsonl"),
        ("index", tmp_path / "corpus.jsonl", "--out", tmp_path / "index", "--encoder", "none"),
    ):
        done = lrat_rank(*arguments)
        assert done.code == 0, done.err
    return tmp_path


def trained(lrat_rank, files: Path, *more: object, labels: str = "labels.jsonl"):
    return lrat_rank(
        "train", "dense", files / labels, "--index", files / "index",
        "--out", files / "dense", "--base", files / "base", "--epochs", 1, *more,
    )  # fmt: skip


def refused(outcome, *parts: str) -> None:
    assert outcome.code == 2, outcome
    assert outcome.out == ""
    assert outcome.err.strip().count("\n") == 0, outcome.err
    for part in parts:
        assert part in outcome.err


def test_labels_become_an_encoder_an_index_and_a_run(lrat_rank, files) -> None:
    done = trained(lrat_rank, files, "--json")
    assert done.code == 0, done.err
    result = json.loads(done.out)
    assert (result["kind"], result["lists"]) == ("dense", len(small_world.TOPICS))
    assert result["record"]["gate"] == "not run"
    assert result["ranker"] == str(files / "dense")
    made = SentenceTransformer(str(files / "dense"), device="cpu").encode(["a harbour"])
    assert made.shape == (1, 16)

    again = lrat_rank(
        "reindex", files / "index", "--encoder", files / "dense", "--out", files / "second",
        "--json",
    )  # fmt: skip
    assert again.code == 0, again.err
    assert json.loads(again.out)["documents"] == 2 * len(small_world.TOPICS)
    fresh = lrat_rank(
        "index", files / "corpus.jsonl", "--out", files / "fresh", "--encoder", files / "dense"
    )
    assert fresh.code == 0, fresh.err
    runs = []
    for name in ("second", "fresh"):
        run = files / f"{name}.run"
        found = lrat_rank(
            "retrieve", files / name, files / "queries.tsv", "--stage", "dense", "--out", run
        )
        assert found.code == 0, found.err
        runs.append(run.read_text())
    assert runs[0] == runs[1]

    ranked = lrat_rank(
        "rerank", files / "second.run", "--index", files / "index",
        "--queries", files / "queries.tsv", "--ranker", files / "dense",
        "--out", files / "reranked.run",
    )  # fmt: skip
    assert ranked.code == 0, ranked.err
    before, after = (read_run(files / f"{n}.run").rankings for n in ("second", "reranked"))
    for query_id, hits in before.items():
        # The ranker is the encoder: it finds the order that its own vectors gave.
        assert [hit.score for hit in after[query_id]] == pytest.approx(
            [hit.score for hit in hits], abs=2e-3
        )


def test_one_line_tells_people_what_was_trained(lrat_rank, files) -> None:
    done = trained(lrat_rank, files)
    assert done.out.splitlines() == [
        f"Trained a dense retriever on 10 lists; wrote the trained encoder, not validated to "
        f"{files / 'dense'}."
    ]
    assert "nothing tells whether the encoder became better" in done.err


def test_validation_lists_are_measured(lrat_rank, files) -> None:
    lines = (files / "labels.jsonl").read_text().splitlines(keepends=True)
    (files / "some.jsonl").write_text("".join(lines[:7]))
    (files / "held.jsonl").write_text("".join(lines[7:]))
    held = ("--validation", files / "held.jsonl")
    done = trained(lrat_rank, files, *held, "--json", labels="some.jsonl")
    assert done.code == 0, done.err
    record = json.loads(done.out)["record"]
    assert record["validation"]["n_lists"] == 3
    assert record["gate"] in ("passed", "failed")
    assert trained(lrat_rank, files, *held, labels="some.jsonl").out.count("nDCG@10") == 1
    refused(trained(lrat_rank, files, *held), "about other questions")


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        (("--temperature", 0), ("temperature must be",)),
        (("--rejected-share", 2), ("rejected_share must be in [0, 1]",)),
        (("--intensity", "gian"), ("Did you mean gain?",)),
        (("--precision", "fp8"), ("precision must be",)),
        (("--negatives", 0, "--no-in-batch"), ("negatives must be from somewhere",)),
    ],
)
def test_a_wrong_option_is_told_before_the_work(lrat_rank, files, options, parts) -> None:
    refused(trained(lrat_rank, files, *options), *parts)
    assert not (files / "dense").exists()


def test_labels_that_teach_nothing_are_refused(lrat_rank, files) -> None:
    text = (files / "labels.jsonl").read_text()
    (files / "one.jsonl").write_text(text.splitlines(keepends=True)[0])
    refused(trained(lrat_rank, files, labels="one.jsonl"), "at least two lists")
    none = re.sub('"state":"relevant","gain":[0-9.]+', '"state":"skipped","gain":0.0', text)
    (files / "none.jsonl").write_text(none)
    refused(trained(lrat_rank, files, labels="none.jsonl"), "labels must be lists in which two")
    elsewhere = re.sub('"doc_id":"', '"doc_id":"elsewhere-', text)
    (files / "elsewhere.jsonl").write_text(elsewhere)
    refused(trained(lrat_rank, files, labels="elsewhere.jsonl"), "30 unknown candidates")
    assert not (files / "dense").exists()


def test_a_base_that_is_no_sentence_encoder_is_refused(lrat_rank, files) -> None:
    for base in (files / "index", files / "nowhere"):
        refused(trained(lrat_rank, files, "--base", base), "base must be a sentence encoder")
    assert not (files / "dense").exists()


def test_other_work_is_not_replaced(lrat_rank, files) -> None:
    (files / "dense").mkdir()
    (files / "dense" / "thesis.tex").write_text("years of work")
    refused(trained(lrat_rank, files), "dense.json was written by lrat-rank")
    assert (files / "dense" / "thesis.tex").exists()


def test_an_older_dense_retriever_is_replaced(lrat_rank, files) -> None:
    assert trained(lrat_rank, files).code == 0
    assert trained(lrat_rank, files, "--seed", 3).code == 0
    assert json.loads((files / "dense" / "dense.json").read_text())["options"]["seed"] == 3


def test_a_damaged_or_newer_record_is_told(lrat_rank, files) -> None:
    assert trained(lrat_rank, files).code == 0
    lrat_rank(
        "retrieve", files / "index", files / "queries.tsv", "--stage", "bm25",
        "--out", files / "a.run",
    )  # fmt: skip
    path = files / "dense" / "dense.json"
    whole = json.loads(path.read_text())
    for record, part in (
        (whole | {"version": 9}, "version 9"),
        (whole | {"gate": "open"}, "gate"),
    ):
        path.write_text(json.dumps(record))
        outcome = lrat_rank(
            "rerank", files / "a.run", "--index", files / "index",
            "--queries", files / "queries.tsv", "--ranker", files / "dense",
            "--out", files / "b.run",
        )  # fmt: skip
        refused(outcome, part)
    assert not (files / "b.run").exists()
