"""From agent runs to evaluated runs, command by command, on files made here."""

import json
from pathlib import Path

import pytest
import small_world

from lrat_rank.collections import read_run


@pytest.fixture
def way(lrat_rank, tmp_path: Path):
    """Runs a command that must succeed; gives its JSON result."""

    def call(*arguments: object) -> dict[str, object]:
        outcome = lrat_rank(*arguments, "--json")
        assert outcome.code == 0, outcome.err
        return json.loads(outcome.out)

    small_world.write_corpus(tmp_path / "corpus.jsonl")
    small_world.write_runs(tmp_path / "runs")
    small_world.write_queries(tmp_path / "queries.tsv")
    small_world.write_qrels(tmp_path / "qrels.txt")
    small_world.write_checkpoint(tmp_path / "base")
    return call


def test_logs_become_labels_rankers_runs_and_measures(way, tmp_path: Path) -> None:
    labels, index = tmp_path / "labels.jsonl", tmp_path / "index"
    mined = way("mine", tmp_path / "runs", "--corpus", tmp_path / "corpus.jsonl", "--out", labels)
    assert mined["lists"] == len(small_world.TOPICS)
    assert mined["candidates"]["relevant"] == len(small_world.TOPICS)

    way("index", tmp_path / "corpus.jsonl", "--out", index, "--encoder", "none")
    trained = way("train", "lightgbm", labels, "--index", index, "--out", tmp_path / "lightgbm")
    assert trained["lists"] == len(small_world.TOPICS)
    way(
        "train", "cross-encoder", labels, "--index", index, "--out", tmp_path / "cross-encoder",
        "--base", tmp_path / "base", "--epochs", 1,
    )  # fmt: skip
    way(
        "cascade", tmp_path / "lightgbm", tmp_path / "cross-encoder",
        "--out", tmp_path / "cascade", "--depth", 3,
    )  # fmt: skip

    queries, first = tmp_path / "queries.tsv", tmp_path / "bm25.run"
    way("retrieve", index, queries, "--stage", "bm25", "-k", 10, "--out", first)
    before = {q: {hit.doc_id for hit in hits} for q, hits in read_run(first).rankings.items()}
    runs = [first]
    for ranker in ("lightgbm", "cross-encoder", "cascade"):
        runs.append(tmp_path / f"{ranker}.run")
        way(
            "rerank", first, "--index", index, "--queries", queries,
            "--ranker", tmp_path / ranker, "--out", runs[-1],
        )  # fmt: skip
        after = read_run(runs[-1]).rankings
        assert {q: {hit.doc_id for hit in hits} for q, hits in after.items()} == before

    measured = way("evaluate", tmp_path / "qrels.txt", *runs, "--baseline", first)
    assert [run["name"] for run in measured["runs"]] == [run.stem for run in runs]
    way("export", labels, "--to", "qrels", "--out", tmp_path / "labels.qrels")
    rows = (tmp_path / "labels.qrels").read_text().splitlines()
    assert sum(int(row.split()[3]) > 0 for row in rows) == len(small_world.TOPICS)


def test_a_trained_ranker_gives_the_same_run_again(way, tmp_path: Path) -> None:
    labels, index = tmp_path / "labels.jsonl", tmp_path / "index"
    way("mine", tmp_path / "runs", "--out", labels)
    way("index", tmp_path / "corpus.jsonl", "--out", index, "--encoder", "none")
    way("retrieve", index, labels, "--stage", "bm25", "--out", tmp_path / "first.run")
    for name in ("one", "two"):
        way("train", "lightgbm", labels, "--index", index, "--out", tmp_path / name)
        way(
            "rerank", tmp_path / "first.run", "--index", index, "--queries", labels,
            "--ranker", tmp_path / name, "--out", tmp_path / "same.run",
        )  # fmt: skip
        (tmp_path / "same.run").rename(tmp_path / f"{name}.run")
    assert (tmp_path / "one.run").read_text() == (tmp_path / "two.run").read_text()
