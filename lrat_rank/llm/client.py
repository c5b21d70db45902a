"""One reply from an OpenAI-compatible endpoint, with patience, and never without end.

What can go wrong is sorted by `troubles`. The openai client's own retries are switched off: they
sleep where nothing can wake them, and they do not bound the whole time of a reply.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import CancelledError
from typing import Any

from lrat_rank.errors import LratRankError, require
from lrat_rank.excerpts import one_line
from lrat_rank.llm.bounded import MOST_BYTES, BoundedChat
from lrat_rank.llm.endpoint import Endpoint
from lrat_rank.llm.meter import Meter
from lrat_rank.llm.reply import MASK, Reply, UnusableError, read_reply
from lrat_rank.llm.stream import read_stream
from lrat_rank.llm.troubles import (
    OutageError,
    PassingError,
    RefusedError,
    UnsupportedError,
    sorted_status,
)

Message = Mapping[str, Any]

_NO_KEY = "none"
_MESSAGE_LENGTH = 200
_MASKED_LENGTH = 8
"""Of a key. Shorter ones are placeholders for endpoints without keys, and may be words."""


class ChatClient:
    """Asks for replies from several threads, at most `endpoint.concurrency` at once.

    After an error of a kind in `ends` it is finished: whoever waits is woken, and every later call
    gets the same error without a request.

    Args:
        endpoint: Who is asked.
        meter: Counts what it takes.
        ends: The errors after which nothing more is asked.
        most_bytes: Of a reply; a longer one counts as broken.

    Raises:
        InputError: The key is needed and missing.
        MissingExtraError: The extra `llm` is not installed.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        meter: Meter,
        *,
        ends: tuple[type[LratRankError], ...] = (),
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._openai = require("openai", extra="llm")
        self._endpoint = endpoint
        self._meter = meter
        self._ends = ends
        self._most_bytes = most_bytes
        self._key = endpoint.key()
        self._chat = BoundedChat(
            base_url=endpoint.base_url, key=self._key or _NO_KEY, most_bytes=most_bytes
        )
        self._slots = threading.BoundedSemaphore(endpoint.concurrency)
        self._unsupported: set[str] = set()
        self._finished = threading.Event()
        self._fatal: LratRankError | None = None
        self._jitter = random.Random(0)

    def ask(
        self,
        messages: Sequence[Message],
        parameters: Mapping[str, Any],
        *,
        seconds: float = float("inf"),
    ) -> Reply:
        """The model's reply, streamed or not as `parameters["stream"]` says.

        Args:
            messages: The conversation, as chat completions take it.
            parameters: The further fields of the request.
            seconds: The most to spend, when that is less than the patience of the endpoint.

        Raises:
            OutageError: The endpoint stayed out of reach.
            RefusedError: It will not answer about this text.
            InputError: Key, model, address or parameters are wrong.
        """
        with self._slots:
            if self._fatal is not None:
                raise self._fatal
            try:
                return self._patiently(messages, parameters, seconds)
            except self._ends as error:
                self._finish(error)
                raise

    def close(self, error: LratRankError) -> None:
        """Finish now: requests under way are cut off, and everyone who asks gets the error."""
        self._finish(error)
        self._chat.cut_off()

    def _finish(self, error: LratRankError) -> None:
        self._fatal = self._fatal or error
        self._finished.set()

    def _patiently(
        self, messages: Sequence[Message], parameters: Mapping[str, Any], seconds: float
    ) -> Reply:
        patience = self._endpoint.retrying
        started = time.monotonic()
        deadline = started + min(patience.total_time, seconds)
        wait, tries = patience.wait, 0
        while True:
            tries += 1
            try:
                return self._once(messages, parameters, deadline)
            except PassingError as error:
                reason, asked_wait = str(error), error.wait
            delay = max(asked_wait, wait * self._jitter.uniform(0.5, 1.0))
            wait = min(2 * wait, patience.longest_wait)
            # A wait past the deadline would be for nothing: no try could follow it.
            late = time.monotonic() + delay >= deadline
            if tries == patience.tries or late or self._finished.wait(delay):
                break
        if self._fatal is not None:
            raise self._fatal
        asked = f"; it asks to wait {asked_wait:.0f} s" if asked_wait else ""
        spent = time.monotonic() - started
        times = "1 try" if tries == 1 else f"{tries} tries"
        raise OutageError(f"{reason}{asked} after {times} in {spent:.0f} s", self._endpoint)

    def _once(
        self, messages: Sequence[Message], parameters: Mapping[str, Any], deadline: float
    ) -> Reply:
        """One request; more only while the endpoint names a parameter that it does not take."""
        while True:
            end = min(deadline, time.monotonic() + self._endpoint.retrying.request_timeout)
            self._meter.sent()
            try:
                reply = self._request(messages, self._taken(parameters), end)
            except Exception as error:
                self._meter.failed()
                if isinstance(error, UnsupportedError):
                    self._unsupported.add(error.parameter)
                    continue
                raise
            self._meter.answered(
                prompt_tokens=reply.prompt_tokens, completion_tokens=reply.completion_tokens
            )
            if reply.filtered:
                raise RefusedError("the endpoint filtered its reply")
            return reply

    def _request(
        self, messages: Sequence[Message], parameters: dict[str, Any], end: float
    ) -> Reply:
        """One request, with what can go wrong sorted.

        The errors of the openai client carry the request, key included: none is chained.
        """
        openai = self._openai
        asked = {"model": self._endpoint.model, "messages": messages, **parameters}
        try:
            body = self._chat.complete(asked, seconds=end - time.monotonic())
            if len(body) > self._most_bytes:
                raise UnusableError("longer than any reply")
            reply = read_stream(body) if parameters.get("stream") else read_reply(body)
            return reply.without(self._key) if len(self._key) >= _MASKED_LENGTH else reply
        except openai.APIStatusError as error:
            raise sorted_status(error, parameters, self._endpoint, self._safe) from None
        except TimeoutError:
            raise PassingError("no whole reply in time") from None
        except openai.APIConnectionError as error:
            cause = error.__cause__ or error
            raise PassingError(self._safe(f"a failed connection ({cause})")) from None
        except UnusableError as error:
            raise PassingError(self._safe(f"a broken reply ({error})")) from None
        except CancelledError:
            raise self._fatal or PassingError("a request that was cut off") from None

    def _taken(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters in the words this endpoint takes."""
        taken = {k: v for k, v in parameters.items() if k not in self._unsupported}
        renamed = "max_tokens" in parameters and "max_tokens" in self._unsupported
        if renamed and "max_completion_tokens" not in self._unsupported:
            taken["max_completion_tokens"] = parameters["max_tokens"]
        return taken

    def _safe(self, text: str) -> str:
        """On one line, cut, and without the key, should the endpoint repeat it."""
        return one_line(text.replace(self._key, MASK) if self._key else text, _MESSAGE_LENGTH)
