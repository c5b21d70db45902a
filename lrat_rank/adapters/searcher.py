"""Searching an index for a framework: the one way all retrievers take."""

from __future__ import annotations

from dataclasses import dataclass

from lrat_rank.serving import SearchHit, SearchTool
from lrat_rank.serving.bounds import MAX_K, within


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """One document that a search found, as frameworks take it.

    Attributes:
        doc_id: Which.
        text: What the search shows of it, its title first; a tool made with
            `EngineOptions(snippet_tokens=-1)` shows the whole document.
        score: Of the last stage; finite, higher is better.
        metadata: `doc_id`, `rank` from 1, `title` where the document has one, and `already_read`
            where the session opened it before; a dictionary of the receiver's own.
    """

    doc_id: str
    text: str
    score: float
    metadata: dict[str, str | int]


class Searcher:
    """Asks a search tool on behalf of a framework.

    Retrievers are shared: a chain serves many conversations at once. So each query stands alone,
    and nothing that one asked is context of another's search. A retriever that belongs to one agent
    takes `one_session`.

    Args:
        tool: Answers the queries.
        k: Documents a query gets, 1 to 100; the tool's own number when None.
        one_session: Whether the queries are one agent's, in their order: the ranker is told what
            was asked and shown before, and the tool's log holds them.

    Raises:
        InputError: `k` is out of its range.
    """

    def __init__(
        self, tool: SearchTool, *, k: int | None = None, one_session: bool = False
    ) -> None:
        check_k("k", k)
        self._tool = tool if one_session else tool.mixed()
        self._k = k

    def find(self, query: str, k: int | None = None) -> list[FoundDocument]:
        """The best documents for a query, best first; fewer, or none, where fewer match.

        Args:
            query: What to look for.
            k: How many; None for the searcher's own number.

        Raises:
            InputError: The query is blank or too long, or `k` is not 1 to 100.
        """
        return [_found(hit) for hit in self._tool.search(query, self._k if k is None else k)]


def check_k(what: str, k: int | None) -> int | None:
    """The number of documents a search shows, as given.

    Raises:
        InputError: It is not 1 to 100.
    """
    return k if k is None else within(what, k, 1, MAX_K)


def _found(hit: SearchHit) -> FoundDocument:
    metadata: dict[str, str | int] = {"doc_id": hit.doc_id, "rank": hit.rank}
    if hit.title:
        metadata["title"] = hit.title
    if hit.already_read:
        metadata["already_read"] = True
    return FoundDocument(hit.doc_id, hit.snippet, float(hit.score), metadata)
