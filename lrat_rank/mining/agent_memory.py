"""What an agent has asked, been shown and read up to now, kept call by call.

Mining walks a trajectory with it and the search tool keeps one a session, so that a ranker is given
in use what it was trained on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from lrat_rank.mining.labels import Context

MOST_QUERIES, MOST_READ, MOST_SHOWN = 100, 500, 500
"""What a memory holds at most, the latest: else the labels of a run grow with its square."""
MOST_QUERY_CHARACTERS = 32_768
"""Of all queries a memory holds, but for the last one: a server keeps thousands of memories."""


class AgentMemory:
    """One agent's memory; what it is not told, it does not hold.

    Args:
        question: The task, where it is known from the start.

    Attributes:
        question: The task, or empty.

    >>> memory = AgentMemory("Who was it?")
    >>> memory.ask("poets"), memory.show(["a", "b"]), memory.open(["b"])
    (None, None, None)
    >>> memory.think("b may be it"), memory.context(turn=3).read_doc_ids
    (None, ('b',))
    """

    def __init__(self, question: str = "") -> None:
        self.question = question
        self._thoughts: list[str] = []
        self._thinking = False
        self._queries: deque[str] = deque(maxlen=MOST_QUERIES)
        self._shown: deque[str] = deque(maxlen=MOST_SHOWN)
        self._read: dict[str, None] = {}
        self._useful: dict[str, None] | None = None

    def think(self, text: str) -> None:
        """Take in reasoning; what follows other reasoning without a call between is one text."""
        if not self._thinking:
            self._thoughts = []
        self._thinking = True
        if text:
            self._thoughts.append(text)

    def act(self) -> None:
        """Take in any call: the next reasoning is a new one, and this one stays until then."""
        self._thinking = False

    def ask(self, query: str) -> None:
        """Take in a query."""
        self.act()
        self._queries.append(query)
        while len(self._queries) > 1 and sum(map(len, self._queries)) > MOST_QUERY_CHARACTERS:
            self._queries.popleft()

    def show(self, doc_ids: Iterable[str]) -> None:
        """Take in the list a search showed: each document once."""
        self._shown.extend(doc_ids)

    def open(self, doc_ids: Iterable[str]) -> None:
        """Take in documents that were opened, and came."""
        self.act()
        _remember(self._read, doc_ids)

    def judge(self, useful: Iterable[str] = ()) -> None:
        """Take in that reads are judged, and which were found useful; what was not read is not."""
        self._useful = {} if self._useful is None else self._useful
        _remember(self._useful, (doc_id for doc_id in useful if doc_id in self._read))

    def context(self, turn: int, thought: str = "") -> Context:
        """What the agent knows now.

        Args:
            turn: Index of the search it is about to make, among the turns of its run.
            thought: What it thinks now; the memory does not take it in.
        """
        before = self._thoughts if self._thinking or not thought else []
        return Context(
            turn=turn,
            question=self.question,
            reasoning="\n".join([*before, thought] if thought else before),
            previous_queries=tuple(self._queries),
            read_doc_ids=tuple(self._read),
            useful_doc_ids=None if self._useful is None else tuple(self._useful),
            shown_doc_ids=tuple(self._shown),
        )


def _remember(known: dict[str, None], doc_ids: Iterable[str]) -> None:
    known.update(dict.fromkeys(doc_ids))
    while len(known) > MOST_READ:
        del known[next(iter(known))]
