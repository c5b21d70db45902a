"""What comes of a training that went wrong: said, recorded, refused where that is asked for."""

import json
import re
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from cross_encoder_tiny import make_checkpoint, options, planted
from made_lists import Texts, candidate, labelled

from lrat_rank.collections import Document
from lrat_rank.errors import InputError
from lrat_rank.models.cross_encoder.gate import Evidence, judge
from lrat_rank.models.cross_encoder.record import Gate, Validation
from lrat_rank.models.cross_encoder.run_options import RunOptions
from lrat_rank.models.cross_encoder.training import train_cross_encoder
from lrat_rank.models.precision import Precision
from lrat_rank.models.verdict import Verdict


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
        (evidence(after=0.5), "no step of the training was better"),
        (evidence(first_stage=0.7), r"is 0\.6000, below the first stage's 0\.7000"),
        (evidence(spread=1e-5), "does not tell documents from one another"),
        (evidence(losses=[1.0, 0.99], validation=None), "never left what it is without training"),
        (evidence(spread=float("nan")), "does not tell documents from one another"),
        (evidence(first_stage=0.6, losses=[1.0, 0.99]), "never left what it is without training"),
        (evidence(losses=[1.0, 0.99], validation=None, anchored=True), "never left what it is"),
    ],
)
def test_the_gate_names_what_speaks_against_a_model(given, reason):
    gate = judge(given)
    assert gate.verdict is Verdict.FAILED
    assert len(gate.reasons) == 1
    assert re.search(reason, gate.reasons[0])


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (evidence(), Verdict.PASSED),
        # Validation lists that got better show that little was enough.
        (evidence(losses=[1.0, 0.99]), Verdict.PASSED),
        # The loss of the first stage is low already.
        (evidence(first_stage=0.6, losses=[1.0, 0.99], anchored=True), Verdict.PASSED),
        (evidence(validation=None), Verdict.NOT_RUN),
        (evidence(losses=[1.0, 0.97], validation=None), Verdict.NOT_RUN),
    ],
)
def test_the_gate_passes_a_model_only_where_validation_lists_speak_for_it(given, verdict):
    assert judge(given) == Gate(verdict=verdict)


def alike() -> tuple[list, Texts]:
    """Lists whose documents all have one text: nothing can tell them apart."""
    same = [Document(f"d{n}", "word1 word2") for n in range(4)]
    candidates = [candidate(f"d{n}", n + 1, gain=float(n == 0)) for n in range(4)]
    return [labelled(f"q{n}", candidates, query="word3") for n in range(4)], Texts(same)


def test_a_collapsed_model_fails_its_gate_aloud(base, tmp_path, capsys):
    lists, texts = alike()
    chosen = options(base, epochs=2)
    ranker = train_cross_encoder(lists, texts, options=chosen, out=tmp_path / "out")
    assert ranker.record.training.steps == 2
    said = capsys.readouterr().err
    assert "Warning: FAILED GATE: the learned scores of a list lie 0 apart" in said
    gate = json.loads((tmp_path / "out" / "ranker.json").read_text())["gate"]
    assert gate["verdict"] == "failed"
    assert "without training: 1.38" in gate["reasons"][1]


def test_the_same_training_on_documents_that_differ_does_not_fail(base, tmp_path, capsys):
    lists, texts = planted(4, size=4)
    chosen = options(base, epochs=2, learning_rate=1e-2)
    ranker = train_cross_encoder(lists, texts, options=chosen, out=tmp_path / "out")
    assert ranker.record.training.steps == 2
    assert ranker.record.gate == Gate(verdict=Verdict.NOT_RUN)
    assert "FAILED" not in capsys.readouterr().err
    assert "| gate | not run: there were no valid" in (tmp_path / "out" / "README.md").read_text()


def test_a_strict_run_writes_nothing_where_the_gate_fails(base, tmp_path):
    lists, texts = alike()
    with pytest.raises(InputError, match=r"trained model must be one that passes") as caught:
        train_cross_encoder(
            lists,
            texts,
            options=options(base, epochs=2),
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


@pytest.mark.parametrize("rate", [1e30, 1e39])
def test_a_last_step_that_diverges_leaves_the_ranker_that_was_there(base, tmp_path, rate):
    lists, texts = planted(8)
    train_cross_encoder(lists, texts, options=options(base, epochs=1), out=tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    chosen = options(base, learning_rate=rate, epochs=1)
    with pytest.raises(InputError, match="learning_rate must be low enough"):
        train_cross_encoder(lists, texts, options=chosen, out=tmp_path / "out")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("score", [float("nan"), float("inf")])
def test_a_teachers_score_that_is_no_number_is_refused_with_its_list(base, tmp_path, score):
    class Broken:
        def score(self, lists):
            scores = [np.zeros(len(one.doc_ids)) for one in lists]
            if len(lists) > 1:
                scores[2][1] = score
            return scores

    lists, texts = planted(8)
    with pytest.raises(
        InputError, match=rf"score must be a finite number; got {score} \(list q2\)"
    ):
        train_cross_encoder(
            lists, texts, options=options(base), teacher=Broken(), out=tmp_path / "out"
        )


def test_a_single_step_changes_the_model(base, tmp_path):
    lists, texts = planted(8)
    ranker = train_cross_encoder(
        lists, texts, options=options(base, epochs=1), out=tmp_path / "out"
    )
    assert ranker.record.training.steps == 1
    assert np.ptp(ranker.score_pairs([("colour0", "word1"), ("colour0", "colour0")])) > 0


def test_labels_of_few_questions_hold_some_out_and_fewer_say_that_nothing_was_judged(
    base, tmp_path
):
    lists, texts = planted(20)
    chosen = options(base, epochs=3)
    many = train_cross_encoder(lists, texts, options=chosen, out=tmp_path / "many").record
    few = train_cross_encoder(lists[1:], texts, options=chosen, out=tmp_path / "few").record
    assert (many.training.n_lists, many.training.validation.n_lists) == (18, 2)
    assert (few.training.n_lists, few.training.validation) == (19, None)
    assert many.gate.verdict is not Verdict.NOT_RUN
    assert few.gate == Gate(verdict=Verdict.NOT_RUN)


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


@pytest.mark.parametrize("name", ["ranker", "me/", "me/my ranker", "a/b/c", "me/r\n"])
def test_a_name_that_no_repository_has_is_refused(name):
    from lrat_rank.models.cross_encoder.hub import check_hub_name

    with pytest.raises(InputError, match="--push-to-hub must be a repository OWNER/NAME"):
        check_hub_name(name)


def test_a_hub_that_refuses_is_told_of_in_one_line(tmp_path, monkeypatch):
    import huggingface_hub

    from lrat_rank.models.cross_encoder.hub import push_to_hub

    def refuse(*_, **__):
        raise OSError("401 Client Error.\n\nRepository not found")

    monkeypatch.setattr(huggingface_hub, "create_repo", refuse)
    with pytest.raises(
        InputError, match=r"got 'me/r': OSError: 401 Client Error\. The ranker"
    ) as caught:
        push_to_hub(tmp_path, "me/r")
    assert "\n" not in str(caught.value)


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
