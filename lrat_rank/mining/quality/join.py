"""Several labelled lists joined into one.

The state of a document follows from its states in all the lists that hold it:

1. relevant in one of them: relevant. A look in vain or a pass elsewhere says that the list, or the
   moment, did not need it; that it was of use is not undone. (`Conflicts` holds other rules.)
2. otherwise rejected in one of them: rejected. It was opened and found wanting.
3. otherwise unjudged or already read in one of them: that, unjudged first. It was opened, or may
   have been, and nobody knows what it was worth, so a pass elsewhere does not make it a negative.
4. otherwise skipped.

The gain is the largest of its gains: the worth that its best reading proved. A sum would pay for
opening it twice, and a mean would charge it for a second look that was short because the first was
not. Snippet and score are those of its first showing, evidence is that of the showing that decided.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from lrat_rank.mining.labels import Candidate, Context, LabelledList, State
from lrat_rank.mining.quality.balance import mean_gain

Struct = TypeVar("Struct", bound=msgspec.Struct)

_STRENGTH = {
    State.RELEVANT: 0,
    State.REJECTED: 1,
    State.UNJUDGED: 2,
    State.ALREADY_READ: 3,
    State.SKIPPED: 4,
}
_NEGATIVE = (State.REJECTED, State.SKIPPED)


class Conflicts(StrEnum):
    """What a document is that is relevant in one list and a negative in another."""

    RELEVANT = "relevant"
    """Relevant."""
    MAJORITY = "majority"
    """What more of the lists say; on a tie, unjudged. Masked states have no vote."""
    DROP = "drop"
    """No candidate at all."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A document that is relevant in one of the joined lists and a negative in another.

    Attributes:
        query_id: Of the joined list.
        doc_id: The document.
        states: How many of the lists gave it which state.
        became: The state it has now; None where it was left out.
    """

    query_id: str
    doc_id: str
    states: dict[State, int]
    became: State | None

    @property
    def kinds(self) -> list[str]:
        """Against what `relevant` stands."""
        return [f"relevant and {state}" for state in _NEGATIVE if state in self.states]


@dataclass(frozen=True, slots=True)
class Shown:
    """A candidate, and the place of its list among the joined ones."""

    candidate: Candidate
    place: int


Order = Callable[[Sequence[Shown]], tuple[int | str, ...]]
"""Where the joined list shows a document, from all its showings: a sort key."""


def by_first_showing(showings: Sequence[Shown]) -> tuple[int | str, ...]:
    """In the order in which one reader met them."""
    first = showings[0]
    return first.place, first.candidate.rank


def by_best_rank(showings: Sequence[Shown]) -> tuple[int | str, ...]:
    """By the best rank anywhere, for lists that nobody saw one after the other."""
    best = min(showings, key=lambda shown: (shown.candidate.rank, shown.place))
    return best.candidate.rank, best.place


def canonical(labelled: LabelledList) -> tuple[str, int, str]:
    """The order in which lists are joined: by trajectory, then time, wherever they stood."""
    return labelled.trajectory_id, labelled.context.turn, labelled.query_id


def join(
    lists: Sequence[LabelledList],
    *,
    query_id: str,
    query: str,
    order: Order,
    conflicts: Conflicts,
) -> tuple[LabelledList, list[Conflict]]:
    """One list from several, and the documents they disagree on.

    Of context and provenance it keeps what the lists agree on, and the first turn; a context they
    do not all share is that of no agent at no search (`Context.recorded`). Its weight is
    the mean gain of its relevant documents, times what its lists count for beside their gains
    (their weight over their own mean gain, on average); it is not balanced yet.

    Args:
        lists: At least one, in canonical order.
        query_id: Of the joined list.
        query: Of the joined list.
        order: In which order it shows its documents.
        conflicts: What becomes of documents they disagree on.
    """
    showings: dict[str, list[Shown]] = {}
    for place, labelled in enumerate(lists):
        for candidate in sorted(labelled.candidates, key=lambda c: c.rank):
            showings.setdefault(candidate.doc_id, []).append(Shown(candidate, place))
    candidates: list[Candidate] = []
    found: list[Conflict] = []
    for doc_id, shown in sorted(showings.items(), key=lambda item: order(item[1])):
        states = _counted(shown)
        state = _state(states, conflicts)
        if _disagree(states):
            found.append(Conflict(query_id, doc_id, states, state))
        if state is not None:
            candidates.append(_candidate(shown, state))
    if len(lists) > 1:
        candidates = [_joined(one, rank) for rank, one in enumerate(candidates, start=1)]
    first = lists[0]
    nobodys = Context(turn=first.context.turn, recorded=False)
    context = _agreed([one.context for one in lists], nobodys)
    if any(one.context != first.context for one in lists):
        context = replace(context, recorded=False)
    joined = LabelledList(
        query_id=query_id,
        query=query,
        context=context,
        trajectory_id=first.trajectory_id,
        group=first.group,
        candidates=tuple(candidates),
        meta=_agreed([one.meta for one in lists], type(first.meta)()),
    )
    return replace(joined, weight=_weight(joined, lists)), found


def _counted(shown: Sequence[Shown]) -> dict[State, int]:
    counts = dict.fromkeys(sorted((s.candidate.state for s in shown), key=_STRENGTH.__getitem__), 0)
    for one in shown:
        counts[one.candidate.state] += 1
    return counts


def _disagree(states: dict[State, int]) -> bool:
    return State.RELEVANT in states and any(state in states for state in _NEGATIVE)


def _state(states: dict[State, int], conflicts: Conflicts) -> State | None:
    """The state by the rules above; None leaves the document out. `states` has the strongest first.

    >>> _state({State.RELEVANT: 1, State.SKIPPED: 2}, Conflicts.MAJORITY)
    <State.SKIPPED: 'skipped'>
    """
    strongest = next(iter(states))
    if not _disagree(states) or conflicts is Conflicts.RELEVANT:
        return strongest
    if conflicts is Conflicts.DROP:
        return None
    negatives = sum(states.get(state, 0) for state in _NEGATIVE)
    if states[State.RELEVANT] == negatives:
        return State.UNJUDGED
    if states[State.RELEVANT] > negatives:
        return State.RELEVANT
    return State.REJECTED if State.REJECTED in states else State.SKIPPED


def _joined(one: Candidate, rank: int) -> Candidate:
    """A candidate of a list that nobody was shown, and that was made for no single browse."""
    return replace(one, rank=rank, evidence=replace(one.evidence, focal=False, merged=True))


def _candidate(shown: Sequence[Shown], state: State) -> Candidate:
    if len(shown) == 1:
        return shown[0].candidate
    first = shown[0].candidate
    alike = [s.candidate for s in shown if s.candidate.state is state]
    gain = max((c.gain for c in alike), default=0.0)
    deciding = next((c for c in alike if c.gain == gain), first)
    return Candidate(
        doc_id=first.doc_id,
        rank=first.rank,
        state=state,
        gain=gain,
        score=first.score,
        snippet=first.snippet,
        evidence=deciding.evidence,
    )


def _agreed(structs: Sequence[Struct], default: Struct) -> Struct:
    """The default, with the value of every field in which the structs are equal."""
    first = structs[0]
    equal = {
        name: getattr(first, name)
        for name in first.__struct_fields__
        if all(getattr(one, name) == getattr(first, name) for one in structs)
    }
    return replace(default, **equal)


def _weight(joined: LabelledList, lists: Sequence[LabelledList]) -> float:
    gained = [(one.weight, mean) for one in lists if (mean := mean_gain(one))]
    own = mean_gain(joined)
    if own is None or not gained:
        return math.fsum(one.weight for one in lists) / len(lists)
    return own * math.fsum(weight / mean for weight, mean in gained) / len(gained)
