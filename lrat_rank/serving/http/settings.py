"""What an operator sets of the HTTP server."""

from __future__ import annotations

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.serving.http.auth import LOOPBACK, Token
from lrat_rank.serving.mcp.options import McpOptions

MEGABYTE = 1_000_000


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much one request, and all of them together, may ask for.

    Attributes:
        body_bytes: Of one request; more is 413.
        bodies_bytes: Of all requests that are being read; more is 429.
        documents: Texts that one request may have scored, over all its queries; more is 422.
        queries: Queries of one request; more is 422.
        query_characters: Of one query; more is 422.
        document_characters: Of one text; more is 422.
        concurrency: Requests that are worked on at once; more is 429.
        connections: Open at once; further ones are closed without an answer.
        head_s: Seconds in which a request's head must have come; then the connection is closed.
        body_s: Seconds in which its body must have come; then it is 408.
        idle_s: Seconds after which a connection without a request is closed.
        drain_s: Seconds that requests in work get after the order to stop.
        sessions: Sessions that are remembered; the one unused for longest goes first.
        session_idle_s: Seconds without a call after which a session is forgotten.
    """

    body_bytes: int = 8 * MEGABYTE
    bodies_bytes: int = 256 * MEGABYTE
    documents: int = 1000
    queries: int = 512
    query_characters: int = 4096
    document_characters: int = 200_000
    concurrency: int = 64
    connections: int = 512
    head_s: float = 10.0
    body_s: float = 20.0
    idle_s: float = 30.0
    drain_s: float = 30.0
    sessions: int = 10_000
    session_idle_s: float = 3600.0

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if not value > 0:
                raise InputError(name, must="above 0", got=value)


class ServerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Who is answered, under which name, and within which limits.

    Attributes:
        host: Address to listen on.
        port: To listen on; 0 takes a free one.
        token: Every request but /health and /ready must show it; nobody need when None.
        model: The name the ranker goes by.
        names: The only names a request's `model` may have; any when empty.
        hosts: Further names of the Host header, beside those of this machine; looked at where there
            is no token.
        limits: See `Limits`.
        mcp: The tools at /mcp.
        only_mcp: Whether /mcp, and what operators need, is all there is.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    token: Token | None = None
    model: str = "lrat-rank"
    names: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    limits: Limits = Limits()
    mcp: McpOptions = McpOptions()
    only_mcp: bool = False

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        """Names under which requests are answered; empty for any, which a token makes safe."""
        return () if self.token is not None else (*LOOPBACK, *self.hosts)
