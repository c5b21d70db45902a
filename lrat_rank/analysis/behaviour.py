"""What agents did: outcomes, what follows what, how long their lists and their thoughts are.

Everything is a sum or a count, so that any number of trajectories fits into the same memory. An
*action* is a call or the answer; reasoning stands between actions and is none. Counts are kept by
outcome and agent; agents beyond the first `MOST_AGENTS` share one row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from lrat_rank.mining.judges.none import NoJudge
from lrat_rank.mining.policies.base import Setting
from lrat_rank.mining.policies.reading import read_documents
from lrat_rank.mining.report import LossReport
from lrat_rank.mining.tokenizers import Tokenizer
from lrat_rank.trajectories.model import (
    Answer,
    Browse,
    OtherCall,
    Reasoning,
    Search,
    Trajectory,
    Turn,
)

MOST_AGENTS = 20
OTHER_AGENTS = "(other agents)"
UNNAMED = "(unnamed)"
_LONGEST_NAME = 100


class Outcome(StrEnum):
    """How a run ended, as far as its log knows."""

    CORRECT = "correct"
    INCORRECT = "incorrect"
    UNKNOWN = "unknown"


def outcome_of(trajectory: Trajectory) -> Outcome:
    """The outcome of a run."""
    if trajectory.correct is None:
        return Outcome.UNKNOWN
    return Outcome.CORRECT if trajectory.correct else Outcome.INCORRECT


class Action(StrEnum):
    """What an agent does, with the two ends of a run."""

    START = "start"
    SEARCH = "search"
    BROWSE = "browse"
    OTHER = "other call"
    ANSWER = "answer"
    STOP = "stop"
    """The run ends without an answer."""


_ACTIONS: dict[type[Turn], Action] = {
    Search: Action.SEARCH,
    Browse: Action.BROWSE,
    OtherCall: Action.OTHER,
    Answer: Action.ANSWER,
}


def actions(trajectory: Trajectory) -> Iterator[Action]:
    """The actions of a run, from `START` to `ANSWER` or `STOP`.

    >>> turns = (Search("q"), Reasoning("hm"), Browse("d"), Answer("42"))
    >>> [action.value for action in actions(Trajectory("t", "", turns))]
    ['start', 'search', 'browse', 'answer']
    """
    yield Action.START
    last = Action.START
    for turn in trajectory.turns:
        if not isinstance(turn, Reasoning):
            last = _ACTIONS[type(turn)]
            yield last
    if last is not Action.ANSWER:
        yield Action.STOP


@dataclass(slots=True)
class RunCounts:
    """Sums over runs.

    Attributes:
        trajectories: Runs.
        steps: Their calls: searches, browses and others.
        searches: Their searches.
        searches_followed: Searches whose next action is a browse.
        browses: Documents opened; a call that opened three counts as three.
        reasoned: Opened documents that reasoning follows.
        reasoning_tokens: Tokens of that reasoning; documents opened together share it evenly.
        answered: Runs that end in an answer.
    """

    trajectories: int = 0
    steps: int = 0
    searches: int = 0
    searches_followed: int = 0
    browses: int = 0
    reasoned: int = 0
    reasoning_tokens: int = 0
    answered: int = 0

    def add(self, other: RunCounts) -> None:
        """Add the sums of other runs."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class Behaviour:
    """Filled run by run.

    Attributes:
        tokenizer: Measures reasoning.
        runs: Sums by outcome and agent.
        transitions: How often an action followed another, by outcome.
        list_sizes: How many documents a search showed, over searches that did not fail.
        failed_searches: Searches that failed; they show nothing.
        lengths: Tokens of reasoning of an opened document, by outcome, with their counts.
        timed: Runs with the time of at least one call.
    """

    tokenizer: Tokenizer
    runs: dict[tuple[Outcome, str], RunCounts] = field(default_factory=dict)
    transitions: dict[Outcome, Counter[tuple[Action, Action]]] = field(default_factory=dict)
    list_sizes: Counter[int] = field(default_factory=Counter)
    failed_searches: int = 0
    lengths: dict[Outcome, Counter[int]] = field(default_factory=dict)
    timed: int = 0
    _agents: set[str] = field(default_factory=set)

    def row_of(self, trajectory: Trajectory) -> tuple[Outcome, str]:
        """The outcome and agent under which a run is counted."""
        name = trajectory.agent[:_LONGEST_NAME] or UNNAMED
        if name not in self._agents:
            if len(self._agents) >= MOST_AGENTS:
                return outcome_of(trajectory), OTHER_AGENTS
            self._agents.add(name)
        return outcome_of(trajectory), name

    def see(self, trajectory: Trajectory) -> None:
        """Count one run."""
        row = self.row_of(trajectory)
        outcome = row[0]
        pairs = list(pairwise(actions(trajectory)))
        self.transitions.setdefault(outcome, Counter()).update(pairs)
        for turn in trajectory.turns:
            if isinstance(turn, Search):
                self.failed_searches += turn.failed
                self.list_sizes.update(() if turn.failed else (len(turn.impressions),))
        lengths = self._lengths(trajectory)
        self.lengths.setdefault(outcome, Counter()).update(lengths)
        self.timed += any(_has_time(turn) for turn in trajectory.turns)
        self.runs.setdefault(row, RunCounts()).add(_counts(trajectory, pairs, lengths))

    def _lengths(self, trajectory: Trajectory) -> list[int]:
        """Tokens of reasoning of each opened document that has any."""
        setting = Setting(NoJudge(), self.tokenizer, None, LossReport())
        reads = read_documents(trajectory, setting)
        return [read.length for read in reads if read.length is not None]


def _counts(
    trajectory: Trajectory, pairs: list[tuple[Action, Action]], lengths: list[int]
) -> RunCounts:
    turns = trajectory.turns
    return RunCounts(
        trajectories=1,
        steps=sum(isinstance(turn, Search | Browse | OtherCall) for turn in turns),
        searches=sum(isinstance(turn, Search) for turn in turns),
        searches_followed=pairs.count((Action.SEARCH, Action.BROWSE)),
        browses=sum(1 + len(turn.also) for turn in turns if isinstance(turn, Browse)),
        reasoned=len(lengths),
        reasoning_tokens=sum(lengths),
        answered=sum(after is Action.ANSWER for _, after in pairs[-1:]),
    )


def _has_time(turn: Turn) -> bool:
    return not isinstance(turn, Reasoning) and turn.at is not None
