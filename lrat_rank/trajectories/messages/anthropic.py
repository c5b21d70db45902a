"""Messages of the Anthropic API, with client, server and MCP tools.

A record holds messages under `messages` (or another usual key), or is a list of them; a response
may stand beside the messages it answers. Blocks read:

    assistant   thinking, redacted_thinking, text, tool_use, server_tool_use, mcp_tool_use
    user        tool_result, keyed by tool_use_id, with content as text or as blocks
    assistant   web_search_tool_result, web_fetch_tool_result, mcp_tool_result, …: the server's

Several `tool_use` blocks of a turn are one batch, wherever text stands among them. A server runs
its tools while the model writes, so what is written after their results is a later step. Thinking
that is redacted, or logged as a signature alone, was withheld. A turn that ended at `max_tokens`
has its last text `truncated`. Results of a web search are known by their address, and their content
is encrypted: the title is all of the snippet there is. Images and PDF data are not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lrat_rank.trajectories.adapter import ReadSetting, TrajectoryFormat
from lrat_rank.trajectories.calls.reader import NOT_LOGGED
from lrat_rank.trajectories.messages.request_logs import continues
from lrat_rank.trajectories.messages.steps import (
    Asked,
    Came,
    Entry,
    Step,
    UserSaid,
    content_text,
    cut_off,
    first_question,
    is_users,
    kind,
    listed_messages,
    message_time,
    role,
)
from lrat_rank.trajectories.messages.turns import read_entries
from lrat_rank.trajectories.model import Reasoning, Trajectory
from lrat_rank.trajectories.payloads import plain_id
from lrat_rank.trajectories.run_facts import run_name

_SERVER_CALLS = frozenset({"server_tool_use", "mcp_tool_use"})
_CALLS = _SERVER_CALLS | {"tool_use"}


def recognises(record: object) -> bool:
    """Whether the content of some message has blocks of the Anthropic API.

    >>> recognises({"messages": [{"role": "user", "content": [{"type": "tool_result"}]}]})
    True
    >>> recognises({"messages": [{"role": "user", "content": [{"type": "text", "text": "Who?"}]}]})
    False
    """
    messages = _messages(record)
    if any("tool_calls" in message for message in messages):
        return False
    return any(is_block(block) for message in messages for block in _blocks(message))


def is_block(block: object) -> bool:
    """Whether a part of a content is a block that only this API has."""
    said = kind(block)
    if said == "thinking":
        return isinstance(block, Mapping) and "signature" in block
    return said in _CALLS or said == "redacted_thinking" or _is_result(block)


def _is_result(block: object) -> bool:
    return kind(block).endswith("tool_result")


def _messages(record: object) -> list[Mapping[str, object]]:
    response = record.get("response") if isinstance(record, Mapping) else None
    places = [*listed_messages(record), response]
    return [m for m in places if isinstance(m, Mapping) and role(m) in ("assistant", "user")]


def _blocks(message: Mapping[str, object]) -> list[Mapping[str, object]]:
    content = message.get("content")
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    blocks = content if isinstance(content, list) else []
    return [block for block in blocks if isinstance(block, Mapping)]


def read_run(
    record: object, /, *, trajectory_id: str, source: str, setting: ReadSetting
) -> Trajectory:
    """Read one run; nothing of the wrong type is refused, what cannot be placed is counted."""
    messages = _messages(record)
    entries: list[Entry] = []
    for message in messages:
        entries += _entries(message)
    return read_entries(
        entries,
        record,
        question=first_question(messages),
        trajectory_id=trajectory_id,
        source=source,
        setting=setting,
    )


def _goes_on(earlier: object, later: object, /) -> bool:
    return continues(_messages(earlier), _messages(later))


def _entries(message: Mapping[str, object]) -> list[Entry]:
    """The steps and results of one message."""
    at = message_time(message)
    if role(message) == "user":
        results = [_came(block, at) for block in _blocks(message) if _is_result(block)]
        speaks = not results and is_users(content_text(message.get("content")))
        return [UserSaid()] if speaks else [*results]
    turn = _Turn(at)
    for block in _blocks(message):
        turn.take(block)
    entries = turn.closed()
    last = entries[-1] if entries else None
    if message.get("stop_reason") == "max_tokens" and isinstance(last, Step):
        entries[-1] = cut_off(last)
    return entries


class _Turn:
    """Reads the blocks of one assistant message into steps and the server's results."""

    def __init__(self, at: float | None) -> None:
        self._at = at
        self._entries: list[Entry] = []
        self._step = Step(at=at)
        self._on_server = False

    def take(self, block: Mapping[str, object]) -> None:
        """The next block."""
        said = kind(block)
        if said == "text":
            self._write(content_text([block]))
        elif said in ("thinking", "redacted_thinking"):
            self._think(block)
        elif said in _CALLS:
            self._on_server = said in _SERVER_CALLS
            self._step = replace(self._step, calls=(*self._step.calls, _asked(block)))
        elif _is_result(block):
            self.closed()
            self._entries.append(_came(block, self._at))

    def _write(self, text: str) -> None:
        self._after_server()
        # Cited answers come as many blocks of one text.
        self._step = replace(self._step, text=self._step.text + text)

    def _think(self, block: Mapping[str, object]) -> None:
        self._after_server()
        text = block.get("thinking")
        known = isinstance(text, str) and bool(text.strip())
        thought = Reasoning(str(text)) if known else Reasoning("", withheld=True)
        said = (Reasoning(self._step.text),) if self._step.text.strip() else ()
        thoughts = (*self._step.thoughts, *said, thought)
        self._step = replace(self._step, thoughts=thoughts, text="")

    def _after_server(self) -> None:
        if self._step.calls and self._on_server:
            self.closed()

    def closed(self) -> list[Entry]:
        """The entries so far; what comes next is another step."""
        if self._step != Step(at=self._at):
            self._entries.append(self._step)
            self._step = Step(at=self._at)
        return self._entries


def _asked(block: Mapping[str, object]) -> Asked:
    name = block.get("name")
    return Asked(
        name if isinstance(name, str) else "", block.get("input"), plain_id(block.get("id"))
    )


def _came(block: Mapping[str, object], at: float | None) -> Came:
    content = block.get("content", NOT_LOGGED)
    failed = block.get("is_error") is True
    if isinstance(content, Mapping):
        # The server's errors end so in every tool: web_search_tool_result_error, ….
        failed = failed or "error_code" in content or kind(content).endswith("_error")
        output: object = NOT_LOGGED if failed else _read(content)
    elif isinstance(content, list):
        output = [_read(part) for part in content]
    else:
        output = content
    return Came(output, plain_id(block.get("tool_use_id")), failed, at)


def _read(part: object) -> object:
    """A block of a result with its fields under the names that every search tool uses."""
    if not isinstance(part, Mapping):
        return part
    if kind(part) == "search_result":
        text = content_text(part.get("content"))
        return {"url": part.get("source"), "title": part.get("title"), "text": text}
    if kind(part) == "web_fetch_result":
        fetched = _read(part.get("content"))
        document = fetched if isinstance(fetched, Mapping) else {}
        return {**document, "url": part.get("url")}
    if kind(part) == "document":
        body = _document_text(part.get("source"))
        return {"title": part.get("title"), **({"text": body} if body else {})}
    return part


def _document_text(source: object) -> str:
    """The text of a document's source; images and PDF data have none."""
    if not isinstance(source, Mapping):
        return ""
    data = source.get("data")
    if kind(source) == "text" and isinstance(data, str):
        return data
    return content_text(source.get("content"))


ANTHROPIC_MESSAGES = TrajectoryFormat(
    name="anthropic-messages",
    summary="Anthropic messages: tool_use, server and MCP tools, thinking",
    recognises=recognises,
    run_name=run_name,
    read=read_run,
    continues=_goes_on,
)
