"""A base ranker's scores as columns: the score itself, and where it stands in its list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from lrat_rank.collections import rank_by_score
from lrat_rank.features.extract import FeatureMatrix
from lrat_rank.features.forward import IntArray
from lrat_rank.models.blending.blend import standardise
from lrat_rank.models.ranker import CandidateList, FloatArray, Ranker

FORMS = ("", ".z", ".rank")


def column_names(base: str) -> tuple[str, ...]:
    """The columns of a base ranker: score, z-score in the list, rank in the list from 1.

    >>> column_names("cross-encoder")
    ('stack.cross-encoder', 'stack.cross-encoder.z', 'stack.cross-encoder.rank')
    """
    return tuple(f"stack.{base}{form}" for form in FORMS)


def heads(
    lists: Sequence[CandidateList], priors: Sequence[FloatArray], depth: int
) -> list[IntArray]:
    """int64 (≤ depth,) a list; positions of the documents the first stage thinks best of."""
    found: list[IntArray] = []
    for one, prior in zip(lists, priors, strict=True):
        position = {doc_id: number for number, doc_id in enumerate(one.doc_ids)}
        best = rank_by_score(one.doc_ids, prior.tolist(), depth=depth)
        found.append(np.array([position[hit.doc_id] for hit in best], dtype=np.int64))
    return found


def base_columns(
    base: Ranker, lists: Sequence[CandidateList], chosen: Sequence[IntArray]
) -> list[FloatArray]:
    """float32 (documents, 3) a list; NaN for documents the base ranker does not look at.

    Args:
        base: Scores the chosen documents.
        lists: Queries with candidates.
        chosen: Positions of the documents it scores, from `heads`.
    """
    asked = [
        replace(one, doc_ids=tuple(one.doc_ids[n] for n in head.tolist()))
        for one, head in zip(lists, chosen, strict=True)
    ]
    found = []
    for one, part, head, scores in zip(lists, asked, chosen, base.score(asked), strict=True):
        values = np.full((len(one.doc_ids), len(FORMS)), np.nan, dtype=np.float32)
        values[head, 0] = scores
        values[head, 1] = standardise(scores)
        values[head, 2] = _ranks(part, scores)
        found.append(values)
    return found


def _ranks(one: CandidateList, scores: FloatArray) -> FloatArray:
    place = {
        hit.doc_id: rank
        for rank, hit in enumerate(rank_by_score(one.doc_ids, scores.tolist()), start=1)
    }
    return np.array([place[doc_id] for doc_id in one.doc_ids], dtype=np.float64)


def beside(matrix: FeatureMatrix, columns: Mapping[str, FloatArray]) -> FeatureMatrix:
    """The matrix with the base rankers' columns (rows, 3) to its right."""
    names = tuple(name for base in columns for name in column_names(base))
    values = np.concatenate([matrix.values, *columns.values()], axis=1)
    return FeatureMatrix(matrix.names + names, values, matrix.offsets)
