"""A training that is killed and run again ends as one that was left alone."""

import json
import os
import signal
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from cross_encoder_tiny import Texts, make_checkpoint, options, planted
from train_tiny import train_tiny
from warm_processes import start

from lrat_rank.errors import InputError
from lrat_rank.models.cross_encoder.resume import PartialTraining, fingerprint_of, partial_folder
from lrat_rank.models.cross_encoder.run_options import RunOptions
from lrat_rank.models.cross_encoder.training import train_cross_encoder

OPTIONS = {"epochs": 4, "batch_lists": 4, "dropout": 0.1, "anchor": False}
"""24 steps; with dropout, so that a lost random state would show."""
KILLED_AFTER = 8


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return make_checkpoint(tmp_path_factory.mktemp("tiny") / "base", logits=None)


def trained(said: Path, base: Path, out: Path, save_every: float = 1e9) -> BaseProcess:
    return start(said, train_tiny, base, out, OPTIONS, save_every)


def training_of(out: Path) -> dict:
    training = json.loads((out / "ranker.json").read_text())["training"]
    del training["seconds"]
    return training


@pytest.mark.slow
def test_a_training_killed_in_the_middle_and_run_again_gives_the_same_weights(base, tmp_path):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    logs = {name: tmp_path / f"{name}.txt" for name in ("whole", "killed", "again")}
    left_alone = trained(logs["whole"], base, whole)
    killed = trained(logs["killed"], base, broken, save_every=0)
    saved = partial_folder(broken) / "labels"
    while not any(saved.glob(f"checkpoint-{KILLED_AFTER}/progress.json")):
        assert killed.is_alive(), logs["killed"].read_text()
        time.sleep(0.005)
    os.kill(killed.pid, signal.SIGKILL)
    killed.join()
    assert killed.exitcode == -signal.SIGKILL
    assert not broken.exists()
    again = trained(logs["again"], base, broken)
    for name, process in {"whole": left_alone, "again": again}.items():
        process.join()
        assert process.exitcode == 0, logs[name].read_text()
    said = logs["again"].read_text()
    assert "Going on after step" in said
    assert "Step 0:" not in said
    assert (broken / "model.safetensors").read_bytes() == (whole / "model.safetensors").read_bytes()
    assert training_of(broken) == training_of(whole)
    assert training_of(whole)["best_step"] > KILLED_AFTER
    assert not partial_folder(broken).exists()


def test_checkpoints_of_another_training_are_removed_and_nothing_is_taken_from_them(base, tmp_path):
    left = PartialTraining(tmp_path / "out", fingerprint_of("other labels"), "float32")
    (left.folder / "labels" / "checkpoint-3").mkdir(parents=True)
    (left.folder / "labels" / "checkpoint-3" / "progress.json").write_text('{"ended":true}')
    lists, texts = planted(8)
    chosen = options(base, anchor=False, epochs=1)
    ranker = train_cross_encoder(lists, texts, options=chosen, out=tmp_path / "out")
    assert ranker.record.training.steps == 1
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_that_is_not_ours_is_refused_and_left_alone(base, tmp_path):
    lists, texts = planted(8)
    (tmp_path / "out.partial").mkdir()
    (tmp_path / "out.partial" / "thesis.tex").write_text("years of work")
    with pytest.raises(InputError, match="scratch folder of the training must be new"):
        train_cross_encoder(lists, texts, options=options(base, anchor=False), out=tmp_path / "out")
    assert (tmp_path / "out.partial" / "thesis.tex").exists()
    assert not (tmp_path / "out").exists()


def test_an_interrupted_training_keeps_what_it_saved_and_a_refused_one_keeps_nothing(
    base, tmp_path, monkeypatch
):
    from lrat_rank.models.cross_encoder import job

    lists, texts = planted(8)

    def train(run):
        chosen = options(base, anchor=False, epochs=1, batch_lists=4)
        return train_cross_encoder(lists, texts, options=chosen, out=tmp_path / "out", run=run)

    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(job, "judge", interrupted)
        with pytest.raises(KeyboardInterrupt):
            train(RunOptions(save_every=0))
    assert [path.name for path in tmp_path.iterdir()] == ["out.partial"]
    assert train(RunOptions()).record.training.steps == 2
    assert [path.name for path in tmp_path.iterdir()] == ["out"]

    with monkeypatch.context() as patched:
        patched.setattr(job, "judge", interrupted)
        with pytest.raises(KeyboardInterrupt):
            train(RunOptions())
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_older_trainings_looks_without_a_spread_are_gone_on_with(base, tmp_path, monkeypatch):
    from lrat_rank.models.cross_encoder import job

    lists, texts = planted(8)
    held, held_texts = planted(4, seed=9, prefix="held-")

    def train(name):
        return train_cross_encoder(
            lists,
            Texts(texts.all + held_texts.all),
            options=options(base, anchor=False, epochs=1, batch_lists=4),
            validation=held,
            out=tmp_path / name,
            run=RunOptions(save_every=0),
        ).record.training

    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(job, "judge", interrupted)
        with pytest.raises(KeyboardInterrupt):
            train("older")
    for path in (tmp_path / "older.partial").rglob("progress.json"):
        progress = json.loads(path.read_text())
        progress["evaluations"] = [one[:2] for one in progress["evaluations"]]
        path.write_text(json.dumps(progress))
    resumed, whole = train("older"), train("whole")
    assert resumed.validation.evaluations[0].spread is None
    assert resumed.spread == pytest.approx(whole.spread, rel=1e-5)


@pytest.mark.parametrize("fresh", [False, True])
def test_a_fresh_run_takes_nothing_from_an_interrupted_one(base, tmp_path, fresh, capsys):
    lists, texts = planted(8)
    chosen = options(base, anchor=False, epochs=1, batch_lists=4)
    from lrat_rank.models.cross_encoder import job

    def interrupted(*_):
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(job, "judge", interrupted)
        with pytest.raises(KeyboardInterrupt):
            train_cross_encoder(
                lists, texts, options=chosen, out=tmp_path / "out", run=RunOptions(save_every=0)
            )
    capsys.readouterr()
    run = RunOptions(fresh=fresh)
    train_cross_encoder(lists, texts, options=chosen, out=tmp_path / "out", run=run)
    said = capsys.readouterr().err
    assert ("Starting anew" in said) == fresh
    assert ("Going on after step 2" in said) != fresh


def test_texts_are_all_a_training_without_an_anchor_needs(base, tmp_path):
    lists, texts = planted(4)
    train_cross_encoder(
        lists,
        Texts(texts.all),
        options=options(base, anchor=False, epochs=1),
        out=tmp_path / "out",
    )
    with pytest.raises(InputError, match="anchor must be used with an index; got texts alone"):
        train_cross_encoder(
            lists,
            Texts(texts.all),
            options=options(base, anchor=True),
            out=tmp_path / "other",
        )
