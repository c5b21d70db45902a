"""A guard for a ranker folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from lrat_rank.files import refuse_inputs
from lrat_rank.mining.labels import read_labels
from lrat_rank.models.calibration.folder import CALIBRATION
from lrat_rank.models.first_stage import Index
from lrat_rank.models.guard.guard import learn_guard, write_guard
from lrat_rank.models.loading import load_ranker


class GuardResult(msgspec.Struct, frozen=True):
    """A guard that was written.

    Attributes:
        ranker: The ranker's folder.
        blend: The ranker's share where trust is full.
        lists: Lists the shift check was fitted on.
        validation: What each blend reached; None without validation lists.
        calibration_dropped: Whether the folder had a calibration, of other scores, which is gone.
    """

    ranker: str
    blend: float
    lists: int
    validation: dict[str, Any] | None
    calibration_dropped: bool


def guard_ranker(
    ranker: Path, labels: Path, index: Path, *, validation: Path | None, depth: int
) -> GuardResult:
    """Learn a guard and put it beside the ranker; an older one is replaced.

    Args:
        ranker: The ranker's folder.
        labels: The lists it was trained on.
        index: The index it was trained over.
        validation: Lists it was not trained on; None to leave the blend at 1.
        depth: How long validation lists are made with the first stage's documents.

    Raises:
        InputError: A file does not hold, or the lists are too few or not apart.
    """
    refuse_inputs(ranker, labels, index, validation, option="RANKER")
    opened = Index.load(index)
    held = None if validation is None else read_labels(validation)
    inner = load_ranker(ranker, opened, guard=False)
    guard = learn_guard(inner, read_labels(labels), opened, held, depth=depth)
    calibration = ranker / CALIBRATION
    dropped = calibration.exists()
    # In this order: a calibration of other scores is refused, so a stop in between loses nothing.
    write_guard(ranker, guard)
    calibration.unlink(missing_ok=True)
    told = None if guard.validation is None else msgspec.to_builtins(guard.validation)
    return GuardResult(str(ranker), guard.blend, guard.shift.n_lists, told, dropped)
