"""One reply from an OpenAI-compatible endpoint, with patience, and never without end.

What can go wrong is sorted into three kinds. *Passing*: the endpoint is busy, away, or answers with
something that is no reply; asked again until tries or time are used up, and then an `OutageError`.
*Refused*: it will not speak about this one text, or the text is too long for it. *Wrong*: key,
model, address or parameters; every further request would fail alike, so it stops at once.

The openai client's own retries are switched off: they sleep where nothing can wake them, and they
do not bound the whole time of a reply.
"""

from __future__ import annotations

import os
import random
import re
import threading
import time
from typing import TYPE_CHECKING, Any

from lrat_rank.errors import InputError, LratRankError, require
from lrat_rank.mining.judges.base import JudgeError
from lrat_rank.mining.judges.excerpts import one_line
from lrat_rank.mining.judges.llm.bounded import MOST_BYTES, BoundedChat
from lrat_rank.mining.judges.llm.meter import Meter
from lrat_rank.mining.judges.llm.options import OPENAI_URL, LlmOptions, OnError
from lrat_rank.mining.judges.llm.prompt import Messages
from lrat_rank.mining.judges.llm.reply import Reply, UnusableError, read_reply, retry_after

if TYPE_CHECKING:
    from openai import APIStatusError

_NO_KEY = "none"
_MESSAGE_LENGTH = 200
_SAID_LENGTH = 2_000
_BUSY = frozenset({408, 409, 425, 429})
_NO_MONEY = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
_FILTERED = frozenset({"content_filter", "content_policy_violation", "data_inspection_failed"})
_UNSUPPORTED = frozenset({"unsupported_parameter", "unsupported_value"})
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
_SHORTEN = "lower --judge-document-budget, --judge-reasoning-budget or --judge-max-tokens"
_ADVICE = {
    401: "Put a valid key into the environment variable {env}.",
    403: "Use a key that may ask this model; it is read from the environment variable {env}.",
    404: "Check the model's name, and that the address goes up to /v1.",
}


class OutageError(JudgeError):
    """The endpoint stayed out of reach; `reason` says how, in a few words."""

    def __init__(self, reason: str, where: str) -> None:
        self.reason = reason
        super().__init__(
            f"judge must be within reach; got {reason} ({where}). Mining stopped, what was judged "
            "is kept: run the same command again to go on."
        )


class RefusedError(LratRankError):
    """The endpoint will not answer about this text; it answers about others."""


class _UnsupportedError(Exception):
    """The request failed over a parameter alone; it will not be sent again."""


class _PassingError(Exception):
    """May go better next time; `wait` is how long the endpoint asks to be left alone."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


class ChatClient:
    """Asks for replies from several threads, at most `concurrency` at once.

    After an error that every further request would meet too, it is finished: whoever waits is
    woken, and every later call gets the same error without a request.

    Raises:
        InputError: The key is needed and missing.
        MissingExtraError: The extra `llm` is not installed.
    """

    def __init__(self, options: LlmOptions, meter: Meter) -> None:
        openai = require("openai", extra="llm")
        self._openai = openai
        self._options = options
        self._meter = meter
        self._key = _key(options)
        self._chat = BoundedChat(base_url=options.base_url, key=self._key or _NO_KEY)
        self._slots = threading.BoundedSemaphore(options.concurrency)
        self._unsupported: set[str] = set()
        self._finished = threading.Event()
        self._fatal: LratRankError | None = None
        self._jitter = random.Random(options.seed)
        self._where = f"{options.base_url}, model {options.model}"

    def ask(self, messages: Messages, sampling: dict[str, float | int]) -> Reply:
        """The model's reply.

        Raises:
            OutageError: The endpoint stayed out of reach.
            RefusedError: It will not answer about this text.
            InputError: Key, model, address or parameters are wrong.
        """
        with self._slots:
            if self._fatal is not None:
                raise self._fatal
            try:
                return self._patiently(messages, sampling)
            except OutageError as error:
                if self._options.on_error is OnError.STOP:
                    self._finish(error)
                raise
            except InputError as error:
                self._finish(error)
                raise

    def _finish(self, error: LratRankError) -> None:
        self._fatal = self._fatal or error
        self._finished.set()

    def _patiently(self, messages: Messages, sampling: dict[str, float | int]) -> Reply:
        patience = self._options.retrying
        started = time.monotonic()
        deadline = started + patience.total_time
        wait, tries = patience.wait, 0
        while True:
            tries += 1
            try:
                return self._once(messages, sampling, deadline)
            except _PassingError as error:
                reason, asked_wait = str(error), error.wait
            delay = max(asked_wait, wait * self._jitter.uniform(0.5, 1.0))
            wait = min(2 * wait, patience.longest_wait)
            # A wait past the deadline would be for nothing: no try could follow it.
            late = time.monotonic() + delay >= deadline
            if tries == patience.tries or late or self._finished.wait(delay):
                break
        asked = f"; it asks to wait {asked_wait:.0f} s" if asked_wait else ""
        seconds = time.monotonic() - started
        times = "1 try" if tries == 1 else f"{tries} tries"
        raise OutageError(f"{reason}{asked} after {times} in {seconds:.0f} s", self._where)

    def _once(self, messages: Messages, sampling: dict[str, float | int], deadline: float) -> Reply:
        """One request; more only while the endpoint names a parameter that it does not take."""
        while True:
            end = min(deadline, time.monotonic() + self._options.retrying.request_timeout)
            self._meter.sent()
            try:
                reply = self._request(messages, self._parameters(sampling), end)
            except Exception as error:
                self._meter.failed()
                if isinstance(error, _UnsupportedError):
                    continue
                raise
            self._meter.answered(
                prompt_tokens=reply.prompt_tokens, completion_tokens=reply.completion_tokens
            )
            if reply.filtered:
                raise RefusedError("the endpoint filtered its reply")
            return reply

    def _request(self, messages: Messages, parameters: dict[str, Any], end: float) -> Reply:
        """One request, with what can go wrong sorted.

        The errors of the openai client carry the request, key included: none is chained.
        """
        openai = self._openai
        asked = {"model": self._options.model, "messages": messages, **parameters}
        try:
            body = self._chat.complete(asked, seconds=end - time.monotonic())
            if len(body) > MOST_BYTES:
                raise UnusableError("longer than any reply")
            return read_reply(body)
        except openai.APIStatusError as error:
            raise self._sorted(error, parameters) from None
        except TimeoutError:
            raise _PassingError("no whole reply in time") from None
        except openai.APIConnectionError as error:
            cause = error.__cause__ or error
            raise _PassingError(self._safe(f"a failed connection ({cause})")) from None
        except UnusableError as error:
            raise _PassingError(self._safe(f"a broken reply ({error})")) from None

    def _parameters(self, sampling: dict[str, float | int]) -> dict[str, Any]:
        """The sampling in the words this endpoint takes."""
        parameters = {k: v for k, v in sampling.items() if k not in self._unsupported}
        if "max_tokens" in self._unsupported and "max_completion_tokens" not in self._unsupported:
            parameters["max_completion_tokens"] = sampling["max_tokens"]
        return parameters

    def _sorted(self, error: APIStatusError, sent: dict[str, Any]) -> Exception:
        """The kind of a status that is an error.

        Models that think take `max_completion_tokens` and no temperature: parameters that the
        endpoint says it does not know are left out from then on.
        """
        status, names = error.status_code, {str(error.code), str(error.type)}
        told = self._safe(_told(error))
        if 300 <= status < 400:
            return _redirected(status, self._where)
        if names & _UNSUPPORTED and error.param in sent:
            self._unsupported.add(str(error.param))
            return _UnsupportedError(told)
        if names & _FILTERED:
            return RefusedError(f"the endpoint refused the text ({told})")
        if _is_too_long(error):
            return RefusedError(f"the text is too long for the endpoint: {_SHORTEN} ({told})")
        empty = bool(names & _NO_MONEY)
        if not empty and (status in _BUSY or status >= 500):
            return _PassingError(f"status {status} ({told})", retry_after(error.response.headers))
        advice = _ADVICE.get(status, "Mend what it names, then run the same command again.")
        if empty:
            advice = "Top up the account, then run the same command again to go on."
        return InputError(
            "judge request",
            must="one that the endpoint takes",
            got=f"status {status} ({told})",
            where=self._where,
            do=advice.format(env=self._options.api_key_env),
        )

    def _safe(self, text: str) -> str:
        """On one line, cut, and without the key, should the endpoint repeat it."""
        return one_line(text.replace(self._key, "***") if self._key else text, _MESSAGE_LENGTH)


def _is_too_long(error: APIStatusError) -> bool:
    """Whether the endpoint takes no text of this length; it may take others."""
    if error.status_code == _TOO_LONG_STATUS:
        return True
    said = f"{error.code} {error.type} {_told(error)}"[:_SAID_LENGTH]
    return error.status_code in _MAY_BE_TOO_LONG and _TOO_LONG.search(said) is not None


def _redirected(status: int, where: str) -> InputError:
    """Where it leads to is not told: the endpoint may have put anything into that."""
    return InputError(
        "judge URL (--judge-url)",
        must="the address that answers itself",
        got=f"a redirect (status {status}), which is not followed",
        where=where,
        do="Give --judge-url the address it leads to, if you trust that host.",
    )


def _told(error: APIStatusError) -> str:
    """What the endpoint says about an error."""
    body = error.body
    if isinstance(body, dict):
        body = body.get("message") or body.get("error") or body.get("detail") or error.message
    return str(body or error.message)


def _key(options: LlmOptions) -> str:
    """The key from its environment variable; empty where there is none and none is needed."""
    key = os.environ.get(options.api_key_env, "").strip()
    if not key and options.base_url.rstrip("/") == OPENAI_URL:
        raise InputError(
            f"environment variable {options.api_key_env}",
            must="set to the key of the endpoint",
            got="nothing",
            where=options.base_url,
            do=f"Run: export {options.api_key_env}=…",
        )
    if not (key.isascii() and key.isprintable()):
        raise InputError(
            f"environment variable {options.api_key_env}",
            must="a key of plain characters on one line",
            got="others",
            do="Set it again.",
        )
    return key
