"""Early stopping, the best step, the lists held out, and learning from a teacher."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from cross_encoder_tiny import Shelf, Texts, make_checkpoint, options, planted

from lrat_rank.models.cross_encoder.distillation import Distillation, Objective
from lrat_rank.models.cross_encoder.inference import ScoringOptions
from lrat_rank.models.cross_encoder.stopping_options import StoppingOptions
from lrat_rank.models.cross_encoder.training import train_cross_encoder
from lrat_rank.models.intensity_use import IntensityUse
from lrat_rank.models.losses import parse_loss
from lrat_rank.models.ndcg import mean_list_ndcg
from lrat_rank.models.usable_lists import training_lists
from lrat_rank.models.verdict import Verdict


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return make_checkpoint(tmp_path_factory.mktemp("tiny") / "base", logits=None)


def turned(lists):
    """Labels that say the opposite."""
    return [
        msgspec.structs.replace(
            one,
            query_id=f"turned-{one.query_id}",
            group=f"turned-{one.group}",
            candidates=tuple(
                msgspec.structs.replace(c, gain=float(c.gain == 0)) for c in one.candidates
            ),
        )
        for one in lists
    ]


def test_a_training_that_only_harms_gives_back_the_first_stages_order(base, tmp_path, capsys):
    lists, texts = planted(16)
    chosen = options(
        base, anchor=True, epochs=9, learning_rate=1e-2, stopping=StoppingOptions(patience=2)
    )
    ranker = train_cross_encoder(
        turned(lists), Shelf(texts.all), options=chosen, validation=lists, out=tmp_path / "out"
    )
    training = ranker.record.training
    assert training.best_step == 0
    assert training.steps == 2 * 2, "two looks in vain end it"
    assert training.validation.ndcg_after == training.validation.ndcg_before
    assert ranker.record.gate.verdict is Verdict.FAILED
    assert "than the start, which is kept" in capsys.readouterr().err
    assert np.all(ranker.score_pairs([("word1", "word2"), ("word3", "word4")]) == 0)


def test_the_weights_of_the_best_look_are_the_ones_saved(base, tmp_path):
    lists, texts = planted(48)
    held, held_texts = planted(20, seed=9, prefix="held-")
    both = Texts(texts.all + held_texts.all)
    chosen = options(
        base, epochs=4, learning_rate=4e-3, stopping=StoppingOptions(evaluations=3, patience=99)
    )
    ranker = train_cross_encoder(lists, both, options=chosen, validation=held, out=tmp_path / "out")
    found = ranker.record.training.validation
    assert [one.step for one in found.evaluations] == [0, *range(2, 25, 2)]
    best = max(found.evaluations, key=lambda one: one.ndcg)
    assert 0 < best.step == ranker.record.training.best_step
    assert found.ndcg_after == best.ndcg > found.evaluations[0].ndcg
    usable, _ = training_lists(held, both, IntensityUse())
    ranker._options = ScoringOptions(precision="float32")
    scores = ranker.score([one.judged for one in usable])
    assert mean_list_ndcg(usable, scores) == pytest.approx(best.ndcg, abs=1e-9)
    assert best.step < found.evaluations[-1].step, "the training has to go on after the best look"
    assert ranker.record.training.spread == best.spread != found.evaluations[-1].spread
    assert np.mean([of.std() for of in scores]) == pytest.approx(best.spread, abs=1e-5)


@pytest.mark.parametrize("loss", ["kl", "margin-mse"])
def test_the_objective_mixes_the_gains_loss_with_the_teachers_by_its_share(loss):
    rng = torch.Generator().manual_seed(0)
    scores, teacher = torch.randn(3, 4, generator=rng), torch.randn(3, 4, generator=rng)
    gains = torch.tensor([[1.0, 0, 0, 0], [0, 2.0, 0, 1.0], [0, 0, 1.0, 0]])
    mask, weights = torch.ones(3, 4, dtype=torch.bool), torch.tensor([1.0, 2.0, 0.5])
    batch = {"gains": gains, "mask": mask, "teacher": teacher}
    own = parse_loss("softmax")(scores, gains, mask=mask, weights=weights)
    taught = parse_loss(loss)(scores, teacher, mask=mask, weights=weights)
    for share in (0.0, 0.3, 1.0):
        mixed = Objective("softmax", Distillation(share=share, loss=loss))(scores, batch, weights)
        torch.testing.assert_close(mixed, (1 - share) * own + share * taught)
    del batch["teacher"]
    alone = Objective("softmax", Distillation(share=0.3, loss=loss))(scores, batch, weights)
    torch.testing.assert_close(alone, own)


class ByColour:
    """A teacher that wants the colour word, whatever the labels say."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def score(self, lists):
        return [
            np.array([3.0 * ("colour" in d.text) for d in self._texts.documents(one.doc_ids)])
            for one in lists
        ]


def test_a_student_follows_its_teacher_where_the_labels_count_for_nothing(base, tmp_path):
    lists, texts = planted(48)
    held, held_texts = planted(16, seed=9, prefix="held-")
    both = Texts(texts.all + held_texts.all)
    chosen = options(base, distillation=Distillation(share=1.0))
    ranker = train_cross_encoder(
        turned(lists),
        both,
        options=chosen,
        validation=held,
        teacher=ByColour(both),
        out=tmp_path / "out",
    )
    assert ranker.record.training.validation.ndcg_after > 0.9
