"""`train cross-encoder` through the command line: a warm-up on the way, uploads, and refusals."""

import json
from pathlib import Path

import pytest
import small_world

from lrat_rank.models.cross_encoder import hub


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Path:
    """Corpus, runs and a tiny encoder."""
    folder = tmp_path_factory.mktemp("world")
    small_world.write_corpus(folder / "corpus.jsonl")
    small_world.write_runs(folder / "runs")
    small_world.write_checkpoint(folder / "base")
    return folder


@pytest.fixture
def trained(lrat_rank, world, tmp_path):
    """Trains into a new folder."""
    for arguments in (
        ("mine", world / "runs", "--out", tmp_path / "labels.jsonl"),
        ("index", world / "corpus.jsonl", "--out", tmp_path / "index", "--encoder", "none"),
    ):
        done = lrat_rank(*arguments)
        assert done.code == 0, done.err

    def train(*more: object, base: Path = world / "base", out: str = "ranker"):
        return lrat_rank(
            "train", "cross-encoder", tmp_path / "labels.jsonl", "--index", tmp_path / "index",
            "--out", tmp_path / out, "--base", base, "--epochs", 1, "--max-length", 32,
            "--no-guard", "--precision", "float32", *more,
        )  # fmt: skip

    return train


def refused(outcome, *parts: str) -> None:
    assert outcome.code == 2, outcome
    assert outcome.err.strip().count("\n") == 0, outcome.err
    for part in parts:
        assert part in outcome.err


def test_a_run_warms_up_on_the_corpus_and_then_trains_on_the_labels(trained, tmp_path) -> None:
    done = trained("--warm-up", 4, "--json")
    assert done.code == 0, done.err
    warming = done.err.index("Warming up on 4 lists made from the corpus")
    assert done.err.index("Epoch 1 of 1", warming) > warming
    result = json.loads(done.out)
    assert result["record"]["training"]["options"]["warm_up"]["lists"] == 4
    assert result["record"]["gate"]["verdict"] in ("not run", "failed")
    assert result["lists"] == len(small_world.TOPICS)
    assert not (tmp_path / "ranker.partial").exists()


def test_a_base_is_not_written_over_by_what_is_trained_from_it(
    lrat_rank, trained, world, tmp_path
) -> None:
    assert trained().code == 0
    before = (tmp_path / "ranker" / "model.safetensors").read_bytes()
    refused(trained(base=tmp_path / "ranker"), "--out must be apart from the inputs")
    again = lrat_rank(
        "warm-up", tmp_path / "index", "--out", tmp_path / "ranker", "--base", tmp_path / "ranker"
    )
    refused(again, "--out must be apart from the inputs")
    assert (tmp_path / "ranker" / "model.safetensors").read_bytes() == before


def test_a_ranker_that_fails_its_gate_is_kept_and_not_uploaded(
    trained, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(hub, "push_to_hub", lambda *_: pytest.fail("uploaded"))
    done = trained("--push-to-hub", "me/ranker", "--learning-rate", 1e-9)
    assert done.code == 2
    assert "ranker to upload must be one that passes its gate; got" in done.err
    assert "Gate: FAILED" in done.out
    assert (tmp_path / "ranker" / "model.safetensors").is_file()


def test_a_name_for_the_hub_is_looked_at_before_the_training(trained, tmp_path) -> None:
    refused(trained("--push-to-hub", "ranker"), "--push-to-hub must be a repository OWNER/NAME")
    assert not (tmp_path / "ranker").exists()
