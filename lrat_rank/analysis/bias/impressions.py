"""Which shown documents count, and which of them were browsed: what the bias audit counts.

An impression is *browsed* when the agent's first attempt to open its document comes later, and
its search is the most recent one that had shown the document by then. Four cases are decided
here once, for every figure of the audit:

- **Opened before.** Once an agent has opened a document, or tried to, it has little reason to open
  it again wherever it stands: later impressions of it are left out.
- **Made in one message.** Calls of one batch are made before any of their results is seen. A
  search's list cannot have led to a browse of its own batch, and a document that several searches
  of a batch show is left out, because its browse could belong to any of them.
- **Shown again.** A document passed over in one list and opened from a later one is an impression
  without a browse in the first list: exactly what tells ranks apart.

- **Alone.** A list of one document leaves nothing to choose; tools that open a page at once when
  its title is searched for make many of them.

Failed searches show nothing. Of a document shown twice in one list the first place counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lrat_rank.mining.policies.showing import made_at_once, searches, shown
from lrat_rank.trajectories.model import Browse, Impression, Search, Trajectory


class LeftOut(StrEnum):
    """Why an impression does not count."""

    OPENED_BEFORE = "opened before"
    SHOWN_IN_PARALLEL = "shown by several searches made at once"
    TOO_DEEP = "below the ranks looked at"
    ALONE = "the only document of its list"


@dataclass(frozen=True, slots=True)
class Shot:
    """One impression that counts."""

    doc_id: str
    rank: int
    browsed: bool


@dataclass(frozen=True, slots=True)
class CountedList:
    """What counts of one search.

    Attributes:
        query: As it was run.
        shots: The impressions that count, in the order shown; may be empty.
        slots: Rank → propensity of the places whose documents the tool drew at random, with
            those that do not count.
    """

    query: str
    shots: tuple[Shot, ...]
    slots: dict[int, float]


@dataclass(frozen=True, slots=True)
class _Shown:
    """One search that did not fail: its turn, and what it showed by document."""

    turn: int
    search: Search
    documents: dict[str, Impression]


@dataclass(frozen=True, slots=True)
class _Opening:
    """The first attempt to open a document."""

    turn: int
    browse: Browse


def counted_lists(
    trajectory: Trajectory, depth: int, left_out: Counter[LeftOut]
) -> Iterator[CountedList]:
    """The lists of a trajectory, in order; what does not count is added to `left_out`.

    Args:
        trajectory: One run.
        depth: Ranks beyond it do not count.
        left_out: Takes the reasons.
    """
    lists = [_Shown(turn, s, shown(s)) for turn, s in searches(trajectory) if not s.failed]
    openings = _openings(trajectory)
    origins = {doc_id: _origin(doc_id, opening, lists) for doc_id, opening in openings.items()}
    for one in lists:
        together = _shown_together(one, lists)
        shots: list[Shot] = []
        for doc_id, impression in one.documents.items():
            reason = None
            if impression.rank > depth:
                reason = LeftOut.TOO_DEEP
            elif len(one.documents) == 1:
                reason = LeftOut.ALONE
            elif _opened_before(one, openings.get(doc_id)):
                reason = LeftOut.OPENED_BEFORE
            elif doc_id in together:
                reason = LeftOut.SHOWN_IN_PARALLEL
            if reason is not None:
                left_out[reason] += 1
                continue
            browsed = origins.get(doc_id) == one.turn
            shots.append(Shot(doc_id, impression.rank, browsed))
        yield CountedList(one.search.query, tuple(shots), _slots(one.documents.values()))


def _openings(trajectory: Trajectory) -> dict[str, _Opening]:
    first: dict[str, _Opening] = {}
    for turn, browse in enumerate(trajectory.turns):
        if isinstance(browse, Browse):
            for doc_id in (browse.doc_id, *browse.also):
                first.setdefault(doc_id, _Opening(turn, browse))
    return first


def _origin(doc_id: str, opening: _Opening, lists: Sequence[_Shown]) -> int | None:
    """The turn of the most recent search whose list the agent had seen with the document in it."""
    turns = [
        one.turn
        for one in lists
        if one.turn < opening.turn
        and doc_id in one.documents
        and not made_at_once(one.search, opening.browse)
    ]
    return max(turns, default=None)


def _opened_before(one: _Shown, opening: _Opening | None) -> bool:
    if opening is None:
        return False
    return opening.turn < one.turn or made_at_once(one.search, opening.browse)


def _shown_together(one: _Shown, lists: Sequence[_Shown]) -> set[str]:
    """The documents of the other searches that were made in the same message."""
    return {
        doc_id
        for other in lists
        if other is not one and made_at_once(one.search, other.search)
        for doc_id in other.documents
    }


def _slots(impressions: Iterable[Impression]) -> dict[int, float]:
    """The places that were drawn at random; a propensity of 1 says that this one was not."""
    return {
        impression.rank: impression.propensity
        for impression in impressions
        if impression.propensity is not None and 0 < impression.propensity < 1
    }
