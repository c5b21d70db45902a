"""The formulas of lexical matching, over candidate-by-term arrays; importing them imports numba.

All take `frequency` int (candidates, terms), occurrences of each term of the candidate's query,
and `owner` int64 (candidates,), whose query it is. Sums run term after term, so that neither the
other candidates nor the width of the arrays changes how they round.
"""

from __future__ import annotations

import numpy as np

from lrat_rank.features.compiled import compiled
from lrat_rank.features.forward import BM25_B, BM25_K1, FloatArray, IntArray

DIRICHLET_MU = 2000.0


@compiled
def bm25(
    frequency: IntArray,
    owner: IntArray,
    term_weight: FloatArray,
    lengths: IntArray,
    average_length: float,
) -> FloatArray:
    """Σ_t w_t · tf / (tf + k1·(1 − b + b·|d| / avg|d|)), with k1 = 1.5 and b = 0.75.

    Args:
        frequency: As above.
        owner: As above.
        term_weight: float64 (queries, terms); idf times the term's occurrences in the query.
        lengths: int64 (candidates,); terms in each candidate.
        average_length: Mean terms a document of the collection, > 0.

    Returns:
        float64 (candidates,), ≥ 0.

    Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009, eq. 3.15,
    without the constant factor k1 + 1, as Lucene has it.

    >>> tf, owner, length = np.array([[1], [0]]), np.array([0, 0]), np.array([4, 4])
    >>> bm25(tf, owner, np.array([[2.5]]), length, 4.0).tolist()
    [1.0, 0.0]
    """
    scores = np.zeros(len(frequency))
    for c in range(len(frequency)):
        norm = BM25_K1 * (1 - BM25_B + BM25_B * lengths[c] / average_length)
        for term in range(frequency.shape[1]):
            tf = frequency[c, term]
            scores[c] += term_weight[owner[c], term] * (tf / (tf + norm))
    return scores


@compiled
def dirichlet(
    frequency: IntArray,
    owner: IntArray,
    query_frequency: IntArray,
    collection_probability: FloatArray,
    lengths: IntArray,
) -> FloatArray:
    """Σ_t qtf_t · ln((tf + μ·p(t|C)) / (|d| + μ)): the query's log-likelihood, with μ = 2000.

    Args:
        frequency: As above.
        owner: As above.
        query_frequency: int64 (queries, terms); occurrences of each term in the query.
        collection_probability: float64 (queries, terms); p(t|C). A term of probability 0 says
            nothing and is left out.
        lengths: int64 (candidates,); terms in each candidate.

    Returns:
        float64 (candidates,), ≤ 0, in nats; NaN where no term of the query says anything.

    Source: Zhai and Lafferty, "A Study of Smoothing Methods for Language Models Applied to
    Information Retrieval", TOIS 22(2), 2004, section 3, Dirichlet priors.

    >>> tf, one, p = np.array([[10], [0]]), np.array([[1]]), np.array([[0.01]])
    >>> dirichlet(tf, np.array([0, 0]), one, p, np.array([100, 100])).round(4).tolist()
    [-4.2485, -4.654]
    """
    likelihood = np.full(len(frequency), np.nan)
    for c in range(len(frequency)):
        total, some = 0.0, False
        for term in range(frequency.shape[1]):
            probability = collection_probability[owner[c], term]
            times = query_frequency[owner[c], term]
            if probability > 0 and times > 0:
                smoothed = frequency[c, term] + DIRICHLET_MU * probability
                total += times * np.log(smoothed / (lengths[c] + DIRICHLET_MU))
                some = True
        if some:
            likelihood[c] = total
    return likelihood


@compiled
def held_weight(frequency: IntArray, owner: IntArray, term_weight: FloatArray) -> FloatArray:
    """The sum of the weights (queries, terms) of the terms that each candidate holds.

    >>> found, weight = np.array([[2, 0], [1, 1]]), np.array([[3.0, 1.0]])
    >>> held_weight(found, np.array([0, 0]), weight).tolist()
    [3.0, 4.0]
    """
    total = np.zeros(len(frequency))
    for c in range(len(frequency)):
        for term in range(frequency.shape[1]):
            if frequency[c, term] > 0:
                total[c] += term_weight[owner[c], term]
    return total
