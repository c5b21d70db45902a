"""`calibration.json` in a ranker's folder."""

from __future__ import annotations

from pathlib import Path

from lrat_rank.errors import InputError
from lrat_rank.files import write_json
from lrat_rank.models.calibration.calibration import VERSION, Calibration
from lrat_rank.models.guard.guard import GUARD
from lrat_rank.models.versioned_record import read_versioned

CALIBRATION = "calibration.json"
_AGAIN = "Make it again with: lrat-rank calibrate"


def write_calibration(folder: Path | str, calibration: Calibration) -> None:
    """Put a calibration beside a ranker; an older one is replaced."""
    write_json(Path(folder) / CALIBRATION, calibration)


def read_calibration(folder: Path | str, *, guard: bool = True) -> Calibration | None:
    """The calibration of a ranker folder; None where there is none.

    Args:
        folder: The ranker's.
        guard: Whether the ranker is used with the guard it has.

    Raises:
        InputError: It is damaged, of another version, or was fitted to other scores: with a guard
            that is not used now, or without the one that is.
    """
    folder = Path(folder)
    path = folder / CALIBRATION
    if not path.is_file():
        return None
    found = read_versioned(
        path, Calibration, "calibration", version=VERSION, what="calibration", do=_AGAIN
    )
    guarded = guard and (folder / GUARD).is_file()
    if found.guarded != guarded:
        words = {True: "with a guard", False: "without one"}
        left_out = found.guarded and (folder / GUARD).is_file()
        raise InputError(
            "calibration",
            must=f"of the scores {words[guarded]}, as the ranker is used",
            got=f"one of the scores {words[found.guarded]}",
            where=path,
            do="Leave out --no-guard." if left_out else _AGAIN,
        )
    return found
