"""The formulas of lexical matching, over term-by-candidate arrays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lrat_rank.features.forward import FloatArray, IntArray

BM25_K1 = 1.5
BM25_B = 0.75
DIRICHLET_MU = 2000.0


def bm25(
    frequency: IntArray,
    term_weight: FloatArray,
    lengths: IntArray,
    average_length: float,
) -> FloatArray:
    """Σ_t w_t · tf / (tf + k1·(1 − b + b·|d| / avg|d|)), with k1 = 1.5 and b = 0.75.

    Args:
        frequency: (terms, candidates); occurrences of each query term in each candidate.
        term_weight: (terms,); idf times the term's occurrences in the query.
        lengths: (candidates,); terms in each candidate.
        average_length: Mean terms a document of the collection, > 0.

    Returns:
        float64 (candidates,), ≥ 0.

    Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009, eq. 3.15,
    without the constant factor k1 + 1, as Lucene has it.

    >>> bm25(np.array([[1, 0]]), np.array([2.5]), np.array([4, 4]), 4.0).tolist()
    [1.0, 0.0]
    """
    norm = BM25_K1 * (1 - BM25_B + BM25_B * lengths / average_length)
    return _sum_terms(term_weight[:, None] * (frequency / (frequency + norm)))


def dirichlet(
    frequency: IntArray,
    query_frequency: IntArray,
    collection_probability: FloatArray,
    lengths: IntArray,
) -> FloatArray:
    """Σ_t qtf_t · ln((tf + μ·p(t|C)) / (|d| + μ)): the query's log-likelihood, with μ = 2000.

    Args:
        frequency: (terms, candidates); occurrences of each query term in each candidate.
        query_frequency: (terms,); occurrences of each term in the query.
        collection_probability: (terms,); p(t|C) > 0.
        lengths: (candidates,); terms in each candidate.

    Returns:
        float64 (candidates,), ≤ 0, in nats.

    Source: Zhai and Lafferty, "A Study of Smoothing Methods for Language Models Applied to
    Information Retrieval", TOIS 22(2), 2004, section 3, Dirichlet priors.

    >>> tf, p = np.array([[10, 0]]), np.array([0.01])
    >>> dirichlet(tf, np.array([1]), p, np.array([100, 100])).round(4).tolist()
    [-4.2485, -4.654]
    """
    smoothed = frequency + DIRICHLET_MU * collection_probability[:, None]
    likelihood = np.log(smoothed / (lengths + DIRICHLET_MU))
    return _sum_terms(query_frequency[:, None] * likelihood)


def coverage(found: npt.NDArray[np.bool_], term_weight: FloatArray) -> FloatArray:
    """The share of the query's weight that each candidate holds, in [0, 1].

    Args:
        found: (terms, candidates).
        term_weight: (all terms,), the found ones first; terms beyond `found` are in no candidate.

    >>> coverage(np.array([[True, False]]), np.array([3.0, 1.0])).tolist()
    [0.75, 0.0]
    """
    whole: float = term_weight.sum()
    return _sum_terms(term_weight[: len(found), None] * found) / whole


def _sum_terms(values: FloatArray) -> FloatArray:
    # A matrix product would round differently with a candidate's place in the list.
    total: FloatArray = values.sum(axis=0)
    return total
