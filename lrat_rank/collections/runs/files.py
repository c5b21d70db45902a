"""Run files in and out, in any of the registered forms."""

from __future__ import annotations

from pathlib import Path

from lrat_rank.collections.runs.formats import AUTO, RUN_FORMATS, sniffed
from lrat_rank.collections.runs.model import Run
from lrat_rank.errors import InputError
from lrat_rank.files import read_bytes, write_lines


def read_run(path: Path | str, format: str = AUTO, *, part: str | None = None) -> Run:
    """Read a run; the order of every ranking comes from the scores.

    Args:
        path: The file; `.gz` is unpacked.
        format: A name of `RUN_FORMATS`, or "auto" to tell it from the beginning of the file.
        part: `subset/split`, where MTEB's predictions hold several.

    Raises:
        InputError: The format is unknown, or the file does not hold a run in it; the place is
            named.
    """
    path = Path(path)
    known = None if format == AUTO else RUN_FORMATS.get(format)
    data = read_bytes(path, "run")
    form = known or RUN_FORMATS.get(sniffed(data))
    if part is not None and not form.parted:
        raise InputError(
            "part", must="left out: only MTEB's predictions have parts", got=repr(part), where=path
        )
    return form.read(data, path, part=part) if form.parted else form.read(data, path)


def write_run(path: Path | str, run: Run, format: str = "trec") -> None:
    """Write a run, whole or not at all; a `.gz` name packs it.

    Args:
        path: The file.
        run: What to write.
        format: A name of `RUN_FORMATS`. Only "trec" keeps the tag; "msmarco" keeps no scores.

    Raises:
        InputError: The format is unknown, or an id holds white space that it cannot carry.
    """
    write_lines(path, RUN_FORMATS.get(format).lines(run))
