"""A flywheel as lines for a terminal."""

from __future__ import annotations

import io

from rich import box
from rich.console import Console
from rich.table import Table

from lrat_rank.pipeline.flywheel.figures import MEASURES, Point, outcome, points
from lrat_rank.pipeline.flywheel.job import PLOT, RESULT, FlywheelResult

_WIDTH = 200


def table_lines(result: FlywheelResult) -> list[str]:
    """One row a round, then what the watch and the gates said."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in ("round", "questions", "lists", "outcome", "serves"):
        table.add_column(name, justify="right" if name in ("questions", "lists") else "left")
    for name in MEASURES.values():
        table.add_column(name, justify="right")
    columns = [points(result.rounds, measure) for measure in MEASURES]
    for record, *values in zip(result.rounds, *columns, strict=True):
        lists = "" if record.challenge is None else str(record.challenge.training_lists)
        cells = [str(record.round), str(record.questions), lists, outcome(record), record.deployed]
        table.add_row(*cells, *map(_cell, values))
    written = io.StringIO()
    Console(file=written, width=_WIDTH, highlight=False).print(table)
    lines = [line.rstrip() for line in written.getvalue().strip("\n").splitlines()]
    return [
        *lines,
        "",
        f"Success rate, evidence recall and steps: {result.test_questions} test questions that no "
        "round learned from and no gate looked at,",
        "with the system that serves after the round; in brackets 95 % bootstrap intervals.",
        *_reasons(result),
        f"Everything is in {result.out}: one folder a round, {RESULT}, {PLOT}.",
    ]


def _cell(point: Point) -> str:
    digits = 1 if point.mean > 1 else 3
    if point.low is None or point.high is None:
        return f"{point.mean:.{digits}f}"
    return f"{point.mean:.{digits}f} [{point.low:.{digits}f}, {point.high:.{digits}f}]"


def _reasons(result: FlywheelResult) -> list[str]:
    lines = []
    for record in result.rounds:
        if record.watch is not None:
            lines.append(f"Round {record.round}, watch: {record.watch.reason}.")
        if record.challenge is not None:
            lines.append(f"Round {record.round}, gate: {record.challenge.reason}")
    return lines
