"""Requests to an endpoint that end in time and fit in memory, whatever it sends.

The hard cases: headers that come one by one, the body of an error in drops, an error without end.
A timeout of a socket starts anew with each byte, and the openai client reads an error whole before
it tells of it. So requests run on an event loop, where one deadline cuts off whatever is under way
(connection, handshake, headers, body), over an HTTP client that stops reading at a limit.
"""

from __future__ import annotations

import asyncio
import threading
import weakref
from concurrent.futures import Future
from types import ModuleType
from typing import TYPE_CHECKING, Any

from lrat_rank.errors import require

if TYPE_CHECKING:
    from httpx2 import AsyncClient, Request, Response
    from openai import AsyncOpenAI

MOST_BYTES = 1 << 20
"""Of a reply, unless another bound is given; one more is handed on, so that too long is seen."""

MOST_ERROR_BYTES = 1 << 16
"""Of the body of an error; the rest is not read."""

_OF_THE_WIRE = ("content-encoding", "content-length", "transfer-encoding")


class BoundedChat:
    """Asks for chat completions from any number of threads.

    It is taken down, with its thread and its connections, when nothing holds it any more.

    Args:
        base_url: The endpoint, up to and with `/v1`.
        key: Goes into the header of every request.
        most_bytes: Of a reply.

    Raises:
        MissingExtraError: The extra `llm` is not installed.
    """

    def __init__(self, *, base_url: str, key: str, most_bytes: int = MOST_BYTES) -> None:
        openai, httpx = require("openai", extra="llm"), require("httpx2", extra="llm")
        self._client: AsyncOpenAI = openai.AsyncOpenAI(
            api_key=key,
            base_url=base_url,
            max_retries=0,
            http_client=_bounded_client(httpx, most_bytes),
        )
        self._under_way: set[Future[bytes]] = set()
        self._is_cut_off = False
        self._loop = asyncio.new_event_loop()
        serving = threading.Thread(target=_serve, args=(self._loop, self._client), daemon=True)
        serving.start()
        weakref.finalize(self, self._loop.call_soon_threadsafe, self._loop.stop)

    def complete(self, request: dict[str, Any], *, seconds: float) -> bytes:
        """The body of the endpoint's reply, streamed or not, at most `most_bytes` + 1 of it.

        Raises:
            TimeoutError: It had not come whole after `seconds`.
            CancelledError: Another thread cut it off.
            openai.APIError: The connection failed, or the status is no success.
        """
        asked = asyncio.run_coroutine_threadsafe(self._complete(request, seconds), self._loop)
        self._under_way.add(asked)
        if self._is_cut_off:
            asked.cancel()
        try:
            return asked.result()
        finally:
            asked.cancel()  # for a caller that was interrupted
            self._under_way.discard(asked)

    def cut_off(self) -> None:
        """Give up every request under way or still to come, in whichever thread it is made."""
        self._is_cut_off = True
        for asked in list(self._under_way):
            asked.cancel()

    async def _complete(self, request: dict[str, Any], seconds: float) -> bytes:
        async with asyncio.timeout(seconds):
            raw = await self._client.chat.completions.with_raw_response.create(**request)
        body: bytes = raw.content
        return body


def _serve(loop: asyncio.AbstractEventLoop, client: AsyncOpenAI) -> None:
    loop.run_forever()
    loop.run_until_complete(client.close())
    loop.close()


def _bounded_client(httpx: ModuleType, most_bytes: int) -> AsyncClient:
    """An HTTP client that reads so much and no more, and follows no redirect.

    A redirect would take question, document and reasoning to a host that nobody named. A packed
    body comes unpacked in pieces of at most 1 MiB, so the limit holds for it too.
    """

    class Client(httpx.AsyncClient):  # type: ignore[name-defined]
        async def send(self, request: Request, **options: Any) -> Response:
            options |= {"stream": True, "follow_redirects": False}
            response = await super().send(request, **options)
            most = most_bytes + 1 if response.is_success else MOST_ERROR_BYTES
            body = bytearray()
            try:
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) >= most:
                        break
            finally:
                await response.aclose()
            # What is read is unpacked and whole; its headers must not say otherwise.
            kept = [(k, v) for k, v in response.headers.items() if k not in _OF_THE_WIRE]
            read: Response = httpx.Response(
                response.status_code, headers=kept, content=bytes(body[:most]), request=request
            )
            return read

    client: AsyncClient = Client(limits=httpx.Limits(max_connections=None), timeout=None)
    return client
