"""Dotted paths into what a tool was given and gave back: `payload.items.0.ref`."""

from __future__ import annotations

from enum import Enum
from typing import Final

from lrat_rank.registry import nearest
from lrat_rank.trajectories.payloads import structured


class Nowhere(Enum):
    """What a path that leads nowhere gives; a null that is there is something else."""

    FOUND = "nothing found"


NOTHING_FOUND: Final = Nowhere.FOUND


def follow(value: object, path: str) -> object:
    """What stands at the end of a path, or `NOTHING_FOUND`.

    Parts between dots are keys, or places from 0 in a list. A key that holds dots itself is taken
    whole where it is there. JSON inside a string is decoded on the way.

    >>> follow({"payload": '{"items": [{"ref": "7"}]}'}, "payload.items.0.ref")
    '7'
    >>> follow({"document.id": 7}, "document.id"), follow({}, "a.b")
    (7, <Nowhere.FOUND: 'nothing found'>)
    """
    found, _ = _walk(value, path)
    return found


def hint(value: object, path: str) -> str:
    """The key that the first part without a match may have meant; empty where none is near.

    >>> hint({"payload": {"items": []}}, "payload.itmes")
    'items'
    """
    _, stuck = _walk(value, path)
    if stuck is None:
        return ""
    level, part = stuck
    keys = [key for key in level if isinstance(key, str)] if isinstance(level, dict) else []
    return nearest(part, keys) or ""


def _walk(value: object, path: str) -> tuple[object, tuple[object, str] | None]:
    """What was found and None; or `NOTHING_FOUND`, and where the way ended on which part."""
    rest = path
    while rest:
        level = structured(value) if isinstance(value, str) else value
        if isinstance(level, dict) and rest in level:
            return level[rest], None
        part, _, rest = rest.partition(".")
        value = _step(level, part)
        if value is NOTHING_FOUND:
            return NOTHING_FOUND, (level, part)
    return value, None


def _step(level: object, part: str) -> object:
    if isinstance(level, dict):
        return level.get(part, NOTHING_FOUND)
    if isinstance(level, list) and part.isascii() and part.isdigit() and len(part) < 10:
        place = int(part)
        return level[place] if place < len(level) else NOTHING_FOUND
    return NOTHING_FOUND
