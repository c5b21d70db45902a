"""Labelled lists into a stack's folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.files import refuse_inputs
from lrat_rank.mining.labels import LabelledList, read_labels
from lrat_rank.models.first_stage import Index
from lrat_rank.models.group_splits import check_groups_apart
from lrat_rank.models.ranker import CandidateList, FloatArray, Ranker
from lrat_rank.pipeline.train import TrainResult
from lrat_rank.registry import Registry

if TYPE_CHECKING:
    from lrat_rank.models.stack.cross_fitting import TrainBase
    from lrat_rank.models.stack.options import StackOptions

TrainInto = Callable[[Sequence[LabelledList], Index, Path, str, int], Ranker]
"""Trains a base ranker into a folder, from a checkpoint where it takes one, with a seed."""


class InFolder:
    """A trained ranker whose folder is there already."""

    def __init__(self, ranker: Ranker, folder: Path) -> None:
        self._ranker, self._folder = ranker, folder

    def score(self, lists: Sequence[CandidateList]) -> list[FloatArray]:
        """See `Ranker.score`."""
        return self._ranker.score(lists)

    def save(self, folder: Path | str) -> None:
        """Copy the folder."""
        shutil.copytree(self._folder, folder)


def _cross_encoder(
    lists: Sequence[LabelledList], index: Index, out: Path, checkpoint: str, seed: int
) -> Ranker:
    from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
    from lrat_rank.models.cross_encoder.training import train_cross_encoder

    options = CrossEncoderOptions(base=checkpoint, seed=seed)
    return train_cross_encoder(lists, index, out=out, options=options)


def _lightgbm(
    lists: Sequence[LabelledList], index: Index, out: Path, checkpoint: str, seed: int
) -> Ranker:
    from lrat_rank.models.lightgbm.options import LightGBMOptions
    from lrat_rank.models.lightgbm.ranker import LightGBMRanker

    ranker = LightGBMRanker.train(lists, index, options=LightGBMOptions(seed=seed))
    ranker.save(out)
    return ranker


BASES: Registry[TrainInto] = Registry("base ranker")
BASES.add("cross-encoder", _cross_encoder)
BASES.add("lightgbm", _lightgbm)


def train_stack_ranker(
    labels: Path,
    index: Path,
    out: Path,
    options: StackOptions,
    *,
    bases: Sequence[str],
    checkpoint: str = "offline",
    validation: Path | None = None,
) -> TrainResult:
    """Train a stack.

    Args:
        labels: Labelled lists.
        index: Of their documents.
        out: Ranker folder to write.
        options: How to train; the seed is that of the base rankers too.
        bases: Kinds of base rankers.
        checkpoint: That base rankers are fine-tuned from.
        validation: Lists about other questions, which stop the growth of trees.

    Raises:
        InputError: The labels or the index do not hold, a base is unknown, or there is nothing to
            learn.
    """
    from lrat_rank.models.stack.training import train_stack

    if not bases:
        raise InputError("--base", must=f"one or more of {', '.join(BASES.names())}", got="none")
    trainers = {name: BASES.get(name) for name in bases}
    refuse_inputs(out, labels, index, validation)
    lists, opened = read_labels(labels), Index.load(index)
    held = None if validation is None else read_labels(validation)
    check_groups_apart(lists, held or (), where=validation)
    with TemporaryDirectory() as folder:
        trained = {
            name: _into(train, opened, Path(folder) / name, checkpoint, options.seed)
            for name, train in trainers.items()
        }
        stack = train_stack(lists, opened, trained, options=options, validation=held)
        stack.save(out)
    record = msgspec.to_builtins(stack.record)
    return TrainResult(str(out), "stack", stack.record.n_lists, record)


def _into(train: TrainInto, index: Index, folder: Path, checkpoint: str, seed: int) -> TrainBase:
    def trained(lists: Sequence[LabelledList]) -> InFolder:
        # Only the last one, of all lists, is kept: the folds' rankers have done their work by then.
        shutil.rmtree(folder, ignore_errors=True)
        return InFolder(train(lists, index, folder, checkpoint, seed), folder)

    return trained
