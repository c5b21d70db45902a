"""The report as one HTML file that loads nothing: charts are SVG, style and script stand inside.

Log text is hostile: the template escapes all of it, the runs stand in a JSON block in which no
character can end the block, and the page's policy lets only its own script and style run, named by
their hashes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from lrat_rank import __version__
from lrat_rank.analysis import charts, figures, flow
from lrat_rank.analysis.arms import ArmRow, Measure
from lrat_rank.analysis.behaviour import Action, Outcome
from lrat_rank.analysis.self_contained import FRAME, asset, environment, security_policy
from lrat_rank.analysis.summary import ALL, Analysis, OutcomeRow
from lrat_rank.analysis.viewer import RunView
from lrat_rank.mining.labels import State

_UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_SECTIONS = (
    ("outcomes", "Outcomes"),
    ("steps", "Steps"),
    ("ranks", "Ranks"),
    ("arms", "Arms"),
    ("reasoning", "Reasoning"),
    ("labels", "Labels"),
    ("runs", "Runs"),
)
_COLUMNS = (
    "Runs",
    "Steps",
    "Searches",
    "Opened",
    "Opened per search",
    "Search, then open",
    "Reasoning tokens",
    "Relevant",
    "Answered",
)
_NONE = "–"
_MEANINGS = {
    State.RELEVANT: "opened, and the reasoning uses it",
    State.REJECTED: "opened, and the reasoning says it does not help",
    State.SKIPPED: "shown in a list something was opened from, and not opened itself",
    State.ALREADY_READ: "opened earlier in the run; no negative",
    State.UNJUDGED: "nothing is known of it; no negative",
}
_PATHS_NAMED = 3


def render_page(analysis: Analysis) -> str:
    """The whole page."""
    script = asset("theme.js") + asset("viewer.js")
    style = asset("page.css") + asset("viewer.css")
    return (
        environment()
        .get_template("page.html.jinja")
        .render(
            policy=security_policy(script, style),
            script=script,
            style=style,
            version=__version__,
            sections=[one for one in _SECTIONS if one[0] != "arms" or analysis.arms.rows],
            frame=FRAME,
            options=analysis.labelling.options,
            runs=script_json(analysis.runs) if analysis.runs else "",
            runs_words=_runs_words(analysis),
            **_overview(analysis),
            **_charts(analysis),
        )
    )


def script_json(runs: Sequence[RunView]) -> str:
    """The runs as JSON that can stand inside a script element whatever its texts hold.

    >>> from lrat_rank.analysis.viewer import TextView
    >>> view = RunView(trajectory_id="</script>", outcome="unknown", question=TextView(""))
    >>> "</" in script_json([view])
    False
    """
    text = msgspec.json.encode(runs).decode()
    for character, escaped in _UNSAFE.items():
        text = text.replace(character, escaped)
    return text


def _overview(analysis: Analysis) -> dict[str, Any]:
    rows = analysis.outcome_rows()
    named = ", ".join(analysis.paths[:_PATHS_NAMED])
    more = len(analysis.paths) - _PATHS_NAMED
    losses = _losses(analysis)
    return {
        "title": named + (f" and {more} more" if more > 0 else ""),
        "tiles": _tiles(analysis, rows),
        "losses": losses,
        "losses_words": f"Left out or odd, of {_many(len(losses), 'kind')}",
        "by_agent": any(row.agent != ALL for row in rows),
        "outcome_columns": _COLUMNS,
        "outcome_rows": [(row, _cells(row)) for row in rows],
        "transitions": _grids(analysis),
        "flow": flow.flow(analysis.transitions()),
        "flow_width": flow.WIDTH,
    }


def _tiles(analysis: Analysis, rows: Sequence[OutcomeRow]) -> list[tuple[str, str]]:
    behaviour, labelling = analysis.behaviour, analysis.labelling
    intensity = analysis.intensity
    searches = sum(counts.searches for counts in behaviour.runs.values())
    opened = sum(counts.browses for counts in behaviour.runs.values())
    relevant = rows[-1].relevant if rows else None
    return [
        (f"{analysis.trajectories:,}", "runs"),
        (f"{searches:,}", "searches"),
        (f"{opened:,}", "documents opened"),
        (f"{labelling.lists:,}", "labelled lists"),
        (_percent(relevant), "of judged documents relevant"),
        (charts.number_text(intensity.half_life) if intensity else _NONE, "tokens: the half-life"),
    ]


def _losses(analysis: Analysis) -> list[tuple[str, str]]:
    reading, report = analysis.reading, analysis.labelling.report
    skipped = [("1", f"not read: {s.where}: {s.reason}") for s in reading.skipped[:20]]
    further = reading.skipped_by_reason.total() - len(skipped)
    if further:
        skipped.append((f"{further:,}", "further records not read"))
    return [
        *skipped,
        *((f"{n:,}", f"not placed: {what}") for what, n in reading.unplaced.most_common(20)),
        *((f"{n:,}", f"gave no label: {reason.value}") for reason, n in report.drops.most_common()),
        *((f"{n:,}", f"kept, but odd: {note.value}") for note, n in report.notes.most_common()),
    ]


def _cells(row: OutcomeRow) -> list[str]:
    return [
        f"{row.trajectories:,}",
        *map(_mean, (row.steps, row.searches, row.browses)),
        _NONE if row.browses_per_search is None else f"{row.browses_per_search:.2f}",
        _percent(row.searches_followed),
        _mean(row.reasoning_tokens),
        _percent(row.relevant),
        _percent(row.answered),
    ]


def _arm_cells(row: ArmRow) -> list[str]:
    means = (row.means.get(measure.value) for measure in Measure)
    return [
        row.arm,
        f"{row.sessions:,}",
        ", ".join(row.rankers) or _NONE,
        *(_NONE if mean is None else f"{mean:,.2f}" for mean in means),
    ]


def _mean(value: float | None) -> str:
    return _NONE if value is None else f"{value:,.1f}"


def _many(number: int, one: str, several: str = "") -> str:
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def _percent(share: float | None) -> str:
    return _NONE if share is None else f"{share * 100:.0f}\u00a0%"


def _grids(analysis: Analysis) -> list[dict[str, Any]]:
    """One grid for all runs, and one for each outcome where there are several."""
    seen = [outcome for outcome in Outcome if outcome in analysis.behaviour.transitions]
    chosen: list[Outcome | None] = [None, *(seen if len(seen) > 1 else [])]
    every = analysis.transitions()
    sources = [a.value for a in Action if any(t.source == a.value for t in every)]
    targets = [a.value for a in Action if any(t.to == a.value for t in every)]
    return [_grid(analysis, outcome, sources, targets) for outcome in chosen]


def _grid(
    analysis: Analysis, outcome: Outcome | None, sources: Sequence[str], targets: Sequence[str]
) -> dict[str, Any]:
    found = {(t.source, t.to): t for t in analysis.transitions(outcome)}
    rows = []
    for source in sources:
        cells = []
        for target in targets:
            one = found.get((source, target))
            share = one.share if one else 0.0
            depth = max(1, round(share * 10)) if one else 0
            count = f"{one.count:,}" if one else ""
            cells.append({"share": _percent(share), "count": count, "depth": depth})
        rows.append((source, cells))
    return {"name": outcome.value if outcome else ALL, "columns": targets, "rows": rows}


def _charts(analysis: Analysis) -> dict[str, Any]:
    labelling = analysis.labelling
    drawn = {
        "rank_charts": [figures.browse_by_rank(analysis), figures.examination(analysis)],
        "length_charts": [
            figures.lengths_by_outcome(analysis),
            figures.lengths_by_state(analysis),
            figures.utility(analysis),
        ],
        "label_charts": [figures.list_sizes(analysis), figures.gains(analysis)],
    }
    failed = analysis.behaviour.failed_searches
    return {
        **{name: [c for c in made if c is not None] for name, made in drawn.items()},
        "verdicts": list(analysis.audit.verdicts),
        "curve": [
            (p.rank, f"{p.shown:,}", f"{p.browsed:,}", f"{p.rate:.1%}", f"{p.low:.1%}–{p.high:.1%}")
            for p in analysis.audit.curve
        ],
        "arm_measures": [measure.value for measure in Measure],
        "arm_rows": [_arm_cells(row) for row in analysis.arms.rows],
        "arm_verdicts": analysis.arms.verdicts,
        "states": figures.label_states(analysis),
        "state_names": {state.value: state.value.replace("_", " ") for state in State},
        "meanings": {state.value: words for state, words in _MEANINGS.items()},
        "strip_width": figures.STRIP_WIDTH,
        "label_words": (
            f"{_many(labelling.lists, 'labelled list')} with "
            f"{_many(sum(labelling.states.values()), 'candidate')}."
            + (f" {_many(failed, 'search', 'searches')} failed and showed nothing." * bool(failed))
            + (
                f" {_many(labelling.imputed, 'relevant document')} without reasoning of their own;"
                " their gain is that of others." * bool(labelling.imputed)
            )
        ),
    }


def _runs_words(analysis: Analysis) -> str:
    shown, total = len(analysis.runs), analysis.trajectories
    if not total:
        return "No runs were read."
    some = f"Here are {shown:,} of" if shown < total else "Here are all" if total > 1 else "Here is"
    left = f" {analysis.unshown:,} more did not fit into this file." if analysis.unshown else ""
    return (
        f"{some} {_many(total, 'run')}, with every list that was shown, what was opened, what the "
        "agent wrote, and the label each document got. Long texts and lists are cut, and say so."
        f"{left} The arrow keys move through the list; the address links to the chosen run."
    )
