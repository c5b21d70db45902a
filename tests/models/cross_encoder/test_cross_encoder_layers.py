"""Which parameters learn, how fast, and what adapters leave behind."""

from pathlib import Path

import numpy as np
import pytest
from cross_encoder_tiny import make_checkpoint, options, pairs, planted

from lrat_rank.errors import InputError
from lrat_rank.models.cross_encoder.checkpoint import open_base
from lrat_rank.models.cross_encoder.layers import Rates, find_layers, freeze, parameter_groups
from lrat_rank.models.cross_encoder.lora import LoraOptions
from lrat_rank.models.cross_encoder.training import train_cross_encoder

SMALL = {
    "vocab_size": 60,
    "hidden_size": 16,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
    "intermediate_size": 16,
    "max_position_embeddings": 70,
    "pad_token_id": 0,
}


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return make_checkpoint(tmp_path_factory.mktemp("tiny") / "base", logits=None)


def classifier(architecture, **changes):
    import transformers

    config = transformers.AutoConfig.for_model(architecture, **(SMALL | changes), num_labels=1)
    return transformers.AutoModelForSequenceClassification.from_config(config)


@pytest.mark.parametrize(
    ("architecture", "changes"),
    [
        ("bert", {}),
        ("roberta", {}),
        ("distilbert", {}),
        ("electra", {}),
        ("deberta-v2", {}),
        ("modernbert", {}),
        ("xlm-roberta", {}),
        ("qwen3", {"num_key_value_heads": 1, "head_dim": 8}),
    ],
)
def test_freezing_keeps_the_embeddings_and_the_lowest_layers_of_any_encoder(architecture, changes):
    model = classifier(architecture, **changes)
    stack = find_layers(model)
    assert stack.count == 3
    freeze(model, 2)
    frozen = {name for name, p in model.named_parameters() if not p.requires_grad}
    assert {stack.height(name) for name in frozen} == {0, 1, 2}
    left = {stack.height(name) for name, p in model.named_parameters() if p.requires_grad}
    assert left == {3, 4}
    words = model.get_input_embeddings().weight
    assert not words.requires_grad


def test_layers_that_share_their_weights_are_refused_clearly():
    model = classifier("albert", embedding_size=8)
    freeze(model, 0)
    with pytest.raises(InputError, match="base must be an encoder whose layers can be told apart"):
        freeze(model, 1)


def test_more_layers_than_there_are_cannot_be_frozen():
    with pytest.raises(InputError, match="freeze_layers must be at most 3, as the base has; got 4"):
        freeze(classifier("bert"), 4)


def test_each_layer_learns_slower_than_the_one_above_and_the_head_at_its_own_rate():
    model = classifier("bert")
    rates = Rates(top=1e-3, head=7e-3, decay=0.5)
    names = {id(p): name for name, p in model.named_parameters()}
    groups = parameter_groups(model, rates, weight_decay=0.1, decayed=frozenset(names.values()))
    rate_of = {names[id(p)]: group["lr"] for group in groups for p in group["params"]}
    assert len(rate_of) == len(names)
    layer = "bert.encoder.layer.{}.output.dense.weight"
    found = [rate_of[layer.format(number)] for number in range(3)]
    assert found == pytest.approx([2.5e-4, 5e-4, 1e-3])
    assert rate_of["bert.embeddings.word_embeddings.weight"] == pytest.approx(1.25e-4)
    assert rate_of["bert.pooler.dense.weight"] == pytest.approx(1e-3)
    assert rate_of["classifier.weight"] == pytest.approx(7e-3)


def weights_of(folder: Path) -> dict[str, np.ndarray]:
    from safetensors.numpy import load_file

    return load_file(folder / "model.safetensors")


def test_training_moves_what_is_not_frozen_and_nothing_else(base, tmp_path):
    lists, texts = planted(12)
    chosen = options(base, epochs=1, freeze_layers=1, layer_decay=0.5, head_learning_rate=1e-2)
    train_cross_encoder(lists, texts, options=chosen, out=tmp_path / "out")
    before, _ = open_base(str(base), dropout=0.0)
    stack = find_layers(before)
    after = weights_of(tmp_path / "out")
    for name, values in before.state_dict().items():
        same = np.array_equal(values.numpy(), after[name])
        if stack.height(name) <= 1:
            assert same, name
        elif name.endswith("dense.weight"):
            assert not same, name


def test_gradient_checkpointing_changes_no_step(base, tmp_path):
    lists, texts = planted(12)
    for name, checkpointing in (("plain", False), ("saving", True)):
        chosen = options(base, epochs=2, gradient_checkpointing=checkpointing, freeze_layers=1)
        train_cross_encoder(lists, texts, options=chosen, out=tmp_path / name)
    plain, saving = weights_of(tmp_path / "plain"), weights_of(tmp_path / "saving")
    for name, values in plain.items():
        np.testing.assert_allclose(saving[name], values, atol=1e-5)


def test_adapters_are_merged_so_that_the_folder_is_an_ordinary_checkpoint(base, tmp_path):
    pytest.importorskip("peft", reason="needs the extra `lora`")
    from sentence_transformers import CrossEncoder

    lists, texts = planted(24)
    chosen = options(base, lora=LoraOptions(rank=4, alpha=8.0), freeze_layers=1, epochs=2)
    ranker = train_cross_encoder(lists, texts, options=chosen, out=tmp_path / "out")
    before, _ = open_base(str(base), dropout=0.0)
    after = weights_of(tmp_path / "out")
    assert set(after) == set(before.state_dict())
    moved = {n for n, v in before.state_dict().items() if not np.allclose(v.numpy(), after[n])}
    layer = "bert.encoder.layer.1."
    assert {name for name in moved if not name.startswith("classifier.")} == {
        f"{layer}{name}.weight"
        for name in (
            "attention.self.query",
            "attention.self.key",
            "attention.self.value",
            "attention.output.dense",
            "intermediate.dense",
            "output.dense",
        )
    }
    assert "classifier.weight" in moved
    theirs = CrossEncoder(str(tmp_path / "out"), device="cpu").predict(pairs(20))
    np.testing.assert_allclose(ranker.score_pairs(pairs(20)), theirs, atol=1e-4)


def test_adapters_without_their_library_name_the_extra(base, tmp_path, monkeypatch):
    from lrat_rank.errors import MissingExtraError

    lists, texts = planted(4)
    monkeypatch.setitem(__import__("sys").modules, "peft", None)
    with pytest.raises(MissingExtraError, match=r"lrat-rank\[lora\]"):
        train_cross_encoder(
            lists, texts, options=options(base, lora=LoraOptions()), out=tmp_path / "out"
        )
    assert list(tmp_path.iterdir()) == []
