"""Looking at validation lists while training: the best step is kept, and a vain training ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from transformers import TrainerCallback

from lrat_rank.models.cross_encoder.layers import trainable
from lrat_rank.models.cross_encoder.processes import tell
from lrat_rank.models.cross_encoder.progress import Evaluation, Progress
from lrat_rank.models.cross_encoder.stopping_options import StoppingOptions
from lrat_rank.models.cross_encoder.validation import Look

Weights = dict[str, torch.Tensor]


def weights_of(model: Any) -> Weights:
    """A copy of the trainable weights, on the processor, by name."""
    return {name: weight.detach().cpu().clone() for name, weight in trainable(model).items()}


def give_weights(model: Any, weights: Weights) -> None:
    """Give a model such weights."""
    for name, parameter in trainable(model).items():
        parameter.data.copy_(weights[name])


class EarlyStopping(TrainerCallback):
    """Evaluates before the first step and some times an epoch, and remembers the best weights.

    Args:
        model: What is trained.
        look: Looks at the model as it stands; the outcome is the same in all processes.
        options: How often, and how long to wait for a better one.
        steps_an_epoch: Optimiser steps.
        progress: Is told the outcomes; an earlier process's are taken up.

    Attributes:
        best: The weights at the best step; empty before the first look.
    """

    def __init__(
        self,
        model: Any,
        look: Callable[[], Look],
        options: StoppingOptions,
        *,
        steps_an_epoch: int,
        progress: Progress,
    ) -> None:
        self._model, self._look_at_it, self._options = model, look, options
        self._steps, self._progress = steps_an_epoch, progress
        self.best: Weights = {}

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Look at what training starts from: it may turn out to be the best there is."""
        if not self._progress.evaluations:
            self._look(0)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Look where it is time, and end the training where it has been in vain for long."""
        per_epoch = min(self._options.evaluations, self._steps)
        if state.global_step * per_epoch % self._steps < per_epoch:
            self._look(state.global_step)
            if self._progress.waited >= self._options.patience:
                control.should_training_stop = True

    def _look(self, step: int) -> None:
        before = self._progress.best
        found = Evaluation(step, *self._look_at_it())
        self._progress.evaluations.append(found)
        better = before is None or found.ndcg > before.ndcg
        self._progress.waited = 0 if better else self._progress.waited + 1
        if better:
            self.best = weights_of(self._model)
        tell(f"Step {step}: nDCG@10 {found.ndcg:.4f} on the validation lists")
