"""Whole numbers in given proportions, and the shares that say them."""

from __future__ import annotations

import math
from collections.abc import Mapping

from lrat_rank.errors import InputError


def check_shares(shares: Mapping[str, float], what: str, *, each: str) -> None:
    """Refuse shares that nothing can be parted by.

    Args:
        shares: By the name of what they are for.
        what: They are, in the error.
        each: What a name stands for, in the error.

    Raises:
        InputError: One is no finite number ≥ 0, or all are 0.

    >>> check_shares({"title": 0.0, "sentence": 0.0}, "kind shares", each="kind")
    Traceback (most recent call last):
    lrat_rank.errors.InputError: kind shares must be above 0 for one kind at least; got all 0.
    """
    for name, share in shares.items():
        if not (share >= 0 and math.isfinite(share)):
            raise InputError(f"share {name}", must="a finite number ≥ 0", got=share)
    if not any(shares.values()):
        raise InputError(what, must=f"above 0 for one {each} at least", got="all 0")


def share_out(count: int, shares: Mapping[str, float]) -> dict[str, int]:
    """Part `count` in proportion to shares, by largest remainders; earlier names on ties.

    Args:
        count: What is shared out, ≥ 0.
        shares: As `check_shares` lets pass; a share of 0 gets nothing.

    >>> share_out(10, {"a": 2, "b": 1, "c": 0})
    {'a': 7, 'b': 3, 'c': 0}
    """
    total = sum(shares.values())
    exact = {name: count * share / total for name, share in shares.items()}
    parts = {name: int(part) for name, part in exact.items()}
    by_remainder = sorted(exact, key=lambda name: parts[name] - exact[name])
    for name in by_remainder[: count - sum(parts.values())]:
        parts[name] += 1
    return parts
