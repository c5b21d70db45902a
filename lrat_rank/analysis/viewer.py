"""The runs that the page holds in full: turns, lists, labels and reasons, cut to stated lengths.

Contract: what the page's script reads is the JSON of a list of `RunView`. A turn keeps its index in
the trajectory. Every text is plain text of at most its limit's length, `cut` tells how many
characters a long one lost; all runs together stay below `MOST_BYTES`.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from lrat_rank.analysis.behaviour import outcome_of
from lrat_rank.analysis.reasons import Label, labels_by_turn, why_no_label
from lrat_rank.mining.labels import LabelledList
from lrat_rank.mining.report import Drop
from lrat_rank.trajectories.model import (
    Answer,
    Browse,
    OtherCall,
    Reasoning,
    Search,
    Trajectory,
    Turn,
)

MOST_BYTES = 6_000_000
MOST_TURNS = 200
MOST_SHOWN = 30
LONGEST_TEXT = 2000
LONGEST_SNIPPET = 300
LONGEST_NAME = 200
LONGEST_WHY = 400
_LAST_TURNS = 60


class TextView(msgspec.Struct, frozen=True, omit_defaults=True):
    """A text, and how many characters of it are left out."""

    text: str
    cut: int = 0


class DocumentView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A document in a list or opened: its label and why it has it.

    Attributes:
        doc_id: The document.
        rank: In the list, from 1; 0 where it was opened.
        text: The snippet, or the beginning of what was opened.
        state: Of the label; empty where there is none.
        gain: Of a relevant document.
        why: The reason, in a sentence.
    """

    doc_id: str
    rank: int = 0
    text: TextView = TextView("")
    state: str = ""
    gain: float | None = None
    why: str = ""


class TurnView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One turn.

    Attributes:
        turn: Index in the trajectory's turns.
        kind: search, browse, reasoning, answer or other.
        text: Reasoning, answer, query, or the name of another tool.
        notes: What is odd about it.
        documents: Shown or opened.
        unshown: Shown documents that are left out here.
        seconds: Since the first timed call of the run.
    """

    turn: int
    kind: str
    text: TextView = TextView("")
    notes: tuple[str, ...] = ()
    documents: tuple[DocumentView, ...] = ()
    unshown: int = 0
    seconds: float | None = None


class RunView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One trajectory; `skipped_turns` of the middle are left out after the turn `skipped_after`."""

    trajectory_id: str
    outcome: str
    question: TextView
    agent: str = ""
    retriever: str = ""
    status: str = ""
    answer: TextView = TextView("")
    refusal: str = ""
    steps: int = 0
    turns: tuple[TurnView, ...] = ()
    skipped_turns: int = 0


def run_view(
    trajectory: Trajectory, lists: Sequence[LabelledList], refusal: Drop | None = None
) -> RunView:
    """What the page shows of one trajectory with its labels."""
    labels = labels_by_turn(trajectory, lists)
    times = (_time(turn) for turn in trajectory.turns)
    start = next((time for time in times if time is not None), None)
    numbered = list(enumerate(trajectory.turns))
    skipped = max(0, len(numbered) - MOST_TURNS)
    if skipped:
        numbered = numbered[: MOST_TURNS - _LAST_TURNS] + numbered[-_LAST_TURNS:]
    return RunView(
        trajectory_id=trajectory.trajectory_id,
        outcome=outcome_of(trajectory).value,
        question=_cut(trajectory.question, LONGEST_TEXT),
        agent=_name(trajectory.agent),
        retriever=_name(trajectory.retriever),
        status=_name(trajectory.status or ""),
        answer=_cut(trajectory.answer or "", LONGEST_TEXT),
        refusal=refusal.value if refusal else "",
        steps=sum(isinstance(t, Search | Browse | OtherCall) for t in trajectory.turns),
        turns=tuple(_turn(number, turn, labels, start, refusal) for number, turn in numbered),
        skipped_turns=skipped,
    )


def within_budget(views: Sequence[RunView], most_bytes: int = MOST_BYTES) -> list[RunView]:
    """The views that fit into so many bytes of JSON together; one that does not fit is left out."""
    kept: list[RunView] = []
    spent = 0
    for view in views:
        size = len(msgspec.json.encode(view))
        if spent + size <= most_bytes:
            kept.append(view)
            spent += size
    return kept


def _turn(
    number: int,
    turn: Turn,
    labels: dict[tuple[int, str], Label],
    start: float | None,
    refusal: Drop | None,
) -> TurnView:
    at = _time(turn)
    seconds = None if at is None or start is None else at - start
    notes = tuple(_notes(turn))
    if isinstance(turn, Reasoning):
        return TurnView(turn=number, kind="reasoning", text=_cut(turn.text), notes=notes)
    if isinstance(turn, Answer):
        return TurnView(turn=number, kind="answer", text=_cut(turn.text), seconds=seconds)
    if isinstance(turn, OtherCall):
        return TurnView(
            turn=number, kind="other", text=_cut(turn.tool, LONGEST_NAME), seconds=seconds
        )
    if isinstance(turn, Browse):
        documents = tuple(_opened(turn, number, labels, refusal))
        return TurnView(
            turn=number, kind="browse", notes=notes, documents=documents, seconds=seconds
        )
    return TurnView(
        turn=number,
        kind="search",
        text=_cut(turn.query),
        notes=notes,
        documents=tuple(_shown(turn, number, labels, refusal)),
        unshown=max(0, len(turn.impressions) - MOST_SHOWN),
        seconds=seconds,
    )


def _shown(
    search: Search, number: int, labels: dict[tuple[int, str], Label], refusal: Drop | None
) -> list[DocumentView]:
    return [
        _document(
            impression.doc_id,
            labels.get((number, impression.doc_id)) or why_no_label(search, refusal),
            text=_cut(impression.snippet or "", LONGEST_SNIPPET),
            rank=impression.rank,
        )
        for impression in search.impressions[:MOST_SHOWN]
    ]


def _opened(
    browse: Browse, number: int, labels: dict[tuple[int, str], Label], refusal: Drop | None
) -> list[DocumentView]:
    documents = (browse.doc_id, *browse.also)[:MOST_SHOWN]
    return [
        _document(
            doc_id,
            labels.get((number, doc_id)) or why_no_label(browse, refusal),
            text=_cut(browse.text or "", LONGEST_TEXT) if not place else TextView(""),
        )
        for place, doc_id in enumerate(documents)
    ]


def _document(doc_id: str, label: Label, *, text: TextView, rank: int = 0) -> DocumentView:
    return DocumentView(
        doc_id=_name(doc_id),
        rank=rank,
        text=text,
        state=label.state,
        gain=label.gain,
        why=_cut(label.why, LONGEST_WHY).text,
    )


def _notes(turn: Turn) -> list[str]:
    if isinstance(turn, Reasoning):
        return [
            *(["cut off by a token cap"] if turn.truncated else []),
            *(["withheld: the log does not hold the text"] if turn.withheld else []),
        ]
    if isinstance(turn, Answer):
        return []
    failed = isinstance(turn, Search | Browse) and turn.failed
    ignored = len(turn.other_queries) if isinstance(turn, Search) else 0
    return [
        *(["failed"] if failed else []),
        *([f"batch {turn.batch}"] if turn.batch is not None else []),
        *([f"{ignored} further queries were not run"] if ignored else []),
    ]


def _time(turn: Turn) -> float | None:
    return None if isinstance(turn, Reasoning) else turn.at


def _cut(text: str, longest: int = LONGEST_TEXT) -> TextView:
    # A lone surrogate, which broken logs hold, has no UTF-8.
    clean = text[:longest].encode("utf-8", "replace").decode("utf-8")
    return TextView(clean, max(0, len(text) - longest))


def _name(text: str) -> str:
    view = _cut(text, LONGEST_NAME)
    return f"{view.text}…" if view.cut else view.text
