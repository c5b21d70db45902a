"""Which documents of a list an epoch shows: gains first, then negatives from each source."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lrat_rank.models.cross_encoder.sampling import NegativeShares, SamplingOptions
from lrat_rank.models.usable_lists import IntArray, UsableList

Draw = Callable[[int], list[str]]
"""Draws at most so many unrelated documents."""


def own_negatives(one: UsableList) -> dict[str, IntArray]:
    """Positions of a list's documents without gain, by the source they count to.

    The names and their order are those of `NegativeShares`, without unrelated documents.
    """
    opened = (one.gains > 0) | one.rejected
    skipped = ~opened & ~one.unseen
    lowest = one.ranks[opened].max(initial=0)
    found = {
        "rejected": one.rejected & (one.gains <= 0),
        "skipped_above": skipped & (one.ranks < lowest),
        "skipped_below": skipped & (one.ranks > lowest),
        "unseen": one.unseen,
    }
    return {source: np.flatnonzero(where) for source, where in found.items()}


def choose_shown(
    one: UsableList, options: SamplingOptions, rng: np.random.Generator, unrelated: Draw
) -> tuple[list[int], list[str]]:
    """Which documents of a list one epoch shows.

    The highest gains come first and take half of the places at most, or more where negatives are
    too few. Skipped documents are drawn with chances that fall as 1/rank, since one skipped near
    the top was most likely looked at; rejected and unseen ones are drawn with equal chances. Where
    the sources that have a share give nothing at all, the list's own negatives are used anyway.

    Args:
        one: The list, with the unseen documents that may be drawn.
        options: How many documents, and from where.
        rng: Draws them.
        unrelated: Draws documents the list's group does not know.

    Returns:
        Positions in the list, and doc_ids of unrelated documents; neither repeats one.
    """
    relevant = np.flatnonzero(one.gains > 0)
    relevant = relevant[np.argsort(-one.gains[relevant], kind="stable")]
    kept = min(len(relevant), (options.list_size + 1) // 2)
    pools = {name: _drawn(one, name, pool, rng) for name, pool in own_negatives(one).items()}
    room = options.list_size - kept
    taken, foreign = _fill(pools, options.negatives, room, unrelated)
    if not taken and not foreign:
        taken = [position for pool in pools.values() for position in pool][:room]
    kept += room - len(taken) - len(foreign)
    return [*relevant[:kept].tolist(), *taken], foreign


def _drawn(one: UsableList, source: str, pool: IntArray, rng: np.random.Generator) -> list[int]:
    """A source's positions in the order in which they are taken."""
    chances = np.ones(len(pool))
    if source in ("skipped_above", "skipped_below"):
        chances = 1 / one.ranks[pool]
    # The smallest of exponential variates with these rates: draws without replacement.
    order = np.argsort(rng.exponential(size=len(pool)) / chances, kind="stable")
    return [int(position) for position in pool[order]]


def _fill(
    pools: dict[str, list[int]], shares: NegativeShares, room: int, unrelated: Draw
) -> tuple[list[int], list[str]]:
    places = shares.places(room)
    used = {name: pool if getattr(shares, name) else [] for name, pool in pools.items()}
    counts: dict[str, int] = {}
    free = 0
    for source, pool in used.items():
        wanted = places[source] + free
        counts[source] = min(wanted, len(pool))
        free = wanted - counts[source]
    wanted = places["unrelated"] + free
    foreign = unrelated(wanted) if shares.unrelated and wanted else []
    free = wanted - len(foreign)
    for source, pool in used.items():
        more = min(free, len(pool) - counts[source])
        counts[source] += more
        free -= more
    return [position for name, pool in used.items() for position in pool[: counts[name]]], foreign
