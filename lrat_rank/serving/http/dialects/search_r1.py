"""Search-R1's rerank server, where every query is ranked against its own documents alone.

`/retrieve` has its two request forms here too; it searches the index and ranks no texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from lrat_rank.collections import Document
from lrat_rank.serving.bounds import MAX_K
from lrat_rank.serving.http.dialects.base import About, WireRequest, at_least_one
from lrat_rank.serving.http.dialects.error_shapes import SEARCH_R1_ERRORS
from lrat_rank.serving.http.errors import Kind, Problem
from lrat_rank.serving.text_scores import Question, TextScores


class SearchR1RerankRequest(WireRequest):
    """Body of /rerank with `queries`."""

    queries: list[str]
    documents: list[list[str | dict[str, Any]]]
    rerank_topk: int | None = Field(None, ge=1)
    return_scores: bool = False
    raw_scores: bool = False


class SearchR1Rerank:
    """One list a query; a document comes back as its text, or with its score."""

    name = "search-r1"
    errors = SEARCH_R1_ERRORS
    wire = SearchR1RerankRequest

    def questions(self, request: SearchR1RerankRequest) -> list[Question]:
        """See `Dialect.questions`."""
        at_least_one(request.queries, "queries")
        if len(request.queries) != len(request.documents):
            raise Problem(
                Kind.INVALID,
                f"documents must hold one list a query; got {len(request.documents)} lists for "
                f"{len(request.queries)} queries.",
                param="documents",
            )
        return [
            Question(query, [_contents(item, n) for n, item in enumerate(items)])
            for query, items in zip(request.queries, request.documents, strict=True)
        ]

    def reply(
        self, request: SearchR1RerankRequest, scores: Sequence[TextScores], about: About
    ) -> Any:
        """See `Dialect.reply`."""
        result = []
        for question, found in zip(self.questions(request), scores, strict=True):
            best = found.places(raw=request.raw_scores, top_n=request.rerank_topk)
            shown = [as_titled(question.texts[one.index]) for one in best]
            result.append(
                [{"document": t, "score": one.score} for t, one in zip(shown, best, strict=True)]
                if request.return_scores
                else shown
            )
        return {"result": result}


class RetrieveRequest(WireRequest):
    """Body of /retrieve: `queries` as Search-R1 asks, or `query` as BrowseComp-Plus's copy does."""

    queries: list[str] | None = None
    query: str | None = None
    topk: int | None = Field(None, ge=1, le=MAX_K)
    return_scores: bool = False

    @property
    def asked(self) -> list[str]:
        """The queries.

        Raises:
            Problem: There is none, or both fields are given.
        """
        if (self.queries is None) == (self.query is None):
            raise Problem(Kind.INVALID, "Give either queries or query.", param="queries")
        found = [self.query] if self.query is not None else self.queries or []
        at_least_one(found, "queries")
        return found


Found = Sequence[tuple[Document, float]]
"""Documents with their scores, best first."""


def retrieved(request: RetrieveRequest, lists: Sequence[Found]) -> dict[str, Any]:
    """The reply to either form; `lists` are aligned with `request.asked`."""
    if request.query is not None:
        return {
            "result": [
                {"docid": one.doc_id, "document": {"title": one.title, "text": one.text}}
                for one, _ in lists[0]
            ]
        }
    return {
        "result": [
            [_hit(one, score, request.return_scores) for one, score in found] for found in lists
        ]
    }


def _hit(document: Document, score: float, with_score: bool) -> dict[str, Any]:
    # Readers take the first line for the title, so it is there even where it is empty.
    shown = {"id": document.doc_id, "contents": f"{document.title}\n{document.text}"}
    return {"document": shown, "score": score} if with_score else shown


def as_titled(contents: str) -> str:
    r"""A text whose first line is its title, as Search-R1 shows it to its agent.

    >>> as_titled("Ana Lor\nA poet.")
    '(Title: Ana Lor) A poet.'
    """
    title, _, text = contents.partition("\n")
    return f"(Title: {title}) {text}"


def _contents(item: str | dict[str, Any], place: int) -> str:
    if isinstance(item, str):
        return item
    inner = item.get("document", item)
    text = inner.get("contents") if isinstance(inner, dict) else None
    if not isinstance(text, str):
        raise Problem(
            Kind.INVALID, f"documents[{place}] holds no contents.", param=f"documents[{place}]"
        )
    return text
