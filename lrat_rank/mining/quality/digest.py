"""Short names for sets of ids."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec


def digest(ids: Iterable[str]) -> str:
    """Twelve hexadecimal digits that follow from the set, not from its order.

    >>> digest(["b", "a"]) == digest(["a", "b"]) != digest(["a b"])
    True
    """
    # As JSON, which keeps ["a b", "c"] and ["a", "b c"] apart.
    text = msgspec.json.encode(sorted(ids))
    return hashlib.sha1(text, usedforsecurity=False).hexdigest()[:12]
