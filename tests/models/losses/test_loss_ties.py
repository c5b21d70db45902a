"""Where gains or scores tie: no order of the input decides, and nothing stands still."""

import itertools

import pytest
import torch
from loss_cases import made, one_list

from lrat_rank.models.losses import parse_loss
from lrat_rank.models.losses.pairs import differences
from lrat_rank.models.losses.places import mean_over_pairs_of_places, mean_over_places, places

PLACE_WEIGHTED = ("lambdarank", "ndcg-loss2pp", "lambdarank:cutoff=2")


@pytest.mark.parametrize("text", PLACE_WEIGHTED)
def test_tied_scores_give_the_mean_over_the_orders_that_break_the_tie(text):
    """Broken by a hair, whose own effect on the loss is below the tolerance."""
    scores, gains = [0.5, 0.5, -1.0, 0.5], [1.0, 0.0, 2.0, 0.4]
    broken = []
    for hairs in itertools.permutations([0.0, 1e-10, 2e-10]):
        moved = [0.5 + hairs[0], 0.5 + hairs[1], -1.0, 0.5 + hairs[2]]
        broken.append(one_list(made(text), moved, gains)[0])
    assert one_list(made(text), scores, gains)[0] == pytest.approx(sum(broken) / 6, rel=1e-8)
    assert max(broken) - min(broken) > 1e-3


@pytest.mark.parametrize("text", PLACE_WEIGHTED)
def test_a_model_with_constant_scores_still_learns(text):
    _, gradient = one_list(made(text), [0.0] * 5, [1.0, 0.0, 0.0, 0.0, 0.0])
    assert gradient[0] < -0.01
    assert gradient[1:].min() > 0
    assert gradient[1:].max() - gradient[1:].min() < 1e-12


@pytest.mark.parametrize("text", ["listmle", "p-listmle", "p-listmle:discount=log2"])
def test_likelihoods_treat_documents_of_equal_gain_alike(text):
    _, gradient = one_list(made(text), [0.3] * 5, [1.0, 2.0, 1.0, 0.0, 0.0])
    assert gradient[0] == pytest.approx(gradient[2].item(), rel=1e-12)
    assert gradient[3] == pytest.approx(gradient[4].item(), rel=1e-12)


def test_listmle_does_not_order_the_documents_without_gain():
    gains = [1.0, 0.0, 0.0, 0.0]
    scores = [0.2, 3.0, -1.0, 0.5]
    found, gradient = one_list(made("listmle"), scores, gains)
    expected, as_softmax = one_list(made("softmax"), scores, gains)
    assert found == pytest.approx(expected, rel=1e-12)
    torch.testing.assert_close(gradient, as_softmax)


@pytest.mark.parametrize("text", ["listmle", "p-listmle", "ranknet-order", "lambdarank"])
def test_a_list_of_equal_gains_has_no_order_to_learn(text):
    value, gradient = one_list(made(text), [0.2, 3.0, -1.0], [1.5, 1.5, 1.5])
    assert value == 0
    assert not gradient.any()


def test_infonce_takes_each_of_the_best_as_its_positive():
    scores, best = [0.2, 0.9, -1.0], [2.0, 2.0, 0.0]
    loss = parse_loss("infonce")
    alone = [one_list(loss, [s, -1.0], [2.0, 0.0])[0] for s in scores[:2]]
    assert one_list(loss, scores, best)[0] == pytest.approx(sum(alone) / 2, rel=1e-12)


def test_a_tie_holds_its_places_and_masked_documents_none():
    values = torch.tensor([[1.0, 7.0, 1.0, 9.0]])
    held = places(values, torch.tensor([[True, True, True, False]]))
    assert held[0].int().tolist() == [[0, 1, 1, 0], [1, 0, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0]]
    means = mean_over_places(held, torch.tensor([8.0, 4.0, 2.0, 1.0]))
    assert means.tolist() == [[3.0, 8.0, 3.0, 0.0]]


def test_two_of_a_tie_never_hold_the_same_place():
    held = places(torch.zeros(1, 3), torch.ones(1, 3, dtype=torch.bool))
    steps = differences(torch.tensor([[3.0, 1.0, 0.0]]))[0].abs()
    means = mean_over_pairs_of_places(held, steps)[0]
    assert means[0, 1].item() == pytest.approx((2 + 3 + 1) / 3)
