"""Labelled lists into the folder of a dense retriever."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from lrat_rank.files import refuse_inputs
from lrat_rank.mining.labels import read_labels
from lrat_rank.models.first_stage import Index
from lrat_rank.pipeline.train import TrainResult, base_folder

if TYPE_CHECKING:
    from lrat_rank.models.dense import DenseOptions


def train_dense(
    labels: Path, index: Path, out: Path, options: DenseOptions, *, validation: Path | None
) -> TrainResult:
    """Train a dense retriever.

    Raises:
        InputError: The labels, the index or the base do not hold, or there is nothing to learn.
    """
    from lrat_rank.models.dense import training

    refuse_inputs(out, labels, index, validation, base_folder(options.base))
    lists, opened = read_labels(labels), Index.load(index)
    held = read_labels(validation) if validation else None
    ranker = training.train_dense(lists, opened, out=out, options=options, validation=held)
    record = msgspec.to_builtins(ranker.record)
    return TrainResult(str(out), "dense", ranker.record.n_lists, record)
