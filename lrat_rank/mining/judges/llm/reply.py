"""What an endpoint sends back, read without trust."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from lrat_rank.trajectories.payloads import decode_json, joined_text


class UnusableError(Exception):
    """A body that holds no reply; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model said.

    Attributes:
        text: Its words; may be empty.
        was_cut: They ended at the token limit.
        filtered: The endpoint held them back.
        prompt_tokens: Tokens it read; None when the endpoint does not say.
        completion_tokens: Tokens it wrote, thoughts included; None when it does not say.
    """

    text: str
    was_cut: bool = False
    filtered: bool = False
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


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
    choices = record.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        told = record.get("error")
        raise UnusableError(f"no choices: {told}" if told else "no choices")
    usage = record.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    return Reply(
        text=joined_text(message.get("content")) or joined_text(message.get("refusal")),
        was_cut=choice.get("finish_reason") == "length",
        filtered=choice.get("finish_reason") == "content_filter",
        prompt_tokens=_count(usage.get("prompt_tokens")),
        completion_tokens=_count(usage.get("completion_tokens")),
    )


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
