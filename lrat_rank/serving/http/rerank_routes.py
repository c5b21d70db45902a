"""The routes that rank texts a client brings, in all dialects."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from lrat_rank.serving.http.context import ServerContext
from lrat_rank.serving.http.dialects.base import Dialect, as_object, parse
from lrat_rank.serving.http.dialects.choosing import BY_PATH, dialect_of
from lrat_rank.serving.http.errors import ClientGoneError, problem_of
from lrat_rank.serving.http.limits import check_questions
from lrat_rank.serving.http.openapi import json_body, json_reply
from lrat_rank.serving.http.wire import json_response


def rerank_router(server: ServerContext) -> APIRouter:
    """A route for each path that a dialect has."""
    router = APIRouter(tags=["rerank"])

    async def rerank(request: Request) -> Response:
        body = as_object(await request.body())
        dialect = dialect_of(request.url.path, body)
        try:
            return await _answer(server, request, dialect, body)
        except ClientGoneError:
            raise
        except Exception as error:
            problem = problem_of(error)
            problem.shape = dialect.errors
            raise problem from error

    for path, dialects in BY_PATH.items():
        spoken = ", ".join(one.name for one in dialects)
        router.add_api_route(
            path,
            rerank,
            methods=["POST"],
            name=path.strip("/").replace("/", "_"),
            summary=f"Score texts for a query, as these do: {spoken}.",
            responses=json_reply("Positions in the request, and scores."),
            openapi_extra=json_body(*(one.wire for one in dialects)),
            response_class=Response,
        )
    return router


async def _answer(
    server: ServerContext, request: Request, dialect: Dialect[Any], body: dict[str, Any]
) -> Response:
    asked = parse(dialect.wire, body)
    questions = dialect.questions(asked)
    server.check_model(getattr(asked, "model", None))
    check_questions(questions, server.settings.limits)
    server.metrics.texts.labels(dialect.name).observe(sum(len(one.texts) for one in questions))
    scores = await server.workers.run(request, lambda: server.backend.rerank.score(questions))
    about = server.about(request)
    headers = {"X-Ranker-Version": scores[0].version}
    failed = sum(len(one.failed) for one in scores)
    if failed:
        server.metrics.unscored.inc(failed)
        headers["X-Unscored-Texts"] = str(failed)
        _log.error("request %s: the ranker failed on %d texts", about.request_id, failed)
    truncated = max((one.truncated for one in scores), default=0.0)
    if truncated:
        headers["X-Truncated-Share"] = f"{truncated:.4f}"
    return json_response(dialect.reply(asked, scores, about), headers=headers)


_log = logging.getLogger(__name__)
