"""An evaluation for readers: a table for people, JSON and CSV for programs."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lrat_rank.eval.coverage import JUDGED_DEPTH
from lrat_rank.eval.evaluation import Evaluation, RunScores
from lrat_rank.eval.report.notes import notes, significance_mark
from lrat_rank.eval.statistics.comparison import Comparison, TestResult
from lrat_rank.files import atomic_file

_NO_WRAPPING = 10_000


def table_lines(evaluation: Evaluation, *, color: bool = False) -> list[str]:
    """The scores, the comparisons and the notes, as lines for a terminal.

    Args:
        evaluation: What to show.
        color: Whether the terminal takes bold.
    """
    written = io.StringIO()
    console = Console(
        file=written,
        force_terminal=color,
        color_system="standard" if color else None,
        width=_NO_WRAPPING,
        highlight=False,
    )
    console.print(_score_table(evaluation, best_mark="" if color else "*"))
    if evaluation.comparisons:
        console.print()
        console.print(_comparison_table(evaluation))
    lines = [line.rstrip() for line in written.getvalue().strip("\n").splitlines()]
    best = "bold" if color else "*"
    return [*lines, "", f"{best} marks the best of a column.", *notes(evaluation)]


def _score_table(evaluation: Evaluation, *, best_mark: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column("run")
    for measure in evaluation.measures:
        table.add_column(measure, justify="right")
    table.add_column(f"judged@{JUDGED_DEPTH}", justify="right")
    for scores in evaluation.runs:
        cells = [_score_cell(evaluation, scores, one, best_mark) for one in evaluation.measures]
        table.add_row(Text(scores.name), *cells, f"{scores.coverage.judged_at_10:.0%}")
    return table


def _score_cell(evaluation: Evaluation, scores: RunScores, measure: str, best_mark: str) -> Text:
    best = scores.name in evaluation.best(measure)
    mark = significance_mark(evaluation.comparison(scores.name, measure))
    marks = (best_mark if best else "").ljust(len(best_mark))
    if evaluation.baseline is not None:
        marks += mark or " "
    return Text(f"{scores.means[measure]:.4f}", style="bold" if best else "") + Text(marks)


def _comparison_table(evaluation: Evaluation) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column(Text(f"against {evaluation.baseline}"))
    for name in (
        "measure",
        "difference",
        "95 % interval",
        "wins/ties/losses",
        "p t-test",
        "p randomised",
    ):
        table.add_column(name, justify="left" if name == "measure" else "right")
    for one in evaluation.comparisons:
        table.add_row(
            Text(one.run),
            one.measure,
            f"{one.difference:+.4f}",
            _interval_text(one),
            f"{one.wins}/{one.ties}/{one.losses}",
            _p_text(one.t_test),
            _p_text(one.randomization),
        )
    return table


def _interval_text(comparison: Comparison) -> str:
    low, high = comparison.interval
    return "–" if math.isnan(low) else f"[{low:+.4f}, {high:+.4f}]"


def _p_text(result: TestResult) -> str:
    if result.p_holm is None:
        return "–"
    return "<.0001" if result.p_holm < 1e-4 else f"{result.p_holm:.4f}"


def to_record(evaluation: Evaluation) -> dict[str, Any]:
    """The whole evaluation as JSON's types: unrounded floats, per query too.

    An interval of too few queries has NaN ends, which JSON files carry as null.
    """
    return {
        "measures": list(evaluation.measures),
        "queries": len(evaluation.query_ids),
        "baseline": evaluation.baseline,
        "seed": evaluation.seed,
        "queries_without_relevant": list(evaluation.without_relevant),
        "runs": [_run_record(scores, evaluation.query_ids) for scores in evaluation.runs],
        "comparisons": [_comparison_record(one) for one in evaluation.comparisons],
        "notes": notes(evaluation),
    }


def _run_record(scores: RunScores, query_ids: Sequence[str]) -> dict[str, Any]:
    found = scores.coverage
    return {
        "name": scores.name,
        "means": scores.means,
        "intervals": {measure: list(ends) for measure, ends in scores.intervals.items()},
        "missing_queries": _counted(found.missing_query_ids),
        "queries_without_qrels": _counted(found.extra_query_ids),
        "queries_with_ties": _counted(found.tied_query_ids),
        f"judged@{JUDGED_DEPTH}": found.judged_at_10,
        "per_query": {
            measure: dict(zip(query_ids, column.tolist(), strict=True))
            for measure, column in scores.values.items()
        },
    }


def _counted(query_ids: Sequence[str]) -> dict[str, Any]:
    return {"count": len(query_ids), "query_ids": list(query_ids)}


def _comparison_record(one: Comparison) -> dict[str, Any]:
    return {
        "run": one.run,
        "baseline": one.baseline,
        "measure": one.measure,
        "difference": one.difference,
        "interval": list(one.interval),
        "wins": one.wins,
        "ties": one.ties,
        "losses": one.losses,
        "t_test": _test_record(one.t_test),
        "randomization": _test_record(one.randomization),
    }


def _test_record(result: TestResult) -> dict[str, Any]:
    return {"p": result.p, "p_holm": result.p_holm, "refusal": result.refusal or None}


def write_per_query_csv(path: Path | str, evaluation: Evaluation) -> None:
    """Write `run,measure,query_id,value`, one row a value, unrounded; whole or not at all."""
    with atomic_file(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(("run", "measure", "query_id", "value"))
        for scores in evaluation.runs:
            for measure, column in scores.values.items():
                for query_id, value in zip(evaluation.query_ids, column.tolist(), strict=True):
                    rows.writerow((scores.name, measure, query_id, repr(value)))
