"""A cascade's folder: its record, and the two rankers inside."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec

from lrat_rank.files import atomic_folder, refuse_inputs, write_json
from lrat_rank.models.blending.choice import Choice
from lrat_rank.models.calibration.folder import CALIBRATION
from lrat_rank.models.cascade.options import CascadeOptions
from lrat_rank.models.guard.guard import GUARD
from lrat_rank.models.ranker_folder import RECORD, VERSION, read_ranker_record
from lrat_rank.progress import say

KIND = "cascade"
FIRST, SECOND = "first", "second"
OF_THE_WHOLE = (GUARD, CALIBRATION)
"""Files that speak of a ranker as it is used, and mean nothing where it is a part of another."""


class Tuning(msgspec.Struct, frozen=True, kw_only=True):
    """What the options were chosen from, on validation lists.

    Attributes:
        budget: Mean documents a list that the second ranker was allowed.
        pairs: Mean documents a list that it reads under the chosen options.
        choice: nDCG@10 of every setting; the first ranker alone is the fallback.
    """

    budget: float
    pairs: float
    choice: Choice


class CascadeRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What `ranker.json` says of a cascade; the rankers lie in `first/` and `second/`.

    Attributes:
        options: How the two work together.
        tuning: What chose the options; None where they were given.
    """

    options: CascadeOptions
    tuning: Tuning | None = None
    kind: str = KIND
    version: int = VERSION


def read_record(folder: Path) -> CascadeRecord:
    """The record of a cascade's folder; errors as in `read_ranker_record`."""
    return read_ranker_record(folder, CascadeRecord, KIND)


def compose(
    first: Path, second: Path, out: Path, options: CascadeOptions, *, tuning: Tuning | None = None
) -> None:
    """Write a cascade folder from two ranker folders; both are copied into it.

    Raises:
        InputError: One of the two is not a ranker folder.
    """
    refuse_inputs(out, first, second)
    refuse_inputs(first, out)  # copied into a folder inside itself, a ranker has no end
    refuse_inputs(second, out)
    with atomic_folder(out, marker=RECORD) as new:
        copy_part(first, new / FIRST)
        copy_part(second, new / SECOND)
        write_json(new / RECORD, CascadeRecord(options=options, tuning=tuning))


def copy_part(folder: Path, into: Path) -> None:
    """Copy a ranker folder to where it is a part of another ranker.

    Its guard and its calibration stay behind: they would change its scores, which the whole was
    put together for, and the whole can have its own.

    Raises:
        InputError: It is not a ranker folder.
    """
    from lrat_rank.models.loading import ranker_kind

    ranker_kind(folder)
    shutil.copytree(folder, into, ignore=shutil.ignore_patterns(*OF_THE_WHOLE))
    if (folder / GUARD).is_file():
        say(f"The guard of {folder} is left out; give the whole its own with: lrat-rank guard")
