"""Hashes that are the same in every run: of sets of ids, and of values."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import msgspec


def digest(ids: Iterable[str]) -> str:
    """Twelve hexadecimal digits that follow from the set, not from its order.

    >>> digest(["b", "a"]) == digest(["a", "b"]) != digest(["a b"])
    True
    """
    # As JSON, which keeps ["a b", "c"] and ["a", "b c"] apart.
    text = msgspec.json.encode(sorted(ids))
    return hashlib.sha1(text, usedforsecurity=False).hexdigest()[:12]


def stable_hash(values: Sequence[object]) -> int:
    """A signed 64-bit number, where Python's own `hash` of text differs from run to run.

    >>> stable_hash(["red fox", "a"]), stable_hash(["red fox", "b"])
    (-3124837626798440553, -4507290153829874627)
    """
    hashed = hashlib.blake2b(msgspec.json.encode(values), digest_size=8)
    return int.from_bytes(hashed.digest(), "big", signed=True)
