"""The outermost layer: a name, a time and a count a request, and an answer to each error."""

from __future__ import annotations

import logging
import secrets
import time

from lrat_rank.serving.http.auth import check_host, check_page, check_token
from lrat_rank.serving.http.errors import ClientGoneError, Kind, problem_of
from lrat_rank.serving.http.logs import LOGGER
from lrat_rank.serving.http.metrics import Metrics
from lrat_rank.serving.http.settings import ServerSettings
from lrat_rank.serving.http.wire import (
    OPEN_PATHS,
    App,
    Message,
    Receive,
    Scope,
    Send,
    header,
    problem_response,
)

_log = logging.getLogger(LOGGER)
_SHOWN = 200
"""Characters of a path in the log."""


class Observed:
    """Answers every request, also those that fail, and tells of each in log and metrics.

    Requests get an id, which the header `X-Request-Id` of the answer and the log hold. Who shows no
    token, or means another host, is turned away here, before a body is read.

    Args:
        app: What answers.
        settings: Token and host names.
        metrics: Where answers are counted.
    """

    def __init__(self, app: App, settings: ServerSettings, metrics: Metrics) -> None:
        self._app, self._settings, self._metrics = app, settings, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send)
        scope.setdefault("state", {})["request_id"] = answer.request_id
        started = time.perf_counter()
        try:
            with self._metrics.in_flight.track_inprogress():
                await self._answer(scope, receive, answer)
        finally:
            self._tell(scope, answer, time.perf_counter() - started)

    async def _answer(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        try:
            self._admit(scope)
            answer.admitted = True
            await self._app(scope, receive, answer.send)
        except ClientGoneError:
            pass
        except Exception as error:
            problem = problem_of(error)
            if problem.kind is Kind.FAILED:
                _log.error("request %s failed", answer.request_id, exc_info=error)
            if answer.status:  # half an answer cannot be mended
                raise
            if not answer.admitted:
                problem.headers["Connection"] = "close"  # its body is not read
            response = problem_response(problem, scope["path"], answer.request_id)
            await response(scope, receive, answer.send)

    def _admit(self, scope: Scope) -> None:
        allowed = self._settings.allowed_hosts
        check_host(header(scope, b"host"), allowed)
        check_page(header(scope, b"origin"), header(scope, b"sec-fetch-site"), allowed)
        if scope["path"] not in OPEN_PATHS:
            check_token(self._settings.token, header(scope, b"authorization"))

    def _tell(self, scope: Scope, answer: _Answer, seconds: float) -> None:
        # Routes, not paths, and known methods alone: what clients make up must not fill memory.
        route = getattr(scope.get("route"), "path", None) or "unknown"
        method = scope["method"] if scope["method"] in _METHODS else "other"
        status = answer.status or _CLIENT_GONE
        self._metrics.answered(route, method, status, seconds)
        _log.info(
            "%s %s %s %d %.1f ms",
            answer.request_id,
            method,
            _printed(scope["path"]),
            status,
            seconds * 1000,
        )


def _printed(path: str) -> str:
    """A path on one line, whatever a client has put into it."""
    return path[:_SHOWN].encode("unicode_escape").decode()


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_CLIENT_GONE = 499
"""What is counted where nobody was left to answer."""


class _Answer:
    def __init__(self, send: Send) -> None:
        self.request_id, self.status = secrets.token_hex(8), 0
        self.admitted = False
        self._send = send

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            named = (b"x-request-id", self.request_id.encode())
            sniffing = (b"x-content-type-options", b"nosniff")
            message["headers"] = [*message.get("headers", []), named, sniffing]
        await self._send(message)
