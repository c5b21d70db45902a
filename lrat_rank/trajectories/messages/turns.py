"""Turns of message logs: outputs find their calls, and text beside calls is reasoning.

Five things go wrong in real logs, and are settled here for all message formats:

- Outputs stand in another order than the calls, or in a later message: they belong to the call
  that bears their id. Where an id comes again (`call_0` in every message), an output belongs to
  the latest call before it. An output without an id belongs to the first call of the step before
  it that has none yet.
- An output is missing: the call has none logged, which is not a failure. An output without its
  call is counted.
- Text stands beside calls: it is reasoning. Only the last text, with no call after it, answers.
- Calls of one time stand in several messages, with text between them: what was written before the
  output of an earlier call came cannot be about it, so all of that is one step. Text goes first,
  the calls are one batch. Calls that carry their output are not waited for.
- The user says more, after the agent spoke or its calls came back: what it writes next is about
  that, and no longer about the documents before. So its text before that is an answer; where its
  last act was a call, an `OtherCall` named `user` stands between. Both are counted.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import count

from lrat_rank.trajectories.adapter import ReadSetting
from lrat_rank.trajectories.calls.reader import CallReader, ToolCall, other
from lrat_rank.trajectories.messages.steps import Asked, Came, Entry, Step
from lrat_rank.trajectories.model import Answer, OtherCall, Reasoning, Trajectory, Turn
from lrat_rank.trajectories.run_facts import question_of, run_facts

_USER = "user"
_NOBODYS = ""
"""Stands for the ids that no call bears: such an output may belong to a call without an id."""


def read_entries(
    entries: Sequence[Entry],
    record: object,
    *,
    question: str,
    trajectory_id: str,
    source: str,
    setting: ReadSetting,
) -> Trajectory:
    """The run that entries make up; see `read_steps`."""
    reader = CallReader(setting)
    return read_steps(
        settled(entries, reader),
        reader,
        record,
        question=question,
        trajectory_id=trajectory_id,
        source=source,
    )


def read_steps(
    steps: Iterable[Step],
    reader: CallReader,
    record: object,
    *,
    question: str,
    trajectory_id: str,
    source: str,
) -> Trajectory:
    """The run that settled steps make up; `question` is what the user asked first."""
    facts = run_facts(record)
    return Trajectory(
        trajectory_id=trajectory_id,
        question=question_of(record, question),
        turns=tuple(turns_of(steps, reader)),
        status=facts.status,
        correct=facts.correct,
        answer=facts.answer,
        agent=facts.agent,
        retriever=facts.retriever,
        source=source,
    )


def settled(entries: Sequence[Entry], reader: CallReader) -> list[Step]:
    """The steps, every call with what came back for it; the rest of what came is counted."""
    outputs = _Outputs(entries)
    steps: list[Step] = []
    waits_until = -1
    heard = came = False
    for place, entry in enumerate(entries):
        if isinstance(entry, Came):
            came = True
        elif not isinstance(entry, Step):
            heard = heard or came or not (steps and steps[-1].calls)
        else:
            step, last = outputs.given(entry, place)
            if place < waits_until and not came and all(call.came is None for call in entry.calls):
                steps[-1] = _one(steps[-1], step)
            else:
                steps.append(replace(step, after_user=heard))
                waits_until = -1
            waits_until = max(waits_until, last)
            heard = came = False
    for _ in range(outputs.left()):
        reader.unplaced("tool output without its call")
    return steps


def _one(step: Step, more: Step) -> Step:
    """Two steps as one, its text before its calls."""
    said = (Reasoning(step.text, truncated=step.truncated),) if step.text.strip() else ()
    return replace(
        step,
        thoughts=(*step.thoughts, *said, *more.thoughts),
        text=more.text,
        calls=(*step.calls, *more.calls),
        at=step.at if more.at is None else more.at,
        truncated=more.truncated,
    )


class _Outputs:
    """Hands each call its output, see the top of this file."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._waiting: defaultdict[tuple[str | None, int], deque[tuple[int, Came]]] = defaultdict(
            deque
        )
        first: dict[str, int] = {}
        for place, entry in enumerate(entries):
            for call in entry.calls if isinstance(entry, Step) else ():
                if call.call_id is not None:
                    first.setdefault(call.call_id, place)
        asked: dict[str | None, int] = {None: -1, _NOBODYS: -1}
        for place, entry in enumerate(entries):
            if isinstance(entry, Came):
                known = entry.call_id is None or entry.call_id in first
                call_id = entry.call_id if known else _NOBODYS
                owner = asked.get(call_id, first.get(call_id or "", -1))
                self._waiting[call_id, owner].append((place, entry))
            elif isinstance(entry, Step) and entry.calls:
                asked.update({call.call_id: place for call in entry.calls})
                asked[None] = asked[_NOBODYS] = place

    def given(self, step: Step, place: int) -> tuple[Step, int]:
        """The step at a place, each call with its output, and where the last output stands."""
        calls: list[Asked] = []
        last = -1
        for call in step.calls:
            waiting = self._for(call, place) if call.came is None else None
            if waiting:
                at, came = waiting.popleft()
                last = max(last, at)
                call = replace(call, came=came)
            calls.append(call)
        return replace(step, calls=tuple(calls)), last

    def _for(self, call: Asked, place: int) -> deque[tuple[int, Came]] | None:
        ids = (call.call_id, None, *([_NOBODYS] if call.call_id is None else []))
        return next((found for name in ids if (found := self._waiting[name, place])), None)

    def left(self) -> int:
        """How many outputs no call has taken."""
        return sum(map(len, self._waiting.values()))


def turns_of(steps: Iterable[Step], reader: CallReader) -> list[Turn]:
    """The turns of steps whose outputs are settled."""
    turns: list[Turn] = []
    batches = count(1)
    said: tuple[int, Answer] | None = None
    for step in steps:
        if step.after_user and turns:
            reader.unplaced("later message of the user")
            if said is not None:
                turns[said[0]] = said[1]
            elif not isinstance(turns[-1], Answer):
                turns.append(OtherCall(_USER))
            said = None
        turns += step.thoughts
        if step.text.strip():
            said = len(turns), Answer(step.text, step.at)
            turns.append(Reasoning(step.text, truncated=step.truncated))
        if step.calls:
            said = None
            batch = next(batches) if len(step.calls) > 1 else None
            turns += [_turn(call, reader, batch, step.at) for call in step.calls]
    if said is not None:
        place, answer = said
        turns[place] = answer
    return turns


def _turn(asked: Asked, reader: CallReader, batch: int | None, at: float | None) -> Turn:
    came = asked.came if asked.came is not None else Came()
    call = ToolCall(
        tool=asked.tool,
        arguments=asked.arguments,
        output=came.output,
        failed=came.failed,
        batch=batch,
        at=at,
        returned=came.at,
    )
    if asked.neither:
        return other(call)
    if asked.queries is not None:
        return reader.search(asked.queries, call)
    return reader.turn(call) if asked.opens is None else reader.browse(asked.opens, call)
