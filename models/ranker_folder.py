"""What every ranker folder has: `ranker.json`, which says what ranker it is and how it was made."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.files import read_json

RECORD = "ranker.json"
VERSION = 1
"""Of the records' form."""

Record = TypeVar("Record", bound=msgspec.Struct)


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
    stored = read_json(path, "ranker record")
    if (stored.get("kind"), stored.get("version")) != (kind, VERSION):
        got = f"kind {stored.get('kind')}, version {stored.get('version')}"
        raise InputError("ranker", must=f"kind {kind}, version {VERSION}", got=got, where=path)
    try:
        return msgspec.convert(stored, record_type)
    except msgspec.ValidationError as error:
        raise InputError(
            "ranker record", must=f"that of a {kind} ranker", got=str(error), where=path
        ) from error
