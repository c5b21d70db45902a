"""The same documents at several ranks: what the comparison of ranks is made of.

Two sources give it. *Swaps*: the search tool drew which of some documents stand in which of some
places. *Harvest*: one query's list came in several orders, because index, ranker or settings
changed between runs.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np

from lrat_rank.analysis.bias.browse_rates import FloatArray
from lrat_rank.analysis.bias.impressions import CountedList

Cell = TypeVar("Cell", bound=Hashable)


@dataclass(slots=True)
class Wins:
    """Comparisons of ranks within one cluster, or all of them.

    Attributes:
        won: (depth, depth); weighted browses at rank j + 1 in comparisons with rank k + 1. Where
            both are looked at equally often, [j, k] and [k, j] have the same expectation.
        compared: (depth, depth); how often the ranks were compared.
        chances: (depth,); the browses each rank would have, were all ranks alike.
        units: Lists with slots in play, or query–document pairs shown at several ranks.
        impressions: In them.
        browses: In them.
        weight: Sum over units of the mean inverse-propensity weight: 1 a unit, on average.
    """

    depth: int
    won: FloatArray = field(init=False)
    compared: FloatArray = field(init=False)
    chances: FloatArray = field(init=False)
    units: int = 0
    impressions: int = 0
    browses: int = 0
    weight: float = 0.0

    def __post_init__(self) -> None:
        self.won = np.zeros((self.depth, self.depth))
        self.compared = np.zeros((self.depth, self.depth))
        self.chances = np.zeros(self.depth)

    def __iadd__(self, other: Wins) -> Wins:
        """Add those of another cluster."""
        self.won += other.won
        self.compared += other.compared
        self.chances += other.chances
        self.units += other.units
        self.impressions += other.impressions
        self.browses += other.browses
        self.weight += other.weight
        return self


def swap_wins(lists: Iterable[CountedList], depth: int) -> Wins:
    """Comparisons from lists in which the tool drew places at random.

    The m places in play of a list are those with a propensity π below 1, and each of their
    documents could have come to each of them. A browse at place k then counts 1 / (m·πₖ): over the
    draws, its expectation is pₖ times the mean relevance of all documents in play, whichever of
    them stands at k, so any two places of a list are comparable.

    Source: Joachims, Swaminathan and Schnabel, "Unbiased Learning-to-Rank with Biased Feedback",
    WSDM 2017 (swap interventions); Wang, Golbandi, Bendersky, Metzler and Najork, "Position Bias
    Estimation for Unbiased Learning to Rank in Personal Search", WSDM 2018 (RandPair).

    >>> from lrat_rank.analysis.bias.impressions import Shot
    >>> shots = (Shot("a", 1, browsed=True), Shot("b", 3, browsed=False))
    >>> wins = swap_wins([CountedList("q", shots, {1: 0.8, 3: 0.8})], depth=3)
    >>> wins.won[0].tolist(), wins.units
    ([0.0, 0.0, 0.625], 1)
    """
    wins = Wins(depth)
    for one in lists:
        slots = one.slots
        if len(slots) < 2:
            continue
        near = [rank for rank in slots if rank <= depth]
        weights = {rank: 1 / (len(slots) * slots[rank]) for rank in slots}
        shots = [shot for shot in one.shots if shot.rank in slots]
        browsed = [shot.rank for shot in shots if shot.browsed]
        for rank in near:
            others = [other - 1 for other in near if other != rank]
            wins.compared[rank - 1, others] += 1
            wins.chances[rank - 1] += len(browsed) / len(slots)
            if rank in browsed:
                wins.won[rank - 1, others] += weights[rank]
        wins.units += 1
        wins.impressions += len(shots)
        wins.browses += len(browsed)
        wins.weight += sum(weights.values()) / len(slots)
    return wins


class PairCounts(Generic[Cell]):
    """Impressions and browses of documents under a key (a query, a question), up to a bound.

    Pairs that come when the bound is reached are left out, so that memory is bounded whatever the
    logs hold; pairs that are already there go on counting.

    Attributes:
        keys: Key → doc_id → cell → [impressions, browses].
        left_out: Impressions left out.
    """

    def __init__(self, most: int) -> None:
        self.keys: dict[str, dict[str, dict[Cell, list[int]]]] = {}
        self.left_out = 0
        self._room = most

    def add(self, key: str, doc_id: str, cell: Cell, *, browsed: bool) -> None:
        """Count one impression."""
        documents = self.keys.get(key, {})
        if doc_id not in documents:
            if not self._room:
                self.left_out += 1
                return
            self._room -= 1
            documents = self.keys.setdefault(key, documents)
            documents[doc_id] = {}
        counts = documents[doc_id].setdefault(cell, [0, 0])
        counts[0] += 1
        counts[1] += browsed


def harvest_wins(documents: Mapping[str, Mapping[int, list[int]]], depth: int) -> Wins:
    """Comparisons from one query's documents, each shown at one rank or several.

    Of a document shown nⱼ times at rank j and nₖ times at rank k, the browses at j count
    2·nₖ / (nⱼ + nₖ) each. Summed over documents these are the two sides of the Mantel–Haenszel rate
    ratio, which stays consistent when there are many pairs with few impressions each.

    Args:
        documents: doc_id → rank → (impressions, browses).
        depth: Ranks go up to it.

    Source: Agarwal, Zaitsev, Wang, Li, Najork and Joachims, "Estimating Position Bias without
    Intrusive Interventions", WSDM 2019 (interventional sets, AllPairs), with the weights of Mantel
    and Haenszel, 1959, in place of 1 / nⱼ.

    >>> wins = harvest_wins({"d": {1: [3, 2], 2: [1, 0]}, "never moved": {1: [9, 9]}}, depth=2)
    >>> wins.won.tolist(), wins.units, wins.browses
    ([[0.0, 1.0], [0.0, 0.0]], 1, 2)
    """
    wins = Wins(depth)
    for ranks in documents.values():
        if len(ranks) < 2:
            continue
        shown = sum(n for n, _ in ranks.values())
        browsed = sum(b for _, b in ranks.values())
        for j, (n_j, b_j) in ranks.items():
            wins.chances[j - 1] += browsed * n_j / shown
            for k, (n_k, _) in ranks.items():
                if k != j:
                    wins.won[j - 1, k - 1] += b_j * 2 * n_k / (n_j + n_k)
                    wins.compared[j - 1, k - 1] += 1
        wins.units += 1
        wins.impressions += shown
        wins.browses += browsed
        wins.weight += 1
    return wins
