"""A reply that came in pieces, put together.

A streamed completion is a text of events, `data: {…}` each, that ends with `data: [DONE]`. Pieces
of a tool call name its `index`; the first holds id and name, the later ones more of the arguments.
Some servers leave the index out and send every call whole; some send no `[DONE]`. What has neither
that nor a finish reason broke off on the way, and is no reply.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lrat_rank.llm.reply import Reply, UnusableError, first_choice, reasoning_of, reply_of
from lrat_rank.trajectories.payloads import decode_json, joined_text

_DONE = "[DONE]"


def read_stream(body: bytes) -> Reply:
    r"""The reply in the events of a streamed chat completion.

    Raises:
        UnusableError: An event is not JSON or tells of an error, or the stream broke off.

    >>> piece = b'data: {"choices": [{"delta": {"content": "%s"}, "finish_reason": %s}]}'
    >>> read_stream(piece % (b"US", b"null") + b"\n\n" + piece % (b"ES", b'"stop"')).text
    'USES'
    """
    pieces = _Pieces()
    for data in _events(body):
        if data == _DONE:
            pieces.ended = True
            break
        pieces.add(_record(data))
    return pieces.reply()


def _events(body: bytes) -> Iterator[str]:
    """The data of the events; an event may have several lines of it."""
    lines: list[str] = []
    for line in [*body.decode("utf-8", "replace").split("\n"), ""]:
        line = line.rstrip("\r")
        if line.startswith("data:"):
            lines.append(line.removeprefix("data:").strip())
        elif not line and lines:
            yield "\n".join(lines)
            lines = []


def _record(data: str) -> dict[str, Any]:
    try:
        record = decode_json(data)
    except ValueError as error:
        raise UnusableError("an event that is not JSON") from error
    if not isinstance(record, dict):
        raise UnusableError("an event that is not an object")
    if record.get("error"):
        raise UnusableError(f"an error in the stream: {record['error']}")
    return record


class _Pieces:
    """What came so far."""

    def __init__(self) -> None:
        self.ended = False
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._calls: dict[int, dict[str, Any]] = {}
        self._finish: object = None
        self._usage: object = None

    def add(self, record: dict[str, Any]) -> None:
        self._usage = record.get("usage") or self._usage  # some count on in every event
        choice = first_choice(record)
        if choice is None:
            return
        self._finish = choice.get("finish_reason") or self._finish
        delta = choice.get("delta")
        if not isinstance(delta, dict):
            return
        self._text.append(joined_text(delta.get("content")) or joined_text(delta.get("refusal")))
        self._reasoning.append(reasoning_of(delta))
        called = delta.get("tool_calls")
        for call in called if isinstance(called, list) else []:
            if isinstance(call, dict):
                self._add_call(call)

    def _add_call(self, piece: dict[str, Any]) -> None:
        function = piece.get("function")
        function = function if isinstance(function, dict) else {}
        call = self._calls.setdefault(self._place(piece), {"function": {"arguments": ""}})
        known: dict[str, Any] = call["function"]
        call.setdefault("id", piece.get("id"))
        known["name"] = known.get("name") or function.get("name")
        more = function.get("arguments")
        if isinstance(more, str) and isinstance(known["arguments"], str):
            known["arguments"] += more
        elif more is not None:
            known["arguments"] = more

    def _place(self, piece: dict[str, Any]) -> int:
        """Which call a piece belongs to: the one it names; else a new id or name begins a call."""
        index, latest = piece.get("index"), max(self._calls, default=-1)
        if isinstance(index, int):
            return index
        function = piece.get("function")
        named = isinstance(function, dict) and function.get("name")
        return latest + 1 if piece.get("id") or named or latest < 0 else latest

    def reply(self) -> Reply:
        if not self.ended and self._finish is None:
            raise UnusableError("a stream that broke off")
        message = {
            "content": "".join(self._text),
            "reasoning": "".join(self._reasoning),
            "tool_calls": [self._calls[place] for place in sorted(self._calls)],
        }
        return reply_of(message, finish=self._finish, usage=self._usage)
