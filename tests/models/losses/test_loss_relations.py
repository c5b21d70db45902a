"""How losses relate to one another, and what sets each apart."""

import pytest
import torch
from loss_cases import one_list

from lrat_rank.models.losses import LOSSES, parse_loss

SCORES = [0.3, -1.0, 0.9, 0.1]


@pytest.mark.parametrize("other", ["infonce", "lce", "listmle"])
def test_with_one_positive_of_gain_one_they_are_the_softmax_cross_entropy(other):
    gains = [1.0, 0.0, 0.0, 0.0]
    expected, gradient = one_list(parse_loss("softmax"), SCORES, gains)
    found, same = one_list(parse_loss(other), SCORES, gains)
    assert found == pytest.approx(expected, rel=1e-12)
    torch.testing.assert_close(same, gradient)


def test_ranknet_on_gains_of_zero_and_one_is_ranknet_on_their_order():
    gains = [1.0, 0.0, 1.0, 0.0]
    found = one_list(parse_loss("ranknet"), SCORES, gains)[0]
    assert found == pytest.approx(one_list(parse_loss("ranknet-order"), SCORES, gains)[0])


def test_ndcg_loss2pp_without_its_bound_is_lambdarank():
    gains = [1.0, 0.5, 3.0, 0.0]
    found = one_list(parse_loss("ndcg-loss2pp:mu=0"), SCORES, gains)[0]
    assert found == pytest.approx(one_list(parse_loss("lambdarank"), SCORES, gains)[0])


def test_kl_pulls_as_listnet_of_the_same_target_temperature():
    gains = [1.0, 0.5, 3.0, 0.0]
    _, kl = one_list(parse_loss("kl:target_temperature=0.25"), SCORES, gains)
    _, listnet = one_list(parse_loss("listnet"), SCORES, gains)
    torch.testing.assert_close(kl, listnet)


@pytest.mark.parametrize("name", ["approx-ndcg", "neural-ndcg"])
def test_a_smooth_ndcg_nears_one_minus_ndcg_as_its_temperature_falls(name):
    from sklearn.metrics import ndcg_score

    gains = [1.0, 0.5, 3.0, 0.0]
    found = one_list(parse_loss(f"{name}:temperature=0.01"), SCORES, gains)[0]
    assert found == pytest.approx(1 - ndcg_score([gains], [SCORES]), abs=1e-6)
    cut = one_list(parse_loss("neural-ndcg:temperature=0.01,cutoff=2"), SCORES, gains)[0]
    assert cut == pytest.approx(1 - ndcg_score([gains], [SCORES], k=2), abs=1e-6)


@pytest.mark.parametrize("name", ["kl", "margin-mse"])
def test_a_distillation_loss_is_least_at_the_teachers_own_scores(name):
    teacher = [-3.0, 0.5, -1.2, 2.0]
    value, gradient = one_list(parse_loss(name), teacher, teacher)
    assert value == pytest.approx(0.0, abs=1e-12)
    assert gradient.abs().max() < 1e-12


@pytest.mark.parametrize("name", ["bce", "mse"])
def test_a_pointwise_loss_is_least_at_its_own_targets(name):
    gains = torch.tensor([0.5, 1.0, 2.0], dtype=torch.float64)
    target = gains / 4
    best = torch.logit(target) if name == "bce" else target
    _, gradient = one_list(parse_loss(f"{name}:ceiling=4"), best.tolist(), gains.tolist())
    assert gradient.abs().max() < 1e-12


def test_ranknet_does_not_let_a_longer_list_pull_more():
    def value(n):
        return one_list(parse_loss("ranknet"), [0.0] * n, [1.0] + [0.0] * (n - 1))[0]

    assert value(50) == pytest.approx(value(2))


def test_p_listmle_lays_more_on_the_first_place_than_listmle():
    gains = [3.0, 2.0, 1.0, 0.0]
    level = [0.0] * 4
    for text in ("p-listmle", "p-listmle:discount=reciprocal"):
        _, aware = one_list(parse_loss(text), level, gains)
        _, plain = one_list(parse_loss("listmle"), level, gains)
        assert (aware[0] / aware.abs().sum()) < (plain[0] / plain.abs().sum())


def test_lambdarank_with_a_cut_off_passes_over_pairs_below_it():
    gains = [0.0, 0.0, 1.0, 0.0]
    deep = [3.0, 2.0, -1.0, -2.0]
    _, gradient = one_list(parse_loss("lambdarank:cutoff=2"), deep, gains)
    assert gradient[3] == 0
    assert (gradient[:2] > 0).all()
    assert gradient[2] < 0


@pytest.mark.parametrize("name", LOSSES.names())
def test_the_temperature_divides_the_scores(name):
    gains = [1.0, 0.5, 3.0, 0.0]
    sharp = one_list(LOSSES.get(name)(temperature=0.5), SCORES, gains)[0]
    doubled = one_list(LOSSES.get(name)(), [2 * score for score in SCORES], gains)[0]
    assert sharp == pytest.approx(doubled, rel=1e-12)
