"""What an operator sets of the HTTP server."""

from __future__ import annotations

import msgspec

from lrat_rank.serving.http.auth import LOOPBACK, Token
from lrat_rank.serving.http.limits import Limits
from lrat_rank.serving.mcp.options import McpOptions


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
