"""The Hugging Face Trainer, given a ranking loss over lists."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from torch.utils.data import DataLoader
from transformers import TrainerCallback, TrainingArguments

from lrat_rank.models.cross_encoder.batch import scores_of_batch
from lrat_rank.models.cross_encoder.dataset import TrainingDataset
from lrat_rank.models.cross_encoder.distillation import Objective
from lrat_rank.models.cross_encoder.early_stopping import give_weights, weights_of
from lrat_rank.models.cross_encoder.global_batches import UNCOUNTED, CountedLists, GlobalBatches
from lrat_rank.models.cross_encoder.layers import Rates, parameter_groups
from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
from lrat_rank.models.cross_encoder.processes import count, gathered, is_first, number, tell
from lrat_rank.models.cross_encoder.progress import Progress, StepLoss
from lrat_rank.models.divergence import diverged
from lrat_rank.models.item_trainer import BatchLoss, ItemTrainer, quiet_arguments
from lrat_rank.models.precision import Precision
from lrat_rank.progress import track

WEIGHTS = "trainable.safetensors"


def trainer_arguments(
    options: CrossEncoderOptions, folder: str, precision: Precision = Precision.FLOAT32
) -> TrainingArguments:
    """The Trainer's arguments, for one process or one of several.

    Args:
        options: How to train.
        folder: Where checkpoints go.
        precision: Of the forward passes; fp16 needs the gradients scaled.
    """
    together = int(os.environ.get("WORLD_SIZE", "1")) > 1
    return quiet_arguments(
        options,
        folder,
        batch_items=options.batch_lists,
        fp16=precision is Precision.FLOAT16,
        ddp_backend="gloo" if together and not torch.cuda.is_available() else None,
        # A batch is several forward passes; nothing may change the buffers between them.
        ddp_broadcast_buffers=False,
        ddp_find_unused_parameters=False,
        save_total_limit=2,
    )


class Watcher(TrainerCallback):
    """Keeps each step's loss, shows how far the training is, and lets it be saved now and then.

    Args:
        progress: Is told the losses.
        start_epoch: Is told each epoch's number, from 0, before its first batch.
        steps_an_epoch: Optimiser steps.
        epochs: How many.
        save_every: Seconds between checkpoints.
    """

    def __init__(
        self,
        progress: Progress,
        start_epoch: Callable[[int], None],
        *,
        steps_an_epoch: int,
        epochs: int,
        save_every: float = math.inf,
    ) -> None:
        self._progress, self._start_epoch = progress, start_epoch
        self._steps, self._epochs = steps_an_epoch, epochs
        steps = range(len(progress.losses), steps_an_epoch * epochs)
        self._bar: Iterator[int] = iter(
            track(steps, "Training steps", total=len(steps)) if is_first() else steps
        )
        self._save_every, self._saved = save_every, time.monotonic()
        self._clock = time.monotonic()
        self._loss, self._silent, self._lists = 0.0, 0.0, 0

    def add(self, loss: float, silent: float, lists: int) -> None:
        """Count a batch: its summed loss, the same for a silent model, and its lists."""
        self._loss += loss
        self._silent += silent
        self._lists += lists

    def on_epoch_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Let the data show what this epoch shows."""
        self._start_epoch(state.global_step // self._steps)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Keep the step's loss over all processes; ask for a checkpoint where it is time."""
        now = time.monotonic()
        self._progress.seconds += now - self._clock
        self._clock = now
        parts = gathered((self._loss, self._silent, self._lists, now - self._saved))
        self._loss, self._silent, self._lists = 0.0, 0.0, 0
        losses, silents, lists, waited = zip(*parts, strict=True)
        self._progress.losses.append(StepLoss(sum(losses), sum(silents), sum(lists)))
        if waited[0] >= self._save_every:
            control.should_save, self._saved = True, now
        next(self._bar, None)

    def on_epoch_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Say the epoch's loss."""
        means = self._progress.epoch_losses(self._steps)
        tell(f"Epoch {len(means)} of {self._epochs}: loss {means[-1]:.4f}")

    def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Put the bar away."""
        next(self._bar, None)


class ListTrainer(ItemTrainer):
    """A Trainer whose loss is a ranking loss over the lists of a batch.

    The batches are the same however many processes share them.

    Args:
        objective: Over (lists, documents) scores.
        options: How to train.
        data: What to train on.
        progress: Is told each step's loss.
        save_every: Seconds between checkpoints.
        **trainer: As `ItemTrainer` takes them.

    Attributes:
        steps_an_epoch: Optimiser steps.
    """

    _options: CrossEncoderOptions

    def __init__(
        self,
        *,
        objective: Objective,
        options: CrossEncoderOptions,
        data: TrainingDataset,
        progress: Progress,
        save_every: float = math.inf,
        **trainer: Any,
    ) -> None:
        super().__init__(options=options, train_dataset=CountedLists(data), **trainer)
        self._objective, self._data = objective, data
        self._batches = GlobalBatches(
            len(data), options.batch_lists, options.seed, process=number(), processes=count()
        )
        self.steps_an_epoch = -(-len(self._batches) // options.accumulate)
        self._watcher = Watcher(
            progress,
            self._start_epoch,
            steps_an_epoch=self.steps_an_epoch,
            epochs=options.epochs,
            save_every=save_every,
        )
        # Before the callbacks that look at what it keeps.
        self.callback_handler.callbacks.insert(0, self._watcher)

    def _start_epoch(self, epoch: int) -> None:
        """Show the lists as this epoch does, in its order."""
        self._data.set_epoch(epoch)
        self._batches.epoch = epoch

    def get_train_dataloader(self) -> DataLoader[Any]:
        """This process's share of every batch."""
        return DataLoader(
            self.train_dataset,
            batch_sampler=self._batches,
            collate_fn=self.data_collator,
            pin_memory=self.args.dataloader_pin_memory,
        )

    def create_optimizer(self, model: Any = None) -> torch.optim.Optimizer:
        """AdamW over groups of parameters that learn at their own rates."""
        options = self._options
        rates = Rates(
            top=options.learning_rate,
            head=options.head_learning_rate or options.learning_rate,
            decay=options.layer_decay,
        )
        decayed = frozenset(self.get_decay_parameter_names(self.model))
        groups = parameter_groups(
            self.model, rates, weight_decay=options.weight_decay, decayed=decayed
        )
        kind, arguments = self.get_optimizer_cls_and_kwargs(self.args, self.model)
        optimizer: torch.optim.Optimizer = kind(groups, **arguments)
        self.optimizer = optimizer
        return optimizer

    def batch_loss(self, model: Any, inputs: dict[str, Any]) -> BatchLoss:
        """Σ weight·loss over the batch's lists."""
        with self._precision.context(self.args.device):
            learned = scores_of_batch(model, inputs)
        offsets, labels = inputs["offsets"], inputs["labels"]
        counted = labels != UNCOUNTED
        weights = labels.masked_fill(~counted, 0.0)
        mean = self._objective(learned + offsets, inputs, weights)
        silent = self._objective(torch.zeros_like(learned) + offsets, inputs, weights)
        value = float(mean.detach()) * len(labels)
        if not math.isfinite(value):
            raise diverged(self._options.learning_rate)
        lists = int(counted.sum())
        self._watcher.add(value, float(silent) * len(labels), lists)
        return BatchLoss(mean * len(labels), lists, learned)

    def _save(self, output_dir: str | None = None, state_dict: Any = None) -> None:
        from safetensors.torch import save_file

        if is_first():
            folder = Path(output_dir or self.args.output_dir)
            folder.mkdir(parents=True, exist_ok=True)
            save_file(weights_of(self.model), folder / WEIGHTS)

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        self.take_weights(Path(resume_from_checkpoint))

    def take_weights(self, checkpoint: Path) -> None:
        """Give the model the trainable weights of a checkpoint."""
        from safetensors.torch import load_file

        give_weights(self.model, load_file(checkpoint / WEIGHTS))
