"""What was read and what the agent knew: the parts of a trajectory that policies share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lrat_rank.mining.judges.base import Verdict
from lrat_rank.mining.labels import Candidate, Context, Evidence, State
from lrat_rank.mining.policies.base import Setting
from lrat_rank.mining.report import Drop, Note
from lrat_rank.trajectories.model import (
    Answer,
    Browse,
    Impression,
    Reasoning,
    Search,
    Trajectory,
    Turn,
)


@dataclass(frozen=True, slots=True)
class Read:
    """One document opened and judged.

    Attributes:
        doc_id: The document.
        turn: Index of its browse.
        failed: Nothing came back; the verdict is then `UNKNOWN`.
        verdict: What the reasoning says about it.
        length: Its tokens of reasoning, or its even share of them; None where there is none.
        before_answer: The reasoning is the last before the answer or the end.
        shared: Documents opened at the same time share the reasoning.
    """

    doc_id: str
    turn: int
    failed: bool
    verdict: Verdict
    length: int | None
    before_answer: bool
    shared: bool


def read_documents(trajectory: Trajectory, setting: Setting) -> list[Read]:
    """Every document the agent opened, in order, with the verdict on it.

    The reasoning of a browse is all the text up to the next action. Browses with no text between
    them share what follows, in even parts, and so do the documents of one call.
    """
    reads: list[Read] = []
    turns = trajectory.turns
    turn = 0
    while turn < len(turns):
        end = _end_of(Browse, turns, turn)
        after = _end_of(Reasoning, turns, end)
        if end > turn:
            last = after == len(turns) or isinstance(turns[after], Answer)
            reads += _block(turns, turn, _texts(turns[end:after]), last=last, setting=setting)
        turn = max(after, turn + 1)
    _count(reads, setting)
    return reads


def _end_of(kind: type[Turn], turns: Sequence[Turn], start: int) -> int:
    while start < len(turns) and isinstance(turns[start], kind):
        start += 1
    return start


def _texts(turns: Sequence[Turn]) -> str:
    return "\n".join(turn.text for turn in turns if isinstance(turn, Reasoning))


def _block(
    turns: Sequence[Turn], start: int, reasoning: str, *, last: bool, setting: Setting
) -> Iterator[Read]:
    """The documents of browses that follow each other without a word between them."""
    opened: dict[str, tuple[int, bool]] = {}
    for index in range(start, _end_of(Browse, turns, start)):
        browse = turns[index]
        if isinstance(browse, Browse):
            for doc_id in (browse.doc_id, *browse.also):
                first, failed = opened.get(doc_id, (index, True))
                opened[doc_id] = (first, failed and browse.failed)
    sharers = sum(not failed for _, failed in opened.values())
    verdict, length = setting.verdict(reasoning), setting.length(reasoning)
    for doc_id, (turn, failed) in opened.items():
        share = None if failed or length is None else max(1, length // sharers)
        yield Read(
            doc_id=doc_id,
            turn=turn,
            failed=failed,
            verdict=Verdict.UNKNOWN if failed else verdict,
            length=share,
            before_answer=last and share is not None,
            shared=sharers > 1 and share is not None,
        )


def _count(reads: Sequence[Read], setting: Setting) -> None:
    setting.report.drop(Drop.BROWSE_FAILED, sum(read.failed for read in reads))
    done = [read for read in reads if not read.failed]
    setting.report.note(Note.MISSING_REASONING, sum(read.length is None for read in done))
    setting.report.note(Note.SHARED_REASONING, sum(read.shared for read in done))


def searches(trajectory: Trajectory) -> list[tuple[int, Search]]:
    """(turn, search) of every search, failed ones too."""
    return [(turn, s) for turn, s in enumerate(trajectory.turns) if isinstance(s, Search)]


def shown(search: Search) -> dict[str, Impression]:
    """The impressions of a list by document; of a document shown twice, the first."""
    impressions: dict[str, Impression] = {}
    for impression in search.impressions:
        impressions.setdefault(impression.doc_id, impression)
    return impressions


def known(search: Search, setting: Setting) -> dict[str, Impression]:
    """`shown`, without documents that are not in the corpus; those are counted as dropped."""
    everything = shown(search)
    kept = {doc_id: shot for doc_id, shot in everything.items() if setting.knows(doc_id)}
    setting.report.drop(Drop.SHOWN_NOT_IN_CORPUS, len(everything) - len(kept))
    return kept


def context_of(trajectory: Trajectory, turn: int) -> Context:
    """What the agent knew when it made the search at `turn`."""
    before = trajectory.turns[:turn]
    opened = [b for b in before if isinstance(b, Browse) and not b.failed]
    documents = dict.fromkeys(doc_id for b in opened for doc_id in (b.doc_id, *b.also))
    return Context(
        turn=turn,
        question=trajectory.question,
        reasoning=_latest_reasoning(before),
        previous_queries=tuple(s.query for s in before if isinstance(s, Search)),
        read_doc_ids=tuple(documents),
    )


def _latest_reasoning(turns: Sequence[Turn]) -> str:
    end = len(turns)
    while end and not isinstance(turns[end - 1], Reasoning):
        end -= 1
    start = end
    while start and isinstance(turns[start - 1], Reasoning):
        start -= 1
    return _texts(turns[start:end])


def draft(impression: Impression, state: State, evidence: Evidence | None = None) -> Candidate:
    """A candidate whose gain is still to come."""
    return Candidate(
        doc_id=impression.doc_id,
        rank=impression.rank,
        state=state,
        gain=0.0,
        score=impression.score,
        snippet=impression.snippet,
        evidence=evidence or Evidence(),
    )


def evidence_of(reads: Sequence[Read]) -> Evidence:
    """What several reads of one document say together: their lengths add up."""
    lengths = [read.length for read in reads if read.length is not None]
    return Evidence(
        turn=min(read.turn for read in reads),
        reasoning_length=sum(lengths) or None,
        before_answer=any(read.before_answer for read in reads),
        shared=any(read.shared for read in reads),
    )


def state_of(reads: Sequence[Read]) -> State:
    """What several reads of one document say together: one use is enough."""
    verdicts = {read.verdict for read in reads}
    if Verdict.USES in verdicts:
        return State.RELEVANT
    return State.REJECTED if Verdict.REJECTS in verdicts else State.UNJUDGED
