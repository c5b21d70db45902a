"""What a replay gives back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from lrat_rank.errors import InputError
from lrat_rank.eval.replay.changes import Change, changes
from lrat_rank.eval.replay.estimates import Estimate, FloatArray
from lrat_rank.eval.replay.measures import ReplayMeasure
from lrat_rank.eval.replay.propensity import PropensityReport
from lrat_rank.eval.replay.selection import LeftOut, ReplayedList, Stratum
from lrat_rank.eval.replay.units import Units


@dataclass(frozen=True, slots=True)
class SystemReplay:
    """One system's figures.

    Attributes:
        name: `logged`, or what the ranker is called here.
        values: Measure → float64 (lists,), in the order of `Replay.lists`.
        means: Measure → mean over questions of the mean over a question's lists.
        weighted: Measure → mean over lists, each counted by its weight.
        strata: Stratum → measure → mean over the questions that have such lists.
    """

    name: str
    values: dict[str, FloatArray]
    means: dict[str, Estimate]
    weighted: dict[str, Estimate]
    strata: dict[Stratum, dict[str, Estimate]]


@dataclass(frozen=True)
class Replay:
    """Lists in the order of several systems.

    Attributes:
        lists: The lists that were scored.
        units: Their questions.
        measures: In the order asked for.
        systems: What was there without the rankers first.
        baseline: The system that `changes` compares with.
        left_out: What was not scored, and what a reader should know of the rest.
        propensity: Weighted figures; None where no examination is known.
        seed: Of bootstraps and tests.
    """

    lists: tuple[ReplayedList, ...]
    units: Units
    measures: tuple[ReplayMeasure, ...]
    systems: tuple[SystemReplay, ...]
    baseline: str
    left_out: LeftOut
    propensity: PropensityReport | None
    seed: int

    def system(self, name: str) -> SystemReplay:
        """The system of that name.

        Raises:
            InputError: There is none.
        """
        found = next((one for one in self.systems if one.name == name), None)
        if found is None:
            known = ", ".join(one.name for one in self.systems)
            raise InputError("system of a replay", must=f"one of {known}", got=repr(name))
        return found

    def question_means(self, system: str, measure: str) -> FloatArray:
        """Means over the lists of a question, float64 (questions,): what tests are made from.

        Raises:
            InputError: There is no such system, or the measure was not asked for.
        """
        values = self.system(system).values
        if measure not in values:
            known = ", ".join(values)
            raise InputError("measure", must=f"among those replayed ({known})", got=repr(measure))
        means: FloatArray = self.units.means(values[measure][:, None])[:, 0]
        return means

    def compared_with(self, baseline: str, systems: Collection[str] | None = None) -> list[Change]:
        """Other systems (all, when None) against this one, on every measure, over questions."""
        by_measure = {
            one.name: {m.name: self.question_means(one.name, m.name) for m in self.measures}
            for one in self.systems
            if systems is None or one.name in systems or one.name == baseline
        }
        return changes(baseline, by_measure, seed=self.seed)

    @cached_property
    def changes(self) -> list[Change]:
        """Every other system against `baseline`."""
        return self.compared_with(self.baseline)

    def size(self, stratum: Stratum) -> tuple[int, int]:
        """How many lists a stratum has, and of how many questions."""
        groups = [one.group for one in self.lists if stratum in one.strata]
        return len(groups), len(set(groups))


def against(replay: Replay, champion: str | None) -> list[Change]:
    """The rankers against the champion, the log left out; nothing where there is no champion."""
    if champion is None:
        return []
    rankers = [one.name for one in replay.systems if one.name != replay.baseline]
    return replay.compared_with(champion, rankers)
