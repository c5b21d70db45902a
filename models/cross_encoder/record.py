"""What a cross-encoder's folder says about the model in it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
from lrat_rank.models.cross_encoder.text import PairTemplate
from lrat_rank.models.ranker_folder import RECORD, VERSION, read_ranker_record
from lrat_rank.models.usable_lists import LeftOut

KIND = "cross-encoder"


class Validation(msgspec.Struct, frozen=True, kw_only=True):
    """What training changed on lists it did not train on.

    Attributes:
        n_lists: How many there were.
        ndcg_before: Mean nDCG@10 with linear gains before training, in [0, 1].
        ndcg_after: The same after training.
    """

    n_lists: int
    ndcg_before: float
    ndcg_after: float


class TrainingRecord(msgspec.Struct, frozen=True, kw_only=True):
    """How a cross-encoder was trained.

    Attributes:
        options: As given.
        precision: The one that was chosen: "float32" or "bf16".
        n_lists: Lists it was trained on.
        n_pairs: Query–document pairs all epochs together showed.
        steps: Optimiser steps.
        seconds: Wall time of the training itself.
        loss_first: Mean loss of the first epoch.
        loss_last: Mean loss of the last epoch.
        spread: Mean over lists of the standard deviation of their scores after training.
        shortened_share: Share of the pairs that lost tokens to `max_length`.
        left_out: What the labels held that training could not use.
        validation: None without validation lists.
    """

    options: CrossEncoderOptions
    precision: str
    n_lists: int
    n_pairs: int
    steps: int
    seconds: float
    loss_first: float
    loss_last: float
    spread: float
    shortened_share: float
    left_out: LeftOut
    validation: Validation | None = None


class CrossEncoderRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What `ranker.json` holds.

    Attributes:
        kind: "cross-encoder".
        version: Of this record's form.
        max_length: Tokens a pair, at most.
        template: What the model reads of queries and documents.
        training: None for a checkpoint that was not trained here.
    """

    max_length: int
    template: PairTemplate = PairTemplate()
    training: TrainingRecord | None = None
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
