"""Cohere's rerank, version 1 and 2 of its API."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from pydantic import Field

from lrat_rank.serving.http.dialects.base import (
    About,
    Item,
    QueryText,
    WireRequest,
    text_of,
    texts_of,
)
from lrat_rank.serving.http.dialects.error_shapes import COHERE_ERRORS
from lrat_rank.serving.text_scores import Question, TextScores

DOCUMENTS_A_UNIT = 100
"""A search unit, Cohere's measure of use, is one query with up to so many documents."""


class CohereRequest(WireRequest):
    """Body of /v2/rerank; `raw_scores` is ours, and `return_documents` is not acted on in v2."""

    query: QueryText
    documents: list[Item]
    model: str | None = None
    top_n: int | None = Field(None, ge=1)
    raw_scores: bool = False


class CohereV1Request(CohereRequest):
    """Body of /v1/rerank with a field that only Cohere has."""

    rank_fields: list[str] | None = None
    return_documents: bool | None = False


class CohereV2:
    """Texts in, positions and scores out; documents are never sent back."""

    name = "cohere-v2"
    errors = COHERE_ERRORS
    wire = CohereRequest

    def questions(self, request: CohereRequest) -> list[Question]:
        """See `Dialect.questions`."""
        return [Question(request.query, texts_of(request.documents))]

    def reply(self, request: CohereRequest, scores: Sequence[TextScores], about: About) -> Any:
        """See `Dialect.reply`."""
        found = scores[0].places(raw=request.raw_scores, top_n=request.top_n)
        results = [{"index": one.index, "relevance_score": one.score} for one in found]
        return {"id": about.request_id, "results": results, "meta": meta(scores[0], "2")}


class CohereV1:
    """As version 2, with documents of several fields, which are sent back when asked for."""

    name = "cohere-v1"
    errors = COHERE_ERRORS
    wire = CohereV1Request

    def questions(self, request: CohereV1Request) -> list[Question]:
        """See `Dialect.questions`."""
        return [Question(request.query, texts_of(request.documents, request.rank_fields))]

    def reply(self, request: CohereV1Request, scores: Sequence[TextScores], about: About) -> Any:
        """See `Dialect.reply`."""
        results: list[dict[str, Any]] = []
        for one in scores[0].places(raw=request.raw_scores, top_n=request.top_n):
            results.append({"index": one.index, "relevance_score": one.score})
            if request.return_documents:
                item = request.documents[one.index]
                results[-1]["document"] = sent_back(item, one.index, request.rank_fields)
        return {"id": about.request_id, "results": results, "meta": meta(scores[0], "1")}


def sent_back(item: Item, place: int, fields: Sequence[str] | None = None) -> dict[str, Any]:
    """A document as a reply shows it: an object with a `text`, whatever was sent."""
    text = text_of(item, place, fields)
    return {"text": text} if isinstance(item, str) else {"text": text, **item}


def meta(scores: TextScores, version: str) -> dict[str, Any]:
    """What Cohere says about a reply: its version, its price, and what a reader should know."""
    units = math.ceil(len(scores.raw) / DOCUMENTS_A_UNIT)
    found: dict[str, Any] = {
        "api_version": {"version": version},
        "billed_units": {"search_units": units},
    }
    if scores.warnings:
        found["warnings"] = list(scores.warnings)
    return found
