"""Lines, ids and numbers of text files, and what none of them may hold."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from lrat_rank.errors import InputError
from lrat_rank.files import text_lines

N = TypeVar("N", int, float)


def careful_lines(data: bytes, path: Path, what: str) -> Iterator[tuple[int, str]]:
    """The lines of a file by number, from 1, without blank ones.

    Raises:
        InputError: The file is empty or not UTF-8 text, its lines end in a carriage return alone,
            or one holds a NUL character, where C code would end an id.
    """
    inside = data.strip()
    if b"\r" in inside and b"\n" not in inside:
        raise InputError(
            what,
            must="lines that end in a line feed",
            got="lines that end in a carriage return alone, as on old Macs",
            where=path,
            do="Save it with Unix line ends.",
        )
    for number, line in text_lines(io.BytesIO(data), path, what):
        if "\0" in line:
            where = f"{path}:{number}"
            raise InputError(f"{what} line", must="text", got="a NUL character", where=where)
        yield number, line


def plain_number(text: str, kind: type[N]) -> N:
    """A number in ASCII digits.

    Raises:
        ValueError: The text is none. Python would take `1_0` for 10.

    >>> plain_number("-1e3", float), plain_number("+7", int)
    (-1000.0, 7)
    """
    if "_" in text or not text.isascii():
        raise ValueError(text)
    return kind(text)


def refuse_unwritable(ids: Iterable[str], what: str, where: Path | str) -> None:
    """See that ids can be written as text and read by C code.

    Raises:
        InputError: One holds a NUL character or half of a surrogate pair; it is named.
    """
    for one in ids:
        if "\0" in one or not (one.isascii() or _encodable(one)):
            raise InputError(
                what,
                must="text that UTF-8 can hold, without NUL characters",
                got=ascii(one),
                where=where,
            )


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
