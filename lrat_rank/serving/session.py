"""What one agent session has done up to now: its memory, and its log where there is one."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from lrat_rank.mining.agent_memory import AgentMemory
from lrat_rank.mining.labels import Context
from lrat_rank.serving.bounds import MAX_QUERY_CHARACTERS, bounded
from lrat_rank.serving.journal import Journal
from lrat_rank.serving.session_journal import Served, SessionJournal, new_session_id
from lrat_rank.trajectories.model import Impression

MAX_REASONING_CHARACTERS = 32_768
"""Of a longer reasoning the end is kept: a thought ends with what is wanted."""


class Session:
    """The turns of one session, taken in as they happen.

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
        self._untold_question, self._untold_reasoning = question, ""

    def alone(self) -> Session:
        """A session for one call of somebody unknown."""
        return Session(journal=self._journal, mixed=True)

    @property
    def arm_id(self) -> str:
        """What chooses the arm of an A/B test; empty where nobody knows whose call it is."""
        return "" if self.mixed else self.session_id

    @property
    def context(self) -> Context:
        """What the agent knows now: the context of a search that it makes next.

        Mining the log gives the same, with the judge's verdicts on what was read.
        """
        known = self._memory.context(self._turns)
        return replace(known, recorded=False) if self.mixed else known

    def ask_for(self, question: str) -> None:
        """Take in the task; a blank one says nothing.

        The first one stays: a session has one task, and models word it anew with every call.

        Raises:
            InputError: It is longer than 4,096 characters.
        """
        question = question.strip()
        if not question:
            return
        bounded("question", question, MAX_QUERY_CHARACTERS)
        if not self._memory.question:
            self._memory.question = self._untold_question = question

    def think(self, reasoning: str, *, alone: bool = False) -> None:
        """Take in what the agent wrote; a blank text says nothing.

        Args:
            reasoning: What it wrote.
            alone: Whether no call brought it.
        """
        thought = reasoning.strip()[-MAX_REASONING_CHARACTERS:]
        if not thought:
            return
        self._memory.think(thought)
        self._turns += not self.mixed
        # What a call brought that failed stands by itself in the log.
        self._tell(self._untold_reasoning)
        self._untold_reasoning = ""
        if alone:
            self._tell(thought)
        else:
            self._untold_reasoning = thought

    def searched(
        self, query: str, shown: Sequence[Impression], *, served: Served, asked: float
    ) -> str:
        """Take in a search that was answered.

        Args:
            query: As it was run.
            shown: The list as shown.
            served: What made it.
            asked: When the call came in, by `time.monotonic()`.

        Returns:
            The call's id in the log; empty where there is none.
        """
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
            reasoning=self._told_reasoning(),
            question=self._told_question(),
        )

    def opened(self, doc_id: str, text: str | None, *, asked: float) -> None:
        """Take in that a document was opened; its text is None where it was not there."""
        self._memory.open([doc_id] if text is not None else [])
        self._turns += 1
        if self._log is not None:
            self._log.browse(doc_id, text, asked=asked, reasoning=self._told_reasoning())

    def shadowed(self, call_id: str, version: str, ranking: Sequence[tuple[str, float]]) -> None:
        """Take in how a shadow ranker would have answered an earlier search; from any thread."""
        if self._log is not None:
            self._log.shadow(call_id, version, ranking)

    def end(self) -> None:
        """The session is over."""
        self._tell(self._told_reasoning())
        if self._log is not None and not self.mixed:
            self._log.end()

    def _tell(self, thought: str) -> None:
        if thought and self._log is not None:
            self._log.think(thought)

    def _told_reasoning(self) -> str:
        told, self._untold_reasoning = self._untold_reasoning, ""
        return told

    def _told_question(self) -> str:
        told, self._untold_question = self._untold_question, ""
        return told
