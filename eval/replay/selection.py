"""What of the labels can be replayed: lists in which the agent used a document."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.mining.examination import ExaminationTable
from lrat_rank.mining.labels import Candidate, Context, LabelledList


class Stratum(StrEnum):
    """Kinds of lists that are looked at apart."""

    FIRST_SEARCH = "first search"
    """The first search of its trajectory."""
    LATER_SEARCH = "later searches"
    """The agent had searched before."""
    USED_AT_1 = "used at rank 1"
    """The best used document was logged at rank 1: no order can put it higher."""
    USED_AT_2_3 = "used at rank 2-3"
    """The best used document was logged at rank 2 or 3."""
    USED_BELOW = "used at rank 4+"
    """The best used document was logged at rank 4 or below."""
    JOINED = "joined lists"
    """Joined from several lists, so that nobody was shown its ranks."""


@dataclass(frozen=True, slots=True)
class ReplayedList:
    """A labelled list that can be replayed.

    Attributes:
        query_id: Unique in the labels.
        query: Its text.
        trajectory_id: Where the list comes from.
        group: The question: what bootstraps and tests take as one.
        weight: Of the list, ≥ 0.
        shown: Every candidate the index has, in the order logged; the masked ones too, because a
            ranker scores them beside the others when it is used.
        masked: Those of `shown` that are already read or unjudged.
        read_before: Documents the agent had read when it searched, other than `shown`: a first
            stage may return them, and they are of neither use nor none, as `masked` ones are.
        gains: The others of `shown`, doc_id → gain ≥ 0; a document is *used* when its gain is above
            0, and at least one is.
        inverse_examination: Used document → 1 / examination of the rank it was logged at, where
            that is known.
        strata: What kind of list it is.
        context: What the agent knew when it searched; None where that is not known.
    """

    query_id: str
    query: str
    trajectory_id: str
    group: str
    weight: float
    shown: tuple[str, ...]
    masked: frozenset[str]
    read_before: frozenset[str]
    gains: dict[str, float]
    inverse_examination: dict[str, float]
    strata: frozenset[Stratum]
    context: Context | None = None

    @property
    def left_aside(self) -> frozenset[str]:
        """What no order is scored by: `masked` and `read_before`."""
        return self.masked | self.read_before

    @property
    def used(self) -> list[str]:
        """The used documents, in the order logged."""
        return [doc_id for doc_id in self.shown if self.gains.get(doc_id, 0.0) > 0]


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """What the labels held that a replay cannot score, and what a reader should know of the rest.

    Attributes:
        lists_without_used: No used document, so every order is as good as another.
        masked_candidates: In scored lists: already read, or unjudged.
        unknown_candidates: In scored lists: the index does not have the document.
        unknown_used: Used documents among those, in any list.
        joined_lists: Scored lists that were joined from several.
        equal_lists: Scored lists whose judged documents all have the same gain: every order of
            them has the same value.
        corrected_gains: Used documents whose gain mining had divided by an examination.
    """

    lists_without_used: int = 0
    masked_candidates: int = 0
    unknown_candidates: int = 0
    unknown_used: int = 0
    joined_lists: int = 0
    equal_lists: int = 0
    corrected_gains: int = 0


def select_lists(
    labelled: Sequence[LabelledList],
    *,
    known: Container[str] | None = None,
    examination: ExaminationTable | None = None,
) -> tuple[list[ReplayedList], LeftOut]:
    """The lists that can be replayed, and counts of the rest.

    Args:
        labelled: The labels; the order of candidates in the file plays no part, their ranks do.
        known: The documents the rankers' index has; None when all are known. Others are taken out
            of the list, for every system alike.
        examination: For used documents whose labels carry no examination of their own.

    Raises:
        InputError: A query_id comes twice, or no list holds a used document.
    """
    _refuse_repeats(one.query_id for one in labelled)
    found, unknown, unknown_used, without = [], 0, 0, 0
    for one in labelled:
        there = [c for c in one.candidates if known is None or c.doc_id in known]
        unknown_used += sum(c.gain > 0 for c in one.candidates) - sum(c.gain > 0 for c in there)
        if not any(c.gain > 0 for c in there):
            without += 1
            continue
        unknown += len(one.candidates) - len(there)
        found.append(_replayed(one, there, examination))
    if not found:
        lost = f", {unknown_used} used documents that the index lacks" if unknown_used else ""
        raise InputError(
            "labels",
            must="lists in which a document was used",
            got=f"{len(labelled)} lists, none such{lost}",
            do="Mine more trajectories, or give the index of the corpus they searched.",
        )
    replayed_ids = {one.query_id for one in found}
    scored = [one for one in labelled if one.query_id in replayed_ids]
    return found, LeftOut(
        lists_without_used=without,
        masked_candidates=sum(len(one.masked) for one in found),
        unknown_candidates=unknown,
        unknown_used=unknown_used,
        joined_lists=sum(Stratum.JOINED in one.strata for one in found),
        equal_lists=sum(len(set(one.gains.values())) == 1 for one in found),
        corrected_gains=sum(
            c.gain > 0 and c.evidence.examination is not None for o in scored for c in o.candidates
        ),
    )


def _refuse_repeats(query_ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for query_id in query_ids:
        if query_id in seen:
            raise InputError("query_id", must="unique", got=f"{query_id!r} a second time")
        seen.add(query_id)


def _replayed(
    one: LabelledList, there: Sequence[Candidate], examination: ExaminationTable | None
) -> ReplayedList:
    # Equal ranks: the larger doc_id first, as everywhere, so that a file's order plays no part.
    by_doc_id = sorted(there, key=lambda c: c.doc_id, reverse=True)
    ordered = sorted(by_doc_id, key=lambda c: c.rank)
    joined = any(c.evidence.merged for c in ordered)
    used = [c for c in ordered if c.gain > 0]
    return ReplayedList(
        query_id=one.query_id,
        query=one.query,
        trajectory_id=one.trajectory_id,
        group=one.group,
        weight=one.weight,
        shown=tuple(c.doc_id for c in ordered),
        masked=frozenset(c.doc_id for c in ordered if not c.judged),
        read_before=frozenset(one.context.read_doc_ids).difference(c.doc_id for c in ordered),
        gains={c.doc_id: c.gain for c in ordered if c.judged},
        inverse_examination=_inverse_examination(used, None if joined else examination),
        strata=frozenset({Stratum.JOINED} if joined else _strata(one, used[0].rank)),
        context=one.context,
    )


def _inverse_examination(
    used: Sequence[Candidate], table: ExaminationTable | None
) -> dict[str, float]:
    weights = {}
    for candidate in used:
        logged = candidate.evidence.examination
        if logged is not None and logged > 0:
            weights[candidate.doc_id] = 1 / logged
        elif table is not None:
            weights[candidate.doc_id] = table.weight(candidate.rank)
    return weights


def _strata(one: LabelledList, best_rank: int) -> tuple[Stratum, Stratum]:
    search = Stratum.LATER_SEARCH if one.context.previous_queries else Stratum.FIRST_SEARCH
    if best_rank == 1:
        return search, Stratum.USED_AT_1
    return search, Stratum.USED_AT_2_3 if best_rank <= 3 else Stratum.USED_BELOW
