"""Labelled lists into ranker folders."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from lrat_rank.files import fingerprint, refuse_inputs
from lrat_rank.mining.labels import LabelledList, read_labels
from lrat_rank.models.first_stage import Index
from lrat_rank.models.group_splits import check_groups_apart
from lrat_rank.models.offline import OFFLINE

if TYPE_CHECKING:
    from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
    from lrat_rank.models.cross_encoder.run_options import RunOptions
    from lrat_rank.models.lightgbm.options import LightGBMOptions


class TrainResult(msgspec.Struct, frozen=True):
    """A ranker that was trained.

    Attributes:
        ranker: Its folder.
        kind: What `ranker.json` calls it: "lightgbm", "cross-encoder", …
        lists: Lists it learned from.
        record: What `ranker.json` says.
    """

    ranker: str
    kind: str
    lists: int
    record: dict[str, Any]


def train_lightgbm(
    labels: Path,
    index: Path,
    out: Path,
    options: LightGBMOptions,
    *,
    validation: Path | None,
    base: Path | None = None,
) -> TrainResult:
    """Train a ranker of trees: LightGBM's, or those of the library the options name.

    With a base, the folder of a LightGBM ranker that was trained elsewhere, new trees go on from
    it.

    Raises:
        InputError: The labels, the index or the base do not hold, or there is nothing to learn.
    """
    from lrat_rank.models.lightgbm.going_on import read_base
    from lrat_rank.models.lightgbm.ranker import LightGBMRanker

    refuse_inputs(out, labels, index, validation, base)
    opened = Index.load(index)
    if base is not None:
        read_base(base, opened)
    lists = read_labels(labels)
    held = _held(lists, validation)
    ranker = LightGBMRanker.train(
        lists,
        opened,
        options=options,
        validation=held,
        base=LightGBMRanker.load(base, opened) if base is not None else None,
        index_fingerprint=fingerprint(index),
    )
    ranker.save(out)
    record = msgspec.to_builtins(ranker.record)
    return TrainResult(str(out), ranker.record.kind, ranker.record.n_lists, record)


def train_cross_encoder(
    labels: Path,
    index: Path,
    out: Path,
    options: CrossEncoderOptions,
    *,
    validation: Path | None,
    teacher: Path | None = None,
    run: RunOptions | None = None,
) -> TrainResult:
    """Train a cross-encoder, from a teacher too where its folder is given.

    Raises:
        InputError: The labels, the index or the teacher do not hold, there is nothing to learn, or
            a strict run's model fails its gate.
    """
    from lrat_rank.models.cross_encoder import training
    from lrat_rank.models.loading import load_ranker

    refuse_inputs(out, labels, index, validation, teacher, base_folder(options.base))
    lists, opened = read_labels(labels), Index.load(index)
    held = _held(lists, validation)
    ranker = training.train_cross_encoder(
        lists,
        opened,
        out=out,
        options=options,
        validation=held,
        teacher=load_ranker(teacher, opened) if teacher is not None else None,
        run=run,
    )
    record = msgspec.to_builtins(ranker.record)
    return TrainResult(str(out), "cross-encoder", record["training"]["n_lists"], record)


def base_folder(base: str) -> Path | None:
    """A base's folder; None for one from the hub, and for the packaged one."""
    return Path(base) if base != OFFLINE and Path(base).is_dir() else None


def _held(lists: Sequence[LabelledList], validation: Path | None) -> list[LabelledList] | None:
    """The validation lists; InputError when they ask a question the training lists ask too."""
    if validation is None:
        return None
    held = read_labels(validation)
    check_groups_apart(lists, held, where=validation)
    return held
