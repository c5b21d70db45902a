"""What comes of a training that went wrong: said, recorded, refused where that is asked for."""

import json
from pathlib import Path

import msgspec
import pytest
import torch
from cross_encoder_tiny import Texts, labelled, make_checkpoint, options, planted

from lrat_rank.collections import Document
from lrat_rank.errors import InputError
from lrat_rank.mining.labels import Candidate, State
from lrat_rank.models.cross_encoder.gate import Evidence, judge
from lrat_rank.models.cross_encoder.record import Validation
from lrat_rank.models.cross_encoder.run_options import RunOptions
from lrat_rank.models.cross_encoder.training import train_cross_encoder
from lrat_rank.models.precision import Precision


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return make_checkpoint(tmp_path_factory.mktemp("tiny") / "base", logits=None)


def evidence(before=0.5, first_stage=0.5, after=0.6, **changes) -> Evidence:
    found = Validation(
        n_lists=9, ndcg_first_stage=first_stage, ndcg_before=before, ndcg_after=after
    )
    plain = {"losses": [1.0, 0.5], "silent": [1.0, 1.0], "spread": 1.0, "validation": found}
    return Evidence(**(plain | changes))


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (evidence(), None),
        (evidence(validation=None), None),
        (evidence(after=0.5), "no step of the training was better"),
        (evidence(first_stage=0.7), r"is 0\.6000, below the first stage's 0\.7000"),
        (evidence(spread=1e-5), "does not tell documents from one another"),
        (evidence(losses=[1.0, 0.99], validation=None), "never left what it is without training"),
        (evidence(losses=[1.0, 0.97], validation=None), None),
        # Validation lists that got better show that little was enough.
        (evidence(losses=[1.0, 0.99]), None),
    ],
)
def test_the_gate_names_what_speaks_against_a_model(given, reason):
    gate = judge(given)
    assert gate.passed == (reason is None)
    if reason is not None:
        assert len(gate.reasons) == 1
        with pytest.raises(ValueError, match=reason):
            raise ValueError(gate.reasons[0])


def alike() -> tuple[list, Texts]:
    """Lists whose documents all have one text: nothing can tell them apart."""
    same = [Document(f"d{n}", "word1 word2") for n in range(4)]
    candidates = [
        Candidate(doc_id=f"d{n}", rank=n + 1, state=State.SKIPPED, gain=float(n == 0))
        for n in range(4)
    ]
    return [labelled(f"q{n}", "word3", candidates) for n in range(4)], Texts(same)


def test_a_collapsed_model_fails_its_gate_aloud(base, tmp_path, capsys):
    lists, texts = alike()
    train_cross_encoder(lists, texts, options=options(base, epochs=1), out=tmp_path / "out")
    said = capsys.readouterr().err
    assert "Warning: FAILED GATE: the learned scores of a list lie 0 apart" in said
    gate = json.loads((tmp_path / "out" / "ranker.json").read_text())["gate"]
    assert gate["passed"] is False
    assert "without training: 1.38" in gate["reasons"][1]


def test_a_strict_run_writes_nothing_where_the_gate_fails(base, tmp_path):
    lists, texts = alike()
    with pytest.raises(InputError, match=r"trained model must be one that passes") as caught:
        train_cross_encoder(
            lists,
            texts,
            options=options(base, epochs=1),
            out=tmp_path / "out",
            run=RunOptions(strict=True, save_every=0),
        )
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_diverging_training_is_stopped_in_one_line_and_leaves_nothing(base, tmp_path):
    lists, texts = planted(8)
    chosen = options(base, learning_rate=1e30, epochs=3, batch_lists=4)
    with pytest.raises(InputError, match="learning_rate must be low enough for the loss to stay"):
        train_cross_encoder(
            lists, texts, options=chosen, out=tmp_path / "out", run=RunOptions(save_every=0)
        )
    assert list(tmp_path.iterdir()) == []


def test_one_list_is_no_training_set(base, tmp_path):
    lists, texts = planted(1)
    with pytest.raises(InputError, match=r"labels must be at least 2 lists .* got one such list"):
        train_cross_encoder(lists, texts, options=options(base), out=tmp_path / "out")


def test_a_list_longer_than_is_shown_trains_on_what_is_shown_of_it(base, tmp_path):
    lists, texts = planted(2, size=60)
    chosen = options(base, epochs=1)
    ranker = train_cross_encoder(lists, texts, options=chosen, out=tmp_path / "out")
    assert ranker.record.training.n_pairs == 2 * chosen.sampling.list_size


def test_half_precision_is_refused_on_a_processor(base, tmp_path):
    with pytest.raises(InputError, match="precision must be auto, float32 or bf16 on a processor"):
        Precision.parse("fp16").resolve(torch.device("cpu"))


def test_a_base_that_reads_no_text_is_refused_in_one_line(tmp_path):
    from transformers import ViTConfig, ViTModel

    lists, texts = planted(3)
    small = ViTConfig(
        hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8
    )
    ViTModel(small).save_pretrained(tmp_path / "pictures")
    with pytest.raises(InputError, match="base must be a checkpoint") as caught:
        train_cross_encoder(
            lists, texts, options=options(tmp_path / "pictures"), out=tmp_path / "out"
        )
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_loss_that_needs_a_teacher_is_refused_as_the_loss_on_gains(base, tmp_path):
    lists, texts = planted(3)
    with pytest.raises(InputError, match="loss must be one that takes gains; got 'kl'"):
        train_cross_encoder(lists, texts, options=options(base, loss="kl"), out=tmp_path / "out")


def test_validation_lists_of_the_training_questions_are_refused(base, tmp_path):
    lists, texts = planted(4)
    with pytest.raises(InputError, match="about other questions"):
        train_cross_encoder(
            lists, texts, options=options(base), validation=lists[:1], out=tmp_path / "out"
        )


def test_the_card_says_how_the_score_is_made_and_what_became_of_the_training(base, tmp_path):
    lists, texts = planted(16)
    held, held_texts = planted(8, seed=9, prefix="held-")
    ranker = train_cross_encoder(
        lists,
        Texts(texts.all + held_texts.all),
        options=options(base, epochs=1),
        validation=held,
        out=tmp_path / "out",
        run=RunOptions(command="lrat-rank train cross-encoder labels.jsonl"),
    )
    from lrat_rank.models.anchor.anchor import Anchor
    from lrat_rank.models.cross_encoder.card import card

    found = (tmp_path / "out" / "README.md").read_text()
    assert found.startswith("---\nlibrary_name: sentence-transformers\n")
    assert "lrat-rank train cross-encoder labels.jsonl" in found
    assert f"nDCG@10, trained | {ranker.record.training.validation.ndcg_after:.4f}" in found
    assert "Its logit is the score" in found
    anchored = msgspec.structs.replace(ranker.record, anchor=Anchor(scale=0.25, depth=70))
    assert "score = 0.25 · z + logit" in card(anchored)
    assert str(base) not in found


def test_a_ranker_is_uploaded_whole_by_the_hubs_own_client(tmp_path, monkeypatch):
    import huggingface_hub

    from lrat_rank.models.cross_encoder.hub import push_to_hub

    done = []
    monkeypatch.setattr(
        huggingface_hub, "create_repo", lambda name, **how: done.append((name, how)) or "address"
    )
    monkeypatch.setattr(huggingface_hub, "upload_folder", lambda **what: done.append(what))
    assert push_to_hub(tmp_path, "me/ranker") == "address"
    assert done == [
        ("me/ranker", {"exist_ok": True}),
        {"repo_id": "me/ranker", "folder_path": str(tmp_path)},
    ]
