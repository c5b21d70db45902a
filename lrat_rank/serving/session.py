"""What one agent session has done up to now: its memory, and its log where there is one."""

from __future__ import annotations

from msgspec.structs import replace

from lrat_rank.errors import InputError
from lrat_rank.mining.agent_memory import AgentMemory
from lrat_rank.mining.labels import Context
from lrat_rank.serving.snippets import first_words
from lrat_rank.serving.trajectory_log import SessionLog
from lrat_rank.trajectories.model import Browse, Reasoning, Search

MAX_QUESTION_CHARACTERS = 4096
MAX_REASONING_CHARACTERS = 32_768
"""Of a longer reasoning the end is kept: a thought ends with what is wanted."""

_NAMING_WORDS = 8


class Session:
    """The turns of one session, taken in as they happen.

    Args:
        question: The task, where it is known.
        log: Where the turns are written, if anywhere.
        mixed: Whether the calls are those of several agents, nobody knows whose is which. Each
            search then needs a session of its own.

    Attributes:
        mixed: As given.
    """

    def __init__(
        self, question: str = "", log: SessionLog | None = None, *, mixed: bool = False
    ) -> None:
        self._memory = AgentMemory(question)
        self._log, self.mixed = log, mixed
        self._turns = 0

    @property
    def context(self) -> Context:
        """What the agent knows now: the context of a search that it makes next.

        Mining the log gives the same, with the judge's verdicts on what was read.
        """
        known = self._memory.context(self._turns)
        return replace(known, recorded=False) if self.mixed else known

    def ask_for(self, question: str) -> None:
        """Take in the task; a blank one says nothing.

        Raises:
            InputError: It is longer than 4,096 characters, or the session has another.
        """
        question = question.strip()
        if not question or question == self._memory.question:
            return
        if len(question) > MAX_QUESTION_CHARACTERS:
            raise InputError(
                "question",
                must=f"at most {MAX_QUESTION_CHARACTERS:,} characters",
                got=f"{len(question):,}",
            )
        if self._memory.question:
            raise InputError(
                "question",
                must="the session's own",
                got=repr(first_words(_NAMING_WORDS)("", question)),
                do="Open another session for it.",
            )
        self._memory.question = question
        if self._log is not None:
            self._log.question = question

    def think(self, reasoning: str) -> None:
        """Take in what the agent wrote; a blank text says nothing."""
        thought = reasoning.strip()[-MAX_REASONING_CHARACTERS:]
        if not thought:
            return
        self._memory.think(thought)
        if not self.mixed:
            self._add(Reasoning(thought))

    def search(self, search: Search) -> None:
        """Take in a search with what it showed."""
        if self.mixed:
            return
        self._memory.ask(search.query)
        self._memory.show(impression.doc_id for impression in search.impressions)
        self._add(search)

    def browse(self, browse: Browse) -> None:
        """Take in that a document was opened, or was not there."""
        if self.mixed:
            return
        self._memory.open([] if browse.failed else [browse.doc_id])
        self._add(browse)

    def _add(self, turn: Reasoning | Search | Browse) -> None:
        self._turns += 1
        if self._log is not None:
            self._log.record(turn)
