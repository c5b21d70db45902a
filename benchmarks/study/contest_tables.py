"""The tables of the contest: all systems at home, and rankers away from home."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .baselines import RRF, as_results
from .comparison import ByQuestion, by_question, corrected, difference, mean
from .contest import CROSS_ENCODER, LIGHTGBM, SYSTEMS, transferred
from .figures import difference_cell, figure, mean_cell, signed
from .material import SEARCHES, Material
from .results import Results
from .tasks import Task


def contest_tables(results: Results, materials: Sequence[Material]) -> list[str]:
    """All tables as lines of Markdown."""
    lines = ["## At home: trained on simulated runs on the other questions", ""]
    lines += home_table(results, materials)
    lines += ["", "## Away: trained on one collection, used on another without its labels", ""]
    lines += away_table(results, materials)
    return lines


def home_table(results: Results, materials: Sequence[Material]) -> Iterator[str]:
    """A row a task and system; p-values after Holm over the first stages it is compared with.

    Means are over questions; where a question has several sub-questions, over their means. The
    column `by query` is the mean over queries.
    """
    to = "to BM25 (p) | to dense (p) | to RRF (p)"
    yield f"| task | system | nDCG@10 [95 %] | by query | {to} | folds |"
    yield "|---|---|---|---|---|---|---|---|"
    for material in materials:
        for task in material.tasks.values():
            yield from _rows(results, material, task)


def _rows(results: Results, material: Material, task: Task) -> Iterator[str]:
    every = as_results(material, [task])
    for system in SYSTEMS:
        found = results.of("home", f"{material.name} {system}")
        values = by_question(found, task.name, task.question_of)
        if not values:
            continue
        queries = [v for one in found for v in one.values[task.name].values()]
        to = corrected(
            [
                difference(values, by_question([stage], task.name, task.question_of))
                for stage in every.values()
            ]
        )
        cells = " | ".join(difference_cell(one) for one in to)
        figures = f"{mean_cell(mean(values))} | {figure(sum(queries) / len(queries))}"
        yield f"| {task.name} | {system} | {figures} | {cells} | {len(found)} |"
    for name, stage in every.items():
        values = by_question([stage], task.name, task.question_of)
        average = stage.values[task.name].values()
        by_query = figure(sum(average) / len(average))
        yield f"| {task.name} | *{name}* | {mean_cell(mean(values))} | {by_query} | | | | |"


def away_table(results: Results, materials: Sequence[Material]) -> Iterator[str]:
    """A row a ranker and where it was taken, without and with its guard; nDCG@10 less RRF's."""
    yield "| trained on | ranker | used on | RRF | alone | with its guard |"
    yield "|---|---|---|---|---|---|"
    for source in materials:
        for system in (LIGHTGBM, CROSS_ENCODER):
            for target in (one for one in materials if one is not source):
                for task in target.tasks.values():
                    cells = [
                        _away(results, source, system, target, task, guarded=guarded)
                        for guarded in (False, True)
                    ]
                    if task.name == SEARCHES or not any(cells):
                        continue
                    start = mean(_start(target, task)).value
                    row = (source.name, system, task.name, figure(start), *cells)
                    yield f"| {' | '.join(row)} |"


def _start(target: Material, task: Task) -> ByQuestion:
    return by_question([as_results(target, [task])[RRF]], task.name, task.question_of)


def _away(
    results: Results,
    source: Material,
    system: str,
    target: Material,
    task: Task,
    *,
    guarded: bool,
) -> str:
    arm = f"{transferred(source.name, guarded=guarded)} to {target.name}"
    found = results.of(arm, f"{source.name} {system}")
    values = by_question(found, task.name, task.question_of)
    if not values:
        return ""
    less = difference(values, _start(target, task))
    return (
        f"{figure(mean(values).value)} ({signed(less.value)}, p {figure(less.p)})" if less else ""
    )
