"""The routes that search the index and open its documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from lrat_rank.serving.bounds import MAX_ID_CHARACTERS, MAX_K
from lrat_rank.serving.http.context import ServerContext
from lrat_rank.serving.http.dialects.base import QueryText, WireRequest, parse
from lrat_rank.serving.http.dialects.error_shapes import SEARCH_R1_ERRORS
from lrat_rank.serving.http.dialects.search_r1 import Found, RetrieveRequest, retrieved
from lrat_rank.serving.http.errors import ClientGoneError, Kind, Problem, problem_of
from lrat_rank.serving.http.limits import check_query, check_questions
from lrat_rank.serving.http.openapi import json_body, json_reply
from lrat_rank.serving.http.sessions import MOST_CHARACTERS
from lrat_rank.serving.http.wire import json_response
from lrat_rank.serving.text_scores import Question


class SearchRequest(WireRequest):
    """Body of /search."""

    query: QueryText
    k: int | None = Field(None, ge=1, le=MAX_K)
    session_id: str | None = Field(None, max_length=MOST_CHARACTERS)
    question: str | None = None
    reasoning: str | None = None
    budget_ms: float | None = Field(None, gt=0, allow_inf_nan=False)


SessionId = Annotated[
    str | None, Query(max_length=MOST_CHARACTERS, description="The agent's session.")
]
Reasoning = Annotated[str | None, Query(description="What the agent wrote since its last call.")]


def search_router(server: ServerContext) -> APIRouter:
    """/search, /documents/{id} and /retrieve."""
    router = APIRouter(tags=["search"])

    async def search(request: Request) -> Response:
        asked = parse(SearchRequest, await request.body())
        check_query(asked.query, server.settings.limits)
        return await server.workers.run(request, lambda: _searched(server, asked))

    async def document(
        request: Request, doc_id: str, session_id: SessionId = None, reasoning: Reasoning = None
    ) -> Response:
        return await server.workers.run(
            request, lambda: _opened(server, doc_id, session_id, reasoning)
        )

    async def retrieve(request: Request) -> Response:
        try:
            return await _retrieved(server, request)
        except ClientGoneError:
            raise
        except Exception as error:
            problem = problem_of(error)
            problem.shape = SEARCH_R1_ERRORS
            raise problem from error

    router.add_api_route(
        "/search",
        search,
        methods=["POST"],
        summary="Search; calls with one session_id are those of one agent.",
        responses=json_reply("The documents, best first, and how the list came about."),
        openapi_extra=json_body(SearchRequest),
        response_class=Response,
    )
    router.add_api_route(
        "/documents/{doc_id:path}",
        document,
        methods=["GET"],
        summary="Read a document; its id may hold slashes.",
        responses=json_reply("The document in full."),
        response_class=Response,
    )
    router.add_api_route(
        "/retrieve",
        retrieve,
        methods=["POST"],
        summary="Search as Search-R1 does, with queries, or as BrowseComp-Plus's copy, with query.",
        responses=json_reply("One list a query."),
        openapi_extra=json_body(RetrieveRequest),
        response_class=Response,
    )
    return router


def _searched(server: ServerContext, asked: SearchRequest) -> Response:
    tool = server.sessions.of(asked.session_id)
    hits, answer = tool.search_with_answer(
        asked.query,
        asked.k,
        reasoning=asked.reasoning,
        question=asked.question,
        budget_ms=asked.budget_ms,
    )
    server.metrics.searched(answer)
    return json_response(
        {
            "hits": [msgspec.to_builtins(hit) for hit in hits],
            "ranker_version": answer.ranker_version,
            "flags": msgspec.structs.asdict(answer.flags),
        }
    )


def _opened(
    server: ServerContext, doc_id: str, session_id: str | None, reasoning: str | None
) -> Response:
    if not doc_id.strip() or len(doc_id) > MAX_ID_CHARACTERS:
        raise Problem(
            Kind.INVALID,
            f"A document id has 1 to {MAX_ID_CHARACTERS:,} characters.",
            param="doc_id",
        )
    tool = server.sessions.of(session_id)
    opened = tool.get_document(doc_id, reasoning=reasoning)
    if opened is None:
        raise Problem(Kind.NOT_FOUND, "The index has no document of that id.", param="doc_id")
    return json_response({"doc_id": opened.doc_id, "title": opened.title, "text": opened.text})


async def _retrieved(server: ServerContext, request: Request) -> Response:
    asked = parse(RetrieveRequest, await request.body())
    check_questions([Question(query, ()) for query in asked.asked], server.settings.limits)
    lists = await server.workers.run_all(
        request,
        [_alone(server, query, asked.topk) for query in asked.asked],
        at_once=_at_once(server),
    )
    return json_response(retrieved(asked, lists))


_AT_ONCE = 4


def _at_once(server: ServerContext) -> int:
    """Queries of one request that are searched side by side.

    They take half of the threads and of the queue at most: a request alone is never refused for the
    crowd that it makes itself, and leaves room for others.
    """
    places = [server.settings.limits.concurrency]
    if server.backend.queue is not None:
        queue, depth = server.backend.queue.options, server.backend.tool.engine.options.depth
        places += [queue.max_waiting, queue.max_waiting_pairs // depth]
    return max(1, min(_AT_ONCE, min(places) // 2))


def _alone(server: ServerContext, query: str, k: int | None) -> Callable[[], Found]:
    def search() -> Found:
        tool = server.sessions.of(None)
        _, answer = tool.search_with_answer(query, k)
        server.metrics.searched(answer)
        documents = tool.engine.documents([hit.doc_id for hit in answer.hits])
        return [(one, hit.score) for one, hit in zip(documents, answer.hits, strict=True)]

    return search
