"""Which trajectories the page shows: a few, chosen without keeping all of them.

The choice is the same for the same trajectories in any order: of each outcome those whose id has
the smallest hash. Outcomes take turns, so that a rare one is seen too.
"""

from __future__ import annotations

import hashlib
import heapq
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from lrat_rank.analysis.behaviour import Outcome

T = TypeVar("T")


@dataclass(slots=True)
class Choice(Generic[T]):
    """Filled item by item; holds at most `show` items of each outcome.

    Attributes:
        show: How many to choose, ≥ 0.
        wanted: Ids to choose instead, whatever their hash; empty for a choice by hash.
    """

    show: int
    wanted: frozenset[str] = frozenset()
    _kept: dict[Outcome, list[tuple[int, int, T]]] = field(default_factory=dict)
    _found: set[str] = field(default_factory=set)
    _seen: int = 0

    def _takes(self, trajectory_id: str, outcome: Outcome) -> bool:
        """Whether the item is to be chosen so far."""
        if self.wanted:
            return trajectory_id in self.wanted
        kept = self._kept.get(outcome, [])
        return len(kept) < self.show or (bool(kept) and -_hash(trajectory_id) > kept[0][0])

    def offer(self, trajectory_id: str, outcome: Outcome, item: T) -> None:
        """Hold the item if it is to be chosen so far."""
        self._seen += 1
        if not self._takes(trajectory_id, outcome):
            return
        self._found.add(trajectory_id)
        kept = self._kept.setdefault(outcome, [])
        heapq.heappush(kept, (-_hash(trajectory_id), self._seen, item))
        if not self.wanted and len(kept) > self.show:
            heapq.heappop(kept)

    def missing(self) -> set[str]:
        """Wanted ids that never came."""
        return set(self.wanted - self._found)

    def chosen(self) -> list[T]:
        """The chosen items, in the order they came.

        >>> choice = Choice[str](show=2)
        >>> for name, outcome in [("a", Outcome.CORRECT)] * 9 + [("z", Outcome.INCORRECT)]:
        ...     choice.offer(name, outcome, name)
        >>> choice.chosen()
        ['a', 'z']
        """
        queues = [sorted(self._kept[outcome], reverse=True) for outcome in sorted(self._kept)]
        longest = max(map(len, queues), default=0)
        turns = [queue[n] for n in range(longest) for queue in queues if n < len(queue)]
        taken = turns if self.wanted else turns[: self.show]
        return [item for _, _, item in sorted(taken, key=_arrival)]


def _arrival(kept: tuple[int, int, object]) -> int:
    return kept[1]


def _hash(trajectory_id: str) -> int:
    digest = hashlib.sha1(trajectory_id.encode("utf-8", "surrogatepass"), usedforsecurity=False)
    return int.from_bytes(digest.digest()[:8])
