"""Which label each shown and opened document got, and why, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lrat_rank.mining.labels import Candidate, LabelledList, State
from lrat_rank.mining.report import Drop
from lrat_rank.trajectories.model import Browse, Search, Trajectory

_STANDING = {
    State.SKIPPED: "Shown here and not opened.",
    State.ALREADY_READ: "Opened earlier in this run, so not a negative.",
    State.UNJUDGED: "Opened later, through another list: not a negative.",
    State.REJECTED: "Opened in vain earlier.",
    State.RELEVANT: "Opened.",
}


@dataclass(frozen=True, slots=True)
class Label:
    """A state (empty for none), the gain of a relevant document, and why."""

    state: str = ""
    gain: float | None = None
    why: str = ""


def labels_by_turn(
    trajectory: Trajectory, lists: Sequence[LabelledList]
) -> dict[tuple[int, str], Label]:
    """(turn, doc_id) → label: of shown documents at their search, of opened ones at their browse.

    A candidate belongs to the last search, up to its list's own, that showed it. Where several
    lists label one impression, the one made for a browse of the document says it.
    """
    found: dict[tuple[int, str], Candidate] = {}
    for labelled in lists:
        for candidate in labelled.candidates:
            turn = candidate.evidence.turn
            if turn is not None:
                found[turn, candidate.doc_id] = candidate
            shown = _shown_at(trajectory, labelled.context.turn, candidate.doc_id)
            if shown is not None:
                key = (shown, candidate.doc_id)
                found[key] = _stronger(found.get(key), candidate)
    return {key: label_of(candidate) for key, candidate in found.items()}


def _shown_at(trajectory: Trajectory, turn: int, doc_id: str) -> int | None:
    for at in range(turn, -1, -1):
        search = trajectory.turns[at]
        if isinstance(search, Search) and any(i.doc_id == doc_id for i in search.impressions):
            return at
    return None


def _stronger(one: Candidate | None, other: Candidate) -> Candidate:
    return other if one is None or one.evidence.turn is None else one


def label_of(candidate: Candidate) -> Label:
    """The label of a candidate in words."""
    evidence = candidate.evidence
    if evidence.turn is None:
        return Label(candidate.state.value, None, _STANDING[candidate.state])
    parts = [f"Opened in turn {evidence.turn + 1}"]
    if evidence.why:
        parts.append(f"judge: “{evidence.why}”")
    if evidence.reasoning_length is not None:
        parts.append(f"{evidence.reasoning_length} tokens of reasoning")
    if evidence.utility is not None:
        parts.append(f"utility {evidence.utility:.2f}")
    odd = {
        "before the answer": evidence.before_answer,
        "cut off": evidence.truncated,
        "shared with documents opened together": evidence.shared,
        "gain is the mean of the others": evidence.imputed,
    }
    parts += [words for words, holds in odd.items() if holds]
    gain = candidate.gain if candidate.state is State.RELEVANT else None
    return Label(candidate.state.value, gain, " · ".join(parts))


def why_no_label(turn: Search | Browse, refusal: Drop | None) -> Label:
    """Why a document of this turn has no label."""
    if refusal is not None:
        return Label(why=f"This run gives no labels: {refusal.value}.")
    if isinstance(turn, Search):
        return Label(why="No list was made of this search: nothing it showed was opened from it.")
    if turn.failed:
        return Label(why="The document did not come.")
    return Label(why="No list before it had shown the document, or the policy leaves it out.")
