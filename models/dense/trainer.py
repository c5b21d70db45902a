"""The Hugging Face Trainer, given the contrastive loss and a watch over validation."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import torch
from transformers import TrainerCallback

from lrat_rank.models.dense.batch import vectors_of
from lrat_rank.models.dense.contrast import contrastive_loss
from lrat_rank.models.dense.examples import ExampleDataset
from lrat_rank.models.dense.options import DenseOptions
from lrat_rank.models.item_trainer import BatchLoss, ItemTrainer
from lrat_rank.progress import say, track


class Watch(TrainerCallback):
    """Follows the epochs: losses, validation figures, and the best weights so far.

    The untrained weights are the first to beat. Trained ones must be at least as good as those,
    and later ones better than earlier ones.

    Args:
        data: Is told the epoch.
        model: The encoder that is trained.
        measure: Its validation figure as it stands, higher is better; None without validation.
        patience: Epochs without a better figure after which training stops.
        steps: Optimiser steps, for the bar.

    Attributes:
        losses: Mean loss an example of each epoch.
        figures: The validation figure before training and after each epoch.
        best_epoch: The epoch whose weights are best, from 1; 0 for the untrained ones.
    """

    def __init__(
        self,
        data: ExampleDataset,
        model: Any,
        measure: Callable[[], float] | None,
        *,
        patience: int,
        steps: int,
    ) -> None:
        self.losses: list[float] = []
        self.figures = [measure()] if measure else []
        self.best_epoch = 0
        self._data, self._model, self._measure, self._patience = data, model, measure, patience
        self._best = self._weights() if measure else {}
        self._bar: Iterator[int] = track(range(steps), "Training steps", total=steps)
        self._sum, self._examples, self._started = 0.0, 0, time.monotonic()

    def add(self, loss: float, examples: int) -> None:
        """Count a batch's mean loss."""
        self._sum += loss * examples
        self._examples += examples

    def restore_best(self) -> None:
        """Give the model the best weights; without validation it keeps the last ones."""
        if self._measure:
            self._model.load_state_dict(self._best)

    def _weights(self) -> dict[str, torch.Tensor]:
        state = self._model.state_dict()
        return {name: tensor.detach().cpu().clone() for name, tensor in state.items()}

    def on_epoch_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Let the data show what this epoch shows."""
        self._data.set_epoch(len(self.losses))
        self._sum, self._examples, self._started = 0.0, 0, time.monotonic()

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Move the bar."""
        next(self._bar, None)

    def on_epoch_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Say the epoch's loss and figure; stop when nothing gets better."""
        self.losses.append(self._sum / max(self._examples, 1))
        seconds = time.monotonic() - self._started
        told = (
            f"Epoch {len(self.losses)} of {args.num_train_epochs:.0f}: loss {self.losses[-1]:.4f}"
        )
        if self._measure:
            figure = self._measure()
            best = self.figures[self.best_epoch]
            if figure > best or (figure == best and self.best_epoch == 0):
                self.best_epoch, self._best = len(self.losses), self._weights()
            elif len(self.losses) - self.best_epoch >= self._patience:
                control.should_training_stop = True
            self.figures.append(figure)
            told += f", validation nDCG@10 {figure:.4f} (untrained {self.figures[0]:.4f})"
        say(f"{told} ({seconds:.0f} s)")

    def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Put the bar away."""
        for _step in self._bar:
            pass


class ContrastTrainer(ItemTrainer):
    """A Trainer whose loss is weighted InfoNCE over the examples of a batch.

    Negatives come from the batch alone, so accumulating shows fewer of them than one large batch.

    Args:
        watch: Is told each batch's loss.
        **trainer: As `ItemTrainer` takes them.
    """

    _options: DenseOptions

    def __init__(self, *, watch: Watch, **trainer: Any) -> None:
        super().__init__(callbacks=[watch], **trainer)
        self._watch = watch

    def batch_loss(self, model: Any, inputs: dict[str, Any]) -> BatchLoss:
        """Σ weight·InfoNCE over the batch's examples."""
        with self._precision.context(self.args.device):
            queries = vectors_of(model, inputs["queries"])
            documents = vectors_of(model, inputs["documents"])
        weights = inputs["labels"]
        mean = contrastive_loss(
            queries,
            documents,
            inputs["positives"],
            allowed=inputs["allowed"],
            weights=weights,
            temperature=self._options.temperature,
        )
        self._watch.add(float(mean.detach()), len(weights))
        return BatchLoss(mean * len(weights), len(weights), {"queries": queries})
