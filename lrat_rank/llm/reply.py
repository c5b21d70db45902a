"""What an endpoint sends back, read without trust."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, replace
from email.utils import parsedate_to_datetime

from lrat_rank.trajectories.payloads import decode_json, joined_text

MASK = "***"
"""Stands where an endpoint repeats the key."""


class UnusableError(Exception):
    """A body that holds no reply; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class CallText:
    """A tool call as the model wrote it; `arguments` should be a JSON object, and may be anything.

    `call_id` is empty where the endpoint gave none.
    """

    name: str
    arguments: str
    call_id: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model said.

    Attributes:
        text: Its words; may be empty.
        reasoning: What it thought, where the endpoint tells that apart from the words.
        calls: The tools it calls, in the order it named them.
        was_cut: It ended at the token limit.
        filtered: The endpoint held it back.
        prompt_tokens: Tokens it read; None when the endpoint does not say.
        completion_tokens: Tokens it wrote, thoughts included; None when it does not say.
        reasoning_tokens: Tokens of thought among those; 0 when the endpoint does not say.
    """

    text: str
    reasoning: str = ""
    calls: tuple[CallText, ...] = ()
    was_cut: bool = False
    filtered: bool = False
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    reasoning_tokens: int = 0

    def without(self, secret: str) -> Reply:
        """The reply with a mask wherever it repeats a secret.

        >>> Reply("my key is abc", reasoning="abc?").without("abc").text
        'my key is ***'
        """
        return replace(
            self,
            text=self.text.replace(secret, MASK),
            reasoning=self.reasoning.replace(secret, MASK),
            calls=tuple(
                CallText(*(part.replace(secret, MASK) for part in astuple(call)))
                for call in self.calls
            ),
        )


def read_reply(body: bytes) -> Reply:
    """The reply in the body of a chat completion.

    Raises:
        UnusableError: The body is not JSON, or holds no choice with a message.

    >>> read_reply(b'{"choices": [{"message": {"content": "VERDICT: USES"}}]}').text
    'VERDICT: USES'
    """
    try:
        record = decode_json(body)
    except ValueError as error:
        raise UnusableError("not JSON") from error
    if not isinstance(record, dict):
        raise UnusableError("not an object")
    choice = first_choice(record)
    message = choice.get("message") if choice is not None else None
    if choice is None or not isinstance(message, dict):
        told = record.get("error")
        raise UnusableError(f"no choices: {told}" if told else "no choices")
    return reply_of(message, finish=choice.get("finish_reason"), usage=record.get("usage"))


def first_choice(record: Mapping[str, object]) -> dict[str, object] | None:
    """The first choice of a completion or of a piece of one; None where there is none."""
    choices = record.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    return choice if isinstance(choice, dict) else None


def reply_of(message: Mapping[str, object], *, finish: object, usage: object) -> Reply:
    """The reply that a message, its finish reason and its usage say."""
    spent = usage if isinstance(usage, dict) else {}
    details = spent.get("completion_tokens_details")
    thought = details.get("reasoning_tokens") if isinstance(details, dict) else None
    return Reply(
        text=joined_text(message.get("content")) or joined_text(message.get("refusal")),
        reasoning=reasoning_of(message),
        calls=tuple(_calls(message.get("tool_calls"))),
        was_cut=finish == "length",
        filtered=finish == "content_filter",
        prompt_tokens=_count(spent.get("prompt_tokens")),
        completion_tokens=_count(spent.get("completion_tokens")),
        reasoning_tokens=_count(thought) or 0,
    )


def reasoning_of(message: Mapping[str, object]) -> str:
    """What a message, or a piece of one, holds of thought: servers have two names for it."""
    return joined_text(message.get("reasoning_content")) or joined_text(message.get("reasoning"))


def _calls(listed: object) -> Iterator[CallText]:
    for call in listed if isinstance(listed, list) else []:
        function = call.get("function") if isinstance(call, dict) else None
        if not isinstance(function, dict):
            continue
        name, call_id = function.get("name"), call.get("id")
        yield CallText(
            name=name if isinstance(name, str) else "",
            arguments=_as_text(function.get("arguments")),
            call_id=call_id if isinstance(call_id, str) else "",
        )


def _as_text(arguments: object) -> str:
    """Arguments are JSON in a string; some servers send the object itself."""
    if arguments is None or isinstance(arguments, str):
        return arguments or ""
    return json.dumps(arguments, ensure_ascii=False)


def _count(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    return None


def retry_after(headers: Mapping[str, str]) -> float:
    """Seconds the endpoint asks to wait, as a number or a date; 0 when it does not say.

    >>> retry_after({"retry-after": "2.5"}), retry_after({"retry-after": "soon"})
    (2.5, 0.0)
    """
    for name, divisor in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        value = headers.get(name)
        if value is None:
            continue
        try:
            seconds = float(value) / divisor
        except ValueError:
            seconds = _seconds_until(value)
        if math.isfinite(seconds) and seconds > 0:
            return seconds
    return 0.0


def _seconds_until(date: str) -> float:
    try:
        return parsedate_to_datetime(date).timestamp() - time.time()
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0.0
