"""Models that follow a script, in one reply or in pieces, and options that ask them."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from overlap_index import OverlapIndex
from scripted_endpoint import KEY_ENV, QUICK, Answer, Asked, Endpoint

from lrat_rank.agent import AgentOptions, Limits, run_agent
from lrat_rank.agent.summary import AgentResult
from lrat_rank.serving import Engine, EngineOptions, SearchTool
from lrat_rank.trajectories import Trajectory, read_trajectories

PATIENT = replace(QUICK, request_timeout=30.0, total_time=60.0)
"""Quick to ask again; how busy the machine is decides nothing."""

FINAL = "Explanation: the odes are hers [1]\nExact Answer: Ana Lor\nConfidence: 90%"
USAGE = {"prompt_tokens": 100, "completion_tokens": 10}


def call(tool: str, call_id: str | None = "c", **arguments: object) -> dict[str, Any]:
    return raw_call(tool, json.dumps(arguments), call_id)


def raw_call(tool: str, arguments: str, call_id: str | None = "c") -> dict[str, Any]:
    function = {"name": tool, "arguments": arguments}
    return {"id": call_id, "type": "function", "function": function}


def search(query: str, call_id: str | None = "c") -> dict[str, Any]:
    return call("search", call_id, query=query)


def open_page(doc_id: object, call_id: str | None = "c") -> dict[str, Any]:
    return call("get_document", call_id, docid=doc_id)


def says(
    text: str | None = None, *calls: dict[str, Any], finish: str = "stop", **more: Any
) -> Answer:
    """One reply, not streamed; `usage` and further fields of the message are keywords."""
    usage = more.pop("usage", USAGE)
    message = {"role": "assistant", "content": text, "tool_calls": list(calls) or None, **more}
    choice = {"message": message, "finish_reason": finish}
    return Answer(body=json.dumps({"choices": [choice], "usage": usage}).encode())


def in_pieces(answer: Answer) -> Answer:
    """The same reply as a stream of pieces of at most 3 characters."""
    record = json.loads(answer.body or b"")
    choice = record["choices"][0]
    message, sent = choice["message"], []
    for field in ("reasoning_content", "content"):
        sent += [{field: piece} for piece in _cut(message.get(field) or "")]
    for index, made in enumerate(message.get("tool_calls") or []):
        named = {"name": made["function"]["name"], "arguments": ""}
        sent.append({"tool_calls": [{"index": index, "id": made["id"], "function": named}]})
        for piece in _cut(made["function"]["arguments"]):
            sent.append({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
    events = [{"choices": [{"delta": delta, "finish_reason": None}]} for delta in sent]
    events += [{"choices": [{"delta": {}, "finish_reason": choice["finish_reason"]}]}]
    events += [{"choices": [], "usage": record["usage"]}]
    lines = [*(json.dumps(event) for event in events), "[DONE]"]
    body = "".join(f"data: {line}\n\n" for line in lines).encode()
    return Answer(body=body, headers={"Content-Type": "text/event-stream"})


def _cut(text: str) -> list[str]:
    return [text[at : at + 3] for at in range(0, len(text), 3)]


def script(*replies: Answer) -> Callable[[int, Asked], Answer]:
    """Says the replies in turn, whoever else is talking; the last one for ever.

    Which turn it is stands in the conversation, so runs may go on at once.
    """

    def behave(_: int, asked: Asked) -> Answer:
        said = sum(message["role"] == "assistant" for message in asked.body["messages"])
        reply = replies[min(said, len(replies) - 1)]
        return in_pieces(reply) if asked.body.get("stream") and reply.status == 200 else reply

    return behave


def options_for(endpoint: Endpoint, **changes: Any) -> AgentOptions:
    limits = {k: changes.pop(k) for k in ("steps", "tokens", "seconds") if k in changes}
    given: dict[str, Any] = {
        "model": "small",
        "base_url": endpoint.url,
        "api_key_env": KEY_ENV,
        "retrying": PATIENT,
        "limits": Limits(**limits),
        **changes,
    }
    return AgentOptions(**given)


class Played:
    """One job over questions `q0`, `q1`, …, and what it wrote."""

    def __init__(self, endpoint: Endpoint, folder: Any, questions: int = 1, **changes: Any) -> None:
        self.endpoint, self.out = endpoint, folder / "runs"
        topics = folder / "topics.tsv"
        lines = [f"q{n}\tWho wrote odes, number {n}?\n" for n in range(questions)]
        topics.write_text("".join(lines))
        tool = changes.pop("tool", None) or SearchTool(
            Engine(OverlapIndex(), options=EngineOptions(k=3))
        )
        runs = changes.pop("runs", 1)
        self.result: AgentResult = run_agent(
            topics, self.out, tool, options_for(endpoint, **changes), runs=runs
        )

    @property
    def trajectories(self) -> list[Trajectory]:
        return list(read_trajectories([self.out]))

    @property
    def run(self) -> Trajectory:
        [run] = self.trajectories
        return run

    @property
    def kinds(self) -> list[str]:
        return [type(turn).__name__ for turn in self.run.turns]
