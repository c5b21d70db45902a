"""What a cross-encoder's folder says about the model in it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from lrat_rank.models.anchor.anchor import Anchor
from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
from lrat_rank.models.cross_encoder.progress import Evaluation
from lrat_rank.models.cross_encoder.text import PairTemplate
from lrat_rank.models.ranker_folder import RECORD, VERSION, read_ranker_record
from lrat_rank.models.usable_lists import LeftOut
from lrat_rank.models.verdict import Verdict

KIND = "cross-encoder"


class Validation(msgspec.Struct, frozen=True, kw_only=True):
    """What training changed on lists it did not train on, as mean nDCG@10 with linear gains.

    Attributes:
        n_lists: How many there were.
        ndcg_first_stage: Of the first stage's order; without an index, of the order shown.
        ndcg_before: Before training.
        ndcg_after: Of the weights that were kept.
        evaluations: All of them, in their order.
    """

    n_lists: int
    ndcg_first_stage: float
    ndcg_before: float
    ndcg_after: float
    evaluations: tuple[Evaluation, ...] = ()


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the model is fit for use.

    Attributes:
        verdict: Passed where validation lists speak for it, failed where something speaks against
            it, not run where there was nothing to judge it by.
        reasons: What speaks against it.
    """

    verdict: Verdict
    reasons: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The verdict in a few words.

        >>> str(Gate(verdict=Verdict.FAILED, reasons=("it is worse",)))
        'FAILED: it is worse'
        """
        said = {
            Verdict.PASSED: "passed",
            Verdict.FAILED: "FAILED: " + "; ".join(self.reasons),
            Verdict.NOT_RUN: "not run: there were no validation lists to judge the model by",
        }
        return said[self.verdict]


class TrainingRecord(msgspec.Struct, frozen=True, kw_only=True):
    """How a cross-encoder was trained.

    Attributes:
        options: As given.
        precision: The one that was chosen: "float32", "bf16" or "fp16".
        processes: How many trained together.
        n_lists: Lists it was trained on.
        n_pairs: Query–document pairs all epochs together showed.
        steps: Optimiser steps that were taken.
        best_step: The one whose weights were kept; 0 is the start.
        seconds: Wall time of the training itself.
        epoch_losses: Mean loss a list of each epoch.
        loss_first: Mean loss of the first epoch.
        loss_last: Mean loss of the last epoch.
        spread: Mean over lists of the standard deviation of their learned scores: over the
            validation lists, or, without them, some of the training's.
        shortened_share: Share of the pairs that lost tokens to `max_length`.
        left_out: What the labels held that training could not use.
        validation: None without validation lists.
        command: The command that trained it, where one did.
    """

    options: CrossEncoderOptions
    precision: str
    processes: int = 1
    n_lists: int
    n_pairs: int
    steps: int
    best_step: int
    seconds: float
    epoch_losses: tuple[float, ...]
    loss_first: float
    loss_last: float
    spread: float
    shortened_share: float
    left_out: LeftOut
    validation: Validation | None = None
    command: str = ""


class CrossEncoderRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What `ranker.json` holds.

    Attributes:
        kind: "cross-encoder".
        version: Of this record's form.
        max_length: Tokens a pair, at most.
        template: What the model reads of queries and documents.
        anchor: What is added to the model's logits; None for nothing.
        training: None for a checkpoint that was not trained here.
        gate: Whether the training's outcome is fit for use; None where none was judged.
    """

    max_length: int
    template: PairTemplate = PairTemplate()
    anchor: Anchor | None = None
    training: TrainingRecord | None = None
    gate: Gate | None = None
    kind: str = KIND
    version: int = VERSION


def read_record(folder: Path) -> CrossEncoderRecord | None:
    """The record of a model folder; None for a plain checkpoint, which has none.

    Raises:
        InputError: The record is of another kind or version, or damaged.
    """
    if not (folder / RECORD).is_file():
        return None
    return read_ranker_record(folder, CrossEncoderRecord, KIND)
