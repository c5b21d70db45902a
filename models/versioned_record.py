"""Records in JSON that say what they are, and which version of its form they have."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.files import read_json

Record = TypeVar("Record", bound=msgspec.Struct)


def read_versioned(
    path: Path,
    record_type: type[Record],
    kind: str,
    *,
    version: int,
    what: str,
    do: str | None = None,
) -> Record:
    """The record that a file holds.

    Args:
        path: The file.
        record_type: What it must hold.
        kind: What it must say it is.
        version: The only one that is read.
        what: It is, in errors.
        do: What errors tell to do.

    Raises:
        InputError: The file is missing or damaged, or of another kind or version, such as a newer
            lrat-rank's.
    """
    stored = read_json(path, what)
    if (stored.get("kind"), stored.get("version")) != (kind, version):
        raise InputError(
            what,
            must=f"kind {kind}, version {version}",
            got=f"kind {stored.get('kind')}, version {stored.get('version')}",
            where=path,
            do=do,
        )
    try:
        return msgspec.convert(stored, record_type)
    except msgspec.ValidationError as error:
        raise InputError(what, must="whole", got=str(error), where=path, do=do) from error
