"""What a call may ask for."""

from __future__ import annotations

from lrat_rank.errors import InputError

MAX_QUERY_CHARACTERS = 4096
"""Of a query, and of a question: the task that queries are about."""
MAX_ID_CHARACTERS = 1024
MAX_K = 100
MAX_DEPTH = 1000


def within(what: str, value: int, low: int, high: int) -> int:
    """The value; InputError where it is not from `low` to `high`."""
    if not low <= value <= high:
        raise InputError(what, must=f"{low} to {high}", got=value)
    return value


def bounded(what: str, text: str, longest: int) -> str:
    """The text; InputError where it is blank or longer than `longest` characters."""
    if not text.strip() or len(text) > longest:
        raise InputError(
            what,
            must=f"text of 1 to {longest:,} characters",
            got=f"{len(text):,} characters" if text.strip() else "a blank one",
        )
    return text
