"""What formats made of messages are read into: steps, and what came back for their calls.

An adapter of the family reads a log into entries in the log's order: a `Step` is what the agent
wrote and asked for at one time, before it saw what came back; a `Came` is what came back; a
`UserSaid` tells where the user said something.
`message_turns` makes the run of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from lrat_rank.trajectories import browsecomp
from lrat_rank.trajectories.calls.reader import NOT_LOGGED
from lrat_rank.trajectories.model import Reasoning
from lrat_rank.trajectories.payloads import joined_text
from lrat_rank.trajectories.times import moment

ROLES = {
    "assistant": "assistant", "ai": "assistant", "model": "assistant",
    "user": "user", "human": "user",
    "tool": "tool", "function": "tool",
    "system": "system", "developer": "system",
}  # fmt: skip
_TEXT_PARTS = frozenset({"", "text", "output_text", "input_text"})
_TIMES = ("timestamp", "created_at", "created", "time")
MESSAGE_KEYS = (
    *("messages", "conversation", "conversations", "trajectory", "raw_messages", "history"),
    *("chat_history", "dialog", "items"),
)


@dataclass(frozen=True, slots=True)
class Came:
    """What came back.

    Attributes:
        output: As logged; `NOT_LOGGED` where only an error flag is.
        call_id: The call it says it answers, or None.
        failed: The log says that the call failed.
        at: When it came, in seconds.
    """

    output: object = NOT_LOGGED
    call_id: str | None = None
    failed: bool = False
    at: float | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One tool call.

    Attributes:
        tool: Its name, or empty.
        arguments: An object, or a string that encodes one.
        call_id: The id its output bears, or None.
        came: What came back, once that is known.
        queries: What it searches for, where the format itself says that the call is a search.
        opens: What it opens, where the format itself says so.
        neither: The format itself says that it does neither.
    """

    tool: str
    arguments: object = None
    call_id: str | None = None
    came: Came | None = None
    queries: tuple[str, ...] | None = None
    opens: tuple[str, ...] | None = None
    neither: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What an agent wrote and asked for before it saw what its calls gave back.

    Attributes:
        thoughts: Reasoning, in order.
        text: What it said.
        calls: Its calls; two or more make a batch.
        at: When it was made, in seconds.
        truncated: A token cap cut `text` off.
        after_user: The user said something before it, after what the steps before it were about.
    """

    thoughts: tuple[Reasoning, ...] = ()
    text: str = ""
    calls: tuple[Asked, ...] = ()
    at: float | None = None
    truncated: bool = False
    after_user: bool = False


@dataclass(frozen=True, slots=True)
class UserSaid:
    """The user said something, which the log holds and we do not read."""


Entry = Step | Came | UserSaid


def cut_off(step: Step) -> Step:
    """The step, with its last text cut off by a token cap."""
    if step.text.strip():
        return replace(step, truncated=True)
    *before, last = step.thoughts or (Reasoning(""),)
    if not last.text:
        return step
    return replace(step, thoughts=(*before, Reasoning(last.text, truncated=True)))


def role(message: object) -> str | None:
    """What wrote a message: `assistant`, `user`, `tool` or `system`; None for what is no message.

    >>> role({"role": "developer"}), role({"type": "human"}), role({"type": "function_call"})
    ('system', 'user', None)
    """
    if not isinstance(message, Mapping):
        return None
    said = message.get("role", message.get("type"))
    return ROLES.get(said) if isinstance(said, str) else None


def kind(item: object) -> str:
    """The `type` of an item or block; empty where it has none."""
    said = item.get("type") if isinstance(item, Mapping) else None
    return said if isinstance(said, str) else ""


def content_text(content: object) -> str:
    r"""The text of a content: a string, or parts of which those of text count.

    >>> content_text([{"type": "text", "text": "a"}, {"type": "image_url"}, {"text": "b"}])
    'a\nb'
    """
    if isinstance(content, list):
        return joined_text([part for part in content if kind(part) in _TEXT_PARTS], "\n")
    return content if isinstance(content, str) else ""


def listed_messages(record: object) -> list[object]:
    """The messages of a record: the list under any of the usual keys, or the list it is.

    A BrowseComp-Plus run keeps the messages it was made of beside its steps; it has none here.
    """
    if isinstance(record, list):
        return record
    if not isinstance(record, Mapping) or browsecomp.recognises(record):
        return []
    lists = (record[key] for key in MESSAGE_KEYS if isinstance(record.get(key), list))
    return next(lists, [])


def first_question(messages: Iterable[object]) -> str:
    """The first text of a user."""
    asked = (m.get("content") for m in messages if isinstance(m, Mapping) and role(m) == "user")
    return next((text for content in asked if (text := content_text(content).strip())), "")


def is_users(text: str) -> bool:
    """Whether a text with the role of a user is one's own: programs put theirs into tags.

    >>> is_users("And in 1900?"), is_users("<system-reminder>Hm.</system-reminder>"), is_users(" ")
    (True, False, False)
    """
    text = text.strip()
    return bool(text) and not (text.startswith("<") and text.endswith(">"))


def message_time(message: Mapping[str, object]) -> float | None:
    """When a message was written, in seconds, where the log says so."""
    return next((t for key in _TIMES if (t := moment(message.get(key))) is not None), None)
