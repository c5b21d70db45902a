"""The layer that takes in bodies within their limits, and lets in so many requests at once."""

from __future__ import annotations

import asyncio

from lrat_rank.serving.http.errors import ClientGoneError, Kind, Problem
from lrat_rank.serving.http.limits import Limits
from lrat_rank.serving.http.wire import (
    WATCHED_PATHS,
    App,
    Receive,
    Scope,
    Send,
    header,
    replayed,
)

_DRAINED = 8
"""A body of up to so many times the limit is taken in and thrown away, so that its sender gets to
read why; for a larger one the connection is closed under it."""

_BUSY_S = 1.0
"""Seconds until a client that was refused for the crowd may ask again."""


class Bounded:
    """Takes in a request's body, then lets it in unless too many are being answered.

    A request counts only once its body is there, so that slow senders keep nobody out.

    Args:
        app: What answers.
        limits: See `Limits`.

    Attributes:
        working: Requests that are being answered.
    """

    def __init__(self, app: App, limits: Limits) -> None:
        self._app, self._limits = app, limits
        self._reading = 0
        self.working = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request.

        Raises:
            Problem: The body is too large, too slow or no JSON, or too many are being answered.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = b""
        if scope["method"] in ("POST", "PUT", "PATCH"):
            body = await self._body(scope, receive)
            receive = replayed({"type": "http.request", "body": body}, receive)
        if scope["path"] in WATCHED_PATHS:
            await self._app(scope, receive, send)
            return
        if self.working >= self._limits.concurrency:
            raise Problem(
                Kind.BUSY,
                f"{self.working} requests are being answered already.",
                retry_after=_BUSY_S,
            )
        self.working += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self.working -= 1

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        try:
            async with asyncio.timeout(self._limits.body_s):
                return await self._read(scope, receive)
        except TimeoutError as error:
            raise Problem(
                Kind.SLOW,
                f"The body did not come within {self._limits.body_s:g} seconds.",
                headers=_CLOSE,
            ) from error

    async def _read(self, scope: Scope, receive: Receive) -> bytes:
        said = _length(header(scope, b"content-length"))
        most = self._limits.body_bytes
        if said > most * _DRAINED:
            raise self._too_large()
        parts: list[bytes] = []
        held = taken = 0
        try:
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientGoneError
                part: bytes = message.get("body", b"")
                taken += len(part)
                if taken > most * _DRAINED:
                    raise self._too_large()
                if taken > most:
                    self._reading -= held
                    held = 0
                    parts.clear()
                else:
                    parts.append(part)
                    held += len(part)
                    self._reading += len(part)
                if self._reading > self._limits.bodies_bytes:
                    raise Problem(
                        Kind.BUSY,
                        "Too many large requests are being read.",
                        retry_after=_BUSY_S,
                        headers=_CLOSE,
                    )
                if not message.get("more_body", False):
                    break
        finally:
            self._reading -= held
        if taken > most:
            raise self._too_large()
        _check_json(scope, taken)
        return b"".join(parts)

    def _too_large(self) -> Problem:
        return Problem(
            Kind.BODY_TOO_LARGE,
            f"A request may hold at most {self._limits.body_bytes:,} bytes.",
            headers=_CLOSE,
        )


_CLOSE = {"Connection": "close"}


def _check_json(scope: Scope, length: int) -> None:
    # A page of another site may send forms and plain text here, but no JSON.
    kind = (header(scope, b"content-type") or b"").partition(b";")[0].strip().lower()
    if length and not (kind == b"application/json" or kind.endswith(b"+json")):
        raise Problem(Kind.NOT_JSON, "Send the body as JSON: Content-Type: application/json.")


def _length(value: bytes | None) -> int:
    return int(value) if value is not None and value.isdigit() else 0
