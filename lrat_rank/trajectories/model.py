"""What an agent did, step by step: the typed model every log format is read into.

A trajectory is one agent run; its turns stand in the order they happened. Nothing here judges:
relevance is the business of `lrat_rank.mining`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache

import msgspec

from lrat_rank.trajectories.questions import folded

# Turns are made by the million: structs are made several times as fast as dataclasses, and without
# cycles there is nothing in them for the garbage collector.


class Impression(msgspec.Struct, frozen=True, gc=False):
    """One shown document: `rank` from 1 in its list, `snippet` as the agent saw it.

    `propensity` is the probability, in (0, 1], with which the search tool put the document at this
    rank, where the tool randomised the order and logged it.
    """

    doc_id: str
    rank: int
    score: float | None = None
    snippet: str | None = None
    propensity: float | None = None


class Reasoning(msgspec.Struct, frozen=True, gc=False):
    """Text the agent wrote between actions.

    `truncated`: a token cap cut it off. `withheld`: the agent reasoned here, and the log does not
    hold what (encrypted, or not logged by design); the text is empty then, and only then.
    """

    text: str
    truncated: bool = False
    withheld: bool = False


class Search(msgspec.Struct, frozen=True, gc=False):
    """One search and the list it showed. `query` is the one that was run.

    `other_queries` are further queries of the same call that the tool ignored. A failed search
    has `failed` set and shows nothing. `batch` and `at` are those of every call, see `Trajectory`.
    """

    query: str
    impressions: tuple[Impression, ...] = ()
    other_queries: tuple[str, ...] = ()
    failed: bool = False
    batch: int | None = None
    at: float | None = None


class Browse(msgspec.Struct, frozen=True, gc=False):
    """One document opened. `text` is what came back, where the log kept it.

    `also` holds further documents of the same call (a visit of several pages at once): they share
    the reasoning that follows. `returned` is when the document came back, in seconds.
    """

    doc_id: str
    text: str | None = None
    also: tuple[str, ...] = ()
    failed: bool = False
    batch: int | None = None
    at: float | None = None
    returned: float | None = None


class Answer(msgspec.Struct, frozen=True, gc=False):
    """The final answer, as text."""

    text: str
    at: float | None = None


class OtherCall(msgspec.Struct, frozen=True, gc=False):
    """A tool call that neither searches nor opens a document, or one that cannot be read."""

    tool: str
    batch: int | None = None
    at: float | None = None


Turn = Reasoning | Search | Browse | Answer | OtherCall


@dataclass(frozen=True, slots=True)
class Trajectory:
    """One agent run.

    Calls carry two facts about their place in the run. `batch`: calls with the same number were
    made in one message, before any of their results was seen, so they share the reasoning that
    follows; a call made alone has None. `at`: when it was made, in seconds from any fixed moment,
    or None where the log keeps no times.

    Attributes:
        trajectory_id: Unique among the trajectories read together.
        question: The task, or empty where the log has none.
        question_id: Id of the task in its topics and qrels; empty where the log has none, or
            where it is the trajectory's own id.
        turns: In the order they happened.
        status: As logged (`completed`, …), or None.
        correct: Whether the answer was right, where the log knows.
        answer: The `answer` a log keeps beside the steps, as it stands (LRAT puts the reference
            answer there); what the agent said is the `Answer` turn.
        agent: Model or agent name, or empty.
        retriever: Name of the search back end, or empty.
        arm: Arm of the A/B test that served the run, or empty.
        source: The file (and line) it came from.
    """

    trajectory_id: str
    question: str
    turns: tuple[Turn, ...]
    status: str | None = None
    correct: bool | None = None
    answer: str | None = None
    agent: str = ""
    retriever: str = ""
    arm: str = ""
    question_id: str = ""
    source: str = field(default="", compare=False)

    @property
    def group(self) -> str:
        """What a split must never cut: the question, however often and by whom it was asked.

        Two runs share a group when their questions are equal after case and white space are
        folded; without a question each trajectory is a group of its own.
        """
        return _question_group(self.question) or f"trajectory-{self.trajectory_id}"


@lru_cache(maxsize=1024)
def _question_group(question: str) -> str:
    """The group of a question; empty for none. Runs of one question stand together in a log."""
    wording = folded(question)
    if not wording:
        return ""
    return f"question-{hashlib.sha1(wording.encode(), usedforsecurity=False).hexdigest()[:12]}"
