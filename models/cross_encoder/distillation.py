"""Learning from a teacher's scores beside the labels' gains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from lrat_rank.errors import InputError

if TYPE_CHECKING:
    from lrat_rank.models.losses import RankingLoss


class Distillation(msgspec.Struct, frozen=True, kw_only=True):
    """How much a teacher counts; it matters only where one is given.

    Attributes:
        share: α of (1 − α)·loss(gains) + α·loss(teacher's scores), in [0, 1].
        loss: As `lrat_rank.models.losses.parse_loss` reads it; one that takes a teacher's scores:
            "kl" or "margin-mse".
    """

    share: float = 0.5
    loss: str = "kl"

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise InputError("distillation share", must="in [0, 1]", got=self.share)


class Objective:
    """What training minimises on a batch: a loss over gains, mixed with one over a teacher.

    Args:
        loss: As `parse_loss` reads it; takes gains.
        teaching: The teacher's part, where the batches hold a teacher's scores.

    Raises:
        InputError: A loss takes other targets than it is to be given.
    """

    def __init__(self, loss: str, teaching: Distillation) -> None:
        from lrat_rank.models.losses import parse_loss
        from lrat_rank.models.losses.base import Targets

        self._own: RankingLoss = parse_loss(loss)
        self._taught: RankingLoss = parse_loss(teaching.loss)
        self._share = teaching.share
        if self._own.targets is Targets.TEACHER:
            raise InputError("loss", must="one that takes gains", got=repr(loss))
        if self._taught.targets is Targets.GAINS:
            must = "one that takes a teacher's scores (kl or margin-mse)"
            raise InputError("distillation loss", must=must, got=repr(teaching.loss))

    def __call__(self, scores: Any, batch: dict[str, Any], weights: Any) -> Any:
        """The batch's mean over lists, a float scalar tensor.

        Args:
            scores: float (lists, documents).
            batch: As `ListCollator` makes it.
            weights: float (lists,).
        """
        mask = batch["mask"]
        own = self._own(scores, batch["gains"], mask=mask, weights=weights)
        if "teacher" not in batch:
            return own
        taught = self._taught(scores, batch["teacher"], mask=mask, weights=weights)
        return (1 - self._share) * own + self._share * taught
