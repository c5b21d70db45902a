"""The tables of the contest: all systems at home, and rankers away from home."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .baselines import RRF, STAGES, as_results
from .comparison import ByQuestion, by_question, corrected, difference, mean
from .contest import TRANSFER_FOLD, Entry
from .contest_bench import BASES, System
from .figures import difference_cell, figure, mean_cell, probability, signed
from .material import Material
from .results import Results
from .tasks import Task


def contest_tables(results: Results, materials: Sequence[Material]) -> list[str]:
    """All tables as lines of Markdown."""
    lines = ["## At home: trained on simulated runs on the other questions", ""]
    lines += home_table(results, materials)
    lines += ["", "## Away: trained on one collection, used on another without its labels", ""]
    lines += ["Differences to RRF in brackets, their p-values not corrected.", ""]
    lines += away_table(results, materials)
    return lines


def home_table(results: Results, materials: Sequence[Material]) -> Iterator[str]:
    """A row a task and system; p-values after Holm over the first stages it is compared with.

    Means are over questions; where a question has several sub-questions, over their means. The
    column `by query` is the mean over queries.
    """
    to = " | ".join(f"to {name} (p)" for name in (*STAGES, RRF))
    yield f"| task | system | nDCG@10 [95 %] | by query | {to} | folds |"
    yield "|---" * (len(STAGES) + 6) + "|"
    for material in materials:
        for task in material.topics.values():
            yield from _rows(results, material, task)


def _rows(results: Results, material: Material, task: Task) -> Iterator[str]:
    every = as_results(material, [task])
    told = task_name(material, task)
    for system in System:
        entry = Entry(material.name, 0, system)
        found = results.of(entry.arm, entry.ranker)
        values = by_question(found, task.name, task.question_of)
        if not values:
            continue
        queries = [v for one in found for v in one.values[task.name].values()]
        starts = [every.get(name) for name in (*STAGES, RRF)]
        to = corrected(
            [
                None
                if stage is None
                else difference(values, by_question([stage], task.name, task.question_of))
                for stage in starts
            ]
        )
        cells = " | ".join(difference_cell(one) for one in to)
        figures = f"{mean_cell(mean(values))} | {figure(sum(queries) / len(queries))}"
        yield f"| {told} | {system} | {figures} | {cells} | {len(found)} |"
    for name, stage in every.items():
        values = by_question([stage], task.name, task.question_of)
        average = stage.values[task.name].values()
        by_query = figure(sum(average) / len(average))
        figures = f"{mean_cell(mean(values))} | {by_query}"
        yield f"| {told} | *{name}* | {figures} |{' |' * (len(STAGES) + 2)}"


def task_name(material: Material, task: Task) -> str:
    """A task with its collection, where it is not all of it."""
    return task.name if task.name == material.name else f"{material.name}, {task.name}"


def away_table(results: Results, materials: Sequence[Material]) -> Iterator[str]:
    """A row a ranker and where it was taken, without and with its guard; nDCG@10."""
    yield "| trained on | ranker | used on | RRF | alone | with its guard |"
    yield "|---|---|---|---|---|---|"
    for source in materials:
        for system in BASES:
            for target in (one for one in materials if one is not source):
                entries = [
                    Entry(source.name, TRANSFER_FOLD, system, target.name, guarded)
                    for guarded in (False, True)
                ]
                for task in target.topics.values():
                    start = _start(target, task)
                    cells = [_away(results, entry, task, start) for entry in entries]
                    if any(cells):
                        told = task_name(target, task)
                        row = (source.name, system, told, figure(mean(start).value), *cells)
                        yield f"| {' | '.join(row)} |"


def _start(target: Material, task: Task) -> ByQuestion:
    return by_question([as_results(target, [task])[RRF]], task.name, task.question_of)


def _away(results: Results, entry: Entry, task: Task, start: ByQuestion) -> str:
    found = results.of(entry.arm, entry.ranker)
    values = by_question(found, task.name, task.question_of)
    less = difference(values, start) if values else None
    if less is None:
        return ""
    return f"{figure(mean(values).value)} ({signed(less.value)}, p {probability(less.p)})"
