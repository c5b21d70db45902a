"""One fold of one collection: whose labels a ranker learns from, and whose questions test it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from lrat_rank.mining.labels import LabelledList

from .folds import about, check_unseen, fold_of_questions
from .material import Material
from .states import with_sessions
from .trained import drawn
from .trials import FOLDS


@dataclass
class Split:
    """One fold of one collection: who learns, who chooses, who is tested.

    Attributes:
        home: The collection.
        fold: Whose questions are tested; those of the next fold choose.
    """

    home: Material
    fold: int
    _labels: list[LabelledList] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._labels = with_sessions(self.home.cues)

    @cached_property
    def _parts(self) -> tuple[set[str], set[str], set[str]]:
        names = self.home.units
        fold_of = fold_of_questions(names, FOLDS, 0)
        tested = {q for q in names if fold_of[q] == self.fold}
        choosing = {q for q in names if fold_of[q] == (self.fold + 1) % FOLDS}
        return tested, choosing, names - tested - choosing

    @property
    def tested(self) -> set[str]:
        """Questions that nothing was trained or chosen on."""
        return self._parts[0]

    @property
    def untested(self) -> set[str]:
        """All other questions."""
        return self._parts[1] | self._parts[2]

    @property
    def training(self) -> list[LabelledList]:
        """Lists of all other questions."""
        return self._about(self.untested)

    @property
    def learning(self) -> list[LabelledList]:
        """Lists of the training questions that do not choose."""
        return self._about(self._parts[2])

    @property
    def choosing(self) -> list[LabelledList]:
        """Lists of the training questions that choose."""
        return self._about(self._parts[1])

    def sampled(self, count: int) -> list[LabelledList]:
        """Training lists among `count` of the collection's: the same ones in fold after fold."""
        seen = {one.query_id for one in self.training}
        return [one for one in drawn(self._labels, count, 0) if one.query_id in seen]

    def _about(self, questions: set[str]) -> list[LabelledList]:
        found = about(self._labels, questions, self.home.question_of)
        check_unseen(found, self.tested, self.home.question_of)
        return found
