"""A calibration for a ranker folder."""

from __future__ import annotations

from pathlib import Path

import msgspec

from lrat_rank.files import refuse_inputs
from lrat_rank.mining.labels import read_labels
from lrat_rank.models.calibration.calibration import Calibration, calibrate_ranker
from lrat_rank.models.calibration.folder import write_calibration
from lrat_rank.models.first_stage import Index
from lrat_rank.models.loading import load_ranker


class CalibrationResult(msgspec.Struct, frozen=True):
    """A calibration that was written.

    Attributes:
        ranker: The ranker's folder.
        calibration: What `calibration.json` says.
    """

    ranker: str
    calibration: Calibration


def calibrate_folder(
    ranker: Path, labels: Path, index: Path, *, method: str, depth: int
) -> CalibrationResult:
    """Fit the curve from a ranker's scores to probabilities, and put it beside the ranker.

    Args:
        ranker: The ranker's folder.
        labels: Labelled lists it was not trained on.
        index: Of their documents.
        method: "isotonic" or "platt".
        depth: How long lists are made with the first stage's documents.

    Raises:
        InputError: A file does not hold, or all documents are relevant or none is.
    """
    refuse_inputs(ranker, labels, index, option="RANKER")
    opened = Index.load(index)
    loaded = load_ranker(ranker, opened)
    found = calibrate_ranker(loaded, read_labels(labels), opened, method=method, depth=depth)
    write_calibration(ranker, found)
    return CalibrationResult(str(ranker), found)
