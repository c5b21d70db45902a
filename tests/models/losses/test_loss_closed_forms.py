"""Every loss equals the closed form of its paper, written again in numpy."""

import dataclasses

import numpy as np
import pytest
import torch
from loss_cases import OPTIONS, TEMPERATURE, TEXTS, WEIGHTS, made, padded_batch
from loss_formulas import FORMULAS, by_formula

from lrat_rank.models.losses import LOSSES


def test_every_loss_has_a_closed_form_here():
    assert set(FORMULAS) == set(LOSSES.names())


@pytest.mark.parametrize("text", TEXTS)
def test_a_loss_equals_its_closed_form(text):
    scores, gains, mask = (tensor.numpy() for tensor in padded_batch())
    alone = [
        by_formula(text, s[m], g[m], TEMPERATURE)
        for s, g, m in zip(scores, gains, mask, strict=True)
    ]
    found = made(text)(*padded_batch()[:2], mask=padded_batch()[2], weights=WEIGHTS)
    assert found.item() == pytest.approx((WEIGHTS.numpy() * alone).sum() / 3, rel=1e-10)
    assert found.item() != 0


@pytest.mark.parametrize("text", TEXTS)
def test_a_loss_equals_its_closed_form_where_scores_and_gains_tie(text):
    scores = np.array([0.5, -0.3, 0.5, 0.5, -0.3, 1.1])
    gains = np.array([2.0, 1.0, 0.0, 1.0, 0.0, 0.0])
    found = made(text)(
        torch.from_numpy(scores)[None], torch.from_numpy(gains)[None], mask=torch.ones(1, 6) > 0
    )
    expected = by_formula(text, scores, gains, TEMPERATURE)
    assert found.item() == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("seed", range(3))
def test_a_loss_equals_its_closed_form_where_all_gains_differ(text, seed):
    rng = np.random.default_rng(seed)
    scores, gains = rng.normal(size=5) * 2, rng.permutation([0.0, 0.3, 0.9, 1.4, 2.2])
    found = made(text)(
        torch.from_numpy(scores)[None], torch.from_numpy(gains)[None], mask=torch.ones(1, 5) > 0
    )
    expected = by_formula(text, scores, gains, TEMPERATURE)
    assert found.item() == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("text", ["kl", "margin-mse", "kl:target_temperature=0.4"])
def test_a_teacher_may_score_below_zero(text):
    scores, teacher = np.array([0.2, 1.5, -0.4, 0.0]), np.array([-3.0, -8.5, -1.25, -8.5])
    found = made(text)(
        torch.from_numpy(scores)[None], torch.from_numpy(teacher)[None], mask=torch.ones(1, 4) > 0
    )
    expected = by_formula(text, scores, teacher, TEMPERATURE)
    assert found.item() == pytest.approx(expected, rel=1e-10)
    padded = made(text)(
        torch.from_numpy(np.append(scores, 3.0))[None],
        torch.from_numpy(np.append(teacher, 9.0))[None],
        mask=torch.tensor([[True] * 4 + [False]]),
    )
    assert padded.item() == pytest.approx(expected, rel=1e-10)


def test_options_are_tried_on_every_loss_that_has_some():
    with_some = {name for name, kind in LOSSES.items() if len(dataclasses.fields(kind)) > 1}
    assert {text.partition(":")[0] for text in OPTIONS} == with_some
