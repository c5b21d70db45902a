"""Progress on standard error: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sized
from typing import TypeVar

T = TypeVar("T")

_SECONDS_BETWEEN_LINES = 5.0


def say(message: str) -> None:
    """One plain line about what is going on."""
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()


def track(items: Iterable[T], description: str, *, total: int | None = None) -> Iterator[T]:
    """Yield the items and show how far along they are."""
    if total is None and isinstance(items, Sized):
        total = len(items)
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import track as bar

        yield from bar(
            items, description, total=total, console=Console(stderr=True), transient=True
        )
    else:
        yield from _plain(items, description, total)


def _plain(items: Iterable[T], description: str, total: int | None) -> Iterator[T]:
    started = last = time.monotonic()
    for done, item in enumerate(items, start=1):
        yield item
        now = time.monotonic()
        if now - last >= _SECONDS_BETWEEN_LINES:
            last = now
            of = f" of {total}" if total is not None else ""
            say(f"{description}: {done}{of} ({now - started:.0f} s)")
