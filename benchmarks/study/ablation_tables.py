"""The tables of the ablation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .arms import ARMS, Arm, Family, Kind, arms_of
from .baselines import RRF, as_results
from .comparison import ByQuestion, Difference, by_question, corrected, difference, mean
from .figures import difference_cell, figure, mean_cell, signed
from .material import Material
from .results import Result, Results

TITLES = {
    Kind.LIGHTGBM: "LightGBM",
    Kind.CROSS_ENCODER: "cross-encoder",
    Kind.DENSE: "dense retriever",
}
NAIVE, NO_LABELS = "naive", "no labels"


@dataclass(frozen=True)
class Reader:
    """Looks results up by task, with questions as the unit.

    Attributes:
        results: Of all trainings.
        question_of: Query → question, by task.
        stages: First stage → its result.
    """

    results: Results
    question_of: dict[str, dict[str, str]]
    stages: dict[str, Result]

    @classmethod
    def of(cls, results: Results, home: Material, others: Sequence[Material]) -> Reader:
        """A reader of the tasks of a study."""
        tasks = [*home.tasks.values(), *(other.tasks[other.name] for other in others)]
        questions = {task.name: dict(task.question_of) for task in tasks}
        return cls(results, questions, as_results(home, list(home.tasks.values())))

    def values(self, arm: Arm, kind: Kind, task: str) -> ByQuestion:
        """Each question's mean under an arm; empty where there is no result."""
        found = self.results.of(arm.name, kind.value)
        return by_question(found, task, self.question_of[task])

    def stage(self, name: str, task: str) -> ByQuestion:
        """Each question's mean under a first stage."""
        return by_question([self.stages[name]], task, self.question_of[task])

    def trainings(self, arm: Arm, kind: Kind) -> int:
        """How many there are of an arm."""
        return len(self.results.of(arm.name, kind.value))

    def against(self, arm: Arm, kind: Kind, task: str, other: str | None) -> Difference | None:
        """An arm less another one."""
        if other is None or other == arm.name:
            return None
        values = self.values(ARMS.get(other), kind, task)
        return difference(self.values(arm, kind, task), values)


def tables(results: Results, home: Material, others: Sequence[Material]) -> list[str]:
    """All tables as lines of Markdown; arms without a result are left out."""
    reader = Reader.of(results, home, others)
    for other in others:
        for stage, found in as_results(other, [other.tasks[other.name]]).items():
            reader.stages[stage].values.update(found.values)
    lines: list[str] = []
    tasks = list(home.tasks)
    for kind in Kind:
        if not any(reader.trainings(arm, kind) for arm in map(ARMS.get, ARMS.names())):
            continue
        lines += ["", f"## {_heading(TITLES[kind])}"]
        for task in tasks:
            lines += ["", f"### {_heading(TITLES[kind])}: the ladder on {task}", ""]
            lines += ladder(reader, kind, task)
        everywhere = [*tasks, *(one.name for one in others)]
        for family, title, where in (
            (Family.RUNS, "right and wrong runs", tasks),
            (Family.SIZE, "how many questions have labels", tasks),
            (Family.PIECES, "the pieces of the recipe for few labels", everywhere),
            (Family.MORE, "more of the labels", everywhere),
        ):
            lines += section(reader, kind, family, where, title)
    return lines[1:]


def ladder(reader: Reader, kind: Kind, task: str) -> Iterator[str]:
    """The ladder of one ranker on one task, under what it starts from.

    That is the first stages, and for a ranker that was warmed up, itself before any label.
    """
    untrained = ARMS.get(NO_LABELS)
    warmed = reader.values(untrained, kind, task)
    start, base = (NO_LABELS, warmed) if warmed else (RRF, reader.stage(RRF, task))
    heads = ("nDCG@10 [95 %]", "to the step before (p)", "to naive (p)", f"to {start} (p)")
    yield f"| labels | what changes | {' | '.join(heads)} | trainings |"
    yield "|---|---|---|---|---|---|---|"
    for stage in reader.stages:
        values = reader.stage(stage, task)
        yield f"| *{stage}* | the first stage | {mean_cell(mean(values))} | | | | |"
    if warmed:
        cells = (f"*{NO_LABELS}*", untrained.says, mean_cell(mean(warmed)), "", "", "")
        yield f"| {' | '.join(cells)} | {reader.trainings(untrained, kind)} |"
    arms = [arm for arm in arms_of(Family.LADDER) if reader.values(arm, kind, task)]
    before = corrected([reader.against(arm, kind, task, arm.before) for arm in arms])
    naive = corrected([reader.against(arm, kind, task, NAIVE) for arm in arms])
    above = corrected([difference(reader.values(arm, kind, task), base) for arm in arms])
    row_above: str | None = None
    for arm, step, to_naive, first in zip(arms, before, naive, above, strict=True):
        yield (
            f"| {arm.name} | {arm.says} | {mean_cell(mean(reader.values(arm, kind, task)))} | "
            f"{compared(step, arm, row_above)} | {difference_cell(to_naive)} | "
            f"{difference_cell(first)} | {reader.trainings(arm, kind)} |"
        )
        row_above = arm.name


def compared(one: Difference | None, arm: Arm, usual: str | None) -> str:
    """An arm's difference, with what it is to where that is not what a reader would take."""
    cell = difference_cell(one)
    return f"{cell} to {arm.before}" if cell and arm.before != usual else cell


def section(
    reader: Reader, kind: Kind, family: Family, tasks: Sequence[str], title: str
) -> Iterator[str]:
    """A family of arms beside what they are compared with; empty without results."""
    arms = [arm for arm in arms_of(family) if reader.trainings(arm, kind)]
    if not arms:
        return
    bases = list(dict.fromkeys(arm.before for arm in arms if arm.before))
    shown = [ARMS.get(base) for base in bases if ARMS.get(base) not in arms] + arms
    cells = {
        task: corrected([reader.against(arm, kind, task, arm.before) for arm in arms])
        for task in tasks
    }
    yield from ("", f"### {_heading(TITLES[kind])}: {title}", "")
    yield f"| arm | what changes | {' | '.join(tasks)} | trainings |"
    yield "|---" * (len(tasks) + 3) + "|"
    first = [mean(reader.stage(RRF, task)).value for task in tasks]
    yield f"| *{RRF}* | the first stage | {' | '.join(map(figure, first))} | |"
    for arm in shown:
        found = [reader.values(arm, kind, task) for task in tasks]
        means = [figure(mean(values).value) if values else "" for values in found]
        if arm in arms:
            place = arms.index(arm)
            means = [
                f"{value} {compared(cells[task][place], arm, bases[0])}".strip()
                for value, task in zip(means, tasks, strict=True)
            ]
        else:
            starts = [
                difference(values, reader.stage(RRF, task))
                for values, task in zip(found, tasks, strict=True)
            ]
            means = [
                f"{value} ({signed(start.value)} to {RRF})" if start else value
                for value, start in zip(means, starts, strict=True)
            ]
        row = " | ".join((arm.name, arm.says, *means, str(reader.trainings(arm, kind))))
        yield f"| {row} |"


def _heading(title: str) -> str:
    return title[0].upper() + title[1:]
