"""What the agent needs of a search tool, and a tool that shows another's lists in any order."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Protocol, runtime_checkable


class Hit(Protocol):
    """One search result."""

    @property
    def doc_id(self) -> str:
        """Id to open it by."""

    @property
    def score(self) -> float:
        """Higher is better."""

    @property
    def snippet(self) -> str:
        """The text shown in the list."""


class OpenedDocument(Protocol):
    """One document, opened."""

    @property
    def contents(self) -> str:
        """Title and text."""


class SearchTool(Protocol):
    """What the agent needs of a search tool; `lrat_rank.serving.SearchTool` is one."""

    def search(self, query: str, k: int) -> Sequence[Hit]:
        """The `k` best documents, best first."""

    def get_document(self, doc_id: str) -> OpenedDocument | None:
        """One document in full, or None where there is none of that id."""


@runtime_checkable
class Listener(Protocol):
    """A search tool that wants to know what the agent writes between its calls."""

    def think(self, reasoning: str) -> None:
        """Take in reasoning."""


class ShuffledTool:
    """A tool whose lists hold the same documents in an order of chance.

    The order depends on the seed and the query, so that a run is repeatable. With such lists the
    rank of a document says nothing about it, and what is opened by rank shows a habit of the agent.

    Args:
        tool: The tool that searches.
        seed: Any integer.
    """

    def __init__(self, tool: SearchTool, seed: int = 0) -> None:
        self._tool = tool
        self._seed = seed

    def search(self, query: str, k: int) -> list[Hit]:
        """The `k` best documents, shuffled."""
        hits = list(self._tool.search(query, k))
        Random(f"{self._seed}/{query}").shuffle(hits)
        return hits

    def get_document(self, doc_id: str) -> OpenedDocument | None:
        """The document, as the tool gives it."""
        return self._tool.get_document(doc_id)
