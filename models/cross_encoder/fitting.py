"""One part of a training: passes over a set of lists, taken up where it was left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lrat_rank.models.cross_encoder.batch import ListCollator
from lrat_rank.models.cross_encoder.dataset import TrainingDataset
from lrat_rank.models.cross_encoder.distillation import Objective
from lrat_rank.models.cross_encoder.early_stopping import EarlyStopping, give_weights
from lrat_rank.models.cross_encoder.inference import token_budget
from lrat_rank.models.cross_encoder.layers import trainable
from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
from lrat_rank.models.cross_encoder.pairs import PairTokenizer
from lrat_rank.models.cross_encoder.processes import tell
from lrat_rank.models.cross_encoder.progress import Progress
from lrat_rank.models.cross_encoder.resume import Checkpoints, Phase
from lrat_rank.models.cross_encoder.trainer import ListTrainer, trainer_arguments
from lrat_rank.models.cross_encoder.validation import WatchedLists
from lrat_rank.models.divergence import refuse_divergence
from lrat_rank.models.precision import Precision
from lrat_rank.models.quiet import silent_library


@dataclass(frozen=True)
class Fitted:
    """A part of a training that is done.

    Attributes:
        progress: All its steps.
        steps_an_epoch: Optimiser steps.
        best_step: The one whose weights the model has; 0 is the start.
        spread: Of its scores of the watched lists; None where none were watched, or by a version
            that did not keep it.
    """

    progress: Progress
    steps_an_epoch: int
    best_step: int
    spread: float | None


@dataclass(frozen=True)
class Fitter:
    """What all parts of a training have in common.

    Attributes:
        model: What is trained, in place.
        pairs: Pads its input.
        objective: What is minimised.
        precision: Of the forward passes.
        save_every: Seconds between checkpoints.
    """

    model: Any
    pairs: PairTokenizer
    objective: Objective
    precision: Precision
    save_every: float

    def fit(
        self,
        data: TrainingDataset,
        options: CrossEncoderOptions,
        phase: Phase,
        watched: WatchedLists | None = None,
    ) -> Fitted:
        """Train the model; with watched lists it ends up with the best step's weights.

        Args:
            data: What to train on.
            options: How.
            phase: Its checkpoints; the newest is gone on with.
            watched: Validation lists.

        Raises:
            InputError: The training diverges.
        """
        arguments = trainer_arguments(options, str(phase.folder), self.precision)
        progress = phase.progress
        trainer = ListTrainer(
            model=self.model,
            args=arguments,
            data_collator=ListCollator(self.pairs, token_budget(arguments.device)),
            objective=self.objective,
            precision=self.precision,
            options=options,
            data=data,
            progress=progress,
            save_every=self.save_every,
        )
        stopping = None
        if watched is not None:
            stopping = EarlyStopping(
                self.model,
                watched.look,
                options.stopping,
                steps_an_epoch=trainer.steps_an_epoch,
                progress=progress,
            )
            phase.load_best(stopping)
            trainer.add_callback(stopping)
        trainer.add_callback(Checkpoints(progress, stopping))
        if phase.latest is not None:
            tell(f"Going on after step {len(progress.losses)}, from {phase.latest}")
        if phase.latest is not None and progress.ended:
            trainer.take_weights(phase.latest)
        else:
            with silent_library():
                trainer.train(str(phase.latest) if phase.latest is not None else None)
        best_step, spread = len(progress.losses), None
        if stopping is not None and progress.best is not None:
            give_weights(self.model, stopping.best)
            best_step, spread = progress.best.step, progress.best.spread
        refuse_divergence(options.learning_rate, weights=trainable(self.model).values())
        return Fitted(progress, trainer.steps_an_epoch, best_step, spread)
