"""What the commands share: printing results, and options that take several values."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

import msgspec
import typer

JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON result on standard output, nothing else.")
]


def complain(message: str, *, code: int) -> int:
    """Print one line on standard error; give the exit code back."""
    sys.stderr.write(" ".join(message.split()) + "\n")
    return code


def emit(result: Mapping[str, Any], lines: Iterable[str], *, as_json: bool) -> None:
    """Print a command's result: `result` as one JSON object, or `lines` for people."""
    text = msgspec.json.encode(result).decode() if as_json else "\n".join(lines)
    sys.stdout.write(text + "\n")


def split_values(values: Sequence[str]) -> list[str]:
    """Values given as one quoted string, repeated, or both.

    >>> split_values(["nDCG@10 AP", "RR"])
    ['nDCG@10', 'AP', 'RR']
    """
    return [part for value in values for part in value.replace(",", " ").split()]
