"""The laws every loss obeys, and each loss's closed form in numpy."""

import numpy as np
import pytest
import torch
from scipy.special import log_softmax

from lrat_rank.errors import InputError
from lrat_rank.models.losses import LOSSES

TEMPERATURE = 0.7


def softmax_by_hand(scores, gains):
    return -(gains * log_softmax(scores / TEMPERATURE)).sum()


def ranknet_by_hand(scores, gains):
    total = 0.0
    for i, gain in enumerate(gains):
        for j, lower in enumerate(gains):
            if gain > lower:
                difference = (scores[i] - scores[j]) / TEMPERATURE
                total += (gain - lower) * np.log1p(np.exp(-difference))
    return total / max(len(scores) - 1, 1)


BY_HAND = {"softmax": softmax_by_hand, "ranknet": ranknet_by_hand}


@pytest.fixture(params=LOSSES.names())
def loss(request):
    return LOSSES.get(request.param)(temperature=TEMPERATURE)


@pytest.fixture
def batch():
    """Three lists of 5, 3 and 4 documents, padded to 5."""
    rng = np.random.default_rng(7)
    scores, gains = rng.normal(size=(3, 5)), rng.choice([0.0, 0.0, 0.4, 1.9], size=(3, 5))
    gains[:, 0], gains[:, 1] = 1.3, 0.0
    mask = np.arange(5) < np.array([[5], [3], [4]])
    return tuple(torch.from_numpy(array) for array in (scores, gains, mask))


WEIGHTS = torch.tensor([0.2, 1.0, 1.8], dtype=torch.float64)


@pytest.mark.parametrize("name", LOSSES.names())
def test_a_loss_equals_its_closed_form(name, batch):
    scores, gains, mask = (tensor.numpy() for tensor in batch)
    by_hand = [BY_HAND[name](s[m], g[m]) for s, g, m in zip(scores, gains, mask, strict=True)]
    expected = (WEIGHTS.numpy() * by_hand).sum() / 3
    loss = LOSSES.get(name)(temperature=TEMPERATURE)
    found = loss(batch[0], batch[1], mask=batch[2], weights=WEIGHTS)
    assert found.item() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("padding", [0.0, 1e4, float("inf"), float("nan")])
def test_what_stands_in_the_padding_does_not_matter(loss, batch, padding):
    scores, gains, mask = batch
    plain = scores.clone().requires_grad_()
    filled = scores.masked_fill(~mask, padding)
    padded = torch.cat([filled, torch.full((3, 2), padding)], dim=1).requires_grad_()
    wider = torch.cat([mask, torch.zeros(3, 2, dtype=torch.bool)], dim=1)
    more_gains = torch.cat([gains.masked_fill(~mask, 5.0), torch.full((3, 2), 9.0)], dim=1)
    first = loss(plain, gains, mask=mask, weights=WEIGHTS)
    second = loss(padded, more_gains, mask=wider, weights=WEIGHTS)
    first.backward()
    second.backward()
    assert second.item() == pytest.approx(first.item(), rel=1e-12)
    torch.testing.assert_close(padded.grad[:, :5], plain.grad)
    assert not padded.grad[~wider].any()


def test_the_order_of_documents_and_of_lists_does_not_matter(loss, batch):
    scores, gains, mask = batch
    shuffled = torch.randperm(5, generator=torch.Generator().manual_seed(1))
    lists = torch.tensor([2, 0, 1])
    first = loss(scores, gains, mask=mask, weights=WEIGHTS)
    moved = [tensor[lists][:, shuffled] for tensor in batch]
    second = loss(moved[0], moved[1], mask=moved[2], weights=WEIGHTS[lists])
    assert second.item() == pytest.approx(first.item(), rel=1e-12)


def test_the_loss_is_linear_in_the_weights(loss, batch):
    scores, gains, mask = batch

    def at(weights):
        return loss(scores, gains, mask=mask, weights=weights).item()

    other = torch.tensor([3.0, 0.0, 0.5], dtype=torch.float64)
    assert at(2 * WEIGHTS + 3 * other) == pytest.approx(2 * at(WEIGHTS) + 3 * at(other), rel=1e-12)
    ones = torch.ones(3, dtype=torch.float64)
    assert loss(scores, gains, mask=mask).item() == pytest.approx(at(ones), rel=1e-12)


def test_the_loss_is_the_mean_over_lists_whatever_the_weights_sum_to(loss, batch):
    scores, gains, mask = batch
    alone = [
        loss(scores[i : i + 1], gains[i : i + 1], mask=mask[i : i + 1], weights=WEIGHTS[i : i + 1])
        for i in range(3)
    ]
    together = loss(scores, gains, mask=mask, weights=WEIGHTS)
    assert together.item() == pytest.approx(sum(one.item() for one in alone) / 3, rel=1e-12)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_gradients_are_finite_at_extreme_scores(loss, dtype):
    scores = torch.tensor([[1e4, -1e4, 0.0], [-1e4, 1e4, 1e4]], dtype=dtype, requires_grad=True)
    gains = torch.tensor([[0.0, 1.0, 0.5], [1.0, 0.0, 0.0]])
    value = loss(scores, gains, mask=torch.ones(2, 3, dtype=torch.bool))
    value.backward()
    assert torch.isfinite(value)
    assert torch.isfinite(scores.grad).all()
    assert scores.grad.any()


@pytest.mark.parametrize(
    ("gains", "mask"),
    [
        pytest.param([0.0, 0.0, 0.0], [True, True, True], id="all-zero"),
        pytest.param([1.5, 0.0, 0.0], [True, False, False], id="single-document"),
        pytest.param([1.5, 0.0, 0.0], [False, False, False], id="fully-masked"),
    ],
)
def test_a_list_with_nothing_to_order_gives_zero_and_no_gradient(loss, gains, mask):
    scores = torch.tensor([[3.0, -1e4, 1e4]], requires_grad=True)
    value = loss(scores, torch.tensor([gains]), mask=torch.tensor([mask]))
    value.backward()
    assert value.item() == 0
    assert not scores.grad.any()


def test_an_empty_batch_gives_zero(loss):
    empty = torch.zeros(0, 4, requires_grad=True)
    assert loss(empty, torch.zeros(0, 4), mask=torch.zeros(0, 4, dtype=torch.bool)).item() == 0


def test_gradients_agree_with_finite_differences(loss, batch):
    scores, gains, mask = batch
    assert torch.autograd.gradcheck(
        lambda s: loss(s, gains, mask=mask, weights=WEIGHTS), (scores.clone().requires_grad_(),)
    )


def test_the_gain_of_an_only_positive_scales_its_pull(loss):
    def gradient(gain):
        scores = torch.tensor([[0.3, 1.0, -0.5]], requires_grad=True)
        gains = torch.tensor([[gain, 0.0, 0.0]])
        loss(scores, gains, mask=torch.ones(1, 3, dtype=torch.bool)).backward()
        return scores.grad

    torch.testing.assert_close(gradient(2.0), 4 * gradient(0.5))


def test_ranknet_does_not_let_a_longer_list_pull_more():
    loss = LOSSES.get("ranknet")()

    def value(n):
        gains = torch.zeros(1, n)
        gains[0, 0] = 1.0
        return loss(torch.zeros(1, n), gains, mask=torch.ones(1, n, dtype=torch.bool)).item()

    assert value(50) == pytest.approx(value(2))


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan"), float("inf")])
@pytest.mark.parametrize("name", LOSSES.names())
def test_a_temperature_that_cannot_divide_is_refused(name, temperature):
    with pytest.raises(InputError, match="temperature must be a finite number above 0"):
        LOSSES.get(name)(temperature=temperature)


def test_tensors_that_do_not_fit_together_are_refused(loss):
    scores, mask = torch.zeros(2, 3), torch.ones(2, 3, dtype=torch.bool)
    with pytest.raises(ValueError, match="mask must be boolean"):
        loss(scores, scores, mask=mask.float())
    with pytest.raises(ValueError, match="gains must have the shape of scores"):
        loss(scores, torch.zeros(2, 1), mask=mask)
    with pytest.raises(ValueError, match=r"weights must be \(2,\)"):
        loss(scores, scores, mask=mask, weights=torch.ones(3))
    with pytest.raises(ValueError, match=r"scores must be \(lists, documents\)"):
        loss(torch.zeros(3), torch.zeros(3), mask=torch.ones(3, dtype=torch.bool))
