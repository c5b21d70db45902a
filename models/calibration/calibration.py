"""A ranker's scores as probabilities, fitted on validation lists."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.features.forward import BoolArray
from lrat_rank.features.source import FeatureSource
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.blending.validation import USE_DEPTH
from lrat_rank.models.calibration.curves import METHODS, Curve
from lrat_rank.models.calibration.reliability import Reliability, reliability
from lrat_rank.models.calibration.shown_lists import shown_lists
from lrat_rank.models.ranker import FloatArray, Ranker

VERSION = 1
_FOLDS = 5


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """The curve from a ranker's scores to probabilities.

    The probability is that of an agent who is shown the document opening it and using it. The
    curve does not fall, so the order stays; an isotonic one ties neighbours.

    Attributes:
        curve: Platt's logistic curve, or isotonic breakpoints.
        reliability: Of curves fitted without a document's group, on that group; None with fewer
            than two groups.
        n_documents: Shown documents it was fitted on.
        n_relevant: How many of them were relevant.
        guarded: Whether the scores were those of the ranker under its guard.
        kind: "calibration".
        version: Of this record's form.
    """

    curve: Curve
    reliability: Reliability | None
    n_documents: int
    n_relevant: int
    guarded: bool = False
    kind: str = "calibration"
    version: int = VERSION

    def calibrate(self, scores: FloatArray) -> FloatArray:
        """float64 (documents,) in [0, 1] of raw scores (documents,)."""
        return self.curve.calibrate(scores)


def fit_calibration(
    scores: FloatArray,
    relevant: BoolArray,
    groups: Sequence[str],
    *,
    method: str = "isotonic",
    guarded: bool = False,
) -> Calibration:
    """Fit a curve to scores.

    Args:
        scores: float (documents,), finite.
        relevant: bool (documents,).
        groups: The group of each document's list.
        method: A name of `METHODS`.
        guarded: See `Calibration`.

    Raises:
        InputError: The method is unknown, a score is not finite, or all documents are relevant or
            none is.
    """
    fit = METHODS.get(method)
    scores = np.asarray(scores, dtype=np.float64)
    if not np.isfinite(scores).all():
        raise InputError("scores to calibrate", must="finite", got="one that is not")
    if relevant.all() or not relevant.any():
        raise InputError(
            "documents to calibrate on",
            must="relevant and not",
            got=f"{len(relevant)}, {int(relevant.sum())} of them relevant",
        )
    held = _held_out(scores, relevant, np.asarray(groups), method)
    return Calibration(
        curve=fit(scores, relevant),
        reliability=None if held is None else reliability(held, relevant),
        n_documents=len(scores),
        n_relevant=int(relevant.sum()),
        guarded=guarded,
    )


def calibrate_ranker(
    ranker: Ranker,
    lists: Sequence[LabelledList],
    index: FeatureSource,
    *,
    method: str = "isotonic",
    depth: int = USE_DEPTH,
) -> Calibration:
    """Calibrate a ranker on validation lists.

    Lists are scored as deep as they are in use; the documents that agents were shown and that have
    a judgement are what the curve is fitted on, those of lists without a relevant one too.

    Args:
        ranker: As it will be used, with its guard where it has one.
        lists: Of groups it was not trained on.
        index: The index of their documents.
        method: "isotonic", or "platt", which needs fewer documents.
        depth: How long lists are made with the first stage's documents.

    Raises:
        InputError: See `fit_calibration`, or no list has a judged document of the index.
    """
    from lrat_rank.models.guard.guarded import GuardedRanker

    shown = shown_lists(lists, index, depth=depth)
    found = ranker.score([one.whole for one in shown])
    return fit_calibration(
        np.concatenate([of[one.judged] for one, of in zip(shown, found, strict=True)]),
        np.concatenate([one.relevant for one in shown]),
        [one.group for one in shown for _ in one.judged],
        method=method,
        guarded=isinstance(ranker, GuardedRanker),
    )


def _held_out(
    scores: FloatArray, relevant: BoolArray, groups: np.ndarray, method: str
) -> FloatArray | None:
    """float64 (documents,): each by a curve fitted on other groups; None where that cannot be."""
    fit = METHODS.get(method)
    names = np.unique(groups)
    n_folds = min(_FOLDS, len(names))
    folds = np.searchsorted(names, groups) % max(n_folds, 1)
    found = np.empty(len(scores))
    for fold in range(n_folds):
        out = folds == fold
        others = relevant[~out]
        if not others.any() or others.all():
            return None
        found[out] = fit(scores[~out], others).calibrate(scores[out])
    return found
