"""Candidates that say what another candidate of the list says."""

from __future__ import annotations

import numpy as np

from lrat_rank.features.block import CandidateBlock
from lrat_rank.features.forward import FloatArray, IntArray
from lrat_rank.features.list_block import ListBlock
from lrat_rank.features.spec import FeatureSpec, Group, Need, feature, list_feature

_NO_TEXT = "the document has no text"
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""An odd number: its multiples by the numbers of lists are all different."""


def shared_shares(tokens: IntArray, owner: IntArray, n: int) -> FloatArray:
    """The Jaccard coefficient of every two documents' sets of terms.

    Args:
        tokens: int (m,); distinct terms of each document, one document after the other.
        owner: int (m,); the document each term belongs to.
        n: How many documents there are.

    Returns:
        float64 (n, n), in [0, 1]; 0 for two documents without terms.

    >>> shared_shares(np.array([1, 2, 2, 3, 4]), np.array([0, 0, 1, 1, 1]), 2).round(2).tolist()
    [[1.0, 0.25], [0.25, 1.0]]
    """
    from scipy.sparse import csr_array

    starts = np.searchsorted(owner, np.arange(n + 1))
    width = int(tokens.max(initial=0)) + 1
    held = csr_array((np.ones(len(tokens)), tokens, starts), shape=(n, width))
    both = (held @ held.T).toarray()
    sizes = np.diff(starts)
    either = sizes[:, None] + sizes[None, :] - both
    share: FloatArray = both / np.maximum(either, 1)
    return share


@list_feature(
    FeatureSpec(
        name="near_duplicate",
        group=Group.WITHIN_LIST,
        unit="Jaccard",
        range=(0.0, 1.0),
        higher_is_better=None,
        missing=_NO_TEXT,
        needs=(Need.TERMS, Need.STAGES),
        source="Broder 1997, resemblance, over single terms",
    )
)
def near_duplicate(block: ListBlock) -> FloatArray:
    """Share of terms in common with the most alike candidate above it in the first stage's order.

    0 for the first candidate. Where the first stage gives equal scores, both count as above.
    """
    text = block.forward.text
    shares = shared_shares(*text.distinct(block.rows), len(block))
    scores = block.fused_scores
    above = scores[None, :] >= scores[:, None]
    np.fill_diagonal(above, False)
    most = np.where(above, shares, 0.0).max(axis=1)
    return np.where(text.lengths[block.rows] > 0, most, np.nan)


@feature(
    FeatureSpec(
        name="exact_duplicates",
        group=Group.WITHIN_LIST,
        unit="candidates",
        range=(0.0, float("inf")),
        higher_is_better=None,
        missing=_NO_TEXT,
        needs=(Need.TERMS,),
    )
)
def exact_duplicates(block: CandidateBlock) -> FloatArray:
    """Other candidates whose text has the same terms in the same order."""
    # Texts of different lists are not to meet. That two do by chance is as likely as that two texts
    # have one hash.
    keys = block.document.text_hash + block.owner.astype(np.uint64) * _SPREAD
    _, number, alike = np.unique(keys, return_inverse=True, return_counts=True)
    return block.text.where_present(alike[number] - 1.0)
