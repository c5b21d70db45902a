"""The rankers against each other: what is compared, and how a fold of a collection is made."""

from __future__ import annotations

import shutil
import time
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .beforehand import Beforehand
from .budget import Budget
from .contest_bench import BASES, READERS, Bench, System
from .contest_split import Split
from .material import Material
from .results import Key, Result
from .tasks import ndcg

TRANSFER_FOLD = 0
"""The fold whose rankers are taken to the other collections."""


@dataclass(frozen=True)
class Entry:
    """A line of the results: a system of a fold, at home or on another collection.

    Attributes:
        home: The collection whose labels are learned from.
        fold: Whose questions are tested.
        system: What is tested.
        target: Another collection, where it is tested on all questions; None at home.
        guarded: Whether it is tested with its guard.
    """

    home: str
    fold: int
    system: System
    target: str | None = None
    guarded: bool = False

    @property
    def arm(self) -> str:
        """Where it is tested, as the results name it."""
        if self.target is None:
            return "home"
        return f"from {self.home}{' guarded' if self.guarded else ''} to {self.target}"

    @property
    def ranker(self) -> str:
        """What is tested, as the results name it."""
        return f"{self.home} {self.system}"

    @property
    def key(self) -> Key:
        """As that of its result."""
        return self.arm, self.ranker, 0, self.fold


class Contest:
    """The systems on the collections.

    Args:
        materials: Name → collection.
        budget: What a cross-encoder may cost.
        folder: For models.
        systems: Those that are made.
        sources: Collections that others may go on from, in the order of the warm-up; None for
            `materials`.
    """

    def __init__(
        self,
        materials: Mapping[str, Material],
        budget: Budget,
        folder: Path,
        systems: Sequence[System],
        sources: Sequence[Material] | None = None,
    ) -> None:
        self._materials, self._budget, self._folder = materials, budget, folder
        self._systems = systems
        self._sources = list(materials.values()) if sources is None else sources
        self._beforehand = Beforehand(self._sources, budget)

    def prepare(self) -> None:
        """Make what folds of several collections need, where it is missing."""
        going_on = any(system in (System.ONWARD, *READERS) for system in self._systems)
        for material in self._sources if going_on else self._materials.values():
            _ = material.index, material.cues
        if any(system in READERS for system in self._systems):
            self._beforehand.warm_up()

    def entries(self, home: str, fold: int) -> Iterator[Entry]:
        """What a fold of a collection gives, at home and, of one fold, elsewhere."""
        for system in self._systems:
            if system is not System.ONWARD or self._others(home):
                yield Entry(home, fold, system)
        if fold != TRANSFER_FOLD:
            return
        for system in (name for name in BASES if name in self._systems):
            for other in (name for name in self._materials if name != home):
                for guarded in (False, True):
                    yield Entry(home, fold, system, other, guarded)

    def _others(self, home: str) -> bool:
        """Whether there is another collection to go on from."""
        return any(one.name != home for one in self._sources)

    def fold(self, home: str, fold: int, done: Container[Key]) -> Iterator[Result]:
        """The results of a fold that are not there yet."""
        folder = self._folder / f"{home}-{fold}"
        bench = Bench(Split(self._materials[home], fold), self._budget, folder, self._beforehand)
        for entry in self.entries(home, fold):
            if entry.key not in done:
                yield self._made(entry, bench)
        shutil.rmtree(folder, ignore_errors=True)

    def _made(self, entry: Entry, bench: Bench) -> Result:
        started = time.monotonic()
        if entry.target is None:
            ranker = bench.system(entry.system)
            tasks = bench.split.home.topics.values()
            parts = [(task, task.part(bench.split.tested)) for task in tasks]
            notes = bench.notes(entry.system)
        else:
            other = self._materials[entry.target]
            ranker = bench.away(entry.system, other, guarded=entry.guarded)
            parts = [(task, list(task.lists)) for task in other.topics.values()]
            notes = {"blend": bench.guard(entry.system).blend} if entry.guarded else {}
        values = {task.name: ndcg(part, ranker.score(part), task.qrels) for task, part in parts}
        return Result(
            arm=entry.arm,
            ranker=entry.ranker,
            seed=0,
            fold=entry.fold,
            values=values,
            lists=bench.learned(entry.system),
            seconds=time.monotonic() - started,
            notes=notes,
        )
