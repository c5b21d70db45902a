"""What every ranker folder has: `ranker.json`, which says what ranker it is and how it was made."""

from __future__ import annotations

from pathlib import Path

from lrat_rank.errors import InputError
from lrat_rank.models.versioned_record import Record, read_versioned

RECORD = "ranker.json"
VERSION = 1
"""Of the records' form."""


def read_ranker_record(
    folder: Path, record_type: type[Record], kind: str, *, name: str = RECORD
) -> Record:
    """The record of a ranker folder; `name` is its file.

    Raises:
        InputError: The folder holds none, or one of another kind or version, or a damaged one.
    """
    path = folder / name
    if not path.is_file():
        raise InputError(
            "ranker",
            must=f"a folder made by lrat-rank train {kind}",
            got=f"one without {name}" if folder.is_dir() else "no folder",
            where=folder,
        )
    return read_versioned(path, record_type, kind, version=VERSION, what="ranker record")
