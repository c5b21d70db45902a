"""What was read, with the reasoning and the judge's decision on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lrat_rank.mining.judges.base import Case, Decision, Verdict
from lrat_rank.mining.policies.base import Setting
from lrat_rank.mining.policies.showing import made_at_once, searches, shown
from lrat_rank.mining.report import Drop, Note
from lrat_rank.trajectories.model import (
    Answer,
    Browse,
    Reasoning,
    Trajectory,
    Turn,
)


@dataclass(frozen=True, slots=True)
class Read:
    """One document opened and judged.

    Attributes:
        doc_id: The document.
        turn: Index of its browse.
        decision: What the reasoning says about it.
        failed: Nothing came back; the verdict is then `UNKNOWN`.
        length: Its tokens of reasoning, or its even share of them; None where there is none.
        dwell: Where that stands in for reasoning: seconds from the document's return to the next
            action, or its even share of them.
        before_answer: The reasoning is the last before the answer or the end.
        truncated: The reasoning was cut off.
        shared: Documents opened at the same time share the reasoning.
        known_from: The first turn after what the decision rests on.
    """

    doc_id: str
    turn: int
    decision: Decision
    known_from: int
    failed: bool = False
    length: int | None = None
    dwell: float | None = None
    before_answer: bool = False
    truncated: bool = False
    shared: bool = False

    @property
    def verdict(self) -> Verdict:
        """What the reasoning says about the document."""
        return self.decision.verdict


@dataclass(frozen=True, slots=True)
class _Block:
    """Browses that share what was written after them: turns `start` to `end`, then the text."""

    start: int
    end: int
    after: int


def read_documents(trajectory: Trajectory, setting: Setting) -> list[Read]:
    """Every document the agent opened, in order, with the decision on it.

    The reasoning of a browse is all the text up to the next action. Browses with no text between
    them share what follows, in even parts, and so do the documents of one call and the browses of
    one batch.
    """
    cases = CaseBook(trajectory)
    reads: list[Read] = []
    for block in _blocks(trajectory.turns):
        reads += _reads(trajectory.turns, block, cases, setting)
    return reads


def _blocks(turns: Sequence[Turn]) -> Iterator[_Block]:
    turn = 0
    while turn < len(turns):
        if not isinstance(turns[turn], Browse):
            turn += 1
            continue
        end = turn + 1
        while end < len(turns) and _made_together(turns[end - 1], turns[end]):
            end += 1
        after = end
        while after < len(turns) and isinstance(turns[after], Reasoning):
            after += 1
        yield _Block(turn, end, after)
        turn = after


def _made_together(before: Turn, turn: Turn) -> bool:
    """Whether a turn stands in one block with the turn before it."""
    if isinstance(before, Reasoning | Answer) or isinstance(turn, Reasoning | Answer):
        return False
    if turn.batch is not None and turn.batch == before.batch:
        return True
    return isinstance(before, Browse) and isinstance(turn, Browse)


def _reads(
    turns: Sequence[Turn], block: _Block, cases: CaseBook, setting: Setting
) -> Iterator[Read]:
    opened = _opened(turns[block.start : block.end], block.start)
    sharers = sum(not failed for _, failed in opened.values())
    setting.report.drop(Drop.BROWSE_FAILED, len(opened) - sharers)
    thought = _thought(turns, block, sharers, setting)
    last = block.after == len(turns) or isinstance(turns[block.after], Answer)
    measured = thought.length is not None or thought.dwell is not None
    for doc_id, (turn, failed) in opened.items():
        if failed:
            yield Read(
                doc_id=doc_id,
                turn=turn,
                decision=_NOTHING_CAME,
                known_from=block.after,
                failed=True,
            )
            continue
        yield Read(
            doc_id=doc_id,
            turn=turn,
            decision=_STAYED
            if thought.dwell is not None
            else cases.decision(doc_id, turn, thought.text, setting),
            known_from=block.after,
            length=thought.length,
            dwell=thought.dwell,
            before_answer=last and measured,
            truncated=thought.truncated,
            shared=sharers > 1 and measured,
        )


@dataclass(frozen=True, slots=True)
class _Thought:
    """What was written after a block, and each document's even share of its length.

    `dwell` is set only where it stands in for reasoning.
    """

    text: str
    length: int | None
    dwell: float | None
    truncated: bool


def _thought(turns: Sequence[Turn], block: _Block, sharers: int, setting: Setting) -> _Thought:
    """The reasoning after a block, measured and counted."""
    thoughts = [turn for turn in turns[block.end : block.after] if isinstance(turn, Reasoning)]
    text = "\n".join(thought.text for thought in thoughts if thought.text)
    if not sharers:
        return _Thought(text, None, None, truncated=False)
    length = setting.length(text)
    truncated = any(thought.truncated for thought in thoughts)
    report = setting.report
    if length is not None:
        report.note(Note.SHARED_REASONING, sharers if sharers > 1 else 0)
        report.note(Note.TRUNCATED_REASONING, sharers if truncated else 0)
        return _Thought(text, max(1, length // sharers), None, truncated)
    report.note(Note.MISSING_REASONING, sharers)
    if any(thought.withheld for thought in thoughts):
        report.note(Note.WITHHELD_REASONING, sharers)
    dwell = _dwell(turns, block) if setting.dwell else None
    if dwell is None:
        return _Thought(text, None, None, truncated=False)
    report.note(Note.DWELL, sharers)
    return _Thought(text, None, dwell / sharers, truncated=False)


_NOTHING_CAME = Decision(Verdict.UNKNOWN, "the document did not come")
_STAYED = Decision(Verdict.USES, "no reasoning is logged; the agent stayed")


def _opened(turns: Sequence[Turn], start: int) -> dict[str, tuple[int, bool]]:
    """Turn and failure of each document of a block; one success is enough."""
    opened: dict[str, tuple[int, bool]] = {}
    for index, browse in enumerate(turns, start):
        if isinstance(browse, Browse):
            for doc_id in (browse.doc_id, *browse.also):
                first, failed = opened.get(doc_id, (index, True))
                opened[doc_id] = (first, failed and browse.failed)
    return opened


def _dwell(turns: Sequence[Turn], block: _Block) -> float | None:
    """Seconds from the last document's return (or else call) to the next action."""
    browses = [turn for turn in turns[block.start : block.end] if isinstance(turn, Browse)]
    times = [b.at if b.returned is None else b.returned for b in browses]
    done = [time for time in times if time is not None]
    following = turns[block.after] if block.after < len(turns) else None
    if not done or following is None or isinstance(following, Reasoning) or following.at is None:
        return None
    seconds = following.at - max(done)
    return seconds if seconds > 0 else None


class CaseBook:
    """What a judge may see of each browse of one trajectory.

    Attributes:
        shown: The impressions of each search by document (see `shown`), by its turn.
    """

    def __init__(self, trajectory: Trajectory) -> None:
        self._trajectory = trajectory
        self._lists = [(turn, search, shown(search)) for turn, search in searches(trajectory)]
        self.shown = {turn: impressions for turn, _, impressions in self._lists}

    def decision(self, doc_id: str, turn: int, reasoning: str, setting: Setting) -> Decision:
        """The judge's decision on the document opened at `turn`."""
        browse = f"{self._trajectory.trajectory_id}:{turn}"
        return setting.decide(self._case(doc_id, turn, reasoning), browse=browse)

    def _case(self, doc_id: str, turn: int, reasoning: str) -> Case:
        query, snippet = "", ""
        browse = self._trajectory.turns[turn]
        for at, search, impressions in self._lists:
            if at < turn and doc_id in impressions and not made_at_once(search, browse):
                query, snippet = search.query, impressions[doc_id].snippet or ""
        text = browse.text if isinstance(browse, Browse) and browse.doc_id == doc_id else None
        return Case(
            reasoning=reasoning,
            doc_id=doc_id,
            document=text or snippet,
            query=query,
            question=self._trajectory.question,
        )
