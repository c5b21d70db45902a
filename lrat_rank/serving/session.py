"""What one agent session has done up to now: its memory, and its log where there is one."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from lrat_rank.mining.agent_memory import AgentMemory
from lrat_rank.mining.labels import Context
from lrat_rank.serving.bounds import MAX_QUERY_CHARACTERS, bounded
from lrat_rank.serving.journal import Journal
from lrat_rank.serving.session_journal import Served, SessionJournal, new_session_id
from lrat_rank.trajectories.model import Impression

MAX_REASONING_CHARACTERS = 32_768
"""Of a longer reasoning the end is kept: a thought ends with what is wanted."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a call says of its agent, beside what it asks for.

    Attributes:
        question: The task, or empty.
        reasoning: What the agent wrote since its last call, or empty.
    """

    question: str = ""
    reasoning: str = ""

    @classmethod
    def of(cls, question: str | None = None, reasoning: str | None = None) -> Said:
        """As a session takes it in: a blank text says nothing.

        Raises:
            InputError: The question is longer than 4,096 characters.
        """
        question = (question or "").strip()
        if question:
            bounded("question", question, MAX_QUERY_CHARACTERS)
        return cls(
            question=question, reasoning=(reasoning or "").strip()[-MAX_REASONING_CHARACTERS:]
        )


class Session:
    """The turns of one session, taken in as they happen.

    A call is taken in with what it said, once it is answered: one that is refused or fails leaves
    no trace, so that it may be repeated.

    Args:
        question: The task, where it is known.
        journal: Where the turns are written, if anywhere.
        session_id: Names the session there; made up when it is empty.
        mixed: Whether the calls are those of several agents, nobody knows whose is which. Each
            call then needs a session of its own, see `alone`.

    Attributes:
        mixed: As given.
        session_id: As given or made up.
    """

    def __init__(
        self,
        question: str = "",
        journal: Journal | None = None,
        *,
        session_id: str = "",
        mixed: bool = False,
    ) -> None:
        self._memory = AgentMemory(question)
        self._journal, self.mixed = journal, mixed
        self.session_id = session_id or new_session_id()
        self._log = SessionJournal(journal, self.session_id) if journal is not None else None
        self._turns = 0
        self._untold_question = question
        self._ended = True

    def alone(self) -> Session:
        """A session for one call of somebody unknown."""
        return Session(journal=self._journal, mixed=True)

    @property
    def arm_id(self) -> str:
        """What chooses the arm of an A/B test; empty where nobody knows whose call it is."""
        return "" if self.mixed else self.session_id

    def context(self, said: Said) -> Context:
        """What the agent knows with what it says now: the context of the search that says it.

        Mining the log gives the same, with the judge's verdicts on what was read.
        """
        known = self._memory.context(self._turns + self._turns_of(said), said.reasoning)
        question = known.question or said.question
        return replace(known, question=question, recorded=not self.mixed)

    def think(self, reasoning: str) -> None:
        """Take in what the agent wrote when no call brought it; a blank text says nothing."""
        said = Said.of(reasoning=reasoning)
        if not said.reasoning:
            return
        self._take_in(said)
        if self._log is not None:
            self._log.think(said.reasoning)

    def searched(
        self,
        query: str,
        shown: Sequence[Impression],
        *,
        said: Said,
        served: Served,
        asked: float,
    ) -> str:
        """Take in a search that was answered.

        Args:
            query: As it was run.
            shown: The list as shown.
            said: What came with it.
            served: What made it.
            asked: When the call came in, by `time.monotonic()`.

        Returns:
            The call's id in the log; empty where there is none.
        """
        self._take_in(said)
        self._memory.ask(query)
        self._memory.show(impression.doc_id for impression in shown)
        self._turns += 1
        if self._log is None:
            return ""
        return self._log.search(
            query,
            shown,
            asked=asked,
            served=served,
            reasoning=said.reasoning,
            question=self._told_question(),
        )

    def opened(self, doc_id: str, text: str | None, *, said: Said, asked: float) -> None:
        """Take in that a document was opened; its text is None where it was not there."""
        self._take_in(said)
        self._memory.open([doc_id] if text is not None else [])
        self._turns += 1
        if self._log is not None:
            self._log.browse(doc_id, text, asked=asked, reasoning=said.reasoning)

    def shadowed(self, call_id: str, version: str, ranking: Sequence[tuple[str, float]]) -> None:
        """Take in how a shadow ranker would have answered an earlier search; from any thread."""
        if self._log is not None:
            self._log.shadow(call_id, version, ranking)

    def end(self) -> None:
        """The session is over; nothing where it has no turns, or none since it ended before."""
        if self._log is not None and not self._ended and not self.mixed:
            self._log.end()
        self._ended = True

    def _take_in(self, said: Said) -> None:
        # A session has one task, the first it is told: models word it anew with every call.
        if not self._memory.question:
            self._memory.question = self._untold_question = said.question
        if said.reasoning:
            self._memory.think(said.reasoning)
        self._turns += self._turns_of(said)
        self._ended = False

    def _turns_of(self, said: Said) -> int:
        return 1 if said.reasoning and not self.mixed else 0

    def _told_question(self) -> str:
        told, self._untold_question = self._untold_question, ""
        return told
