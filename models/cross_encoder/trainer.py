"""The Hugging Face Trainer, given a ranking loss over lists."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import torch
from transformers import (
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)

from lrat_rank.models.cross_encoder.batch import scores_of_batch
from lrat_rank.models.cross_encoder.dataset import TrainingDataset
from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
from lrat_rank.models.losses import RankingLoss
from lrat_rank.models.precision import Precision
from lrat_rank.progress import say, track


def trainer_arguments(options: CrossEncoderOptions, scratch: str) -> TrainingArguments:
    """The Trainer's arguments: nothing saved, reported or printed by it.

    Args:
        options: How to train.
        scratch: A folder for what it may write.
    """
    accelerated = torch.cuda.is_available()
    return TrainingArguments(
        output_dir=scratch,
        num_train_epochs=options.epochs,
        learning_rate=options.learning_rate,
        warmup_steps=options.warmup,
        weight_decay=options.weight_decay,
        per_device_train_batch_size=options.batch_lists,
        gradient_accumulation_steps=options.accumulate,
        seed=options.seed,
        use_cpu=not accelerated,
        dataloader_pin_memory=accelerated,
        remove_unused_columns=False,
        save_strategy="no",
        logging_strategy="no",
        report_to="none",
        disable_tqdm=True,
    )


class EpochLosses(TrainerCallback):
    """Shows how far the training is, and keeps the mean loss a list of each epoch.

    Attributes:
        means: One for each epoch that has ended.
    """

    def __init__(self, data: TrainingDataset, epochs: int, steps: int) -> None:
        self.means: list[float] = []
        self._data, self._epochs = data, epochs
        self._bar: Iterator[int] = track(range(steps), "Training steps", total=steps)
        self._sum, self._lists, self._started = 0.0, 0, time.monotonic()

    def add(self, loss: float, lists: int) -> None:
        """Count a batch's mean loss."""
        self._sum += loss * lists
        self._lists += lists

    def on_epoch_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Let the data show what this epoch shows."""
        self._data.set_epoch(len(self.means))
        self._sum, self._lists, self._started = 0.0, 0, time.monotonic()

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Move the bar."""
        next(self._bar, None)

    def on_epoch_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Say the epoch's loss."""
        self.means.append(self._sum / max(self._lists, 1))
        seconds = time.monotonic() - self._started
        epoch = f"Epoch {len(self.means)} of {self._epochs}"
        say(f"{epoch}: loss {self.means[-1]:.4f} ({seconds:.0f} s)")

    def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Put the bar away."""
        next(self._bar, None)


class ListTrainer(Trainer):
    """A Trainer whose loss is a ranking loss over the lists of a batch.

    An optimiser step follows (1/N)·Σ weight·loss over the N lists of all batches it accumulates
    (and of all processes), whether or not the batches are equally long.

    Args:
        loss: Over (lists, documents) scores.
        precision: Of the forward passes; the loss itself is float32.
        watcher: Is told each batch's loss.
        **trainer: As `transformers.Trainer` takes them.
    """

    loss_is_scaled_for_ga = True

    def __init__(
        self, *, loss: RankingLoss, precision: Precision, watcher: EpochLosses, **trainer: Any
    ) -> None:
        super().__init__(callbacks=[watcher], **trainer)
        # It would print the Trainer's own figures on standard output.
        self.remove_callback(PrinterCallback)
        # Asks the Trainer to count the lists of a step; the model itself is never given the count.
        self.model_accepts_loss_kwargs = True
        self._loss, self._precision, self._watcher = loss, precision, watcher

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> Any:
        """The batch's share of the step's mean over lists."""
        with self._precision.context(self.args.device):
            scores = scores_of_batch(model, inputs)
        weights = inputs["labels"]
        mean = self._loss(scores, inputs["gains"], mask=inputs["mask"], weights=weights)
        self._watcher.add(float(mean.detach()), len(weights))
        n_lists = num_items_in_batch if num_items_in_batch is not None else len(weights)
        share = mean * len(weights) / n_lists * self.accelerator.num_processes
        return (share, scores) if return_outputs else share
