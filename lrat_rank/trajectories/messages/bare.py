"""Bare messages or items: a list of them in a `.json` file, or one a line.

Nothing but their kinds tells to which format of the message family they belong, and a line alone
may belong to several (`{"role": "user", …}`). So all that one file holds is gathered first, and the
run is then read by the format that recognises it whole.

Messages with a session or conversation id make one run an id, and its side chains (`isSidechain`,
by `agentId`) runs of their own. Without ids, a system message after the agent's first begins the
next run, and so does a user's message after its answer. A message inside an envelope, as
`{"type": "assistant", "sessionId": …, "timestamp": …, "message": {…}}`, is taken out of it, and
lines that repeat a message id are blocks of that one message.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lrat_rank.trajectories.adapter import Pieces, ReadSetting, TrajectoryFormat
from lrat_rank.trajectories.messages.anthropic import ANTHROPIC_MESSAGES
from lrat_rank.trajectories.messages.openai_chat import OPENAI_CHAT
from lrat_rank.trajectories.messages.openai_responses import OPENAI_RESPONSES
from lrat_rank.trajectories.messages.openresearcher import OPENRESEARCHER
from lrat_rank.trajectories.messages.steps import (
    content_text,
    is_users,
    kind,
    listed_messages,
    role,
)
from lrat_rank.trajectories.model import Trajectory
from lrat_rank.trajectories.payloads import plain_id
from lrat_rank.trajectories.run_facts import run_name as name_in
from lrat_rank.trajectories.texts.search_r1 import SEARCH_R1
from lrat_rank.trajectories.texts.tongyi_tags import TONGYI

_FAMILY = (OPENRESEARCHER, ANTHROPIC_MESSAGES, OPENAI_RESPONSES, TONGYI, SEARCH_R1, OPENAI_CHAT)
_SESSIONS = ("session_id", "sessionId", "conversation_id", "thread_id", "run_id", "query_id", "qid")
_SAID = ("content", "tool_calls", "function_call")
_CALLING = ("tool_calls", "function_call", "recipient", "channel")
_CALL_TAGS = ("<tool_call>", "<function=", "<search>")
_ITEM_KEYS = ("call_id", "action", "queries", "summary", "server_label")


@dataclass(slots=True)
class _Run:
    """The gathered messages of one run."""

    name: str | None
    messages: list[Mapping[str, object]] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    """Where the messages with blocks stand, by their ids."""
    spoken: bool = False
    """Whether the agent has said something."""
    answered: bool = False
    """Whether what the agent said last calls nothing."""

    def add(self, message: Mapping[str, object]) -> None:
        """One more message, or more blocks of one that is there."""
        if role(message) == "assistant":
            self.spoken = True
            self.answered = _answers(message)
        elif role(message) is None:
            self.answered = False
        blocks, message_id = message.get("content"), plain_id(message.get("id"))
        if isinstance(blocks, list) and message_id is not None and role(message) == "assistant":
            place = self.places.setdefault(message_id, len(self.messages))
            if place < len(self.messages):
                earlier = self.messages[place]
                before = earlier["content"]
                self.messages[place] = {
                    **earlier,
                    **message,
                    "content": [*_listed(before), *blocks],
                }
                return
        self.messages.append(message)

    def has_ended(self, message: Mapping[str, object]) -> bool:
        """Whether a message begins the next run."""
        if self.name is not None or not self.spoken:
            return False
        return role(message) == "system" or (self.answered and _asks(message))

    @property
    def record(self) -> Mapping[str, object]:
        """The run as the formats of the family have it."""
        models = (message.get("model") for message in self.messages)
        model = next((name for name in models if isinstance(name, str)), None)
        return {"id": self.name, "model": model, "messages": self.messages}


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def recognises(record: object) -> bool:
    """Whether a record is one message or item, and no list of them.

    >>> recognises({"role": "user", "content": "Who?"}), recognises({"messages": []})
    (True, False)
    """
    return isinstance(record, _Run) or _message(record) is not None


def _message(record: object) -> Mapping[str, object] | None:
    """The message that a record is, or that its envelope holds."""
    if not isinstance(record, Mapping) or listed_messages(record):
        return None
    inner = record.get("message")
    if isinstance(inner, Mapping) and role(inner) is not None:
        return {"timestamp": record.get("timestamp"), **inner}
    if role(record) is not None:
        return record if any(key in record for key in _SAID) else None
    is_item = kind(record).endswith(("_call", "_call_output")) or kind(record) == "reasoning"
    return record if is_item and any(key in record for key in _ITEM_KEYS) else None


def run_name(record: object) -> str | None:
    """The session or conversation, or None."""
    return name_in(record.record) if isinstance(record, _Run) else None


def _gather(pieces: Sequence[object]) -> Iterator[object]:
    runs: list[_Run] = []
    latest: dict[tuple[str | None, str], _Run] = {}
    for piece in pieces:
        message = _message(piece)
        if message is None or not isinstance(piece, Mapping):
            continue
        names = (plain_id(place.get(key)) for place in (piece, message) for key in _SESSIONS)
        name = next(filter(None, names), None)
        side = _side_chain(piece)
        key = name, side
        if key not in latest or latest[key].has_ended(message):
            latest[key] = _Run(f"{name}-{side}" if name and side else name)
            runs.append(latest[key])
        latest[key].add(message)
    yield from runs


def _answers(message: Mapping[str, object]) -> bool:
    """Whether an agent's message calls nothing."""
    if any(message.get(key) for key in _CALLING):
        return False
    content = message.get("content")
    if isinstance(content, list) and any(kind(block) == "tool_use" for block in content):
        return False
    text = content_text(content)
    return bool(text.strip()) and not any(tag in text for tag in _CALL_TAGS)


def _asks(message: Mapping[str, object]) -> bool:
    return role(message) == "user" and is_users(content_text(message.get("content")))


def _side_chain(row: Mapping[str, object]) -> str:
    """What tells a sub-agent's messages from those of the agent that started it; empty for both."""
    if row.get("isSidechain") is not True:
        return ""
    return plain_id(row.get("agentId")) or "sidechain"


def read_run(
    record: object, /, *, trajectory_id: str, source: str, setting: ReadSetting
) -> Trajectory:
    """Read one gathered run, as the format that recognises it does."""
    whole = record.record if isinstance(record, _Run) else {"messages": [record]}
    adapter = next((known for known in _FAMILY if known.recognises(whole)), OPENAI_CHAT)
    return adapter.read(whole, trajectory_id=trajectory_id, source=source, setting=setting)


BARE_MESSAGES = TrajectoryFormat(
    name="messages",
    summary="bare messages or items of any of the message formats: a list, or one a line",
    recognises=recognises,
    run_name=run_name,
    read=read_run,
    pieces=Pieces(is_piece=recognises, gather=_gather),
)
