"""Agents that call tools in tags: Tongyi DeepResearch, WebExplorer, AgentCPM and their kin.

A record has chat messages, or is a text in ChatML:

    assistant   <think>…</think>
                <tool_call>{"name": "search", "arguments": {"query": […]}}</tool_call>
    user        <tool_response>…</tool_response>
    assistant   <think>…</think> <answer>…</answer>

A call is JSON as models write it (see `lenient`), or
`<function=search><parameter=query>…</parameter></function>`. The calls that come before a response
make a round. Their responses belong to them in order, whatever was thought between the calls was
thought before any response was seen, and two calls or more are one batch. Where the tool ran
several queries or opened several pages and printed a section for each, every section is a turn of
its own, in one batch.

A `<think>` that the message ends in was cut by a token cap, so it is `truncated`. Text beside the
tags is reasoning; in the last message, where there is neither an answer tag nor a call, it is the
answer. `termination` is taken for the status, with `answer` told as `completed`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from lrat_rank.trajectories.adapter import ReadSetting, TrajectoryFormat
from lrat_rank.trajectories.calls.arguments import read_arguments
from lrat_rank.trajectories.calls.reader import CallReader, ToolCall
from lrat_rank.trajectories.calls.web_results import pages_failed, sections, web_results
from lrat_rank.trajectories.messages.steps import listed_messages
from lrat_rank.trajectories.model import Answer, OtherCall, Reasoning, Trajectory, Turn
from lrat_rank.trajectories.payloads import structured
from lrat_rank.trajectories.run_facts import run_facts, run_name
from lrat_rank.trajectories.texts.lenient import lenient_objects
from lrat_rank.trajectories.texts.tagged import (
    Message,
    Piece,
    asked,
    messages,
    pieces,
    run,
    written_by_agent,
)

_TAGS = frozenset({"think", "tool_call", "tool_response", "answer"})
_CALL = re.compile(r"<tool_call>|<function=[\w.:-]+>")
_FUNCTION = re.compile(r"<function=([\w.:-]+)>(.*?)(?:</function>|\Z)", re.DOTALL)
_PARAMETER = re.compile(
    r"<parameter=([\w.:-]+)>(.*?)(?:</parameter>|(?=<parameter=)|\Z)", re.DOTALL
)
_CODE = re.compile(r"<code>.*", re.DOTALL)
_COMPLETED = "completed"


def recognises(record: object) -> bool:
    """Whether an agent calls in tags, was told to, or answers in tags.

    >>> said = [{"role": "assistant", "content": "<tool_call>{}</tool_call>"}]
    >>> recognises({"messages": said}), recognises({"messages": [{"role": "user"}]})
    (True, False)
    """
    text = written_by_agent(record)
    everything = "\n".join(message.text for message in messages(record))
    if not text or "<search>" in everything:
        return False
    answers = "</answer>" in text and ("</think>" in text or bool(listed_messages(record)))
    return answers or bool(_CALL.search(everything))


def read_run(
    record: object, /, *, trajectory_id: str, source: str, setting: ReadSetting
) -> Trajectory:
    """Read one run.

    Raises:
        ValueError: The record is not one that `recognises` accepts.
    """
    said = messages(record)
    if not run(said):
        raise ValueError("no messages with tags: ask recognises() first")
    turns = tuple(_Rounds(setting).read(run(said)))
    facts = run_facts(record)
    return Trajectory(
        trajectory_id=trajectory_id,
        question=asked(record, said),
        turns=turns,
        status=_COMPLETED if facts.status == "answer" else facts.status,
        correct=facts.correct,
        answer=facts.answer,
        agent=facts.agent,
        retriever=facts.retriever,
        source=source,
    )


@dataclass
class _Round:
    """What was written up to some calls, the calls, and their responses."""

    thoughts: list[Turn] = field(default_factory=list)
    calls: list[ToolCall | None] = field(default_factory=list)
    responses: list[str] = field(default_factory=list)


class _Rounds:
    """Reads the messages of one run."""

    def __init__(self, setting: ReadSetting) -> None:
        self._tools = setting.tools
        self._calls = CallReader(setting)
        self._round = _Round()
        self._batches = count(1)

    def read(self, said: Sequence[Message]) -> Iterator[Turn]:
        spoken = [n for n, message in enumerate(said) if message.role == "assistant"]
        for number, message in enumerate(said):
            if message.role == "assistant":
                yield from self._finished()
                yield from self._agent(message, last=number == spoken[-1])
            else:
                self._environment(message)
        yield from self._finished()

    def _agent(self, message: Message, *, last: bool) -> Iterator[Turn]:
        if message.reasoning.strip():
            self._round.thoughts.append(Reasoning(message.reasoning.strip()))
        found = list(pieces(_wrapped(message.text), _TAGS))
        answers = last and not any(piece.tag in ("tool_call", "answer") for piece in found)
        for piece in found:
            if piece.tag == "tool_response":
                self._round.responses.append(piece.text)
                continue
            if self._round.responses:
                yield from self._finished()
            if piece.tag == "tool_call":
                self._round.calls += self._tool_calls(piece)
            elif piece.text:
                self._round.thoughts.append(_written(piece, answers=answers))

    def _environment(self, message: Message) -> None:
        responses = [p for p in pieces(message.text, {"tool_response"}) if p.tag == "tool_response"]
        if responses:
            self._round.responses += [response.text for response in responses]
        elif message.role == "tool":
            self._round.responses.append(message.text)

    def _tool_calls(self, piece: Piece) -> list[ToolCall | None]:
        calls = _function_calls(piece.text) or [
            _tool_call(found) for found in lenient_objects(_CODE.sub("", piece.text))
        ]
        if not calls:
            self._calls.unplaced(
                "tool call that was cut off" if piece.cut else "tool call that cannot be read"
            )
        return [*calls] or [None]

    def _finished(self) -> Iterator[Turn]:
        """The turns of the round, which is over."""
        over, self._round = self._round, _Round()
        yield from over.thoughts
        for _ in over.responses[len(over.calls) :]:
            self._calls.unplaced("tool response without a call")
        batch = next(self._batches) if len(over.calls) > 1 else None
        for number, call in enumerate(over.calls):
            if call is None:
                yield OtherCall("", batch)
                continue
            output = over.responses[number] if number < len(over.responses) else None
            yield from self._turns(replace(call, batch=batch), output)

    def _turns(self, call: ToolCall, output: str | None) -> Iterator[Turn]:
        arguments = read_arguments(call.arguments)
        if output is None or arguments is None:
            yield self._calls.turn(call if output is None else replace(call, output=output))
        elif self._tools.is_search(call.tool):
            yield from self._searches(self._tools.queries(call.tool, arguments), call, output)
        elif self._tools.is_browse(call.tool):
            yield from self._browses(self._tools.doc_ids(call.tool, arguments), call, output)
        else:
            yield self._calls.turn(replace(call, output=output))

    def _searches(self, queries: Sequence[str], call: ToolCall, output: str) -> Iterator[Turn]:
        parts = sections(output, len(queries)) if len(queries) > 1 else None
        if parts is None or not any(map(web_results, parts)):
            yield self._calls.turn(replace(call, output=output))
            return
        call = self._in_batch(call)
        for query, part in zip(queries, parts, strict=True):
            yield self._calls.search([query], replace(call, output=part))

    def _browses(self, doc_ids: Sequence[str], call: ToolCall, output: str) -> Iterator[Turn]:
        parts = sections(output, len(doc_ids)) if len(doc_ids) > 1 else None
        if parts is None:
            failed = pages_failed(output, max(1, len(doc_ids)))
            yield self._calls.turn(replace(call, output=output, failed=failed))
            return
        call = self._in_batch(call)
        for doc_id, part in zip(doc_ids, parts, strict=True):
            page = replace(call, output=part, failed=pages_failed(part, 1))
            yield self._calls.browse([doc_id], page)

    def _in_batch(self, call: ToolCall) -> ToolCall:
        return replace(call, batch=next(self._batches)) if call.batch is None else call


def _written(piece: Piece, *, answers: bool) -> Turn:
    if piece.tag == "answer" or (answers and not piece.tag):
        return Answer(piece.text)
    return Reasoning(piece.text, truncated=piece.tag == "think" and piece.cut)


def _wrapped(text: str) -> str:
    """Function tags that stand alone, in call tags."""
    if "<function=" not in text or "<tool_call>" in text:
        return text
    return _FUNCTION.sub(lambda call: f"<tool_call>{call[0]}</tool_call>", text)


def _function_calls(text: str) -> list[ToolCall]:
    return [
        ToolCall(name, {key: _value(value) for key, value in _PARAMETER.findall(body)})
        for name, body in _FUNCTION.findall(text)
    ]


def _value(text: str) -> object:
    value = structured(text)
    return text.strip() if value is None else value


def _tool_call(found: Mapping[str, object]) -> ToolCall:
    names = (found.get(key) for key in ("name", "tool", "function"))
    name = next((name for name in names if isinstance(name, str)), "")
    for key in ("arguments", "parameters", "args"):
        if key in found:
            return ToolCall(name, found[key])
    return ToolCall(name, {key: value for key, value in found.items() if key != "name"})


TONGYI = TrajectoryFormat(
    name="tongyi-tags",
    summary="calls in <tool_call> tags: Tongyi DeepResearch, WebExplorer, AgentCPM",
    recognises=recognises,
    run_name=run_name,
    read=read_run,
)
