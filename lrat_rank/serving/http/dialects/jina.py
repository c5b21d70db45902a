"""Jina's rerank. Its path is Cohere's version 1 too: the reply holds what either client reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from lrat_rank.serving.http.dialects.base import (
    About,
    Item,
    QueryText,
    WireRequest,
    texts_of,
)
from lrat_rank.serving.http.dialects.cohere import meta, sent_back
from lrat_rank.serving.http.dialects.error_shapes import JINA_ERRORS
from lrat_rank.serving.text_scores import Question, TextScores


class JinaRequest(WireRequest):
    """Body of /v1/rerank; `raw_scores` is ours."""

    query: QueryText
    documents: list[Item]
    model: str | None = None
    top_n: int | None = Field(None, ge=1)
    return_documents: bool | None = False
    raw_scores: bool = False


class Jina:
    """Texts in, positions, scores and, when asked for, texts out."""

    name = "jina"
    errors = JINA_ERRORS
    wire = JinaRequest

    def questions(self, request: JinaRequest) -> list[Question]:
        """See `Dialect.questions`."""
        return [Question(request.query, texts_of(request.documents))]

    def reply(self, request: JinaRequest, scores: Sequence[TextScores], about: About) -> Any:
        """See `Dialect.reply`."""
        results: list[dict[str, Any]] = []
        for one in scores[0].places(raw=request.raw_scores, top_n=request.top_n):
            results.append({"index": one.index, "relevance_score": one.score})
            if request.return_documents:
                results[-1]["document"] = sent_back(request.documents[one.index], one.index)
        return {
            "id": about.request_id,
            "model": about.model,
            "usage": {"total_tokens": scores[0].tokens},
            "results": results,
            "meta": meta(scores[0], "1"),
        }
