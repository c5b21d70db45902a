"""How far a training has come: all that must survive its being killed, but for the tensors."""

from __future__ import annotations

import msgspec


class StepLoss(msgspec.Struct, frozen=True, array_like=True):
    """The loss over an optimiser step's lists, in all processes together.

    Attributes:
        loss: Their sum.
        silent: What the sum would be if the learned part gave every document 0.
        lists: How many they are.
    """

    loss: float
    silent: float
    lists: int


class Evaluation(msgspec.Struct, frozen=True, array_like=True):
    """One look at the validation lists.

    Attributes:
        step: After how many optimiser steps; 0 before the first.
        ndcg: Mean nDCG@10, in [0, 1].
        spread: How far a list's learned scores lie apart, see `Look`; None in older records.
    """

    step: int
    ndcg: float
    spread: float | None = None


class Progress(msgspec.Struct, kw_only=True):
    """How far a training has come.

    Attributes:
        losses: One a step.
        evaluations: In their order, the first at step 0.
        waited: Evaluations since the best one.
        seconds: Time spent, before this process too.
        ended: Whether no step is left to take.
    """

    losses: list[StepLoss] = msgspec.field(default_factory=list)
    evaluations: list[Evaluation] = msgspec.field(default_factory=list)
    waited: int = 0
    seconds: float = 0.0
    ended: bool = False

    @property
    def best(self) -> Evaluation | None:
        """The evaluation with the highest nDCG, the first of equal ones."""
        return max(self.evaluations, key=lambda one: one.ndcg, default=None)

    def epoch_losses(self, steps_an_epoch: int) -> list[float]:
        """Mean loss a list of each epoch that was begun.

        >>> steps = [StepLoss(2.0, 2.0, 2), StepLoss(1.0, 2.0, 1), StepLoss(0.5, 1.0, 1)]
        >>> Progress(losses=steps).epoch_losses(2)
        [1.0, 0.5]
        """
        return [_mean(part, "loss") for part in self._epochs(steps_an_epoch)]

    def silent_losses(self, steps_an_epoch: int) -> list[float]:
        """What the epochs' mean losses would be if the learned part gave every document 0."""
        return [_mean(part, "silent") for part in self._epochs(steps_an_epoch)]

    def _epochs(self, steps: int) -> list[list[StepLoss]]:
        return [self.losses[start : start + steps] for start in range(0, len(self.losses), steps)]


def _mean(steps: list[StepLoss], name: str) -> float:
    total: float = sum(getattr(one, name) for one in steps)
    return total / max(sum(one.lists for one in steps), 1)
