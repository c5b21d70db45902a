"""Who may ask: the bearer token, and the names under which the server answers."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence

from lrat_rank.errors import InputError
from lrat_rank.progress import say
from lrat_rank.serving.http.errors import Kind, Problem

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Addresses, and the names of the Host header, that only this machine reaches."""

_SHORTEST = 16
_LONGEST = 1024
_WRITTEN = re.compile(r"[\x21-\x7e]+")


class Token:
    """A secret that clients show as `Authorization: Bearer …`.

    Its text is not kept: only a digest, which is what comparisons need and what a traceback may
    show.

    Args:
        text: 16 to 1,024 printable ASCII characters without blanks.

    Raises:
        InputError: It is not; the message does not repeat it.
    """

    __slots__ = ("_digest",)

    def __init__(self, text: str) -> None:
        if not (_SHORTEST <= len(text) <= _LONGEST and _WRITTEN.fullmatch(text)):
            raise InputError(
                "token",
                must=f"{_SHORTEST} to {_LONGEST:,} printable ASCII characters without blanks",
                got=f"{len(text)} characters",
                do="Make one with: python -c 'import secrets; print(secrets.token_urlsafe())'",
            )
        self._digest = _digest(text.encode())

    def matches(self, shown: bytes) -> bool:
        """Whether it is the same; takes as long for one that is nearly right as for any other."""
        return hmac.compare_digest(self._digest, _digest(shown))

    def __repr__(self) -> str:
        return "Token(…)"


def _digest(text: bytes) -> bytes:
    # Digests have one length, so that the comparison does not tell that of the token.
    return hashlib.sha256(text).digest()


def shown_token(authorization: bytes | None) -> bytes | None:
    """The token of an Authorization header; None where it holds none.

    >>> shown_token(b"Bearer abc")
    b'abc'
    """
    scheme, _, token = (authorization or b"").partition(b" ")
    return token.strip() if scheme.lower() == b"bearer" and token.strip() else None


def check_token(token: Token | None, authorization: bytes | None) -> None:
    """Let a request pass that shows the token, where there is one.

    Raises:
        Problem: It shows none, or another.
    """
    if token is None:
        return
    shown = shown_token(authorization)
    if shown is None or not token.matches(shown):
        raise Problem(
            Kind.NO_TOKEN,
            "This server asks for its token: send the header Authorization: Bearer TOKEN.",
            headers={"WWW-Authenticate": "Bearer"},
        )


def check_host(host: bytes | None, allowed: Sequence[str]) -> None:
    """Let a request pass that was meant for this server.

    A web page can have its name resolve to this machine and then read what a server without a token
    answers; its requests still carry the page's name as their host.

    Args:
        host: The Host header.
        allowed: Names without port; any when empty.

    Raises:
        Problem: The request names another host.
    """
    if allowed and host_name((host or b"").decode("latin-1")) not in allowed:
        raise Problem(Kind.WRONG_HOST, "This server does not answer under that host name.")


def check_page(origin: bytes | None, fetched_from: bytes | None, allowed: Sequence[str]) -> None:
    """Let a request pass that no foreign web page made its visitor's browser send.

    A page cannot read the answer, but a search or an opened document would stand in the log.

    Args:
        origin: The Origin header.
        fetched_from: The Sec-Fetch-Site header.
        allowed: Names that pages of this server have; any when empty.

    Raises:
        Problem: A page of another site sent it.
    """
    if not allowed:
        return
    name = (origin or b"").decode("latin-1").partition("://")[2]
    foreign = origin is not None and host_name(name) not in allowed
    if foreign or fetched_from == b"cross-site":
        raise Problem(Kind.FORBIDDEN, "This server answers no requests of other sites' pages.")


def host_name(host: str) -> str:
    """The name in a Host header, without its port.

    >>> host_name("[::1]:8000"), host_name("LocalHost:8000"), host_name("127.0.0.1")
    ('::1', 'localhost', '127.0.0.1')
    """
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def check_bind(host: str, token: Token | None) -> None:
    """Make sure that what other machines can reach asks for a token, and warn of plain text.

    Raises:
        InputError: The address is not a loopback one, and there is no token.
    """
    if host in LOOPBACK:
        return
    if token is None:
        raise InputError(
            "host",
            must=f"one of {', '.join(LOOPBACK)} where there is no token",
            got=host,
            do="A public bind needs a token: set LRAT_RANK_TOKEN, or use --token-file.",
        )
    say(
        f"Warning: {host} can be reached from other machines, and this server does not encrypt: "
        "the token, queries and documents travel as plain text. Put a proxy with TLS before it."
    )
