"""Why a ranker scores a document as it does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.models.calibration.folder import read_calibration
from lrat_rank.models.explain.explain import explain, first_stage_list
from lrat_rank.models.explain.explanation import Explanation
from lrat_rank.models.first_stage import Index
from lrat_rank.models.guard.guard import GUARD
from lrat_rank.models.loading import load_ranker


class ExplainResult(msgspec.Struct, frozen=True):
    """An explanation of one document's score.

    Attributes:
        query: The query's text.
        doc_id: The document's.
        first_stage_rank: In the first stage's list, from 1; None where it is not listed.
        probability: The calibrated score, in [0, 1]; None without a calibration, and where the
            guard it was made with is left out.
        explanation: Of the score.
    """

    query: str
    doc_id: str
    first_stage_rank: int | None
    probability: float | None
    explanation: Explanation


def explain_document(
    index: Path,
    ranker: Path,
    query: str,
    doc_id: str,
    *,
    depth: int = 100,
    sentences: int = 12,
    guard: bool = True,
) -> ExplainResult:
    """Explain the score that a ranker gives a document in the first stage's list of a query.

    Args:
        index: Index folder.
        ranker: Ranker folder.
        query: The query's text.
        doc_id: The document's; it is put under the list where the first stage does not list it.
        depth: How long the first stage's list is.
        sentences: Sentences of what a cross-encoder read that are left out in turn, at most.
        guard: Whether the ranker's guard, where it has one, is used.

    Raises:
        InputError: A folder does not hold, the document is not in the index, or a number is out of
            range.
    """
    if depth < 1:
        raise InputError("--depth", must="at least 1", got=depth)
    if sentences < 0:
        raise InputError("--sentences", must="at least 0", got=sentences)
    opened = Index.load(index)
    question = replace(first_stage_list(opened, query, doc_id, depth=depth), sentences=sentences)
    listed = question.position + 1
    stage = "hybrid" if opened.has_dense else "bm25"
    first = opened.retrieve({"q": query}, stage, depth).rankings["q"]
    # A calibration says nothing of the scores that a ranker has without the guard in its folder.
    without = not guard and (ranker / GUARD).is_file()
    calibration = None if without else read_calibration(ranker)
    explanation = explain(load_ranker(ranker, opened, guard=guard), question)
    probability = None
    if calibration is not None:
        import numpy as np

        probability = float(calibration.calibrate(np.array([explanation.score]))[0])
    rank = listed if listed <= len(first) else None
    return ExplainResult(query, doc_id, rank, probability, explanation)
