"""Listwise: NeuralNDCG, nDCG of a smoothly sorted list."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from lrat_rank.models.losses.base import Family
from lrat_rank.models.losses.dcg import DCG, CutDCGLoss
from lrat_rank.models.losses.lists import check_batch, clear_padding, has_positive, mean_over_lists
from lrat_rank.models.losses.pairs import both, differences


def neural_ndcg(
    scores: Tensor,
    gains: Tensor,
    *,
    mask: Tensor,
    weights: Tensor | None = None,
    temperature: float = 1.0,
    dcg: DCG | None = None,
    sinkhorn_steps: int = 50,
) -> Tensor:
    """What is missing to the best nDCG, with the gains sorted by a relaxed permutation.

    1 − 1/ideal·Σ_r D(r)·(P̂·G(g))_r

    G is the gain function, D the discount, P̂ the relaxed sorting matrix of the scores, made doubly
    stochastic (`relaxed_sort`). Not normalised it is ideal − Σ_r D(r)·(P̂·G(g))_r. A list of one
    document, or without gains, adds 0 and counts in N.

    Args:
        scores: float (lists, documents).
        gains: float (lists, documents), ≥ 0.
        mask: bool (lists, documents); False for padding.
        weights: float (lists,), ≥ 0, or None for 1.
        temperature: τ of the relaxed sort; > 0. Lower is nearer to nDCG, with less gradient.
        dcg: The measure followed; None for nDCG with linear gain.
        sinkhorn_steps: Scalings of columns and rows to sum 1; ≥ 1.

    Returns:
        A float scalar, the weighted mean over the lists.

    Raises:
        ValueError: The shapes do not agree, or the mask is not boolean.

    Source: Pobrotyn and Białobrzeski, "NeuralNDCG: Direct Optimisation of a Ranking Metric via
    Differentiable Relaxation of Sorting", 2021 (arXiv 2102.07831), without sampling.

    >>> scores, mask = torch.tensor([[0.0, 0.0]]), torch.tensor([[True, True]])
    >>> round(float(neural_ndcg(scores, torch.tensor([[4.0, 0.0]]), mask=mask)), 6)
    0.184535
    """
    check_batch(scores, gains, mask, weights)
    kept, held = clear_padding(scores, gains, mask)
    dcg = dcg or DCG()
    sorting = relaxed_sort(kept, mask, temperature, sinkhorn_steps)
    at_ranks = (sorting @ dcg.gain(held).unsqueeze(-1)).squeeze(-1)
    found = (at_ranks * dcg.at_ranks(mask.shape[-1], kept)).sum(dim=-1)
    per_list = (dcg.ideal(held) - found) / dcg.scale(held)
    return mean_over_lists(per_list.masked_fill(~has_positive(held, mask), 0.0), weights)


def relaxed_sort(scores: Tensor, mask: Tensor, temperature: float, steps: int) -> Tensor:
    """A smooth stand-in for the matrix that sorts each list, highest score first.

    Row r of NeuralSort is softmax(((n + 1 − 2r)·s_i − Σ_j |s_i − s_j|)/τ) over the documents i;
    Sinkhorn scaling then makes the columns sum to 1 too, in logarithms, so that no column dies at
    scores far apart. The number of steps is fixed: stopping early would let one list's result
    depend on the others in its batch.

    Args:
        scores: float (lists, documents), finite; 0 where masked.
        mask: bool (lists, documents).
        temperature: τ; > 0.
        steps: Scalings of columns and rows.

    Returns:
        float (lists, ranks, documents); 0 at masked documents and at ranks past a list's end.

    Source: Grover et al., "Stochastic Optimization of Sorting Networks via Continuous
    Relaxations", ICLR 2019, eq. 5; Sinkhorn, Annals of Mathematical Statistics 1964.

    >>> mask = torch.tensor([[True, True]])
    >>> relaxed_sort(torch.tensor([[0.0, 9.0]]), mask, 0.01, 5).round(decimals=3).tolist()
    [[[0.0, 1.0], [1.0, 0.0]]]
    """
    n = mask.shape[-1]
    # Ranks and documents past the end stand on the diagonal, 1 to 1, and take no part.
    lengths = mask.sum(dim=-1, keepdim=True)
    ranks = torch.arange(1, n + 1, device=mask.device)
    there = (ranks <= lengths).unsqueeze(2) & mask.unsqueeze(1)
    spread = differences(scores).abs().masked_fill(~both(mask), 0.0).sum(dim=-1)
    factors = (lengths + 1 - 2 * ranks).to(scores.dtype)
    logits = factors.unsqueeze(2) * scores.unsqueeze(1) - spread.unsqueeze(1)
    logs = (logits / temperature).masked_fill(~there, -torch.inf)
    logs = logs.masked_fill(_padding_matched(mask, ranks > lengths), 0.0)
    logs = torch.log_softmax(logs, dim=-1)
    for _ in range(steps):
        logs = torch.log_softmax(logs, dim=1)
        logs = torch.log_softmax(logs, dim=2)
    return logs.exp().masked_fill(~there, 0.0)


def _padding_matched(mask: Tensor, past_end: Tensor) -> Tensor:
    """[l, r, i] where the k-th masked document meets the k-th rank past its list's end; bool."""
    of_document = (~mask).cumsum(dim=-1).masked_fill(mask, 0)
    of_rank = past_end.cumsum(dim=-1).masked_fill(~past_end, 0)
    return (of_rank.unsqueeze(2) == of_document.unsqueeze(1)) & past_end.unsqueeze(2)


@dataclass(frozen=True, kw_only=True)
class NeuralNDCGLoss(CutDCGLoss):
    """Maximises the nDCG of a smoothly sorted list.

    As `approx-ndcg`, for lists with several grades and a model that already ranks; it costs
    more, and its relaxation sorts the whole list at once instead of one document against each
    other. On a list with a single positive the gain cancels, so give intensity as the list's
    weight, or set `normalise=false`.

    Attributes:
        sinkhorn_steps: Scalings that make the sorting matrix doubly stochastic, ≥ 1.
    """

    sinkhorn_steps: int = 50

    function = staticmethod(neural_ndcg)
    family = Family.LISTWISE

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_at_least_one("sinkhorn_steps")
