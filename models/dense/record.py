"""What a dense retriever's folder says about the encoder in it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from lrat_rank.models.dense.options import DenseOptions
from lrat_rank.models.ranker_folder import VERSION, read_ranker_record
from lrat_rank.models.usable_lists import LeftOut
from lrat_rank.models.verdict import Verdict

KIND = "dense"
RECORD = "dense.json"
"""Stands beside the encoder's own files, as `ranker.json` does in other rankers' folders."""


class DenseValidation(msgspec.Struct, frozen=True, kw_only=True):
    """What training changed on lists it did not train on.

    Attributes:
        n_lists: How many there were.
        held_out: Whether they were taken from the labels; False where they were given.
        ndcg_before: Mean nDCG@10 (linear gains) over the documents of all validation lists before
            training, in [0, 1].
        ndcg_epochs: The same after each epoch.
        ndcg_after: The same for the encoder in the folder.
        best_epoch: The epoch it comes from, from 1; 0 for the base.
    """

    n_lists: int
    held_out: bool
    ndcg_before: float
    ndcg_epochs: tuple[float, ...]
    ndcg_after: float
    best_epoch: int


class DenseRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What `dense.json` holds.

    Attributes:
        options: As given.
        gate: Passed where the trained encoder is at least as good as the base on lists it did not
            see. Failed where it is worse: the folder then holds the base.
        precision: The one that was chosen: "float32" or "bf16".
        max_length: Tokens a text the encoder reads, at most.
        index: Fingerprint of the index whose texts it was trained on; None for other texts.
        n_lists: Lists it was trained on.
        n_groups: Groups they belong to.
        n_examples: Query–positive pairs of an epoch.
        n_documents: Documents those lists show.
        spared: Candidates without gain that are no negatives because of what other lists say.
        steps: Optimiser steps.
        seconds: Wall time of the training itself.
        losses: Mean loss an example of each epoch.
        left_out: What the labels held that training could not use.
        validation: None without validation lists.
        kind: "dense".
        version: Of this record's form.
    """

    options: DenseOptions
    gate: Verdict
    precision: str
    max_length: int
    index: str | None
    n_lists: int
    n_groups: int
    n_examples: int
    n_documents: int
    spared: int
    steps: int
    seconds: float
    losses: tuple[float, ...]
    left_out: LeftOut
    validation: DenseValidation | None = None
    kind: str = KIND
    version: int = VERSION


def read_record(folder: Path) -> DenseRecord:
    """The record of a dense retriever's folder; errors as in `read_ranker_record`."""
    return read_ranker_record(folder, DenseRecord, KIND, name=RECORD)
