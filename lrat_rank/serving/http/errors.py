"""What can go wrong with a request, told apart so that each dialect can say it in its own way."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from lrat_rank.errors import InputError
from lrat_rank.serving.batching import Busy, Closed
from lrat_rank.serving.text_scores import NoTextRankerError


class Kind(StrEnum):
    """The kinds of trouble; a dialect gives each a status."""

    INVALID = "invalid"
    EMPTY = "empty"
    OVER_LIMIT = "over_limit"
    BODY_TOO_LARGE = "body_too_large"
    SLOW = "slow"
    NOT_JSON = "not_json"
    NO_TOKEN = "no_token"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    WRONG_METHOD = "wrong_method"
    CONFLICT = "conflict"
    WRONG_HOST = "wrong_host"
    BUSY = "busy"
    NO_TEXT_RANKER = "no_text_ranker"
    UNREADY = "unready"
    FAILED = "failed"


USUAL_STATUS: Mapping[Kind, int] = {
    Kind.INVALID: 422,
    Kind.EMPTY: 422,
    Kind.OVER_LIMIT: 422,
    Kind.BODY_TOO_LARGE: 413,
    Kind.SLOW: 408,
    Kind.NOT_JSON: 415,
    Kind.NO_TOKEN: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.WRONG_METHOD: 405,
    Kind.CONFLICT: 409,
    Kind.WRONG_HOST: 421,
    Kind.BUSY: 429,
    # Not 501: clients repeat what failed with 5xx, and asking again does not help here.
    Kind.NO_TEXT_RANKER: 400,
    Kind.UNREADY: 503,
    Kind.FAILED: 500,
}


_RESTART_S = 5.0
"""Seconds after which a server that stops may be there again."""


class Problem(Exception):
    """A request that gets an error for an answer.

    Args:
        kind: What sort of trouble.
        message: One line for the client; it may name what the client sent, never our insides.
        param: The field at fault, where there is one.
        retry_after: Seconds after which asking again makes sense.
        headers: Further headers of the answer.

    Attributes:
        shape: How the answer is written; None for the usual way of the request's path.
    """

    def __init__(
        self,
        kind: Kind,
        message: str,
        *,
        param: str | None = None,
        retry_after: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.kind, self.message, self.param = kind, message, param
        self.shape: ErrorShape | None = None
        self.headers = dict(headers or {})
        if retry_after is not None:
            self.headers["Retry-After"] = str(max(1, math.ceil(retry_after)))


@dataclass(frozen=True)
class ErrorShape:
    """How a dialect writes its errors: status and body.

    Attributes:
        name: Of the dialect.
        body: (problem, status, request id) → the JSON body.
        differing: Statuses of the kinds that do not have the usual one.
    """

    name: str
    body: Callable[[Problem, int, str], Mapping[str, Any]]
    differing: Mapping[Kind, int] = field(default_factory=dict)

    def status(self, kind: Kind) -> int:
        """The HTTP status of a kind of trouble."""
        return self.differing.get(kind, USUAL_STATUS[kind])


class ClientGoneError(Exception):
    """Nobody is left to answer."""


def problem_of(error: Exception) -> Problem:
    """The problem that an error of the layers below is to a client.

    An `InputError` is the client's and says so in its own words. A full queue says when to come
    back. Of anything else nothing is told.
    """
    if isinstance(error, Problem):
        return error
    if isinstance(error, Busy):
        return Problem(
            Kind.BUSY,
            "The server is busy. Ask again a little later.",
            retry_after=error.retry_after,
        )
    if isinstance(error, Closed):
        return Problem(Kind.UNREADY, str(error), retry_after=_RESTART_S)
    if isinstance(error, NoTextRankerError):
        return Problem(
            Kind.NO_TEXT_RANKER,
            "The ranker of this server reads documents of its index only, not texts of a request: "
            "it can search, but rerank no texts. That takes a cross-encoder.",
        )
    if isinstance(error, InputError):
        return Problem(Kind.INVALID, str(error), param=error.what)
    return Problem(Kind.FAILED, "The server failed at this request; its log says why.")
