"""Training: what is shown, what the gradient follows, and what comes out."""

import json
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from cross_encoder_tiny import gradient, make_checkpoint, options, parts, planted, sampling
from made_lists import Texts, candidate, labelled
from transformers import TrainerCallback

from lrat_rank.errors import InputError
from lrat_rank.models.cross_encoder.distillation import Distillation, Objective
from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
from lrat_rank.models.cross_encoder.progress import Progress
from lrat_rank.models.cross_encoder.ranker import CrossEncoderRanker
from lrat_rank.models.cross_encoder.trainer import ListTrainer, trainer_arguments
from lrat_rank.models.cross_encoder.training import train_cross_encoder
from lrat_rank.models.heap import keep_freed_memory
from lrat_rank.models.intensity_use import IntensityUse
from lrat_rank.models.precision import Precision
from lrat_rank.models.ranker import CandidateList


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return make_checkpoint(tmp_path_factory.mktemp("tiny") / "base", logits=None)


@pytest.mark.parametrize("loss", ["softmax", "ranknet:temperature=0.5"])
def test_training_lowers_the_loss_and_learns_the_planted_signal(base, tmp_path, loss):
    lists, texts = planted(64)
    held, held_texts = planted(30, seed=9, prefix="held-")
    both = Texts(texts.all + held_texts.all)
    ranker = train_cross_encoder(
        lists, both, options=options(base, loss=loss), validation=held, out=tmp_path / "out"
    )
    training = ranker.record.training
    assert training.loss_last < 0.5 * training.loss_first
    assert training.validation.n_lists == 30
    assert training.validation.ndcg_before < 0.8
    assert training.validation.ndcg_after > 0.95
    assert training.spread > 0.2


def test_the_same_seed_gives_the_same_model_and_another_seed_another(base, tmp_path):
    lists, texts = planted(12)
    asked = [CandidateList("q", lists[0].query, tuple(c.doc_id for c in lists[0].candidates))]

    def scores(name, seed):
        chosen = options(base, epochs=1, seed=seed, dropout=0.1, sampling=sampling(3))
        ranker = train_cross_encoder(lists, texts, options=chosen, out=tmp_path / name)
        return ranker.score(asked)[0]

    first = scores("a", 1)
    np.testing.assert_array_equal(first, scores("b", 1))
    assert np.abs(first - scores("c", 2)).max() > 1e-4


def test_training_on_a_processor_asks_for_freed_memory_to_be_kept(base, tmp_path):
    chosen = options(base, epochs=1)
    if trainer_arguments(chosen, str(tmp_path), Precision.FLOAT32).device.type != "cpu":
        pytest.skip("trains on an accelerator here")
    keep_freed_memory.cache_clear()
    lists, texts = planted(12)
    train_cross_encoder(lists, texts, options=chosen, out=tmp_path / "out")
    assert keep_freed_memory.cache_info().currsize


def test_the_ranker_that_training_gives_back_is_the_saved_one(base, tmp_path, capsys):
    lists, texts = planted(12)
    ranker = train_cross_encoder(lists, texts, options=options(base), out=tmp_path / "out")
    again = CrossEncoderRanker.load(tmp_path / "out", texts, options=ranker._options)
    asked = [CandidateList("q", lists[0].query, tuple(c.doc_id for c in lists[0].candidates))]
    np.testing.assert_array_equal(ranker.score(asked)[0], again.score(asked)[0])
    record = json.loads((tmp_path / "out" / "ranker.json").read_text())
    assert record["kind"] == "cross-encoder"
    assert record["training"]["n_lists"] == 12
    assert record["training"]["options"]["base"] == str(base)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert capsys.readouterr().out == ""


def test_a_trained_ranker_can_be_trained_further(base, tmp_path):
    lists, texts = planted(12)
    first = train_cross_encoder(lists, texts, options=options(base), out=tmp_path / "first")
    further = options(tmp_path / "first", epochs=1, learning_rate=1e-9)
    second = train_cross_encoder(lists, texts, options=further, out=tmp_path / "second")
    asked = [CandidateList("q", lists[0].query, tuple(c.doc_id for c in lists[0].candidates))]
    np.testing.assert_allclose(first.score(asked)[0], second.score(asked)[0], atol=1e-4)


def test_the_gain_enters_the_gradient_only_where_it_is_used(base):
    lists, texts = planted(6)
    stronger = [
        msgspec.structs.replace(
            one,
            candidates=tuple(msgspec.structs.replace(c, gain=2 * c.gain) for c in one.candidates),
        )
        for one in lists
    ]
    for use, factor in ((IntensityUse(gain=True), 2.0), (IntensityUse(gain=False), 1.0)):
        chosen = options(base, intensity=use)
        weak, strong = (gradient(base, some, texts, chosen) for some in (lists, stronger))
        assert weak.abs().max() > 1e-3
        torch.testing.assert_close(strong, factor * weak, rtol=1e-4, atol=1e-7)


def test_the_weight_enters_the_gradient_only_where_it_is_used(base):
    lists, texts = planted(6)
    heavier = [msgspec.structs.replace(one, weight=3.0) for one in lists]
    for use, factor in ((IntensityUse(weight=True), 3.0), (IntensityUse(weight=False), 1.0)):
        chosen = options(base, intensity=use)
        light, heavy = (gradient(base, some, texts, chosen) for some in (lists, heavier))
        torch.testing.assert_close(heavy, factor * light, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize(("batch_lists", "accumulate"), [(7, 1), (3, 3), (2, 4), (1, 7)])
def test_a_step_follows_the_mean_over_its_lists_however_it_is_accumulated(
    base, tmp_path, batch_lists, accumulate
):
    lists, texts = planted(7)
    lists = [msgspec.structs.replace(one, weight=0.2 + n) for n, one in enumerate(lists)]
    chosen = options(
        base,
        epochs=1,
        intensity=IntensityUse(weight=True),
        batch_lists=batch_lists,
        accumulate=accumulate,
    )
    expected = gradient(base, lists, texts, chosen)
    model, data, collate = parts(base, lists, texts, chosen)
    arguments = trainer_arguments(chosen, str(tmp_path))
    arguments.max_grad_norm = 0.0
    trainer = ListTrainer(
        model=model,
        args=arguments,
        data_collator=collate,
        objective=Objective("softmax", Distillation()),
        precision=Precision.FLOAT32,
        options=chosen,
        data=data,
        progress=Progress(),
    )
    seen = []

    class AtTheStep(TrainerCallback):
        def on_pre_optimizer_step(self, args, state, control, **_):
            seen.append(model.classifier.weight.grad.clone())

    trainer.add_callback(AtTheStep())
    trainer.train()
    assert len(seen) == 1
    torch.testing.assert_close(seen[0], expected, rtol=1e-3, atol=1e-5)


def test_lists_with_nothing_to_order_are_dropped_and_counted(base, tmp_path):
    lists, texts = planted(9)
    flat = labelled("flat", [candidate("d0-0")], query="word1")
    ranker = train_cross_encoder(
        [*lists, flat], texts, options=options(base, epochs=1), out=tmp_path / "out"
    )
    assert ranker.record.training.n_lists == 9
    assert ranker.record.training.left_out.lists_without_order == 1


def test_labels_with_nothing_to_order_are_refused_in_one_line(base, tmp_path):
    flat = labelled("flat", [candidate("a")], query="word1")
    with pytest.raises(InputError, match="labels must be lists in which two judged") as caught:
        train_cross_encoder([flat], Texts([]), options=options(base), out=tmp_path / "out")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_may_not_be_replaced_is_refused_before_any_work(base, tmp_path, capsys):
    lists, texts = planted(3)
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(InputError, match=r"one whose ranker\.json was written"):
        train_cross_encoder(lists, texts, options=options(base), out=tmp_path)
    assert "Training on" not in capsys.readouterr().err


def test_a_base_with_two_logits_is_refused(tmp_path):
    lists, texts = planted(3)
    two = make_checkpoint(tmp_path / "two", logits=2)
    with pytest.raises(InputError, match=r"one logit \(num_labels 1\); got one with 2"):
        train_cross_encoder(lists, texts, options=options(two), out=tmp_path / "out")


def test_a_base_that_is_nowhere_is_refused(tmp_path):
    lists, texts = planted(3)
    with pytest.raises(InputError, match="base must be a checkpoint with safetensors") as caught:
        train_cross_encoder(lists, texts, options=options(tmp_path / "no"), out=tmp_path / "out")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", 0),
        ("warmup", 1.0),
        ("dropout", -0.1),
        ("learning_rate", 0.0),
        ("weight_decay", float("nan")),
        ("precision", "fp8"),
    ],
)
def test_an_option_out_of_its_range_is_refused_by_name(name, value):
    with pytest.raises(InputError, match=f"^{name} must be"):
        CrossEncoderOptions(**{name: value})


def test_an_unknown_loss_is_refused_with_the_nearest(base, tmp_path):
    lists, texts = planted(3)
    with pytest.raises(InputError, match="Did you mean softmax"):
        train_cross_encoder(
            lists, texts, options=options(base, loss="softmx"), out=tmp_path / "out"
        )


def test_options_load_no_heavy_library():
    import subprocess
    import sys

    code = (
        "import sys, lrat_rank.models.cross_encoder.options\n"
        "print([m for m in ('torch', 'transformers', 'lightgbm') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
