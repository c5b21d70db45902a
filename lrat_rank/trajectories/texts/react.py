"""ReAct transcripts: thoughts, actions and observations as text.

    Question: …
    Thought 1: …
    Action 1: Search[Oslo]          or   Action: search / Action Input: Oslo
    Observation 1: …
    Action 2: Finish[Norway]        or   Final Answer: Norway

The numbers may be missing, every part may have several lines, and the text may end anywhere. A
record is a text, or a JSON object with one in a field. What an action did: see `react_steps`.

A text file may hold many runs, each from its `Question:` on; such a line begins a run only where
thought or action 1 follows, so that one inside a page does not. A JSON object is one run, the last
of its text; examples, instructions and earlier trials of a prompt are left out.

The logs of Reflexion group their runs: `BEGIN CORRECT AGENTS`, `INCORRECT` and `HALTED`, and close
each with `Correct answer: …`, the reference answer. Whether the answer was right is taken from the
observation after Finish, or else from the group. A run in the group HALTED has the status
`halted`; any other that gave an answer is `completed`; of the rest the status is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from lrat_rank.trajectories.adapter import Pieces, ReadSetting, TrajectoryFormat
from lrat_rank.trajectories.calls.headings import headed
from lrat_rank.trajectories.model import Answer, Reasoning, Trajectory, Turn
from lrat_rank.trajectories.run_facts import run_facts, run_name
from lrat_rank.trajectories.texts.react_prompts import open_prompts, without_prompts
from lrat_rank.trajectories.texts.react_steps import Actions, parse_action

_LABEL = re.compile(
    r"""^[ \t]*\**(?:
        (?P<name>Thought|Action[ ]Input|Action|Observation|Final[ ]Answer|Question|Correct[ ]answer)
        (?:[ \t]*(?P<number>\d+))?[ \t]*\**:\**[ \t]*
      | -{3,}[ ]?BEGIN[ ](?P<group>[A-Z]+)[ ]AGENTS.*
      | (?P<header>\#{9,}|BEGIN[ ]TRIAL\b.*|Trial[ ]summary:.*|>[ ]Finished[ ]chain\..*)
    )""",
    re.MULTILINE | re.VERBOSE,
)
_ACTION = re.compile(r"^[ \t]*\**Action(?:[ \t]*\d+)?[ \t]*\**:", re.MULTILINE)
_BESIDE = re.compile(r"^[ \t]*\**(?:Thought|Observation)(?:[ \t]*\d+)?[ \t]*\**:", re.MULTILINE)
_RIGHT = re.compile(r"answer is correct\b|reward = 1\b", re.IGNORECASE)
_WRONG = re.compile(r"answer is incorrect\b|reward = 0\b", re.IGNORECASE)
_ENDS = (".", "!", "?", '"', "'", ")", "]", "”", "…")
_GROUPS = {"CORRECT": True, "INCORRECT": False}
_HALTED = "HALTED"
_AFTER_THE_RUN = frozenset({"Correct answer", "Group", "Header"})


@dataclass(frozen=True, slots=True)
class _Part:
    """A labelled part of a transcript, or the line that begins a group of runs or another section.

    `name` is the label, `Group` (whose name is the text) or `Header`; `at` is where it starts.
    """

    name: str
    number: str | None
    text: str
    at: int


def recognises(record: object) -> bool:
    r"""Whether a text, or the text in an object's field, has actions beside thoughts.

    >>> recognises("Thought: Where is it?\nAction: Search[Oslo]"), recognises("Action: none")
    (True, False)
    """
    return _transcript(record) is not None


def _transcript(record: object) -> str | None:
    if isinstance(record, str):
        return record if _ACTION.search(record) and _BESIDE.search(record) else None
    if not isinstance(record, Mapping) or isinstance(record.get("messages"), list):
        return None
    texts = (value for value in record.values() if isinstance(value, str))
    return next((text for text in texts if _transcript(text) is not None), None)


def _parts(text: str) -> list[_Part]:
    parts = []
    for label, body in headed(_LABEL, text):
        group = label["group"]
        name = label["name"] or ("Group" if group else "Header")
        parts.append(_Part(name, label["number"], group or body, label.start()))
    return parts


def _starts(parts: Sequence[_Part]) -> list[int]:
    """Indices of the questions that begin a run."""
    return [
        index
        for index, (part, following) in enumerate(pairwise(parts))
        if part.name == "Question"
        and following.name in ("Thought", "Action")
        and following.number in (None, "1")
    ]


def _runs(text: str) -> list[str]:
    """The runs of a text, each with the line of its group before it."""
    parts = _parts(text)
    starts = frozenset(_starts(parts))
    begun, header = [], ""
    for index, part in enumerate(parts):
        if part.name == "Group":
            header = f"--- BEGIN {part.text} AGENTS ---\n"
        elif index in starts:
            begun.append((part.at, header))
    ends = pairwise([*begun, (len(text), "")])
    return [header + text[at:end] for (at, header), (end, _) in ends]


def is_piece(record: object) -> bool:
    """Whether a record is a text of several runs."""
    return isinstance(record, str) and len(_runs(without_prompts(record))) > 1


def gather(pieces: Sequence[object]) -> Iterator[object]:
    """The runs of the texts, each a text."""
    for piece in pieces:
        if isinstance(piece, str):
            yield from _runs(without_prompts(piece))


def read_run(
    record: object, /, *, trajectory_id: str, source: str, setting: ReadSetting
) -> Trajectory:
    """Read one run.

    Raises:
        ValueError: The record holds no text of a run.
    """
    facts = run_facts(record)
    text = record if isinstance(record, str) else _transcript(record)
    if text is None:
        raise ValueError("not a ReAct transcript: ask recognises() first")
    text = without_prompts(text)
    for _ in range(open_prompts(text)):
        setting.report.unplaced["prompt without an end: examples in it count as runs"] += 1
    parts = _parts(([text, *_runs(text)])[-1])
    start = next(iter(_starts(parts)), None)
    group = next((part.text for part in parts[: start or 0] if part.name == "Group"), "")
    question = parts[start].text if start is not None else ""
    steps = _steps(parts if start is None else parts[start + 1 :])
    turns = tuple(_turns(steps, Actions(setting)))
    return Trajectory(
        trajectory_id=trajectory_id,
        question=question or facts.question,
        turns=turns,
        status=facts.status or _status(group, turns),
        correct=_correct(steps, group) if facts.correct is None else facts.correct,
        answer=facts.answer or _reference(parts),
        agent=facts.agent,
        retriever=facts.retriever,
        source=source,
    )


def _steps(parts: Sequence[_Part]) -> list[_Part]:
    """The parts of the run itself: up to the reference answer or the next section."""
    return list(takewhile(lambda part: part.name not in _AFTER_THE_RUN, parts))


def _turns(steps: Sequence[_Part], actions: Actions) -> Iterator[Turn]:
    for index, part in enumerate(steps):
        if part.name == "Thought" and part.text:
            unfinished = index + 1 == len(steps) and not part.text.endswith(_ENDS)
            yield Reasoning(part.text, truncated=unfinished)
        elif part.name == "Final Answer":
            yield Answer(part.text)
        elif part.name == "Action":
            given = _next(steps, index, "Action Input")
            after = index if given is None else index + 1
            action = parse_action(part.text, given, _next(steps, after, "Observation"))
            if action is None:
                yield actions.unreadable(part.text)
            else:
                yield from actions.turns(action)


def _next(steps: Sequence[_Part], index: int, name: str) -> str | None:
    following = steps[index + 1 : index + 2]
    return following[0].text if following and following[0].name == name else None


def _status(group: str, turns: Sequence[Turn]) -> str | None:
    if group == _HALTED:
        return _HALTED.lower()
    return "completed" if any(isinstance(turn, Answer) for turn in turns) else None


def _correct(steps: Sequence[_Part], group: str) -> bool | None:
    last = steps[-1].text if steps and steps[-1].name == "Observation" else ""
    if _WRONG.search(last):
        return False
    if _RIGHT.search(last):
        return True
    return _GROUPS.get(group)


def _reference(parts: Sequence[_Part]) -> str | None:
    texts = (part.text for part in parts if part.name == "Correct answer")
    return next((text.split("\n")[0].strip() for text in texts if text), None)


REACT = TrajectoryFormat(
    name="react-text",
    summary="ReAct transcripts: Thought, Action and Observation lines, one run or many in a text",
    recognises=recognises,
    run_name=run_name,
    read=read_run,
    pieces=Pieces(is_piece, gather),
)
