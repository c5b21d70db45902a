"""The bi-encoder's loss: every document of a batch against every query, false negatives left out.

The loss itself is the InfoNCE of `lrat_rank.models.losses`; here its lists are made from vectors.
With one positive of gain 1 it is the softmax cross-entropy, which compares no two documents of a
list and so has room for the hundreds that a batch holds.
"""

from __future__ import annotations

import torch
from torch import Tensor

from lrat_rank.models.losses import softmax_cross_entropy


def contrastive_loss(
    queries: Tensor,
    documents: Tensor,
    positives: Tensor,
    *,
    allowed: Tensor,
    weights: Tensor,
    temperature: float,
) -> Tensor:
    """Weighted InfoNCE, (1/N)·Σ_q w_q·(−log(e^{s(q,p)/τ} / Σ_{d allowed} e^{s(q,d)/τ})).

    s is the cosine. The sum holds the positive and the allowed negatives of the query. A document
    that is not allowed has no gradient from that query.

    Args:
        queries: float (queries, d), of any length.
        documents: float (documents, d), of any length.
        positives: int64 (queries,); the document that is each query's positive.
        allowed: bool (queries, documents); whether a document takes part. Positives do, whatever
            stands there.
        weights: float (queries,), ≥ 0.
        temperature: τ, divides the cosines; > 0.

    Returns:
        A float32 scalar ≥ 0.

    Source: van den Oord, Li and Vinyals, "Representation Learning with Contrastive Predictive
    Coding", 2018, eq. 4; weighted as in LRAT (arXiv 2604.04949), §5.2.2.

    >>> queries, documents = torch.eye(2)[:1], torch.eye(2)
    >>> here = {"allowed": torch.ones(1, 2) > 0, "temperature": 1.0}
    >>> one, right = torch.ones(1), torch.tensor([0])
    >>> round(float(contrastive_loss(queries, documents, right, weights=one, **here)), 6)
    0.313262
    >>> round(float(contrastive_loss(queries, documents, right, weights=3 * one, **here)), 6)
    0.939785
    """
    cosines = unit(queries) @ unit(documents).T
    columns = torch.arange(len(documents), device=documents.device)
    is_positive = columns == positives.unsqueeze(1)
    return softmax_cross_entropy(
        cosines,
        is_positive.to(cosines.dtype),
        mask=allowed | is_positive,
        weights=weights,
        temperature=temperature,
    )


def unit(vectors: Tensor) -> Tensor:
    """float32 (n, d) vectors of length 1; a zero vector stays zero."""
    return torch.nn.functional.normalize(vectors.float(), dim=-1)
