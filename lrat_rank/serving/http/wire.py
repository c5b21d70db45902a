"""Small parts of ASGI that several layers need: headers, and JSON answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

import msgspec
from starlette.responses import Response

from lrat_rank.serving.http.dialects.error_shapes import errors_of_path
from lrat_rank.serving.http.errors import Problem

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

OPEN_PATHS = frozenset({"/health", "/ready"})
"""Answered without a token: probes have none."""

WATCHED_PATHS = OPEN_PATHS | {"/metrics"}
"""Answered however busy the server is."""


def header(scope: Scope, name: bytes) -> bytes | None:
    """The first header of that name, which is lower case; None where there is none."""
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    return next((value for key, value in headers if key == name), None)


def replayed(first: Message, receive: Receive) -> Receive:
    """What gives a message that was taken already, and then what `receive` gives."""
    told = False

    async def replay() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return first

    return replay


def json_response(
    content: Any, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """An answer in JSON; numbers in it are finite."""
    return Response(
        msgspec.json.encode(content),
        status_code=status,
        headers=dict(headers or {}),
        media_type="application/json",
    )


def problem_response(problem: Problem, path: str, request_id: str) -> Response:
    """A problem in the shape of the dialect it was found in, or else of the path's."""
    shape = problem.shape or errors_of_path(path)
    status = shape.status(problem.kind)
    body = shape.body(problem, status, request_id)
    return json_response(body, status=status, headers=problem.headers)
