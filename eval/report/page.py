"""An evaluation as one HTML file that loads nothing: sentences, tables, plots, and the queries.

Names, ids and texts come from files of other people: the templates escape all of them. The file
stays small (below 2 MB) however many queries there are: charts draw quantiles, and lists are cut.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lrat_rank import __version__
from lrat_rank.analysis.charts import Chart
from lrat_rank.analysis.self_contained import FRAME, asset, environment, security_policy
from lrat_rank.collections import Document, Qrels, Run
from lrat_rank.errors import InputError
from lrat_rank.eval.coverage import JUDGED_DEPTH
from lrat_rank.eval.evaluation import Evaluation
from lrat_rank.eval.report.comparison_columns import comparison_table
from lrat_rank.eval.report.helped_and_hurt import (
    DEPTH,
    HelpedAndHurt,
    Judgements,
    document_lines,
    helped_and_hurt,
)
from lrat_rank.eval.report.in_words import in_words
from lrat_rank.eval.report.marks import CORRECTIONS, mark
from lrat_rank.eval.report.notes import notes
from lrat_rank.eval.report.per_query_plot import difference_axis, differences_chart
from lrat_rank.eval.report.recall_plot import (
    RecallTable,
    deepest_rank,
    recall_by_depth,
    recall_chart,
    recall_table,
    worth_of_grades,
)
from lrat_rank.eval.report.score_bars import score_bars, win_tie_loss
from lrat_rank.eval.report.wording import counted, shortened, unbroken
from lrat_rank.files import atomic_file

PACKAGE = "lrat_rank.eval.report"
MOST_LISTED_RUNS = 8
_MOST_CHARTS = 80
_LONGEST_QUERY = 300
_LONGEST_NOTE = 2000
_STYLES = 8


@dataclass(frozen=True, slots=True)
class PageSources:
    """What the page shows beside the scores.

    Attributes:
        qrels: Grades that the runs were scored on.
        runs: The runs by the names of the evaluation.
        gains: Gains, where runs were scored on some.
        topics: Texts of queries; may lack some, or all.
        documents: Read once, for the lines of the documents listed; a whole corpus will do.
    """

    qrels: Qrels
    runs: Mapping[str, Run]
    gains: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)
    documents: Iterable[Document] = ()


def write_page(
    path: Path | str, evaluation: Evaluation, sources: PageSources, *, measure: str | None = None
) -> None:
    """Write `render_page` to a file, whole or not at all."""
    text = render_page(evaluation, sources, measure=measure)
    with atomic_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def render_page(evaluation: Evaluation, sources: PageSources, *, measure: str | None = None) -> str:
    """The whole page.

    Args:
        evaluation: What to show.
        sources: Runs, judgements and texts.
        measure: By which the sentences speak and queries are chosen; the first when None.

    Raises:
        InputError: The runs were not scored by that measure.
    """
    measure = measure or evaluation.measures[0]
    if measure not in evaluation.measures:
        raise InputError(
            "measure of the page", must=f"among {', '.join(evaluation.measures)}", got=measure
        )
    script = asset("theme.js") + asset("evaluation.js", PACKAGE)
    style = asset("page.css") + asset("evaluation.css", PACKAGE)
    styles = _styles(evaluation)
    compared = [one.name for one in evaluation.runs if one.name != evaluation.baseline]
    return (
        environment(PACKAGE)
        .get_template("evaluation.html.jinja")
        .render(
            policy=security_policy(script, style),
            script=script,
            style=style,
            version=__version__,
            frame=FRAME,
            evaluation=evaluation,
            measure=measure,
            title=_title(evaluation),
            sentences=[unbroken(line) for line in in_words(evaluation, measure)],
            notes=[unbroken(shortened(line, _LONGEST_NOTE)) for line in notes(evaluation)],
            compared=compared if evaluation.baseline is not None else [],
            panels=[(name, score_bars(evaluation, name, styles)) for name in evaluation.measures],
            score_rows=_score_rows(evaluation),
            judged_depth=JUDGED_DEPTH,
            correction=CORRECTIONS[evaluation.options.correction],
            depth=DEPTH,
            shortened=shortened,
            **_by_query(evaluation, compared),
            recalls=_recall(evaluation, sources, styles),
            **_changes(evaluation, sources, compared, measure),
        )
    )


def _title(evaluation: Evaluation) -> str:
    names = [shortened(one.name, 40) for one in evaluation.runs]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def _styles(evaluation: Evaluation) -> dict[str, str]:
    others = [one.name for one in evaluation.runs if one.name != evaluation.baseline]
    styles = {name: f"run-{place % _STYLES}" for place, name in enumerate(others)}
    return {one.name: styles.get(one.name, "baseline") for one in evaluation.runs}


def _score_rows(evaluation: Evaluation) -> list[tuple[str, list[dict[str, Any]], str]]:
    rows = []
    for scores in evaluation.runs:
        cells = []
        for measure in evaluation.measures:
            low, high = scores.intervals[measure]
            cells.append(
                {
                    "measure": measure,
                    "mean": f"{scores.means[measure]:.4f}",
                    "interval": "" if math.isnan(low) else f"{low:.3f}–{high:.3f}",
                    "best": len(evaluation.runs) > 1 and scores.name in evaluation.best(measure),
                    "mark": mark(evaluation, scores.name, measure),
                }
            )
        rows.append((scores.name, cells, f"{scores.coverage.judged_at_10:.0%}"))
    return rows


def _by_query(evaluation: Evaluation, compared: list[str]) -> dict[str, Any]:
    if evaluation.baseline is None or not compared:
        return {"comparison_table": None, "measure_panels": [], "left_out_measures": []}
    shown = max(1, _MOST_CHARTS // len(compared))
    panels = []
    for place, measure in enumerate(evaluation.measures[:shown]):
        found = [one for one in evaluation.comparisons if one.measure == measure]
        panels.append(
            {
                "measure": measure,
                "counts": [(one, win_tie_loss(one)) for one in found],
                "charts": _difference_charts(evaluation, measure, place),
            }
        )
    return {
        "comparison_table": comparison_table(evaluation),
        "measure_panels": panels,
        "left_out_measures": evaluation.measures[shown:],
    }


def _difference_charts(evaluation: Evaluation, measure: str, place: int) -> list[Chart]:
    values = {one.name: one.values[measure] for one in evaluation.runs}
    base = values.pop(evaluation.baseline or "")
    differences = {name: column - base for name, column in values.items()}
    axis = difference_axis(
        shortened(f"difference in {measure}"),
        min(float(column.min()) for column in differences.values()),
        max(float(column.max()) for column in differences.values()),
    )
    return [
        differences_chart(
            f"differences-{place}-{number}",
            name,
            column,
            axis=axis,
            ids=evaluation.query_ids,
        )
        for number, (name, column) in enumerate(differences.items())
    ]


def _recall(
    evaluation: Evaluation, sources: PageSources, styles: Mapping[str, str]
) -> list[tuple[Chart, RecallTable]]:
    judged = set(evaluation.query_ids)
    kinds = [
        ("recall", "Share of the relevant documents found", worth_of_grades(sources.qrels)),
        ("gain-recall", "Share of the gain found", sources.gains),
    ]
    drawn = []
    for name, title, known in kinds:
        worth = {query_id: known.get(query_id, {}) for query_id in judged} if known else {}
        if any(any(value > 0 for value in of_query.values()) for of_query in worth.values()):
            depth = deepest_rank(sources.runs, worth)
            curves = {
                one.name: recall_by_depth(sources.runs[one.name], worth, depth)
                for one in evaluation.runs
            }
            drawn.append((recall_chart(name, title, curves, styles), recall_table(curves)))
    return drawn


def _changes(
    evaluation: Evaluation, sources: PageSources, compared: list[str], measure: str
) -> dict[str, Any]:
    judgements = Judgements(sources.qrels, sources.gains)
    listed = compared[:MOST_LISTED_RUNS] if evaluation.baseline is not None else []
    changes = [
        helped_and_hurt(evaluation, name, measure, runs=sources.runs, judgements=judgements)
        for name in listed
    ]
    shown = [query for one in changes for query in (*one.helped, *one.hurt)]
    return {
        "changes": [(one, _change_words(one, evaluation)) for one in changes],
        "left_out_runs": compared[len(listed) :] if listed else [],
        "topics": {
            query.query_id: shortened(sources.topics[query.query_id], _LONGEST_QUERY)
            for query in shown
            if query.query_id in sources.topics
        },
        "lines": document_lines(
            sources.documents, (doc_id for one in changes for doc_id in one.doc_ids())
        ),
        "with_gains": bool(sources.gains),
    }


def _change_words(change: HelpedAndHurt, evaluation: Evaluation) -> str:
    run, baseline = shortened(change.run), shortened(evaluation.baseline or "")
    if not change.helped and not change.hurt:
        return f"{run} and {baseline} have the same value on every query."
    helped = counted(len(change.helped), "query", "queries")
    hurt = counted(len(change.hurt), "query", "queries")
    return f"{helped} that {run} helps most and {hurt} that it hurts most."
