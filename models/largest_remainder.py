"""Whole numbers in given proportions."""

from __future__ import annotations

from collections.abc import Mapping


def share_out(count: int, shares: Mapping[str, float]) -> dict[str, int]:
    """Part `count` in proportion to shares, by largest remainders; earlier names on ties.

    Args:
        count: What is shared out, ≥ 0.
        shares: Finite numbers ≥ 0, not all 0; a share of 0 gets nothing.

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
