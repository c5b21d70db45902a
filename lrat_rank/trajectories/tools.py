"""Which tools search and which open documents, and where things stand in their calls.

The names and keys that agent stacks use are known (`arguments`, `tool_output`); a house-made tool
is told in a mapping file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lrat_rank.trajectories.arguments import is_browse, is_search, read_doc_ids, read_queries
from lrat_rank.trajectories.tool_output import Opened, Shown, read_opened, read_shown


@dataclass(frozen=True, slots=True)
class SearchRule:
    """Where a search tool keeps what; None means: look under the usual names."""

    query: str | None = None
    results: str | None = None
    doc_id: str | None = None
    snippet: str | None = None
    score: str | None = None


@dataclass(frozen=True, slots=True)
class BrowseRule:
    """Where a tool that opens documents keeps what; None means: look under the usual names."""

    doc_id: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class ToolMap:
    """What each tool does. Tools that have no rule are known by their names.

    >>> ToolMap().is_search("kb.search"), ToolMap(searches={"ask": SearchRule()}).is_search("ask")
    (True, True)
    """

    searches: Mapping[str, SearchRule] = field(default_factory=dict)
    browses: Mapping[str, BrowseRule] = field(default_factory=dict)

    def is_search(self, tool: str) -> bool:
        """Whether a tool of that name searches."""
        return tool in self.searches or (tool not in self.browses and is_search(tool))

    def is_browse(self, tool: str) -> bool:
        """Whether a tool of that name opens a document."""
        return tool in self.browses or (tool not in self.searches and is_browse(tool))

    def queries(self, tool: str, arguments: Mapping[str, object]) -> tuple[str, ...]:
        """The queries of a search call; the first is the one that was run."""
        return read_queries(arguments)

    def doc_ids(self, tool: str, arguments: Mapping[str, object]) -> tuple[str, ...]:
        """The documents a browse call asked for, as logged."""
        return read_doc_ids(arguments)

    def shown(self, tool: str, output: object) -> Shown:
        """The list a search showed."""
        return read_shown(output)

    def opened(self, tool: str, output: object) -> Opened:
        """The document a browse opened."""
        return read_opened(output)
