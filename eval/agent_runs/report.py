"""Scores of agent runs for readers: lines for people, JSON and CSV for programs."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from lrat_rank.eval.agent_runs.calibration import ConfidenceCalibration
from lrat_rank.eval.agent_runs.comparison import AgentComparison, AgentDifference
from lrat_rank.eval.agent_runs.scores import LOGGED, AgentScores, Estimate
from lrat_rank.eval.report.wording import counted, some_ids
from lrat_rank.eval.statistics.intervals import Interval
from lrat_rank.files import atomic_file
from lrat_rank.llm.stated import stated_answer

_SHARES = ("success", "evidence_recall", "answered")
_SHOWN_REASONS = 5
_WHOLE_TEXT = ("normalised", "exact")
_LONG_ANSWER = 12
_COLUMNS = (
    "runs", "question_id", "trajectory_id", "status", "answered", "correct", "why",
    "evidence_recall", "steps", "searches", "browses", "confidence", "answer",
)  # fmt: skip


def score_lines(scores: AgentScores) -> list[str]:
    """The scores and what a reader must know beside them, as lines for a terminal."""
    questions = {run.question_id for run in scores.runs}
    title = f"{scores.name}: " if scores.name else ""
    lines = [f"{title}{counted(len(scores.runs), 'run')} of {counted(len(questions), 'question')}"]
    rows = [_estimate_cells(name, one) for name, one in scores.estimates.items()]
    lines += _aligned([("", "mean", "95 % interval", "questions"), *rows])
    ratio = scores.browses_per_search
    lines.append(f"browses per search {'–' if ratio is None else f'{ratio:.2f}'}")
    statuses = scores.statuses.most_common()
    lines.append("status " + ", ".join(f"{name or '(none)'} {count}" for name, count in statuses))
    if scores.calibration is not None:
        lines.append(_calibration_line(scores.calibration))
    return [*lines, *score_notes(scores)]


def score_notes(scores: AgentScores) -> list[str]:
    """What a reader must know beside the numbers."""
    return list(_notes(scores))


def _notes(scores: AgentScores) -> Iterator[str]:
    if scores.judged_by == LOGGED:
        yield "Success is what the logs say; no answers were given."
    elif scores.judged_by:
        yield f"Success is judged by {scores.judged_by}."
    else:
        yield "No success rate: neither answers nor logs say what is right."
    if scores.judged_by and scores.unjudged:
        reasons = sorted({run.why for run in scores.unjudged})
        yield (
            f"{counted(len(scores.unjudged), 'run')} unjudged, left out of the success rate: "
            f"{'; '.join(reasons[:_SHOWN_REASONS])}."
        )
    prose = sum(_is_prose(run.answer) for run in scores.runs)
    if prose and scores.judged_by in _WHOLE_TEXT:
        answers = counted(prose, "answer")
        yield (
            f"{answers} in prose, without a short answer, compared whole: "
            "--match contains or llm reads prose."
        )
    if scores.missing_questions:
        how = "counted as failures" if scores.missing_count else "not counted"
        missing = counted(len(scores.missing_questions), "question")
        yield f"{missing} without a run, {how}: {some_ids(scores.missing_questions)}."
    if scores.extra_questions:
        extra = counted(len(scores.extra_questions), "question")
        shown = some_ids(scores.extra_questions)
        yield f"Runs of {extra} that were not asked for, left out: {shown}."
    without = sorted({run.question_id for run in scores.runs if run.evidence_recall is None})
    if without and scores.evidence_recall is not None:
        number = counted(len(without), "question")
        yield f"{number} without evidence, left out of the evidence recall: {some_ids(without)}."


def _is_prose(answer: str) -> bool:
    return len(answer.split()) > _LONG_ANSWER and not stated_answer(answer).is_marked


def _estimate_cells(name: str, one: Estimate) -> tuple[str, ...]:
    return (_words(name), _number(name, one.mean), _range(name, one.interval), str(one.questions))


def _number(measure: str, value: float, *, sign: str = "") -> str:
    return f"{value:{sign}.1%}" if measure in _SHARES else f"{value:{sign}.2f}"


def _range(measure: str, interval: Interval, *, sign: str = "") -> str:
    if math.isnan(interval.low):
        return "–"
    low, high = (_number(measure, end, sign=sign) for end in interval)
    return f"[{low}, {high}]"


def _calibration_line(found: ConfidenceCalibration) -> str:
    rms = "" if found.rms_error is None else f", RMS {found.rms_error:.1%}"
    unsaid = f"; {found.without_confidence} state none" if found.without_confidence else ""
    return (
        f"confidence of {counted(found.answers, 'answer')}: expected calibration error "
        f"{found.expected_error:.1%}{rms}, Brier score {found.brier:.3f}{unsaid}"
    )


def comparison_lines(comparison: AgentComparison) -> list[str]:
    """The differences from the baseline, as lines for a terminal."""
    header = ("", "baseline", "runs", "difference", "95 % interval", "+/=/−", "p")
    lines = [f"{comparison.other or 'runs'} against {comparison.baseline or 'the baseline'}"]
    lines += _aligned(
        [header, *(_difference_cells(one) for one in comparison.differences.values())]
    )
    for told, ids in (
        ("only in the baseline", comparison.only_baseline),
        ("only in the runs", comparison.only_other),
    ):
        if ids:
            lines.append(f"{counted(len(ids), 'question')} {told}, left out: {some_ids(ids)}.")
    refusals = {one.refusal for one in comparison.differences.values()} - {""}
    lines += [f"No p-value: {refusal}" for refusal in sorted(refusals)]
    lines.append("p by the two-sided randomisation test on the means of questions.")
    return lines


def _difference_cells(one: AgentDifference) -> tuple[str, ...]:
    return (
        _words(one.measure),
        _number(one.measure, one.baseline),
        _number(one.measure, one.other),
        _number(one.measure, one.difference, sign="+"),
        _range(one.measure, one.interval, sign="+"),
        f"{one.wins}/{one.ties}/{one.losses}",
        "–" if one.p is None else "<.0001" if one.p < 1e-4 else f"{one.p:.4f}",
    )


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns of one width, the first to the left and the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            [row[0].ljust(widths[0])]
            + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        ).rstrip()
        for row in rows
    ]


def to_record(scores: AgentScores, comparison: AgentComparison | None = None) -> dict[str, Any]:
    """The scores with their comparison and notes as JSON's types, unrounded."""
    return {
        **scores.to_dict(),
        "comparison": None if comparison is None else comparison.to_dict(),
        "notes": score_notes(scores),
    }


def write_run_csv(path: Path | str, sets: Sequence[AgentScores]) -> None:
    """Write one row a run, unrounded; empty where something is not known."""
    with atomic_file(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(_COLUMNS)
        for scores in sets:
            for run in scores.runs:
                values = (getattr(run, column) for column in _COLUMNS[1:])
                rows.writerow([scores.name, *values])


def _words(name: str) -> str:
    return {"success": "success rate"}.get(name, name.replace("_", " "))
