"""The part of labelled lists that training can use, the same for every ranker."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from lrat_rank.errors import InputError
from lrat_rank.features.candidates import CandidateList
from lrat_rank.features.forward import BoolArray
from lrat_rank.mining.labels import Context, LabelledList, State
from lrat_rank.models.intensity_use import IntensityUse
from lrat_rank.models.ranker import FloatArray

IntArray = npt.NDArray[np.int64]


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """What the labels held that training cannot use.

    Attributes:
        masked_candidates: Already read or unjudged: neither relevant nor not.
        unknown_candidates: The index does not have the document.
        lists_without_order: All remaining candidates have the same gain (or none remain).
        lists_without_weight: The list's weight is 0.
    """

    masked_candidates: int = 0
    unknown_candidates: int = 0
    lists_without_order: int = 0
    lists_without_weight: int = 0

    def __str__(self) -> str:
        counts = msgspec.structs.asdict(self).items()
        return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts)


@dataclass(frozen=True)
class UsableList:
    """What is left of a labelled list.

    Attributes:
        query_id: Of the labelled list.
        query: Its text.
        context: What the agent knew when it searched; None where it is hidden (`context_dropout`).
        group: What a split must never cut.
        doc_ids: The judged documents the index has.
        gains: float64 (documents,); at least two differ.
        list_ids: The whole list as a ranker sees it when it is used, of the index: `doc_ids` and,
            between them, the masked ones.
        rejected: bool (documents,); the agent opened them in vain.
        unseen: bool (documents,); put below what this list showed, see `deepen`.
        ranks: int64 (documents,); where they stood in the list, from 1.
        weight: Of the list, > 0.
    """

    query_id: str
    query: str
    context: Context | None
    group: str
    doc_ids: tuple[str, ...]
    gains: FloatArray
    list_ids: tuple[str, ...]
    rejected: BoolArray
    unseen: BoolArray
    ranks: IntArray
    weight: float

    @property
    def judged(self) -> CandidateList:
        """The documents that count."""
        return CandidateList(self.query_id, self.query, self.doc_ids, self.context)

    @property
    def whole(self) -> CandidateList:
        """The list with its masked documents."""
        return CandidateList(self.query_id, self.query, self.list_ids, self.context)


def usable_lists(
    labelled: Sequence[LabelledList], known_ids: Container[str], use: IntensityUse
) -> tuple[list[UsableList], LeftOut]:
    """The part of the labels that orders something, and counts of the rest.

    Raises:
        InputError: A gain is negative or not finite.
    """
    masked = unknown = unordered = weightless = 0
    usable = []
    for one in labelled:
        gains = use.gains(one)
        for gain in gains[~((gains >= 0) & (gains < np.inf))].tolist():
            where = f"list {one.query_id}"
            raise InputError("gain", must="a finite number ≥ 0", got=gain, where=where)
        judged = [number for number, c in enumerate(one.candidates) if c.judged]
        shown = [n for n, c in enumerate(one.candidates) if c.doc_id in known_ids]
        known = [number for number in shown if one.candidates[number].judged]
        masked += len(one.candidates) - len(judged)
        unknown += len(judged) - len(known)
        if len(np.unique(gains[known])) < 2:
            unordered += 1
        elif use.list_weight(one) == 0:
            weightless += 1
        else:
            left = [one.candidates[number] for number in known]
            usable.append(
                UsableList(
                    query_id=one.query_id,
                    query=one.query,
                    context=one.context,
                    group=one.group,
                    doc_ids=tuple(candidate.doc_id for candidate in left),
                    gains=gains[known],
                    list_ids=tuple(one.candidates[number].doc_id for number in shown),
                    rejected=np.array([c.state is State.REJECTED for c in left]),
                    unseen=np.zeros(len(left), dtype=bool),
                    ranks=np.array([c.rank for c in left], dtype=np.int64),
                    weight=use.list_weight(one),
                )
            )
    left_out = LeftOut(
        masked_candidates=masked,
        unknown_candidates=unknown,
        lists_without_order=unordered,
        lists_without_weight=weightless,
    )
    return usable, left_out


def training_lists(
    labelled: Sequence[LabelledList],
    known_ids: Container[str],
    use: IntensityUse,
    what: str = "labels",
) -> tuple[list[UsableList], LeftOut]:
    """As `usable_lists`, where something must be left to learn from.

    Raises:
        InputError: Nothing is left.
    """
    usable, left_out = usable_lists(labelled, known_ids, use)
    if not usable:
        raise InputError(
            what,
            must="lists in which two judged candidates of the index differ in gain",
            got=f"{len(labelled)} lists, none such ({left_out})",
            do="Mine more trajectories, or index the corpus they searched.",
        )
    return usable, left_out
