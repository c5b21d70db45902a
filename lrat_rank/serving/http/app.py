"""The application: routes and layers of one server."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Iterator

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from lrat_rank.serving.backend import Backend
from lrat_rank.serving.http.bounding import Bounded
from lrat_rank.serving.http.context import ServerContext
from lrat_rank.serving.http.errors import Kind, Problem
from lrat_rank.serving.http.mcp_endpoint import PATH, McpEndpoint
from lrat_rank.serving.http.metrics import Metrics
from lrat_rank.serving.http.observing import Observed
from lrat_rank.serving.http.operating_routes import Reloading, operating_router
from lrat_rank.serving.http.rerank_routes import rerank_router
from lrat_rank.serving.http.search_routes import search_router
from lrat_rank.serving.http.sessions import Sessions
from lrat_rank.serving.http.settings import ServerSettings
from lrat_rank.serving.http.wire import problem_response
from lrat_rank.serving.http.workers import Workers

_log = logging.getLogger(__name__)


def create_app(backend: Backend, settings: ServerSettings | None = None) -> FastAPI:
    """The application of one server; nothing is shared with another one in the process.

    Its end closes `backend`, and SIGHUP loads the rankers again where it runs in the main thread.

    Args:
        backend: What it answers from.
        settings: Who is answered, and within which limits.
    """
    settings = settings or ServerSettings()
    limits = settings.limits
    server = ServerContext(
        backend=backend,
        settings=settings,
        metrics=Metrics(),
        workers=Workers(limits.concurrency),
        sessions=Sessions(
            backend.tool, backend.journal, most=limits.sessions, idle_s=limits.session_idle_s
        ),
    )
    _watch(server)
    reloading, mcp = Reloading(server), McpEndpoint(server)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with _reload_on_hangup(reloading):
            async with mcp.running():
                yield
        await run_in_threadpool(_close, server)

    # The pages that show the document would fetch scripts from elsewhere.
    app = FastAPI(
        title="lrat-rank", lifespan=lifespan, docs_url=None, redoc_url=None, redirect_slashes=False
    )
    app.state.server = server
    routers = [operating_router(server, reloading)]
    if not settings.only_mcp:
        routers = [rerank_router(server), search_router(server), *routers]
    for router in routers:
        app.include_router(router)
    app.router.routes.append(Route(PATH, mcp))
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    # The one added last is the outermost.
    app.add_middleware(Bounded, limits=limits)
    app.add_middleware(Observed, settings=settings, metrics=server.metrics)
    return app


def _watch(server: ServerContext) -> None:
    metrics, backend = server.metrics, server.backend
    metrics.watch("lrat_rank_sessions", "Sessions remembered.", lambda: len(server.sessions))
    metrics.watch_versions(backend.deployments.versions)
    if backend.deployments.shadow is not None:
        metrics.watch_shadow(backend.deployments.shadow)
    if backend.queue is not None:
        metrics.watch_queue(backend.queue.state)
    journal = backend.journal
    if journal is not None:
        metrics.watch("lrat_rank_log_records", "Log records written.", lambda: journal.records)
        metrics.watch("lrat_rank_log_gaps", "Log records lost.", lambda: journal.gaps)
        metrics.watch(
            "lrat_rank_log_failing", "1 while the log cannot be written.", lambda: journal.failing
        )


def _close(server: ServerContext) -> None:
    server.backend.ready = False
    server.workers.close()
    server.sessions.close()
    server.backend.close()


@contextlib.contextmanager
def _reload_on_hangup(reloading: Reloading) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    running: set[asyncio.Task[None]] = set()

    def hung_up() -> None:
        task = loop.create_task(_reload(reloading))
        running.add(task)
        task.add_done_callback(running.discard)

    # Other threads than the main one, and other systems than Unix, have no such signal.
    with contextlib.suppress(RuntimeError, ValueError, NotImplementedError, AttributeError):
        loop.add_signal_handler(signal.SIGHUP, hung_up)
    try:
        yield
    finally:
        with contextlib.suppress(RuntimeError, ValueError, NotImplementedError, AttributeError):
            loop.remove_signal_handler(signal.SIGHUP)


async def _reload(reloading: Reloading) -> None:
    try:
        await reloading()
    except Problem as problem:
        _log.warning("SIGHUP: %s", problem.message)
    except Exception:
        _log.exception("SIGHUP: the rankers were not loaded again")


_OF_STATUS = {404: Kind.NOT_FOUND, 405: Kind.WRONG_METHOD}


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = _OF_STATUS.get(error.status_code, Kind.INVALID)
    told = {Kind.NOT_FOUND: "There is no such route.", Kind.WRONG_METHOD: "Method not allowed."}
    problem = Problem(kind, told.get(kind, str(error.detail)), headers=error.headers)
    return problem_response(problem, request.url.path, request.state.request_id)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    field = str(first["loc"][-1])
    problem = Problem(Kind.INVALID, f"{field}: {first['msg']}", param=field)
    return problem_response(problem, request.url.path, request.state.request_id)
