"""The rerank route of text-embeddings-inference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lrat_rank.serving.http.dialects.base import About, QueryText, WireRequest, at_least_one
from lrat_rank.serving.http.dialects.error_shapes import TEI_ERRORS
from lrat_rank.serving.text_scores import Question, TextScores


class TeiRequest(WireRequest):
    """Body of /rerank with `texts`; there is no top_n, as there is none there."""

    query: QueryText
    texts: list[str]
    raw_scores: bool = False
    return_text: bool = False


class Tei:
    """The reply is a bare list, best first."""

    name = "tei"
    errors = TEI_ERRORS
    wire = TeiRequest

    def questions(self, request: TeiRequest) -> list[Question]:
        """See `Dialect.questions`."""
        at_least_one(request.texts, "texts")
        return [Question(request.query, request.texts)]

    def reply(self, request: TeiRequest, scores: Sequence[TextScores], about: About) -> Any:
        """See `Dialect.reply`."""
        found = scores[0].places(raw=request.raw_scores)
        if not request.return_text:
            return [{"index": one.index, "score": one.score} for one in found]
        return [
            {"index": one.index, "score": one.score, "text": request.texts[one.index]}
            for one in found
        ]
