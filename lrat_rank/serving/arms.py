"""The arms of an A/B test: the share of sessions each one has, and which session is in which."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from lrat_rank.errors import InputError

SERVING = "a"
"""Name of the arm that serves whoever is in no other."""
NAMES = "bcdefghij"
"""Names of the others, in the order they were given."""


def session_place(session_id: str) -> float:
    """Where a session stands in [0, 1), by a hash: as if drawn evenly, and the same for ever.

    >>> round(session_place("session-1"), 6)
    0.544111
    """
    text = session_id.encode("utf-8", "surrogatepass")
    digest = hashlib.blake2b(text, digest_size=8, person=b"lrat-rank arm").digest()
    return (int.from_bytes(digest) >> 11) / 2**53


def parse_arm(text: str) -> tuple[Path, float]:
    """The folder and share that an option names.

    Raises:
        InputError: It is not `FOLDER:SHARE` with a share above 0, up to 1.

    >>> parse_arm("models/new:0.5")[1]
    0.5
    """
    folder, _, number = text.rpartition(":")
    try:
        share = float(number)
    except ValueError:
        share = 0.0
    if not folder or not 0 < share <= 1:
        raise InputError("--ab", must="FOLDER:SHARE, a share above 0, up to 1", got=repr(text))
    return Path(folder), share


_ROUNDING = 1e-9


def check_shares(shares: Sequence[float]) -> None:
    """Make sure that the shares of the further arms can be served.

    Raises:
        InputError: One is not above 0, or they exceed 1 together, or they are too many.
    """
    fit = sum(shares) <= 1 + _ROUNDING and len(shares) <= len(NAMES)
    if not fit or not all(share > 0 for share in shares):
        raise InputError(
            "--ab",
            must=f"shares above 0 that come to 1 at most, of up to {len(NAMES)} rankers",
            got=", ".join(map(str, shares)),
        )
