"""vLLM's rerank and score routes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import AliasChoices, Field

from lrat_rank.serving.http.dialects.base import (
    About,
    Item,
    QueryText,
    WireRequest,
    at_least_one,
    text_of,
)
from lrat_rank.serving.http.dialects.error_shapes import VLLM_ERRORS
from lrat_rank.serving.http.errors import Kind, Problem
from lrat_rank.serving.text_scores import Question, TextScores

Items = Item | list[Item]


class VllmRerankRequest(WireRequest):
    """Body of /rerank with `documents`. `use_activation: false` asks for raw scores."""

    query: QueryText
    documents: Items
    model: str | None = None
    top_n: int = Field(0, ge=0)
    use_activation: bool | None = True
    raw_scores: bool = False
    return_documents: bool | None = True


class VllmRerank:
    """Documents are sent back, as vLLM always does, unless `return_documents` is false."""

    name = "vllm-rerank"
    errors = VLLM_ERRORS
    wire = VllmRerankRequest

    def questions(self, request: VllmRerankRequest) -> list[Question]:
        """See `Dialect.questions`."""
        return [Question(request.query, texts_of(request.documents, "documents"))]

    def reply(self, request: VllmRerankRequest, scores: Sequence[TextScores], about: About) -> Any:
        """See `Dialect.reply`."""
        [question] = self.questions(request)
        raw = request.raw_scores or request.use_activation is False
        results: list[dict[str, Any]] = []
        for one in scores[0].places(raw=raw, top_n=request.top_n or None):
            results.append({"index": one.index, "relevance_score": one.score})
            if request.return_documents is not False:
                results[-1]["document"] = {"text": question.texts[one.index]}
        return {
            "id": about.request_id,
            "model": about.model,
            "usage": usage(scores),
            "results": results,
        }


class VllmScoreRequest(WireRequest):
    """Body of /score: one text or many on the left, one or as many on the right."""

    left: Items = Field(validation_alias=AliasChoices("queries", "text_1"))
    right: Items = Field(validation_alias=AliasChoices("documents", "items", "text_2"))
    model: str | None = None
    use_activation: bool | None = True
    raw_scores: bool = False


class VllmScore:
    """Scores in the order of the request."""

    name = "vllm-score"
    errors = VLLM_ERRORS
    wire = VllmScoreRequest

    def questions(self, request: VllmScoreRequest) -> list[Question]:
        """See `Dialect.questions`; one query is asked with all texts, several with one each."""
        left, right = texts_of(request.left, "queries"), texts_of(request.right, "documents")
        if len(left) == 1:
            return [Question(left[0], right)]
        if len(left) != len(right):
            raise Problem(
                Kind.INVALID,
                f"queries must be one, or as many as documents; got {len(left)} and {len(right)}.",
                param="queries",
            )
        return [Question(query, [text]) for query, text in zip(left, right, strict=True)]

    def reply(self, request: VllmScoreRequest, scores: Sequence[TextScores], about: About) -> Any:
        """See `Dialect.reply`."""
        raw = request.raw_scores or request.use_activation is False
        values = [value for one in scores for value in one.shown(raw=raw)]
        return {
            "id": about.request_id,
            "object": "list",
            "created": about.created,
            "model": about.model,
            "data": [
                {"index": index, "object": "score", "score": value}
                for index, value in enumerate(values)
            ],
            "usage": usage(scores),
        }


def texts_of(items: Items, field: str) -> list[str]:
    """One text or many, as a list.

    Raises:
        Problem: There is none, or one of them holds no text.
    """
    many = items if isinstance(items, list) else [items]
    at_least_one(many, field)
    return [text_of(item, place) for place, item in enumerate(many)]


def usage(scores: Sequence[TextScores]) -> dict[str, int]:
    """What was read."""
    count = sum(one.tokens for one in scores)
    return {"prompt_tokens": count, "total_tokens": count}
