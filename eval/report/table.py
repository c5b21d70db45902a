"""An evaluation as tables for a terminal."""

from __future__ import annotations

import io
import math

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lrat_rank.eval.coverage import JUDGED_DEPTH
from lrat_rank.eval.evaluation import Evaluation, RunScores
from lrat_rank.eval.report.marks import mark
from lrat_rank.eval.report.notes import notes
from lrat_rank.eval.report.wording import p_text
from lrat_rank.eval.statistics.comparison import Comparison
from lrat_rank.eval.statistics.results import TestResult

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
    marks = (best_mark if best else "").ljust(len(best_mark))
    if evaluation.baseline is not None:
        marks += mark(evaluation, scores.name, measure) or " "
    return Text(f"{scores.means[measure]:.4f}", style="bold" if best else "") + Text(marks)


def _comparison_table(evaluation: Evaluation) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column(Text(f"against {evaluation.baseline}"))
    table.add_column("measure")
    rows = [_comparison_cells(evaluation, one) for one in evaluation.comparisons]
    for name in rows[0]:
        table.add_column(name, justify="right")
    for one, cells in zip(evaluation.comparisons, rows, strict=True):
        table.add_row(Text(one.run), one.measure, *cells.values())
    return table


def _comparison_cells(evaluation: Evaluation, one: Comparison) -> dict[str, str]:
    """Heading → cell."""

    def p(result: TestResult) -> str:
        return p_text(result.corrected(evaluation.options.correction))

    cells = {
        "difference": f"{one.difference:+.4f}",
        "95 % interval": _interval_text(one),
        "g": "–" if one.effect.hedges_g is None else f"{one.effect.hedges_g:+.2f}",
        "wins/ties/losses": f"{one.wins}/{one.ties}/{one.losses}",
        "p randomised": p(one.randomization),
        "p t-test": p(one.t_test),
        "p Wilcoxon": p(one.wilcoxon),
    }
    if one.equivalence is not None:
        cells[f"p within ±{one.equivalence.margin:g}"] = p(one.equivalence.test)
    return cells


def _interval_text(comparison: Comparison) -> str:
    low, high = comparison.interval
    return "–" if math.isnan(low) else f"[{low:+.4f}, {high:+.4f}]"
