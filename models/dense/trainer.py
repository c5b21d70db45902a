"""The Hugging Face Trainer, given the contrastive loss and a watch over validation."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import torch
from transformers import PrinterCallback, Trainer, TrainerCallback, TrainingArguments

from lrat_rank.models.dense.batch import vectors_of
from lrat_rank.models.dense.contrast import contrastive_loss
from lrat_rank.models.dense.examples import ExampleDataset
from lrat_rank.models.dense.options import DenseOptions
from lrat_rank.models.learning_rate import rising_then_falling
from lrat_rank.models.precision import Precision
from lrat_rank.progress import say, track


def trainer_arguments(options: DenseOptions, scratch: str) -> TrainingArguments:
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
        weight_decay=options.weight_decay,
        per_device_train_batch_size=options.batch_examples,
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


class ContrastTrainer(Trainer):
    """A Trainer whose loss is weighted InfoNCE over the examples of a batch.

    An optimiser step follows (1/N)·Σ weight·loss over the N examples of all batches it accumulates
    (and of all processes), whether or not the batches are equally long. Negatives come from the
    batch alone, so accumulating shows fewer of them than one large batch.

    Args:
        options: How to train.
        precision: Of the encoder; the loss itself is float32.
        watch: Is told each batch's loss.
        **trainer: As `transformers.Trainer` takes them.
    """

    loss_is_scaled_for_ga = True

    def __init__(
        self, *, options: DenseOptions, precision: Precision, watch: Watch, **trainer: Any
    ) -> None:
        super().__init__(callbacks=[watch], **trainer)
        # It would print the Trainer's own figures on standard output.
        self.remove_callback(PrinterCallback)
        # Asks the Trainer to count the examples of a step; the model is never given the count.
        self.model_accepts_loss_kwargs = True
        self._options, self._precision, self._watch = options, precision, watch

    def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> Any:
        """The rate of each step, as `rate_of_step` says."""
        self.lr_scheduler: Any = rising_then_falling(
            optimizer or self.optimizer, steps=num_training_steps, warmup=self._options.warmup
        )
        self._created_lr_scheduler = True
        return self.lr_scheduler

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> Any:
        """The batch's share of the step's mean over examples."""
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
        n_examples = num_items_in_batch if num_items_in_batch is not None else len(weights)
        share = mean * len(weights) / n_examples * self.accelerator.num_processes
        return (share, {"queries": queries}) if return_outputs else share
