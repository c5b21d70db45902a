"""Whether a trained cross-encoder is fit for use, and if not, why."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from lrat_rank.models.cross_encoder.record import Gate, Validation
from lrat_rank.models.verdict import Verdict

COLLAPSED = 1e-3
"""Learned scores of a list that lie closer together than this do not order it."""
PLATEAU = 0.02
"""A loss this close to that of a model that says nothing has learned nothing."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What a training left to judge it by.

    Attributes:
        losses: Mean loss of each epoch.
        silent: What they would be if the learned part gave every document 0.
        spread: Mean over lists of the standard deviation of their learned scores.
        validation: None without validation lists.
        anchored: Whether the scores are the first stage's and a correction.
    """

    losses: Sequence[float]
    silent: Sequence[float]
    spread: float
    validation: Validation | None
    anchored: bool = False


def judge(evidence: Evidence) -> Gate:
    """Say what speaks against a model; without that, whether validation lists speak for it.

    A loss that hardly moved is no reason where validation lists show that it was enough: that the
    model is better than its start and the first stage, or, with an anchor, whose loss starts low,
    that it is not worse.

    >>> found = Evidence(losses=[1.38, 1.37], silent=[1.386] * 2, spread=0.1, validation=None)
    >>> judge(found).reasons
    ('the loss never left what it is without training: 1.3700 against 1.3860',)
    """
    found = evidence.validation
    if found is not None and found.ndcg_after <= found.ndcg_before:
        reason = (
            f"no step of the training was better on the validation lists (nDCG@10 "
            f"{found.ndcg_before:.4f}) than the start, which is kept"
        )
        return Gate(verdict=Verdict.FAILED, reasons=(reason,))
    reasons = []
    if found is not None and found.ndcg_after < found.ndcg_first_stage:
        reasons.append(
            f"nDCG@10 on the validation lists is {found.ndcg_after:.4f}, below the first stage's "
            f"{found.ndcg_first_stage:.4f}"
        )
    # Put so that a spread that is no number counts as collapsed.
    if not evidence.spread >= COLLAPSED:
        reasons.append(
            f"the learned scores of a list lie {evidence.spread:.1g} apart: the model does not "
            "tell documents from one another"
        )
    enough = found is not None and (
        evidence.anchored or found.ndcg_after > max(found.ndcg_before, found.ndcg_first_stage)
    )
    still = [
        abs(loss - silent) <= PLATEAU * abs(silent)
        for loss, silent in zip(evidence.losses, evidence.silent, strict=True)
    ]
    if all(still) and not enough:
        reasons.append(
            "the loss never left what it is without training: "
            f"{evidence.losses[-1]:.4f} against {evidence.silent[-1]:.4f}"
        )
    if reasons:
        return Gate(verdict=Verdict.FAILED, reasons=tuple(reasons))
    return Gate(verdict=Verdict.NOT_RUN if found is None else Verdict.PASSED)
