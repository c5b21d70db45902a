"""A cross-encoder that was warmed up on a corpus, and what it can be used for."""

import json
from pathlib import Path

import msgspec
import numpy as np
import pytest
from made_corpus import WORDS, documents, index_of
from tiny_bert import write_tiny_bert

from lrat_rank.cli.app import run
from lrat_rank.models.cross_encoder.inference import ScoringOptions
from lrat_rank.models.cross_encoder.learning_rates import GOING_ON, NEW_HEAD, suited_rate
from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
from lrat_rank.models.cross_encoder.ranker import CrossEncoderRanker
from lrat_rank.models.cross_encoder.sampling import SamplingOptions
from lrat_rank.models.cross_encoder.stopping_options import StoppingOptions
from lrat_rank.models.cross_encoder.training import train_cross_encoder
from lrat_rank.models.cross_encoder.validation import first_stage_ndcg
from lrat_rank.models.intensity_use import IntensityUse
from lrat_rank.models.ranker import CandidateList
from lrat_rank.models.usable_lists import training_lists
from lrat_rank.models.warm_up.lists import warm_up_lists
from lrat_rank.models.warm_up.options import KindShares, WarmUpOptions
from lrat_rank.models.warm_up.training import warm_up

MAKING = WarmUpOptions(lists=24, negatives=6, depth=30, epochs=2, learning_rate=1e-3)


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    """A random 1-layer BERT that knows the corpus's words."""
    return write_tiny_bert(tmp_path_factory.mktemp("base"), [".", *WORDS], layers=1, length=96)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    return index_of(documents(), tmp_path_factory.mktemp("made") / "index")


def options(base, **changes):
    plain = {
        "base": str(base),
        "learning_rate": 1e-3,
        "precision": "float32",
        "max_length": 96,
        "warm_up": MAKING,
        "sampling": SamplingOptions(list_size=6, depth=30),
    }
    return CrossEncoderOptions(**(plain | changes))


def test_labels_after_a_warm_up_have_a_rate_of_their_own(base, index, tmp_path):
    unmoved = options(base, warm_up=msgspec.structs.replace(MAKING, learning_rate=1e-12))
    alone = options(base)
    ways = [
        warm_up(index, out=tmp_path / str(n), options=o) for n, o in enumerate((unmoved, alone))
    ]
    still, moved = (way.record.training for way in ways)
    assert still.loss_last == pytest.approx(still.loss_first, abs=1e-3)
    assert moved.loss_last < moved.loss_first - 1e-3


def test_a_cross_encoder_goes_on_more_slowly_than_a_new_head_starts(base, index, tmp_path):
    warm_up(index, out=tmp_path / "warm", options=options(base))
    assert suited_rate(str(base)) == suited_rate("offline") == NEW_HEAD
    assert suited_rate(str(tmp_path / "warm")) == suited_rate(str(base), warmed_up=True) == GOING_ON


def test_the_warmed_up_folder_is_a_ranker_and_a_base_for_labels(base, index, tmp_path):
    warm = warm_up(index, out=tmp_path / "warm", options=options(base))
    training = warm.record.training
    assert (training.n_lists, training.options.epochs) == (24, 2)
    assert training.loss_last < training.loss_first
    assert warm.record.anchor is None
    asked = [CandidateList("q", "some words", ("d1", "d2", "d5"))]
    again = CrossEncoderRanker.load(
        tmp_path / "warm", index, options=ScoringOptions(precision="float32")
    )
    np.testing.assert_allclose(again.score(asked)[0], warm.score(asked)[0], rtol=1e-5, atol=1e-6)
    labels = warm_up_lists(index, WarmUpOptions(lists=12, negatives=4, depth=30, seed=9)).lists
    later = train_cross_encoder(
        labels,
        index,
        out=tmp_path / "later",
        options=options(tmp_path / "warm", epochs=1, warm_up=None),
    )
    assert later.record.training.options.base == str(tmp_path / "warm")
    assert later.record.anchor is not None


def test_a_warm_up_and_a_training_in_one_run_differ_from_the_training_alone(
    base, index, tmp_path, capsys
):
    labels = warm_up_lists(index, WarmUpOptions(lists=12, negatives=4, depth=30, seed=9)).lists
    asked = [CandidateList("q", "some words", tuple(f"d{number}" for number in range(9)))]

    def scores(name, making):
        chosen = options(base, epochs=1, warm_up=making)
        out = tmp_path / name
        ranker = train_cross_encoder(labels, index, out=out, options=chosen, validation=[])
        assert ranker.record.training.n_lists == 12
        assert ranker.record.training.options.warm_up == making
        assert ranker.record.anchor is not None
        return ranker.learned(asked)[0]

    alone = scores("alone", None)
    assert "Warming up" not in capsys.readouterr().err
    both = scores("both", MAKING)
    assert "Warming up on 24 lists made from the corpus" in capsys.readouterr().err
    assert np.abs(both - alone).max() > 1e-3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["alone", "both"]


def test_where_nothing_is_better_than_the_start_it_is_kept_with_its_figures(base, index, tmp_path):
    making = WarmUpOptions(
        lists=16, negatives=4, depth=30, seed=9, kinds=KindShares(title=1, sentence=0, phrases=0)
    )
    labels = warm_up_lists(index, making).lists
    orders = {
        one.query_id: first_stage_ndcg(training_lists([one], index, IntensityUse())[0], index)
        for one in labels
    }
    best = [one for one in labels if orders[one.query_id] == 1][:4]
    others = [one for one in labels if one not in best]
    chosen = options(base, epochs=1, stopping=StoppingOptions(depth=0))
    ranker = train_cross_encoder(
        others, index, out=tmp_path / "out", options=chosen, validation=best
    )
    training = ranker.record.training
    assert training.validation.ndcg_before == training.validation.ndcg_after == 1
    assert (training.best_step, training.spread) == (0, 0)
    assert np.all(ranker.score_pairs([("some", "words"), ("other", "words")]) == 0)


def test_the_first_stages_scores_are_learned_too_where_it_teaches(base, index, tmp_path):
    making = msgspec.structs.replace(MAKING, lists=8, epochs=1)

    def first_loss(name, distil):
        chosen = options(base, warm_up=msgspec.structs.replace(making, distil=distil))
        return warm_up(index, out=tmp_path / name, options=chosen).record.training.loss_first

    assert abs(first_loss("taught", True) - first_loss("plain", False)) > 0.01


def test_the_command_warms_up_and_says_what_comes_next(base, index, tmp_path, capsys):
    arguments = ["--lists", "8", "--negatives", "4", "--kinds", "sentence phrases"]
    out = tmp_path / "out"
    command = ["warm-up", str(index.folder), "--out", str(out), "--base", str(base), *arguments]
    assert run([*command, "--max-length", "64"]) == 0
    told = capsys.readouterr()
    assert "Warmed up on 8 lists" in told.out
    assert f"lrat-rank train cross-encoder LABELS --index {index.folder} --base {out}" in told.out
    assert "(0 title, 4 sentence, 4 phrases)" in told.err
    record = json.loads((out / "ranker.json").read_text())
    assert (record["kind"], record["training"]["n_lists"]) == ("cross-encoder", 8)
    assert (out / "model.safetensors").is_file()


def test_the_command_refuses_what_it_cannot_use_and_writes_nothing(base, index, tmp_path, capsys):
    out = tmp_path / "out"
    plain = ["warm-up", str(index.folder), "--out", str(out), "--base", str(base)]
    for wrong, told in (
        (["--kinds", "titel"], "Did you mean title"),
        (["--negatives", "500"], "corpus must be more than 501 documents"),
        (["--lists", "0"], "lists must be at least 1"),
    ):
        assert run([*plain, *wrong]) == 2
        assert told in capsys.readouterr().err
    assert not out.exists()
    assert not list(tmp_path.iterdir())


def test_only_the_kinds_that_are_asked_for_are_trained_on(base, index, tmp_path):
    only = WarmUpOptions(lists=10, negatives=4, depth=30, kinds=KindShares.only(["title"]))
    made = warm_up_lists(index, only)
    assert made.kinds == {"title": 10, "sentence": 0, "phrases": 0}
    assert not any(reading.titles for reading in made.readings.values())
