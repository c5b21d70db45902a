"""Labelled lists: the one file that every ranker is trained from.

A list is a search event with gains. See docs/data-model.md for the contract in words.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.files import iter_lines, write_jsonl
from lrat_rank.mining.parquet import is_parquet, read_rows, write_rows


class State(StrEnum):
    """What the trajectory says about one candidate."""

    RELEVANT = "relevant"
    """Browsed, and the reasoning uses it."""
    REJECTED = "rejected"
    """Browsed, and the reasoning says it does not help."""
    SKIPPED = "skipped"
    """Shown, not browsed."""
    ALREADY_READ = "already_read"
    """Read earlier in this trajectory: masked, not a negative."""
    UNJUDGED = "unjudged"
    """The judge failed or the reasoning is missing: masked, never a negative."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Why a candidate got its state and gain.

    Attributes:
        turn: Index of the browse in the trajectory's turns.
        reasoning_length: Tokens of reasoning after the browse; None where there is no reasoning.
        utility: u(l) of that length, in [0, 1).
        dwell: Seconds between the document's return and the next action, where they stand in for
            reasoning that the log does not hold.
        before_answer: The reasoning precedes the final answer (it may be answer writing).
        truncated: A token cap cut the reasoning off.
        shared: Several browses of one call share the reasoning.
        imputed: There is no reasoning; the gain is a mean of others, as the user asked.
        focal: The list was made for this browse (policy `reference` makes one list a browse).
        merged: The list was joined from several: `rank` is the place in the joined list, where
            nobody was shown the document; state and gain come from all lists that showed it. All
            candidates of a joined list have it.
        examination: The probability that an agent looks at the rank, relative to rank 1, by which
            the gain was divided; None where gains are not corrected for position.
        why: What decided the state, in the judge's words; empty where nobody was asked.
    """

    turn: int | None = None
    reasoning_length: int | None = None
    utility: float | None = None
    dwell: float | None = None
    before_answer: bool = False
    truncated: bool = False
    shared: bool = False
    imputed: bool = False
    focal: bool = False
    merged: bool = False
    examination: float | None = None
    why: str = ""


class Candidate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One document of a labelled list.

    Attributes:
        rank: Where it was shown, from 1; in a joined list, its place there (`Evidence.merged`).
        gain: ≥ 0; the intensity weight u/μ when relevant, else 0.
        grade: The gain as an integer level ≥ 0 (see `GradeTable`).
    """

    doc_id: str
    rank: int
    state: State
    gain: float
    grade: int = 0
    score: float | None = None
    snippet: str | None = None
    evidence: Evidence = msgspec.field(default_factory=Evidence)

    @property
    def judged(self) -> bool:
        """Whether it counts in training: False means masked."""
        return self.state not in (State.ALREADY_READ, State.UNJUDGED)


class Context(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What the agent knew when it asked for the search, and nothing it learned later.

    Attributes:
        turn: Index of the search in the trajectory's turns.
        question: The task.
        reasoning: The agent's latest reasoning before the search.
        previous_queries: What it had asked for, oldest first; the latest 100.
        read_doc_ids: Documents it had opened, in the order first opened; the latest 500.
        useful_doc_ids: Those of them that the judge found useful by what was written before the
            search; None where no judge was asked, as when a search tool is running.
        shown_doc_ids: Documents that earlier searches showed, oldest list first, each once for
            each list that showed it; the latest 500.
        recorded: Whether the above is the state of one agent at one search. False in lists joined
            from several and in imported ones: empty fields then say nothing.
    """

    turn: int
    question: str = ""
    reasoning: str = ""
    previous_queries: tuple[str, ...] = ()
    read_doc_ids: tuple[str, ...] = ()
    useful_doc_ids: tuple[str, ...] | None = None
    shown_doc_ids: tuple[str, ...] = ()
    recorded: bool = True


class Provenance(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """How the labels were made. `half_life` is β in tokens, `mean_utility` is μ."""

    agent: str = ""
    retriever: str = ""
    policy: str = ""
    judge: str = ""
    tokenizer: str = ""
    half_life: float | None = None
    mean_utility: float | None = None


class LabelledList(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A search event with gains; `query_id` is unique in its file, `weight` is the list's, ≥ 0."""

    query_id: str
    query: str
    context: Context
    trajectory_id: str
    group: str
    candidates: tuple[Candidate, ...]
    weight: float = 1.0
    meta: Provenance = msgspec.field(default_factory=Provenance)

    @property
    def orders_something(self) -> bool:
        """Whether two judged candidates differ in gain: the least a ranker can learn from."""
        return len({c.gain for c in self.candidates if c.judged}) > 1


# None of these structs can be part of a cycle, so the garbage collector need not look at them: a
# large job makes millions (`gc=False`).
_decoder = msgspec.json.Decoder(LabelledList)


def read_labels(path: Path | str) -> list[LabelledList]:
    """Read a labelled-list file: JSON Lines (`.gz` too), or Parquet by its name.

    Raises:
        InputError: A line breaks the contract, or a query_id comes twice; file and line are named.
    """
    lists: list[LabelledList] = []
    seen: set[str] = set()
    for number, record in read_rows(path) if is_parquet(path) else iter_lines(path, "labels"):
        where = f"{path}:{number}"
        labelled = _labelled_list(record, where)
        check(labelled, where)
        if labelled.query_id in seen:
            raise InputError(
                "query_id", must="unique", got=f"{labelled.query_id!r} a second time", where=where
            )
        seen.add(labelled.query_id)
        lists.append(labelled)
    return lists


def _labelled_list(record: str | dict[str, Any], where: str) -> LabelledList:
    try:
        if isinstance(record, str):
            return _decoder.decode(record)
        return msgspec.convert(record, LabelledList)
    except msgspec.MsgspecError as error:
        raise InputError(
            "labels line",
            must="a labelled list",
            got=str(error),
            where=where,
            do="Make the file with: lrat-rank mine TRAJECTORIES --out LABELS",
        ) from error


def check(labelled: LabelledList, where: str) -> None:
    """Check what the types cannot say.

    Raises:
        InputError: A gain, grade or weight is negative or not finite, or a doc_id comes twice.
    """
    doc_ids = [c.doc_id for c in labelled.candidates]
    if len(set(doc_ids)) != len(doc_ids):
        twice = next(d for d in doc_ids if doc_ids.count(d) > 1)
        raise InputError("doc_id", must="once in a list", got=f"{twice!r} twice", where=where)
    numbers: list[tuple[str, float]] = [("weight", labelled.weight)]
    for candidate in labelled.candidates:
        numbers += [("gain", candidate.gain), ("grade", candidate.grade)]
        if candidate.gain and candidate.state is not State.RELEVANT:
            raise InputError(
                f"gain of a {candidate.state} candidate", must="0", got=candidate.gain, where=where
            )
    for name, value in numbers:
        if not 0 <= value < float("inf"):
            raise InputError(name, must="a finite number ≥ 0", got=value, where=where)


def write_labels(path: Path | str, lists: Iterable[LabelledList]) -> None:
    """Write labelled lists, whole or not at all; the name says JSON Lines or Parquet."""
    write = write_rows if is_parquet(path) else write_jsonl
    write(path, lists)
