"""Connections whose other end takes its time are closed, so that they do not use up the server.

uvicorn waits without end for a request's head, and for a client to read its answer.
"""

from __future__ import annotations

import asyncio
from typing import ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from lrat_rank.serving.http.limits import Limits

_GRACE_S = 1.0
"""Seconds beyond a body's limit, in which its 408 is sent."""


class ImpatientProtocol(H11Protocol):
    """HTTP/1.1 with time limits on heads, bodies and reading, and a limit on connections."""

    limits: ClassVar[Limits] = Limits()
    _head: asyncio.TimerHandle | None = None
    _body: asyncio.TimerHandle | None = None
    _reading: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client connected."""
        super().connection_made(transport)
        if len(self.connections) > self.limits.connections:
            transport.abort()
            return
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """A client sent something."""
        super().data_received(data)
        if self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
            self._wait_for_head()
        else:
            self._stop_waiting()
        if self.conn.their_state is h11.SEND_BODY:
            self._wait_for_body()
        else:
            self._stop_body()

    def pause_writing(self) -> None:
        """The client reads more slowly than it is answered."""
        super().pause_writing()
        if self._reading is None:
            self._reading = self.loop.call_later(self.limits.body_s, self.transport.abort)

    def resume_writing(self) -> None:
        """The client has read on."""
        super().resume_writing()
        self._stop_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is closed, by either end."""
        self._stop_waiting()
        self._stop_body()
        self._stop_reading()
        super().connection_lost(exc)

    def _wait_for_head(self) -> None:
        # A timer that runs is left alone: a byte now and then buys no time.
        if self._head is None:
            self._head = self.loop.call_later(self.limits.head_s, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._head is not None:
            self._head.cancel()
        self._head = None

    def _wait_for_body(self) -> None:
        # Bodies that a route reads are answered with 408 before; this is for those that none reads.
        if self._body is None:
            seconds = self.limits.body_s + _GRACE_S
            self._body = self.loop.call_later(seconds, self.transport.abort)

    def _stop_body(self) -> None:
        if self._body is not None:
            self._body.cancel()
        self._body = None

    def _stop_reading(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        self._reading = None


def impatient(limits: Limits) -> type[ImpatientProtocol]:
    """The protocol with these limits; uvicorn makes one object of it a connection."""
    return type("LimitedProtocol", (ImpatientProtocol,), {"limits": limits})
