"""Spans: what the logs of LangChain, OpenTelemetry and OpenInference share, before it is a turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from lrat_rank.trajectories.calls.reader import NOT_LOGGED
from lrat_rank.trajectories.traces.span_messages import Message, answer_in, read_messages


class Kind(Enum):
    """What a span is of."""

    MODEL = "model"
    TOOL = "tool"
    RETRIEVAL = "retrieval"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Span:
    """One span, whatever log it comes from.

    Attributes:
        kind: What it is of.
        name: Of the tool or the retriever.
        span_id: Unique in its trace, or empty.
        parent_id: The span around it, or empty.
        start: In seconds, where logged.
        end: In seconds, where logged.
        failed: The log says that it failed.
        model: The model's name, or the agent's.
        agent: The log says that it is the span of an agent.
        call_id: Of the tool call, as the model's message names it.
        asked: Messages (model), arguments (tool), the query (retrieval), inputs (other).
        said: The message (model), output (tool), documents (retrieval), outputs (other).
    """

    kind: Kind
    name: str = ""
    span_id: str = ""
    parent_id: str = ""
    start: float | None = None
    end: float | None = None
    failed: bool = False
    model: str = ""
    agent: bool = False
    call_id: str = ""
    asked: object = NOT_LOGGED
    said: object = NOT_LOGGED


def message_of(span: Span) -> Message | None:
    """What a model said, its messages made one; None where the log does not hold it."""
    if span.said is NOT_LOGGED:
        return None
    said = [message for message in read_messages(span.said) if message.role == "assistant"]
    if not said:
        text = answer_in(span.said)
        return Message("assistant", text) if text else None
    return Message(
        "assistant",
        "\n".join(message.text for message in said if message.text),
        "\n".join(message.reasoning for message in said if message.reasoning),
        tuple(call for message in said for call in message.calls),
        withheld=any(message.withheld for message in said),
    )


def outputs_of(spans: Sequence[Span]) -> dict[str, object]:
    """What came back from each call, by its id, as later messages tell it."""
    outputs: dict[str, object] = {}
    for span in spans:
        if span.kind is Kind.MODEL and span.asked is not NOT_LOGGED:
            for message in read_messages(span.asked):
                for call_id, output in message.outputs:
                    if call_id:
                        outputs.setdefault(call_id, output)
    return outputs
