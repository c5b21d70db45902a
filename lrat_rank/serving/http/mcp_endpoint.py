"""/mcp: the Model Context Protocol's streamable HTTP, behind this server's token and limits."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Any

import anyio
from mcp.server.streamable_http import MCP_SESSION_ID_HEADER
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.inbound import MCP_PROTOCOL_VERSION_HEADER
from mcp.types.version import HANDSHAKE_PROTOCOL_VERSIONS
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from lrat_rank.serving.http.context import ServerContext
from lrat_rank.serving.http.errors import ClientGoneError, Kind, Problem
from lrat_rank.serving.http.settings import ServerSettings
from lrat_rank.serving.http.wire import Message, Receive, Scope, Send, header, replayed
from lrat_rank.serving.mcp.server import RequestContext, build_server
from lrat_rank.serving.search_tool import SearchTool

PATH = "/mcp"
_METHODS = ("POST", "DELETE")


class McpEndpoint:
    """The application of the path; `running` must be entered first.

    Clients that shake hands get a session of this server's for each of theirs, which ends with it.
    Those of the later protocol have none, so each of their calls stands alone.

    Args:
        server: Whose tools, limits and sessions.
    """

    def __init__(self, server: ServerContext) -> None:
        settings, limits = server.settings, server.settings.limits
        self._sessions = server.sessions
        self._manager = StreamableHTTPSessionManager(
            build_server(
                server.backend.tool,
                settings.mcp,
                session_of=self._session,
                on_answer=server.metrics.searched,
                threads=server.workers.threads,
            ),
            # One answer a request: nothing is told of calls under way.
            json_response=True,
            security_settings=_origins(settings),
            session_idle_timeout=limits.session_idle_s,
            max_request_body_size=limits.body_bytes,
            max_sessions=limits.sessions,
        )

    def running(self) -> AbstractAsyncContextManager[None]:
        """A block in which requests are answered; it can be entered once."""
        return self._manager.run()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request.

        Raises:
            Problem: Its method is none of the protocol's.
            ClientGoneError: The client went away before it was answered.
        """
        if scope["method"] not in _METHODS:
            # The stream that GET opens would carry nothing, and hold a place for as long as it is
            # open.
            raise Problem(
                Kind.WRONG_METHOD,
                "Send messages with POST; this server opens no stream of its own.",
                headers={"Allow": ", ".join(_METHODS)},
            )
        if _stands_alone(scope):
            await self._answer_while_there(scope, receive, send)
            return
        await self._manager.handle_request(scope, receive, send)
        named = header(scope, MCP_SESSION_ID_HEADER.encode())
        if scope["method"] == "DELETE" and named:
            await run_in_threadpool(self._sessions.end, _name(named.decode("latin-1")))

    async def _answer_while_there(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Drop the call when its client goes away: there is no other way to cancel it."""
        body, gone, done = await receive(), anyio.Event(), False

        async def disconnected() -> Message:
            await gone.wait()
            return {"type": "http.disconnect"}

        async with anyio.create_task_group() as tasks:

            async def watch() -> None:
                while (await receive())["type"] != "http.disconnect":
                    pass
                gone.set()
                tasks.cancel_scope.cancel()

            tasks.start_soon(watch)
            await self._manager.handle_request(scope, replayed(body, disconnected), send)
            done = True
            tasks.cancel_scope.cancel()
        if not done:
            raise ClientGoneError

    def _session(self, context: RequestContext) -> SearchTool:
        request: Any = context.request
        named = None
        # Only in these versions did the SDK give the id and check it.
        if context.protocol_version in HANDSHAKE_PROTOCOL_VERSIONS and isinstance(request, Request):
            named = request.headers.get(MCP_SESSION_ID_HEADER)
        return self._sessions.of(_name(named) if named else None)


def _stands_alone(scope: Scope) -> bool:
    version = header(scope, MCP_PROTOCOL_VERSION_HEADER.encode())
    known = version is None or version.decode("latin-1") in HANDSHAKE_PROTOCOL_VERSIONS
    return scope["method"] == "POST" and not known


def _name(session_id: str) -> str:
    return f"mcp-{session_id}"


def _origins(settings: ServerSettings) -> TransportSecuritySettings:
    """Turns away pages of other sites, where no token does."""
    hosts = [f"[{name}]" if ":" in name else name for name in settings.allowed_hosts]
    names = [form for host in hosts for form in (host, f"{host}:*")]
    return TransportSecuritySettings(
        enable_dns_rebinding_protection=bool(names),
        allowed_hosts=names,
        allowed_origins=[f"{scheme}://{name}" for name in names for scheme in ("http", "https")],
    )
