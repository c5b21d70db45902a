"""Logs of agents that write in tags: the messages of such a log, and the tags of a message.

A log is a list of chat messages (`role` and `content`, or `from` and `value`), a text in ChatML
(`<|im_start|>role … <|im_end|>`), or a text without turns, which is all the agent's.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lrat_rank.trajectories.messages.steps import ROLES, listed_messages
from lrat_rank.trajectories.payloads import joined_text
from lrat_rank.trajectories.run_facts import run_facts

_TEXT_KEYS = (
    "sequences_str", "rollout", "trajectory", "response", "output", "completion", "text",
)  # fmt: skip
_ROLES = {**ROLES, "gpt": "assistant", "observation": "tool"}
_CHATML = re.compile(r"<\|im_start\|>(\w+)\n?(.*?)(?=<\|im_end\|>|<\|im_start\|>|\Z)", re.DOTALL)
_CHATML_START = "<|im_start|>"


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `reasoning` is what a log keeps beside the content, `native` has its calls."""

    role: str
    text: str
    reasoning: str = ""
    native: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """What one tag holds, or the text between two (`tag` is empty then).

    `closed` is False where the closing tag is missing, and `cut` is True where, besides, nothing
    follows.
    """

    tag: str
    text: str
    closed: bool = True
    cut: bool = False


def pieces(text: str, tags: Collection[str]) -> Iterator[Piece]:
    """The tags of a text and what stands between them, in order, without blank text.

    A tag without its closing tag ends at the next opening tag of any kind. A closing `</think>`
    without its opening one closes all the text before it: some chat templates put the opening tag
    into the prompt.

    >>> [(p.tag, p.text, p.cut) for p in pieces("a</think> <search> q </search>", {"search"})]
    [('think', 'a', False), ('search', 'q', False)]
    >>> list(pieces("<think>so", {"think"}))
    [Piece(tag='think', text='so', closed=False, cut=True)]
    """
    found = list(re.finditer(rf"<(/?)({'|'.join(sorted(tags))})>", text))
    at = 0
    for tag, (closing, following) in zip(found, _after(found), strict=True):
        if tag[1] or tag.start() < at:
            continue
        yield from _between(text[at : tag.start()])
        if closing is not None:
            yield Piece(tag[2], text[tag.end() : closing.start()].strip())
            at = closing.end()
            continue
        at = following.start() if following else len(text)
        yield Piece(tag[2], text[tag.end() : at].strip(), closed=False, cut=following is None)
    yield from _between(text[at:])


def _after(
    found: Sequence[re.Match[str]],
) -> list[tuple[re.Match[str] | None, re.Match[str] | None]]:
    """For each tag the next of its kind, if that closes it, and the next opening tag."""
    next_of: dict[str, re.Match[str]] = {}
    following: re.Match[str] | None = None
    after = []
    for tag in reversed(found):
        same = next_of.get(tag[2])
        after.append((same if same is not None and same[1] else None, following))
        next_of[tag[2]] = tag
        following = following if tag[1] else tag
    return after[::-1]


def _between(text: str) -> Iterator[Piece]:
    thought, closing, rest = text.rpartition("</think>")
    if closing and thought.strip():
        yield Piece("think", thought.strip())
    if rest.strip():
        yield Piece("", rest.strip())


def messages(record: object) -> list[Message]:
    """The messages of a log; empty where a record holds none and no text either."""
    if isinstance(record, str):
        return _of_text(record)
    listed = listed_messages(record)
    if listed or not isinstance(record, Mapping):
        return [_message(item) for item in listed if isinstance(item, Mapping)]
    texts = [value for key in _TEXT_KEYS if isinstance(value := record.get(key), str)]
    return next((_of_text(text) for text in texts if "<" in text), [])


def _of_text(text: str) -> list[Message]:
    if _CHATML_START not in text:
        return [Message("assistant", text)]
    return [Message(_ROLES.get(role, role), body) for role, body in _CHATML.findall(text)]


def _message(item: Mapping[str, object]) -> Message:
    role = item.get("role", item.get("from"))
    role = role if isinstance(role, str) else ""
    return Message(
        _ROLES.get(role, role),
        joined_text(item.get("content", item.get("value")), "\n"),
        joined_text(item.get("reasoning_content"), "\n"),
        bool(item.get("tool_calls")),
    )


def written_by_agent(record: object) -> str:
    """All that the agent wrote, for recognisers; empty where a log has native tool calls."""
    said = messages(record)
    if any(message.native for message in said):
        return ""
    return "\n".join(message.text for message in said if message.role == "assistant")


def run(said: list[Message]) -> list[Message]:
    """The messages from the agent's first on; those before it are the prompt."""
    first = next((n for n, message in enumerate(said) if message.role == "assistant"), len(said))
    return said[first:]


def asked(record: object, said: list[Message]) -> str:
    """The question: the record's, or else the first message of the user."""
    logged = run_facts(record).question
    before = said[: len(said) - len(run(said))]
    return logged or next((m.text.strip() for m in before if m.role == "user"), "")
