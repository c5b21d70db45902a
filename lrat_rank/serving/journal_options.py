"""How a search log is kept."""

from __future__ import annotations

import math

import msgspec

from lrat_rank.errors import InputError

TEXTS = ("none", "snippets", "all")
_MEGABYTE = 1_000_000


class JournalOptions(msgspec.Struct, frozen=True, kw_only=True):
    """When files of the search log are changed and synced, and which texts it keeps.

    Attributes:
        rotate_mb: A file that has grown to so many megabytes is followed by another; > 0.
        fsync: `always` syncs before each reply, `interval:SECONDS` now and then, `never` leaves it
            to the system. It matters when the machine stops, not when the server is killed.
        texts: `all` keeps the snippets shown and the documents opened, which judges of labels
            read; `snippets` leaves the documents out, `none` both.

    Raises:
        InputError: A value is none of these.

    >>> JournalOptions(fsync="interval:0.5").sync_seconds
    0.5
    """

    rotate_mb: float = 64.0
    fsync: str = "interval:1"
    texts: str = "all"

    def __post_init__(self) -> None:
        if not (math.isfinite(self.rotate_mb) and self.rotate_mb > 0):
            raise InputError("log rotation", must="megabytes, above 0", got=self.rotate_mb)
        if self.texts not in TEXTS:
            raise InputError("log texts", must=f"one of {', '.join(TEXTS)}", got=repr(self.texts))
        if self.fsync not in ("always", "never"):
            _seconds(self.fsync)

    @property
    def rotate_bytes(self) -> int:
        """The size from which on a file is followed by another, ≥ 1."""
        return max(1, int(self.rotate_mb * _MEGABYTE))

    @property
    def syncs_each(self) -> bool:
        """Whether each record is synced before the reply."""
        return self.fsync == "always"

    @property
    def syncs(self) -> bool:
        """Whether anything is synced at all."""
        return self.fsync != "never"

    @property
    def sync_seconds(self) -> float | None:
        """Seconds between two syncs; None where time does not decide."""
        return _seconds(self.fsync) if self.fsync.startswith("interval") else None


def _seconds(fsync: str) -> float:
    name, _, number = fsync.partition(":")
    try:
        seconds = float(number)
    except ValueError:
        seconds = math.nan
    if name != "interval" or not (math.isfinite(seconds) and seconds > 0):
        raise InputError("log fsync", must="always, never or interval:SECONDS", got=repr(fsync))
    return seconds
