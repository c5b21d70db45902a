"""The routes for operators and their tools: models, health, metrics, reload."""

from __future__ import annotations

import asyncio
import logging
import time

import msgspec
from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from lrat_rank.errors import LratRankError
from lrat_rank.serving.deployments import Reloaded
from lrat_rank.serving.http.context import ServerContext
from lrat_rank.serving.http.errors import Kind, Problem
from lrat_rank.serving.http.openapi import ANY_ERROR, json_reply
from lrat_rank.serving.http.wire import json_response

_log = logging.getLogger(__name__)


class Reloading:
    """Loads the rankers again, one attempt at a time.

    Args:
        server: Whose rankers.
    """

    def __init__(self, server: ServerContext) -> None:
        self._server, self._one_at_a_time = server, asyncio.Lock()

    async def __call__(self) -> Reloaded:
        """What changed; what served serves on until the new ranker was loaded and tried.

        Raises:
            Problem: A reload is under way, the rankers came from no folder, or one does not load.
        """
        reload = self._server.backend.reload
        if reload is None:
            raise Problem(Kind.CONFLICT, "This server was started without a ranker to load again.")
        if self._one_at_a_time.locked():
            raise Problem(Kind.CONFLICT, "The rankers are being loaded again already.")
        reloads = self._server.metrics.reloads
        async with self._one_at_a_time:
            try:
                reloaded = await run_in_threadpool(reload)
            except LratRankError as error:
                reloads.labels("refused").inc()
                _log.error("the rankers were not loaded again: %s", error)
                raise Problem(Kind.CONFLICT, f"{error} What served before serves on.") from error
            except Exception:
                reloads.labels("failed").inc()
                raise
        reloads.labels("changed" if reloaded.changed else "unchanged").inc()
        _log.info("the rankers were loaded again: %s", dict(reloaded.now))
        return reloaded


def operating_router(server: ServerContext, reloading: Reloading) -> APIRouter:
    """/v1/models, /health, /ready, /metrics and /admin/reload."""
    router = APIRouter(tags=["operation"])
    started = int(time.time())
    settings, backend = server.settings, server.backend

    @router.get("/v1/models", responses=json_reply("The names this server goes by."))
    async def models() -> Response:
        names = settings.names or (settings.model,)
        cards = [
            {"id": name, "object": "model", "created": started, "owned_by": "lrat-rank"}
            for name in names
        ]
        return json_response({"object": "list", "data": cards})

    # Probes may ask for the head alone; described once.
    @router.head("/health", include_in_schema=False)
    @router.get("/health", responses=json_reply("The process answers."))
    async def health() -> Response:
        return json_response({"status": "ok"})

    @router.head("/ready", include_in_schema=False)
    @router.get("/ready", responses=json_reply("Requests will be answered."))
    async def ready() -> Response:
        if not backend.ready:
            raise Problem(Kind.UNREADY, "The server is starting or stopping.", retry_after=1)
        return json_response(
            {
                "status": "ready",
                "search": backend.tool.name,
                "ranker_version": backend.version,
                "reranks_texts": backend.rerank.reads_texts,
            }
        )

    @router.get("/metrics", responses=ANY_ERROR, response_class=Response)
    async def metrics() -> Response:
        page = await run_in_threadpool(server.metrics.page)
        return Response(page, media_type=CONTENT_TYPE_LATEST)

    @router.post("/admin/reload", responses=json_reply("Which rankers serve, and which did."))
    async def reload(request: Request) -> Response:
        if settings.token is None:
            raise Problem(
                Kind.FORBIDDEN, "This route needs a server with a token; send it SIGHUP instead."
            )
        reloaded = await reloading()
        return json_response({"changed": reloaded.changed, **msgspec.to_builtins(reloaded)})

    return router
