"""What the size of a gain does to the gradient: measured, and as the mathematics says."""

import pytest
import torch
from loss_cases import one_list

from lrat_rank.models.losses import LOSSES, GainEffect, Targets, parse_loss
from lrat_rank.models.losses.effects import gain_effect, two_grades

KEEP = ("softmax", "ranknet", "infonce")
MOVE = ("listnet", "margin-mse", "kl")


@pytest.mark.parametrize("name", LOSSES.names())
def test_what_becomes_of_an_only_positives_gain_is_known_for_every_loss(name):
    expected = GainEffect.CANCELS
    if name in KEEP:
        expected = GainEffect.KEEPS
    if name in MOVE:
        expected = GainEffect.OTHER
    assert LOSSES.get(name)().single_positive is expected


@pytest.mark.parametrize("name", ["lambdarank", "ndcg-loss2pp", "approx-ndcg", "neural-ndcg"])
def test_without_the_ideal_in_the_divisor_intensity_is_kept(name):
    assert parse_loss(name).single_positive is GainEffect.CANCELS
    assert parse_loss(f"{name}:normalise=false").single_positive is GainEffect.KEEPS
    exponential = parse_loss(f"{name}:normalise=false,gain=exponential")
    assert exponential.single_positive is GainEffect.OTHER


@pytest.mark.parametrize("name", LOSSES.names())
@pytest.mark.parametrize("power", [0.25, 3.0])
def test_the_measured_effect_holds_at_other_gains_and_scores(name, power):
    """The measurement doubles one gain at few scores; the property is about any factor."""
    loss = LOSSES.get(name)(temperature=1.7)
    scores = [0.9, -2.0, 0.3, 0.0, 1.4]
    _, once = one_list(loss, scores, [0.6, 0.0, 0.0, 0.0, 0.0])
    _, more = one_list(loss, scores, [0.6 * power, 0.0, 0.0, 0.0, 0.0])
    kept, cancelled = torch.allclose(more, power * once), torch.allclose(more, once)
    assert kept == (loss.single_positive is GainEffect.KEEPS)
    assert cancelled == (loss.single_positive is GainEffect.CANCELS)


def test_a_planted_loss_that_squares_the_gain_neither_keeps_nor_cancels():
    def squared(scores, gains, *, mask):
        return parse_loss("softmax")(scores, gains**2, mask=mask)

    assert gain_effect(squared) is GainEffect.OTHER


def test_measuring_works_where_gradients_are_off():
    with torch.no_grad():
        assert parse_loss("ranknet").single_positive is GainEffect.KEEPS


@pytest.mark.parametrize(
    ("text", "lower", "sees_size"),
    [
        # At equal scores: pulls 2 − 3/10 and 1 − 3/10.
        ("softmax", 0.7 / 1.7, True),
        # Pairs of the higher: 1 + 8·2; of the lower: 8·1 − 1.
        ("ranknet", 7 / 17, True),
        ("ranknet-order", 7 / 9, False),
        ("infonce", 0.0, True),
        ("lce", 1.0, False),
        # Score −1: targets 1 and ½ are 2 and 1½ away.
        ("mse", 0.75, True),
        ("listmle", (1 - 1 / 10 - 1 / 9) / (1 - 1 / 10), False),
    ],
)
def test_two_grades_by_hand(text, lower, sees_size):
    found = two_grades(parse_loss(text))
    assert found.lower == pytest.approx(lower, abs=1e-12)
    assert found.sees_size is sees_size


def test_only_losses_that_bear_negative_targets_say_that_they_take_a_teacher():
    """Adding a constant to a teacher's scores changes no order: nor may it change the loss."""
    scores, teacher = [0.4, -0.2, 1.0], [3.0, 1.0, 0.5]
    lowered = [score - 5.0 for score in teacher]
    for name, kind in LOSSES.items():
        same = one_list(kind(), scores, teacher)[0] == pytest.approx(
            one_list(kind(), scores, lowered)[0], rel=1e-12
        )
        if kind.targets is not Targets.GAINS:
            assert same, name
    takers = {name for name, kind in LOSSES.items() if kind.targets is not Targets.GAINS}
    assert takers == {"kl", "margin-mse"}


def test_a_teacher_that_orders_nothing_teaches_nothing():
    for name in ("kl", "margin-mse"):
        value, gradient = one_list(parse_loss(name), [0.4, -0.2, 1.0], [-2.5, -2.5, -2.5])
        assert value == 0
        assert not gradient.any()
