"""The contrastive loss: what it is worth in numpy, and who gets a gradient."""

import numpy as np
import pytest
import torch

from lrat_rank.models.dense.contrast import contrastive_loss
from lrat_rank.models.losses import LOSSES

TAU = 0.05


@pytest.fixture
def batch():
    """Three queries, seven documents; some documents are barred from some queries."""
    rng = np.random.default_rng(3)
    queries, documents = rng.normal(size=(3, 5)), rng.normal(size=(7, 5))
    allowed = rng.uniform(size=(3, 7)) < 0.7
    return queries, documents, np.array([0, 2, 2]), allowed, np.array([0.3, 2.0, 0.7])


def loss(queries, documents, positives, allowed, weights, temperature=TAU) -> torch.Tensor:
    return contrastive_loss(
        torch.as_tensor(queries, dtype=torch.float32),
        torch.as_tensor(documents, dtype=torch.float32),
        torch.as_tensor(positives),
        allowed=torch.as_tensor(allowed),
        weights=torch.as_tensor(weights, dtype=torch.float32),
        temperature=temperature,
    )


def closed_form(queries, documents, positives, allowed, weights) -> float:
    total = 0.0
    for query, positive, may, weight in zip(queries, positives, allowed, weights, strict=True):
        cosines = documents @ query / (np.linalg.norm(documents, axis=1) * np.linalg.norm(query))
        takes_part = [d for d in range(len(documents)) if may[d] or d == positive]
        shares = np.exp(cosines[takes_part] / TAU)
        total += weight * -np.log(np.exp(cosines[positive] / TAU) / shares.sum())
    return total / len(queries)


def test_the_loss_is_the_written_formula(batch) -> None:
    assert float(loss(*batch)) == pytest.approx(closed_form(*batch), rel=1e-5)


def test_with_equal_weights_and_nothing_barred_it_is_plain_cross_entropy(batch) -> None:
    queries, documents, positives, _, _ = batch
    cosines = torch.nn.functional.cosine_similarity(
        torch.tensor(queries)[:, None], torch.tensor(documents)[None], dim=-1
    )
    expected = torch.nn.functional.cross_entropy(cosines / TAU, torch.tensor(positives))
    ours = loss(queries, documents, positives, np.ones((3, 7), bool), np.ones(3))
    assert float(ours) == pytest.approx(float(expected), rel=1e-5)


def test_it_is_the_infonce_of_the_losses_over_the_batch(batch) -> None:
    queries, documents, positives, allowed, weights = batch
    cosines = torch.nn.functional.cosine_similarity(
        torch.tensor(queries)[:, None], torch.tensor(documents)[None], dim=-1
    )
    gains = torch.nn.functional.one_hot(torch.tensor(positives), 7).to(cosines.dtype)
    mask = torch.tensor(allowed) | (gains > 0)
    named = LOSSES.get("infonce")(temperature=TAU)
    expected = named(cosines, gains, mask=mask, weights=torch.tensor(weights))
    assert float(loss(*batch)) == pytest.approx(float(expected), rel=1e-5)


def test_the_loss_is_linear_in_the_weights(batch) -> None:
    *rest, weights = batch
    each = [float(loss(*rest, np.eye(3)[n])) for n in range(3)]
    assert float(loss(*rest, weights)) == pytest.approx(float(weights @ each), rel=1e-5)
    assert float(loss(*rest, 2 * weights)) == pytest.approx(2 * float(loss(*rest, weights)))


def test_a_barred_document_has_no_gradient_and_an_allowed_one_has(batch) -> None:
    queries, documents, positives, _, weights = batch
    allowed = np.ones((3, 7), bool)
    allowed[:, 5] = False
    tensor = torch.tensor(documents, dtype=torch.float32, requires_grad=True)
    loss(queries, tensor, positives, allowed, weights, temperature=1.0).backward()
    pulled = tensor.grad.abs().sum(dim=1)
    assert pulled[5] == 0
    assert (pulled[[0, 1, 2, 3, 4, 6]] > 1e-4).all()


def test_a_barred_document_may_be_anything(batch) -> None:
    queries, documents, positives, allowed, weights = batch
    allowed = allowed.copy()
    allowed[:, 6] = False
    changed = documents.copy()
    changed[6] = 1e3 * queries[0]
    before = float(loss(queries, documents, positives, allowed, weights))
    assert float(loss(queries, changed, positives, allowed, weights)) == before


def test_the_order_of_the_documents_does_not_matter(batch) -> None:
    queries, documents, positives, allowed, weights = batch
    order = np.random.default_rng(0).permutation(7)
    place = np.argsort(order)
    shuffled = loss(queries, documents[order], place[positives], allowed[:, order], weights)
    assert float(shuffled) == pytest.approx(float(loss(*batch)), rel=1e-6)


def test_zero_and_huge_vectors_give_finite_gradients() -> None:
    queries = torch.tensor([[0.0, 0.0], [1e4, -1e4]], requires_grad=True)
    documents = torch.tensor([[1e4, 1e4], [0.0, 0.0], [-1e4, 1e4]], requires_grad=True)
    loss(queries, documents, [0, 1], np.ones((2, 3), bool), [1.0, 1.0], 0.02).backward()
    assert torch.isfinite(queries.grad).all()
    assert torch.isfinite(documents.grad).all()


def test_a_positive_without_any_negative_costs_nothing() -> None:
    alone = loss([[1.0, 0.0]], [[0.0, 1.0], [1.0, 0.0]], [0], np.zeros((1, 2), bool), [1.0])
    assert float(alone) == 0.0


def test_the_gradient_is_that_of_finite_differences(batch) -> None:
    queries, documents, positives, allowed, weights = batch
    tensor = torch.tensor(documents, dtype=torch.float32, requires_grad=True)
    loss(queries, tensor, positives, allowed, weights, temperature=1.0).backward()
    step = 1e-2
    for place in [(0, 0), (2, 3), (4, 1)]:
        up, down = documents.copy(), documents.copy()
        up[place] += step
        down[place] -= step
        values = [
            float(loss(queries, some, positives, allowed, weights, temperature=1.0))
            for some in (up, down)
        ]
        slope = (values[0] - values[1]) / (2 * step)
        assert float(tensor.grad[place]) == pytest.approx(slope, abs=1e-3)
