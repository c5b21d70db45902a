"""Traces into trajectories: what the logs of LangChain, OpenTelemetry and OpenInference share.

A trace is a tree of spans. Those of a model, a tool or a retrieval make the turns; the others
(chains, agents, requests) only say what was asked and answered. Three rules keep one act of the
agent one turn:

- What happens inside a retrieval, or inside a call of a tool that searches or opens documents,
  belongs to that call: a search tool around a retriever is one search. Where such a tool's own
  output names no documents, its list is that of the retrieval inside it.
- A model span around another model span repeats it, and only the inner one counts.
- Where a run has no span of a tool or retrieval at all, its calls are read from the messages, their
  outputs from the messages that follow.

What one agent of several did stands together (`span_agents`). An `OtherCall` stands between the
turns of two agents, and before what a model wrote that began before the last calls had come back:
it is not about what they opened.

Calls that one message made are a batch; where messages are not logged, calls that ran at the same
time are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from lrat_rank.trajectories.adapter import ReadSetting
from lrat_rank.trajectories.calls.reader import NOT_LOGGED, CallReader, ToolCall, other
from lrat_rank.trajectories.model import Answer, OtherCall, Reasoning, Trajectory, Turn
from lrat_rank.trajectories.traces.retrieved import are_documents, hits
from lrat_rank.trajectories.traces.span_agents import agents_of, together
from lrat_rank.trajectories.traces.span_messages import Message, answer_in, question_in
from lrat_rank.trajectories.traces.span_tree import nearest_above, outermost, parent_places
from lrat_rank.trajectories.traces.spans import Kind, Span, message_of, outputs_of

NO_CONTENT = "content not logged"
_ELSEWHERE = "another agent"


@dataclass(slots=True)
class _Step:
    """What a model wrote and the calls after it (their places), by one agent.

    `model` is None where an agent's calls have no model before them.
    """

    agent: int | None
    model: Span | None = None
    calls: list[int] = field(default_factory=list)


def read_trace(
    spans: Sequence[Span], *, trajectory_id: str, source: str, setting: ReadSetting
) -> Trajectory:
    """The trajectory of a trace whose spans stand in the order they began."""
    roots = [span for span in spans if not span.parent_id] or list(spans[:1])
    models = [span for span in spans if span.kind is Kind.MODEL]
    asking = [span for span in [*roots, *spans] if span.kind in (Kind.OTHER, Kind.MODEL)]
    questions = (question_in(span.asked) for span in asking)
    answers = (answer_in(span.said) for span in roots if span.kind is Kind.OTHER)
    turns = _TraceReader(spans, setting).turns(next((a for a in answers if a.strip()), ""))
    names = [span.model for span in [*models, *roots, *spans] if span.model]
    retrievers = [span.name for span in spans if span.kind is Kind.RETRIEVAL and span.name]
    return Trajectory(
        trajectory_id=trajectory_id,
        question=next((question for question in questions if question.strip()), ""),
        turns=turns,
        status=_status(roots),
        agent=names[0] if names else "",
        retriever=retrievers[0] if retrievers else "",
        source=source,
    )


def _status(roots: Sequence[Span]) -> str | None:
    """How the run ended; None where it is not known to have ended."""
    if any(span.failed for span in roots):
        return "failed"
    return "completed" if all(span.end is not None for span in roots) else None


class _TraceReader:
    """Reads the spans of one trace in order."""

    def __init__(self, spans: Sequence[Span], setting: ReadSetting) -> None:
        self._spans = spans
        self._setting = setting
        self._calls = CallReader(setting)
        self._batches = 0
        parents = parent_places([(span.span_id, span.parent_id) for span in spans])
        self._above = nearest_above(parents, [self._takes_in(span) for span in spans])
        self._owner = outermost(self._above)
        is_model = [span.kind is Kind.MODEL for span in spans]
        around = nearest_above(parents, is_model)
        self._repeated = {up for up, model in zip(around, is_model, strict=True) if model}
        self._acts = self._acting()
        self._agents = agents_of(spans, parents, self._acts)
        self._messages = {id(span): message_of(span) for span in spans if span.kind is Kind.MODEL}
        asked = [call for message in self._messages.values() if message for call in message.calls]
        self._asked = {call.call_id: call for call in asked if call.call_id}
        self._outputs = outputs_of(spans)

    def _takes_in(self, span: Span) -> bool:
        """Whether what is below the span belongs to it."""
        return span.kind is Kind.RETRIEVAL or (span.kind is Kind.TOOL and self._is_known(span))

    def _is_known(self, span: Span) -> bool:
        tools = self._setting.tools
        return tools.is_search(span.name) or tools.is_browse(span.name)

    def turns(self, answer: str) -> tuple[Turn, ...]:
        """The turns; `answer` is what the run gave back, used where no message says it."""
        steps = self._steps()
        with_spans = any(step.calls for step in steps)
        turns: list[Turn] = []
        for before, step in zip([None, *steps], steps, strict=False):
            model = step.model
            message = self._messages[id(model)] if model is not None else None
            acts = bool(step.calls or (message is not None and message.calls))
            if before is not None and self._parted(before, step):
                turns.append(OtherCall(_ELSEWHERE))
            if model is not None:
                turns += self._written(model, message, last=not acts and step is steps[-1])
            if with_spans:
                turns += self._acted(message, step.calls)
            elif model is not None and message is not None:
                turns += self._only_told(model, message)
        if answer.strip() and not (turns and isinstance(turns[-1], Answer)):
            turns.append(Answer(answer))
        return tuple(turns)

    def _acting(self) -> list[int]:
        """Places of the models and calls that make turns."""
        acts: list[int] = []
        for place, span in enumerate(self._spans):
            if self._owner[place] is not None:
                if span.kind is Kind.MODEL:
                    self._calls.unplaced("model call inside a search or browse call")
            elif span.kind is not Kind.OTHER and place not in self._repeated:
                acts.append(place)
        return acts

    def _steps(self) -> list[_Step]:
        steps: list[_Step] = []
        for place in together(self._acts, self._agents):
            span, agent = self._spans[place], self._agents[place]
            if span.kind is Kind.MODEL:
                steps.append(_Step(agent, span))
                continue
            if not steps or steps[-1].agent != agent:
                steps.append(_Step(agent))
            steps[-1].calls.append(place)
        return steps

    def _parted(self, before: _Step, step: _Step) -> bool:
        """Whether a step is not about what the step before it opened."""
        if before.agent != step.agent:
            return True
        began = step.model.start if step.model is not None else None
        ends = (self._spans[place].end for place in before.calls)
        return began is not None and any(end is not None and end > began for end in ends)

    def _written(self, model: Span, message: Message | None, *, last: bool) -> Iterator[Turn]:
        if message is None:
            if not model.failed:
                self._calls.unplaced(f"{NO_CONTENT}: model output")
                yield Reasoning("", withheld=True)
            return
        if message.reasoning.strip():
            yield Reasoning(message.reasoning)
        elif message.withheld:
            yield Reasoning("", withheld=True)
        if message.text.strip():
            yield Answer(message.text, at=model.end) if last else Reasoning(message.text)

    def _acted(self, message: Message | None, places: Sequence[int]) -> Iterator[Turn]:
        batches = self._batch_numbers(message, places)
        for place in places:
            yield self._turn(place, batches.get(place))

    def _turn(self, place: int, batch: int | None) -> Turn:
        span = self._spans[place]
        call = ToolCall(
            span.name, None, span.said, span.failed, batch=batch, at=span.start, returned=span.end
        )
        if span.kind is Kind.RETRIEVAL:
            return self._retrieval(span, call)
        asked = self._asked.get(span.call_id)
        arguments = span.asked
        if arguments is NOT_LOGGED and asked is not None:
            arguments = asked.arguments
        if call.output is NOT_LOGGED:
            call = replace(call, output=self._outputs.get(span.call_id, NOT_LOGGED))
        if are_documents(call.output):
            call = replace(call, output=hits(call.output, self._setting))
        inner = self._inner(place) if self._setting.tools.is_search(span.name) else []
        if inner and not self._names_documents(call):
            shown = [hit for one in inner for hit in hits(one.said, self._setting)]
            call = replace(call, output=shown or call.output)
        if arguments is NOT_LOGGED and inner:
            arguments = {"query": inner[0].asked}
        if arguments is NOT_LOGGED and self._is_known(span):
            self._calls.unplaced(f"{NO_CONTENT}: tool arguments")
            return other(call)
        return self._calls.turn(replace(call, arguments=arguments))

    def _retrieval(self, span: Span, call: ToolCall) -> Turn:
        if span.asked is NOT_LOGGED and span.said is NOT_LOGGED:
            self._calls.unplaced(f"{NO_CONTENT}: retrieval")
            return other(call)
        query = span.asked if isinstance(span.asked, str) else question_in(span.asked)
        output = hits(span.said, self._setting) if span.said is not NOT_LOGGED else NOT_LOGGED
        return self._calls.search((query,), replace(call, output=output))

    def _inner(self, place: int) -> list[Span]:
        """The retrievals that a tool's call ran, without those inside another retrieval."""
        spans = self._spans
        return [
            span
            for span, owner, above in zip(spans, self._owner, self._above, strict=True)
            if owner == place and span.kind is Kind.RETRIEVAL
            and above is not None and spans[above].kind is not Kind.RETRIEVAL
        ]  # fmt: skip

    def _names_documents(self, call: ToolCall) -> bool:
        if call.output is NOT_LOGGED:
            return False
        return bool(self._setting.tools.shown(call.tool, call.output).impressions)

    def _only_told(self, model: Span, message: Message) -> Iterator[Turn]:
        """The calls of a message, in a run whose log has no spans for them."""
        batch = self._next_batch() if len(message.calls) > 1 else None
        for asked in message.calls:
            output = self._outputs.get(asked.call_id or "", NOT_LOGGED)
            call = ToolCall(asked.tool, asked.arguments, output, batch=batch, at=model.end)
            yield self._calls.turn(call)

    def _next_batch(self) -> int:
        self._batches += 1
        return self._batches

    def _batch_numbers(self, message: Message | None, places: Sequence[int]) -> dict[int, int]:
        """The batch of each call that was made together with others."""
        if message is not None and message.calls:
            ids = {call.call_id for call in message.calls}
            named = [place for place in places if self._spans[place].call_id in ids]
            together = [named or list(places)] if len(message.calls) > 1 else []
        else:
            together = self._overlapping(places)
        numbers: dict[int, int] = {}
        for group in together:
            if len(group) > 1:
                numbers.update(dict.fromkeys(group, self._next_batch()))
        return numbers

    def _overlapping(self, places: Sequence[int]) -> list[list[int]]:
        """Calls that ran at the same time, grouped."""
        groups: list[list[int]] = []
        until: float | None = None
        for place in places:
            span = self._spans[place]
            if span.start is None or span.end is None or not self._takes_in(span):
                continue
            if until is not None and span.start < until:
                groups[-1].append(place)
            else:
                groups.append([place])
                until = None
            until = span.end if until is None else max(until, span.end)
        return groups
