"""A replay for people: tables and sentences for a terminal."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lrat_rank.eval.replay.candidates import CandidateReplay
from lrat_rank.eval.replay.changes import Change
from lrat_rank.eval.replay.estimates import Estimate
from lrat_rank.eval.replay.notes import (
    candidate_notes,
    outcome_notes,
    propensity_notes,
    replay_notes,
)
from lrat_rank.eval.replay.outcome import OutcomeReport
from lrat_rank.eval.replay.propensity import FIGURES, PropensityReport
from lrat_rank.eval.replay.result import Replay, against
from lrat_rank.eval.replay.selection import Stratum
from lrat_rank.eval.statistics.intervals import Interval

_NO_WRAPPING = 10_000
_LOWER = "↓"


def replay_lines(replay: Replay, champion: str | None = None) -> list[str]:
    """The means, what an agent goes through, the changes, the strata and the notes."""
    lines = _means(replay)
    lines += _scanning(replay)
    for compared in (replay.changes, against(replay, champion)):
        lines += ["", *_changes(compared)] if compared else []
    lines += ["", *_strata(replay)]
    if replay.propensity is not None:
        lines += ["", *_propensity(replay.propensity)]
    return [*lines, "", *replay_notes(replay)]


def candidate_lines(candidates: CandidateReplay) -> list[str]:
    """The first stage's candidates: all of them, and those the log showed alone."""
    judged = [(name, f"{share:.0%}") for name, share in candidates.judged_at_10.items()]
    return [
        f"Candidates of the first stage ({candidates.stage}, {candidates.depth} a query)",
        *_means(candidates.plain, "all candidates", ("judged@10", dict(judged))),
        "",
        *_means(candidates.condensed, "shown ones alone"),
        "",
        *_changes(candidates.condensed.changes, "shown ones alone, "),
        "",
        *candidate_notes(candidates),
    ]


def outcome_lines(report: OutcomeReport) -> list[str]:
    """Right and wrong runs side by side: all measures of the log, the first of the rankers."""
    first = report.agreements[:1]
    rows = [
        (
            one.system,
            one.measure,
            f"{one.correct:.4f}",
            f"{one.incorrect:.4f}",
            f"{one.difference:+.4f}",
            _ends(one.interval),
            f"{one.auc:.3f}",
            "–" if math.isnan(one.correlation) else f"{one.correlation:+.3f}",
        )
        for one in report.agreements
        if one.system == first[0].system or one.measure == first[0].measure
    ]
    names = "measure right wrong difference interval AUC correlation"
    header = ["right and wrong runs", *names.replace("interval", "95_%_interval").split()]
    table = _grid([name.replace("_", " ") for name in header], rows) if rows else []
    return [*table, *([""] if table else []), *outcome_notes(report)]


def _means(
    replay: Replay, title: str = "system", extra: tuple[str, dict[str, str]] | None = None
) -> list[str]:
    names = [
        one.name if one.kind.higher_is_better else one.name + _LOWER for one in replay.measures
    ]
    rows = [
        [system.name, *(f"{one.value:.4f}" for one in system.means.values())]
        + ([extra[1][system.name]] if extra else [])
        for system in replay.systems
    ]
    return _grid([title, *names, *([extra[0]] if extra else [])], rows)


def _scanning(replay: Replay) -> list[str]:
    """How many shown documents an agent reads down the list until it has what it used."""
    asked = {one.name for one in replay.measures}
    first_system, *others = replay.systems
    changed = {(one.system, one.measure): one for one in replay.changes}
    lines = []
    for measure, what in (("FirstRank", "the first used one"), ("LastRank", "the last")):
        if measure not in asked:
            continue
        parts = [f"{first_system.name} {first_system.means[measure].value:.2f}"]
        for system in others:
            change = changed[system.name, measure]
            ends = f" {_ends(change.interval, 2)}" if not math.isnan(change.interval.low) else ""
            value = system.means[measure].value
            parts.append(f"{system.name} {value:.2f} ({change.difference:+.2f}{ends})")
        lines.append(f"Documents to go through down to {what}: {', '.join(parts)}.")
    return ["", *lines] if lines else []


def _changes(changes: Sequence[Change], title: str = "") -> list[str]:
    rows = [
        (
            one.system,
            one.measure,
            f"{one.difference:+.4f}",
            _ends(one.interval),
            f"{one.above}/{one.same}/{one.below}",
            "–" if one.p_holm is None else f"{one.p_holm:.4f}",
        )
        for one in changes
    ]
    if not rows:
        return []
    header = [
        f"{title}against {changes[0].baseline}",
        "measure",
        "difference",
        "95 % interval",
        "above/same/below",
        "p",
    ]
    return _grid(header, rows)


def _strata(replay: Replay) -> list[str]:
    """The first measure by kind of list, and over lists by their weight."""
    measure = replay.measures[0].name
    header = [f"{measure} by kind of list", "lists", "questions"]
    rows = [_row("all", (len(replay.lists), len(replay.units.questions)), replay, "means")]
    rows.append(_row("all, by list weight", (len(replay.lists), 0), replay, "weighted"))
    rows += [
        [
            stratum.value,
            *map(str, replay.size(stratum)),
            *(_brief(system.strata[stratum][measure]) for system in replay.systems),
        ]
        for stratum in Stratum
        if stratum in replay.systems[0].strata
    ]
    return _grid([*header, *(system.name for system in replay.systems)], rows)


def _row(name: str, size: tuple[int, int], replay: Replay, which: str) -> list[str]:
    measure = replay.measures[0].name
    cells = [_brief(getattr(system, which)[measure]) for system in replay.systems]
    return [name, str(size[0]), str(size[1] or "–"), *cells]


def _propensity(report: PropensityReport) -> list[str]:
    header = ["documents of use", "counted", *FIGURES]
    rows = [
        [system, how, *(_brief(getattr(figures[name], how)) for name in FIGURES)]
        for system, figures in report.figures.items()
        for how in ("plain", "weighted")
    ]
    return [*_grid(header, rows), "", *propensity_notes(report)]


def _brief(estimate: Estimate) -> str:
    if math.isnan(estimate.value):
        return "–"
    return f"{estimate.value:.4f} {_ends(estimate.interval, 2, signed=False)}".rstrip(" –")


def _ends(interval: Interval, digits: int = 4, *, signed: bool = True) -> str:
    if math.isnan(interval.low):
        return "–"
    form = f"{'+' if signed else ''}.{digits}f"
    return f"[{interval.low:{form}}, {interval.high:{form}}]"


def _grid(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for number, name in enumerate(header):
        left = number == 0 or name in ("measure", "counted")
        table.add_column(Text(name), justify="left" if left else "right")
    for row in rows:
        table.add_row(*map(Text, row))
    written = io.StringIO()
    Console(file=written, color_system=None, width=_NO_WRAPPING, highlight=False).print(table)
    return [line.rstrip() for line in written.getvalue().strip("\n").splitlines()]
