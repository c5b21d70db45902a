"""`mine`, `export` and `import` through the command line, good input and bad."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lrat_rank.collections import Document, read_qrels, write_corpus
from lrat_rank.mining.labels import read_labels
from lrat_rank.trajectories import (
    Browse,
    Impression,
    Reasoning,
    Search,
    Trajectory,
    write_trajectory,
)


def trajectory(name: str) -> Trajectory:
    shown = tuple(Impression(d, rank) for rank, d in enumerate("abc", start=1))
    turns = (
        Reasoning("Let's search."),
        Search("a query", shown),
        Browse("b", text="text of b"),
        Reasoning("The page states the year. Thus the answer is 1914."),
    )
    return Trajectory(name, "When was it?", turns, status="completed")


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    for name in ("one", "two"):
        write_trajectory(tmp_path / "runs", trajectory(name))
    return tmp_path / "runs"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    write_corpus(tmp_path / "corpus.jsonl", [Document(d, f"text of {d}") for d in "abc"])
    return tmp_path / "corpus.jsonl"


def test_mining_writes_labels_a_gain_table_and_a_loss_report(lrat_rank, runs, corpus, tmp_path):
    out = tmp_path / "labels.jsonl"
    outcome = lrat_rank("mine", runs, "--corpus", corpus, "--out", out)
    assert outcome.code == 0
    assert "2 lists: 2 relevant, 0 rejected, 4 skipped" in outcome.out
    assert [made.query_id for made in read_labels(out)] == ["one-1", "two-1"]
    gains = json.loads((tmp_path / "labels.jsonl.gains.json").read_text())
    assert gains == {"label_gain": [0.0, 1.0]}
    report = json.loads((tmp_path / "labels.jsonl.report.json").read_text())
    assert report["reading"]["trajectories"] == 2


def test_json_is_one_object_and_nothing_else(lrat_rank, runs, tmp_path):
    outcome = lrat_rank("mine", runs, "--out", tmp_path / "labels.jsonl", "--json")
    result = json.loads(outcome.out)
    assert result["lists"] == 2
    assert Path(result["labels"]).exists()


@pytest.mark.parametrize(
    "content", ['{"result": [', "\x00\xff binary", "", '{"other": "schema"}', "[]"]
)
def test_a_bad_file_is_counted_and_the_rest_is_mined(content, lrat_rank, runs, tmp_path):
    (runs / "bad.json").write_bytes(content.encode("latin-1"))
    outcome = lrat_rank("mine", runs, "--out", tmp_path / "labels.jsonl", "--json")
    assert outcome.code == 0
    (skipped,) = json.loads(outcome.out)["reading"]["skipped"]
    assert skipped["where"].endswith("bad.json")
    assert json.loads(outcome.out)["lists"] == 2


def test_strict_stops_at_a_bad_file_and_writes_nothing(lrat_rank, runs, tmp_path):
    (runs / "bad.json").write_text("{")
    outcome = lrat_rank("mine", runs, "--out", tmp_path / "labels.jsonl", "--strict")
    assert outcome.code == 2
    assert "bad.json" in outcome.err
    assert not list(tmp_path.glob("*labels*"))


def refused(outcome: object, *parts: str) -> None:
    code, err = outcome.code, outcome.err  # type: ignore[attr-defined]
    assert code == 2
    assert err.count("\n") == 1
    for part in parts:
        assert part in err


def test_a_corpus_that_knows_none_of_the_documents_is_refused(lrat_rank, runs, tmp_path):
    write_corpus(tmp_path / "other.jsonl", [Document("z", "text")])
    outcome = lrat_rank("mine", runs, "--corpus", tmp_path / "other.jsonl", "--out", tmp_path / "l")
    refused(outcome, "browse of a document that is not in the corpus", "check that --corpus")
    assert not (tmp_path / "l").exists()


def test_browses_without_a_search_give_nothing_and_are_named(lrat_rank, tmp_path):
    lost = Trajectory("lost", "Where?", (Browse("a"), Reasoning("The page says so.")))
    path = write_trajectory(tmp_path, lost)
    outcome = lrat_rank("mine", path, "--out", tmp_path / "l")
    refused(outcome, "1 × trajectory without a search")


@pytest.mark.parametrize(
    ("option", "value", "hint"),
    [
        ("--policy", "papre", "Did you mean paper?"),
        ("--judge", "cue", "Did you mean cues?"),
        ("--correctness", "filtr", "Did you mean filter?"),
        ("--format", "nope", "trajectory format must be one of auto"),
        ("--grade-levels", "1", "at least 2"),
    ],
)
def test_a_wrong_option_says_what_is_right(option, value, hint, lrat_rank, runs, tmp_path):
    refused(lrat_rank("mine", runs, "--out", tmp_path / "l", option, value), hint)


def test_a_missing_path_is_refused(lrat_rank, tmp_path):
    refused(lrat_rank("mine", tmp_path / "nowhere", "--out", tmp_path / "l"), "nothing there")


@pytest.fixture
def labels(lrat_rank: Callable[..., object], runs: Path, tmp_path: Path) -> Path:
    lrat_rank("mine", runs, "--out", tmp_path / "labels.jsonl")
    return tmp_path / "labels.jsonl"


def test_labels_export_to_qrels(lrat_rank, labels, tmp_path):
    outcome = lrat_rank("export", labels, "--to", "qrels", "--out", tmp_path / "q", "--json")
    assert json.loads(outcome.out)["rows"] == 6
    assert read_qrels(tmp_path / "q")["one-1"] == {"a": 0, "b": 1, "c": 0}


def test_labels_export_to_training_rows_and_come_back(lrat_rank, labels, corpus, tmp_path):
    rows = tmp_path / "rows.jsonl"
    options = ("--to", "flagembedding", "--corpus", corpus)
    assert lrat_rank("export", labels, *options, "--out", rows).code == 0
    outcome = lrat_rank("import", rows, "--out", tmp_path / "back.jsonl", "--json")
    assert json.loads(outcome.out)["lists"] == 2
    assert [made.query for made in read_labels(tmp_path / "back.jsonl")] == ["a query"] * 2


def test_exporting_without_a_corpus_or_to_nowhere_is_refused(lrat_rank, labels, tmp_path):
    out = tmp_path / "o"
    refused(lrat_rank("export", labels, "--to", "flagembedding", "--out", out), "Add --corpus")
    refused(lrat_rank("export", labels, "--to", "svmlite", "--out", out), "flagembedding")
    absent = tmp_path / "absent"
    refused(lrat_rank("export", absent, "--to", "qrels", "--out", out), "nothing there")


def test_importing_a_file_of_another_kind_is_refused(lrat_rank, labels, tmp_path):
    refused(lrat_rank("import", labels, "--out", tmp_path / "o"), "pos_id", "labels.jsonl:1")
