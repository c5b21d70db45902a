"""Who stands above whom in a trace, for traces of any depth and however broken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


def parent_places(ids: Sequence[tuple[str, str]]) -> list[int | None]:
    """The place of each span's parent, from (span id, parent id) pairs; None where there is none.

    >>> parent_places([("a", ""), ("b", "a"), ("c", "gone")])
    [None, 0, None]
    """
    places: dict[str, int] = {}
    for place, (span_id, _) in enumerate(ids):
        if span_id:
            places.setdefault(span_id, place)
    return [places.get(parent) if parent else None for _, parent in ids]


def nearest_above(parents: Sequence[int | None], wanted: Sequence[bool]) -> list[int | None]:
    """For each span the first wanted one above it; None where there is none.

    A ring of parents has no top; what is wanted in it is still found.

    >>> nearest_above([None, 0, 1, 2], [True, False, True, False])
    [None, 0, 0, 2]
    """
    found: dict[int, int | None] = {}
    for start in range(len(parents)):
        path: list[int] = []
        walked: set[int] = set()
        at, result = start, None
        while at not in found and at not in walked:
            path.append(at)
            walked.add(at)
            parent = parents[at]
            if parent is None or wanted[parent]:
                result = parent
                break
            at = parent
        else:
            result = found.get(at)
        found.update(dict.fromkeys(path, result))
    return [found[place] for place in range(len(parents))]


def outermost(above: Sequence[int | None]) -> list[int | None]:
    """The last of the chain that `nearest_above` begins; None at its top, and in a ring.

    >>> outermost([None, 0, 1, None])
    [None, 0, 0, None]
    """
    end_of: dict[int, int | None] = {}
    for start in range(len(above)):
        path: list[int] = []
        walked: set[int] = set()
        at = start
        while at not in end_of and at not in walked:
            path.append(at)
            walked.add(at)
            up = above[at]
            if up is None:
                end_of[at] = at
                break
            at = up
        end_of.update(dict.fromkeys(path, end_of.get(at)))
    return [None if end_of[place] == place else end_of[place] for place in range(len(above))]


def in_order(items: Sequence[Item], starts: Sequence[float | None]) -> list[Item]:
    """Items by their start; as they stand where one has none.

    >>> in_order(["b", "a"], [2.0, 1.0]), in_order(["b", "a"], [2.0, None])
    (['a', 'b'], ['b', 'a'])
    """
    known = [start for start in starts if start is not None]
    if len(known) < len(items):
        return list(items)
    return [items[place] for place in sorted(range(len(items)), key=known.__getitem__)]
