"""What can go wrong when a model is asked, sorted into kinds.

*Passing*: the endpoint is busy, away, or answers with something that is no reply; asked again until
tries or time are used up, and then an `OutageError`. *Refused*: it will not speak about this one
text, or the text is too long for it. *Rejected*: the request itself is wrong. *Wrong* (a plain
`InputError`): key, model or address; every further request would fail alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from lrat_rank.errors import InputError, LratRankError
from lrat_rank.llm.endpoint import Endpoint
from lrat_rank.llm.reply import retry_after

if TYPE_CHECKING:
    from openai import APIStatusError

_SAID_LENGTH = 2_000
_BUSY = frozenset({408, 409, 425, 429})
_NO_MONEY = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
_NO_MONEY_STATUS = 402
_FILTERED = frozenset({"content_filter", "content_policy_violation", "data_inspection_failed"})
_UNSUPPORTED = frozenset({"unsupported_parameter", "unsupported_value"})
_NEEDED = frozenset({"model", "messages", "tools", "stream"})
"""Parameters that are never left out: without them the reply would be another thing."""
_TOO_LONG_STATUS = 413
_MAY_BE_TOO_LONG = frozenset({400, 422, 429, 500})
_TOO_LONG = re.compile(
    r"context[ _-]?(?:length|size|window)|maximum model length|"
    r"token count.{0,40}exceed|`inputs`.{0,60}\bmust\b|"
    r"(?:prompt|inputs?|messages?|request|text)(?: \([^()]{1,40}\))?[ _](?:is |are )?"
    r"too[ _](?:long|large)",
    re.IGNORECASE,
)
"""How servers say it: OpenAI, vLLM, SGLang, llama.cpp, Ollama; Gemini; TGI; those that say just
that."""
_ADVICE = {
    401: "Put a valid key into the environment variable {env}.",
    403: "Use a key that may ask this model; it is read from the environment variable {env}.",
    404: "Check the model's name, and that the address goes up to /v1.",
}


class OutageError(LratRankError):
    """The endpoint stayed out of reach; `reason` says how, in a few words."""

    def __init__(self, reason: str, endpoint: Endpoint) -> None:
        self.reason = reason
        words = endpoint.words
        super().__init__(
            f"{words.who} must be within reach; got {reason} ({endpoint.where}). {words.resume}"
        )


class RefusedError(LratRankError):
    """The endpoint will not answer about this text; it answers about others."""


class TooLongError(RefusedError):
    """The text is longer than the model can read."""


class RejectedError(InputError):
    """The endpoint finds fault with the request itself; it may take others."""


class UnsupportedError(Exception):
    """The request failed over a parameter alone, `parameter`; it can be sent without it."""

    def __init__(self, parameter: str) -> None:
        super().__init__(parameter)
        self.parameter = parameter


class PassingError(Exception):
    """May go better next time; `wait` is how long the endpoint asks to be left alone."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


def sorted_status(
    error: APIStatusError, sent: Iterable[str], endpoint: Endpoint, safe: Callable[[str], str]
) -> Exception:
    """The kind of a status that is an error.

    Models that think take `max_completion_tokens` and no temperature: parameters that the
    endpoint says it does not know can be left out.

    Args:
        error: The status, as the openai client tells it.
        sent: Names of the parameters of the request.
        endpoint: Who was asked.
        safe: Makes what the endpoint says fit to be shown.
    """
    status, names = error.status_code, {str(error.code), str(error.type)}
    told = safe(_told(error))
    if 300 <= status < 400:
        return _redirected(status, endpoint)
    if names & _UNSUPPORTED and error.param in set(sent) - _NEEDED:
        return UnsupportedError(str(error.param))
    if names & _FILTERED:
        return RefusedError(f"the endpoint refused the text ({told})")
    if _is_too_long(error):
        shorten = endpoint.words.shorten
        return TooLongError(f"the text is too long for the endpoint: {shorten} ({told})")
    empty = status == _NO_MONEY_STATUS or bool(names & _NO_MONEY)
    if not empty and (status in _BUSY or status >= 500):
        return PassingError(f"status {status} ({told})", retry_after(error.response.headers))
    advice = _ADVICE.get(status, "Mend what it names, then run the same command again.")
    if empty:
        advice = "Top up the account, then run the same command again to go on."
    wrong = InputError if empty or status in _ADVICE else RejectedError
    return wrong(
        f"{endpoint.words.who} request",
        must="one that the endpoint takes",
        got=f"status {status} ({told})",
        where=endpoint.where,
        do=advice.format(env=endpoint.api_key_env),
    )


def _is_too_long(error: APIStatusError) -> bool:
    """Whether the endpoint takes no text of this length; it may take others."""
    if error.status_code == _TOO_LONG_STATUS:
        return True
    said = f"{error.code} {error.type} {_told(error)}"[:_SAID_LENGTH]
    return error.status_code in _MAY_BE_TOO_LONG and _TOO_LONG.search(said) is not None


def _redirected(status: int, endpoint: Endpoint) -> InputError:
    """Where it leads to is not told: the endpoint may have put anything into that."""
    option = endpoint.words.url_option
    return InputError(
        f"{endpoint.words.who} URL ({option})",
        must="the address that answers itself",
        got=f"a redirect (status {status}), which is not followed",
        where=endpoint.where,
        do=f"Give {option} the address it leads to, if you trust that host.",
    )


def _told(error: APIStatusError) -> str:
    """What the endpoint says about an error."""
    body = error.body
    if isinstance(body, dict):
        body = body.get("message") or body.get("error") or body.get("detail") or error.message
    return str(body or error.message)
