"""The Hugging Face Trainer, for a loss that is a mean over items: lists, or examples."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from transformers import PrinterCallback, Trainer, TrainingArguments

from lrat_rank.models.heap import keep_freed_memory
from lrat_rank.models.learning_rate import rising_then_falling
from lrat_rank.models.precision import Precision
from lrat_rank.models.training_options import TrainingOptions


def quiet_arguments(
    options: TrainingOptions, folder: str, *, batch_items: int, **more: Any
) -> TrainingArguments:
    """The Trainer's arguments: nothing is saved unless a callback asks for it, nothing printed.

    Args:
        options: How to train.
        folder: For what the Trainer writes.
        batch_items: Items a batch.
        **more: As `transformers.TrainingArguments` takes them.
    """
    accelerated = torch.cuda.is_available()
    return TrainingArguments(
        output_dir=folder,
        num_train_epochs=options.epochs,
        learning_rate=options.learning_rate,
        weight_decay=options.weight_decay,
        per_device_train_batch_size=batch_items,
        gradient_accumulation_steps=options.accumulate,
        seed=options.seed,
        use_cpu=not accelerated,
        dataloader_pin_memory=accelerated,
        remove_unused_columns=False,
        save_strategy="no",
        logging_strategy="no",
        report_to="none",
        disable_tqdm=True,
        **more,
    )


class BatchLoss(NamedTuple):
    """What a batch adds to its step.

    Attributes:
        total: Σ weight·loss over its items, a float scalar.
        items: How many of them count.
        outputs: The model's.
    """

    total: torch.Tensor
    items: int
    outputs: Any


class ItemTrainer(Trainer):
    """A Trainer whose optimiser step follows (1/N)·Σ weight·loss over the N items of the step.

    N counts the items of all batches that the step accumulates in all processes, whether or not
    the batches are equally long. A subclass says what a batch adds, in `batch_loss`; the Trainer
    counts the entries of the batches' `labels` that are not −100.

    Args:
        options: How to train.
        precision: Of the forward passes; the loss itself is float32.
        **trainer: As `transformers.Trainer` takes them.
    """

    loss_is_scaled_for_ga = True

    def __init__(self, *, options: TrainingOptions, precision: Precision, **trainer: Any) -> None:
        super().__init__(**trainer)
        # It would print the Trainer's own figures on standard output.
        self.remove_callback(PrinterCallback)
        # Asks the Trainer to count the items of a step; the model is never given the count.
        self.model_accepts_loss_kwargs = True
        self._options, self._precision = options, precision

    def train(self, *args: Any, **more: Any) -> Any:
        """As the Trainer does; on a processor this process then keeps the memory it frees."""
        if self.args.device.type == "cpu":
            keep_freed_memory()
        return super().train(*args, **more)

    def batch_loss(self, model: Any, inputs: dict[str, Any]) -> BatchLoss:
        """What a batch adds to its step."""
        raise NotImplementedError

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> Any:
        """The batch's share of the step's mean over items."""
        total, items, outputs = self.batch_loss(model, inputs)
        in_step = num_items_in_batch if num_items_in_batch is not None else items
        # Where processes share a step, the mean over them is taken of their gradients.
        share = total / in_step * self.accelerator.num_processes
        return (share, outputs) if return_outputs else share

    def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> Any:
        """The rate of each step, as `rate_of_step` says."""
        self.lr_scheduler: Any = rising_then_falling(
            optimizer or self.optimizer, steps=num_training_steps, warmup=self._options.warmup
        )
        self._created_lr_scheduler = True
        return self.lr_scheduler
