"""Labels by the steps of the ladder: what an opened document, and one that was not, counts as."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from lrat_rank.mining.labels import Candidate, LabelledList, State
from lrat_rank.mining.quality.merging import merge_queries, merge_sessions

Counting = Callable[[Candidate], State]


def was_opened(candidate: Candidate) -> bool:
    """Whether the agent opened the document from this list."""
    return candidate.state in (State.RELEVANT, State.REJECTED) or (
        candidate.state is State.UNJUDGED and candidate.evidence.turn is not None
    )


def naive(lists: Sequence[LabelledList]) -> list[LabelledList]:
    """Opened is relevant, with gain 1; everything else shown is a negative."""
    return _counted(lists, lambda c: State.RELEVANT if was_opened(c) else State.SKIPPED)


def judged(lists: Sequence[LabelledList]) -> list[LabelledList]:
    """Opened and judged useful is relevant; opened otherwise is left out; the rest negatives."""

    def state(candidate: Candidate) -> State:
        if candidate.state is State.RELEVANT:
            return State.RELEVANT
        return State.UNJUDGED if was_opened(candidate) else State.SKIPPED

    return _counted(lists, state)


def with_rejected(lists: Sequence[LabelledList]) -> list[LabelledList]:
    """As `judged`, and what was opened in vain is a negative of its own kind."""

    def state(candidate: Candidate) -> State:
        if candidate.state in (State.RELEVANT, State.REJECTED):
            return candidate.state
        return State.UNJUDGED if was_opened(candidate) else State.SKIPPED

    return _counted(lists, state)


def with_sessions(lists: Sequence[LabelledList]) -> list[LabelledList]:
    """The lists, and one more a question: all that any run on it found, under the question."""
    return [*lists, *session_lists(lists)]


def session_lists(lists: Sequence[LabelledList]) -> list[LabelledList]:
    """One list a question: the lists of each run joined, then those of the runs."""
    return merge_queries(merge_sessions(lists).lists).lists


def _counted(lists: Sequence[LabelledList], state: Counting) -> list[LabelledList]:
    return [
        replace(one, candidates=tuple(_with_state(c, state(c)) for c in one.candidates))
        for one in lists
    ]


def _with_state(candidate: Candidate, state: State) -> Candidate:
    """The candidate in a state; gain 1 where it became relevant only by it."""
    gain = candidate.gain if state is State.RELEVANT else 0.0
    if state is State.RELEVANT and candidate.state is not State.RELEVANT:
        gain = 1.0
    return replace(candidate, state=state, gain=gain)
