"""The laws that every loss obeys (design, section 8)."""

import pytest
import torch
from loss_cases import TEXTS, WEIGHTS, made, padded_batch

from lrat_rank.models.losses import LOSSES

SATURATING = ("approx-ndcg", "neural-ndcg")
"""Losses that follow a bounded measure: far enough on the wrong side there is no gradient."""


@pytest.fixture(params=TEXTS)
def loss(request):
    return made(request.param)


@pytest.fixture
def batch():
    return padded_batch()


@pytest.mark.parametrize("padding", [0.0, 1e4, float("inf"), float("nan")])
def test_what_stands_in_the_padding_does_not_matter(loss, batch, padding):
    scores, gains, mask = batch
    plain = scores.clone().requires_grad_()
    filled = scores.masked_fill(~mask, padding)
    padded = torch.cat([filled, torch.full((3, 2), padding)], dim=1).requires_grad_()
    wider = torch.cat([mask, torch.zeros(3, 2, dtype=torch.bool)], dim=1)
    more_gains = torch.cat([gains.masked_fill(~mask, padding), torch.full((3, 2), 9.0)], dim=1)
    first = loss(plain, gains, mask=mask, weights=WEIGHTS)
    second = loss(padded, more_gains, mask=wider, weights=WEIGHTS)
    first.backward()
    second.backward()
    assert second.item() == pytest.approx(first.item(), rel=1e-12)
    torch.testing.assert_close(padded.grad[:, :5], plain.grad)
    assert not padded.grad[~wider].any()


def test_the_order_of_documents_and_of_lists_does_not_matter_even_where_they_tie(loss, batch):
    scores, gains, mask = batch
    scores[0, 1] = scores[0, 3]  # equal score and equal gain
    scores[0, 0] = scores[0, 4]  # equal score, unequal gain
    lists = torch.tensor([2, 0, 1])
    first = loss(scores, gains, mask=mask, weights=WEIGHTS)
    for seed in range(4):
        shuffled = torch.randperm(5, generator=torch.Generator().manual_seed(seed))
        moved = [tensor[lists][:, shuffled] for tensor in (scores, gains, mask)]
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


@pytest.mark.parametrize("cuts", [(1, 2), (1,), (2,)])
def test_batches_weighted_by_their_lists_add_up_to_the_whole_batch(loss, batch, cuts):
    """What gradient accumulation and data parallelism rest on."""
    scores, gains, mask = batch
    whole = scores.clone().requires_grad_()
    loss(whole, gains, mask=mask, weights=WEIGHTS).backward()
    cut = scores.clone().requires_grad_()
    for part in torch.tensor_split(torch.arange(3), cuts):
        mean = loss(cut[part], gains[part], mask=mask[part], weights=WEIGHTS[part])
        (mean * len(part) / 3).backward()
    torch.testing.assert_close(cut.grad, whole.grad, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_gradients_are_finite_at_extreme_scores(loss, dtype):
    scores = torch.tensor([[1e4, -1e4, 0.0], [-1e4, 1e4, 1e4]], dtype=dtype, requires_grad=True)
    gains = torch.tensor([[0.0, 1.0, 0.5], [1.0, 0.0, 0.0]])
    value = loss(scores, gains, mask=torch.ones(2, 3, dtype=torch.bool))
    value.backward()
    assert torch.isfinite(value)
    assert value > 0
    assert scores.grad.dtype == dtype
    assert torch.isfinite(scores.grad).all()
    if type(loss) not in [LOSSES.get(name) for name in SATURATING]:
        assert scores.grad.any()


def test_gradients_are_finite_in_a_long_list(loss):
    generator = torch.Generator().manual_seed(3)
    scores = (2e4 * torch.rand(1, 200, generator=generator) - 1e4).requires_grad_()
    gains = torch.rand(1, 200, generator=generator).round(decimals=1)
    value = loss(scores, gains, mask=torch.ones(1, 200, dtype=torch.bool))
    value.backward()
    assert torch.isfinite(value)
    assert torch.isfinite(scores.grad).all()


@pytest.mark.parametrize(
    ("gains", "mask"),
    [
        pytest.param([0.0, 0.0, 0.0], [True, True, True], id="all-zero"),
        pytest.param([1.5, 0.0, 0.0], [True, False, False], id="single-document"),
        pytest.param([1.5, 0.0, 0.0], [False, False, False], id="fully-masked"),
        pytest.param([0.0, 0.0, 7.0], [True, True, False], id="positive-is-masked"),
    ],
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_list_with_nothing_to_order_gives_zero_and_no_gradient(loss, gains, mask, dtype):
    scores = torch.tensor([[3.0, -1e4, 1e4]], dtype=dtype, requires_grad=True)
    value = loss(scores, torch.tensor([gains]), mask=torch.tensor([mask]))
    value.backward()
    assert value.dtype == dtype
    assert value.item() == 0
    assert scores.grad is not None
    assert not scores.grad.any()


def test_a_list_with_nothing_to_order_counts_in_the_mean(loss, batch):
    scores, gains, mask = batch
    with_idle = loss(
        torch.cat([scores, scores]),
        torch.cat([gains, torch.zeros_like(gains)]),
        mask=torch.cat([mask, mask]),
    )
    assert 2 * with_idle.item() == pytest.approx(loss(scores, gains, mask=mask).item(), rel=1e-12)


@pytest.mark.parametrize("shape", [(0, 4), (2, 0), (0, 0)])
def test_an_empty_batch_gives_zero(loss, shape):
    empty = torch.zeros(shape, requires_grad=True)
    value = loss(empty, torch.zeros(shape), mask=torch.zeros(shape, dtype=torch.bool))
    value.backward()
    assert value.item() == 0


def test_gradients_agree_with_finite_differences(loss, batch):
    scores, gains, mask = batch
    assert torch.autograd.gradcheck(
        lambda s: loss(s, gains, mask=mask, weights=WEIGHTS), (scores.clone().requires_grad_(),)
    )


def test_second_gradients_agree_with_finite_differences(loss, batch):
    scores, gains, mask = (tensor[:2] for tensor in batch)
    assert torch.autograd.gradgradcheck(
        lambda s: loss(s, gains, mask=mask), (scores.clone().requires_grad_(),)
    )


def test_nothing_given_is_changed_and_a_second_call_gives_the_same(loss, batch):
    scores, gains, mask = batch
    kept = [tensor.clone() for tensor in batch]
    at = scores.requires_grad_()
    first = torch.autograd.grad(loss(at, gains, mask=mask, weights=WEIGHTS), at)[0]
    second = torch.autograd.grad(loss(at, gains, mask=mask, weights=WEIGHTS), at)[0]
    torch.testing.assert_close(first, second, rtol=0, atol=0)
    for before, after in zip(kept, (scores, gains, mask), strict=True):
        torch.testing.assert_close(before, after.detach(), rtol=0, atol=0)


def test_the_relevant_document_is_lifted_over_the_others(loss):
    scores = torch.zeros(1, 4, requires_grad=True)
    loss(scores, torch.tensor([[1.0, 0.0, 0.0, 0.0]]), mask=torch.ones(1, 4) > 0).backward()
    down = -scores.grad[0]
    assert down[0] > down[1:].max()


def test_gradient_steps_bring_the_most_relevant_over_the_irrelevant(loss):
    gains = torch.tensor([[0.0, 1.0, 0.0, 2.0, 0.0]])
    scores = torch.tensor([[0.4, 0.0, 0.2, -0.2, 0.1]], requires_grad=True)
    optimiser = torch.optim.Adam([scores], lr=0.1)
    for _ in range(40):
        optimiser.zero_grad()
        loss(scores, gains, mask=torch.ones(1, 5) > 0).backward()
        optimiser.step()
    assert scores[0, 3] > scores[0, [0, 2, 4]].max()


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
