"""Items of the OpenAI Responses API, with function tools, MCP servers and the built-in searches.

A record holds items under `output`, `items`, `input` or `messages`, is a list of them, is a whole
response, or holds several responses in sequence (`responses`, or a list of them). In a sequence,
inputs that repeat what came before are read once. Items read:

    {"type": "function_call", "call_id", "name", "arguments"}, {"type": "function_call_output", …}
    {"type": "mcp_call", "name", "arguments", "output", "error"}
    {"type": "web_search_call", "action": {"type": "search" | "open_page" | "find_in_page", …}}
    {"type": "file_search_call", "queries", "results": [{"file_id", "score", "text"}]}
    {"type": "reasoning", "summary": […], "content": […], "encrypted_content"}
    {"type": "message", "role", "content": [{"type": "output_text", "text"}]}

Function calls that follow each other are one batch: the model asked for all before it saw any
output. Built-in calls run one after the other on the server, so they are not. A page that was
searched through (`find_in_page`) was opened. Reasoning without text was withheld. A response that
ran into `max_output_tokens` has its last text `truncated`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lrat_rank.trajectories.adapter import Pieces, ReadSetting, TrajectoryFormat
from lrat_rank.trajectories.messages.response_items import (
    CALLS,
    OUTPUTS,
    ItemReader,
    reasoning_text,
)
from lrat_rank.trajectories.messages.steps import (
    Entry,
    content_text,
    first_question,
    kind,
    listed_messages,
    role,
)
from lrat_rank.trajectories.messages.turns import read_entries
from lrat_rank.trajectories.model import Trajectory
from lrat_rank.trajectories.payloads import plain_id
from lrat_rank.trajectories.run_facts import run_name
from lrat_rank.trajectories.times import moment

_CONTENTS = ("name", "arguments", "input", "output")
_TYPES = CALLS | OUTPUTS | {"web_search_call", "file_search_call", "mcp_call", "reasoning"}


def recognises(record: object) -> bool:
    """Whether a record holds items of the Responses API.

    >>> recognises({"output": [{"type": "reasoning", "summary": []}]})
    True
    >>> recognises({"messages": [{"role": "user", "content": "Who?"}]})
    False
    """
    return any(_is_item(item) for part in _parts(record) for item in _items(part))


def _is_item(item: object) -> bool:
    if kind(item) in _TYPES:
        return True
    content = item.get("content") if isinstance(item, Mapping) else None
    return isinstance(content, list) and any(kind(part) == "output_text" for part in content)


def _parts(record: object) -> list[object]:
    """The responses of a record in sequence; a record that is no sequence is one."""
    several = record.get("responses") if isinstance(record, Mapping) else record
    if isinstance(several, list) and any(map(_has_output, several)):
        return several
    return [record]


def _has_output(part: object) -> bool:
    inner = part.get("response", part) if isinstance(part, Mapping) else None
    return isinstance(inner, Mapping) and isinstance(inner.get("output"), list)


def _items(part: object) -> list[object]:
    """The items of one response and of the request before it, in order."""
    return [*_given(part), *_written(part)]


def _given(part: object) -> list[object]:
    """The items that a request gave to the model."""
    items = list(listed_messages(part))
    for place in _places(part):
        value = place.get("input")
        if isinstance(value, str):
            items.append({"role": "user", "content": value})
        items += value if isinstance(value, list) else []
    return items


def _written(part: object) -> list[object]:
    """The items that the model wrote."""
    outputs = (place.get("output") for place in _places(part))
    return [item for output in outputs if isinstance(output, list) for item in output]


def _places(part: object) -> Iterator[Mapping[str, object]]:
    if isinstance(part, Mapping):
        for place in (part.get("request"), part, part.get("response")):
            if isinstance(place, Mapping):
                yield place


def read_run(
    record: object, /, *, trajectory_id: str, source: str, setting: ReadSetting
) -> Trajectory:
    """Read one run; nothing of the wrong type is refused, what cannot be placed is counted."""
    entries: list[Entry] = []
    questions: list[object] = []
    parts = _parts(record)
    before: list[tuple[str, str]] = []
    for part in parts:
        given = [item for item in _given(part) if isinstance(item, Mapping)]
        written = [item for item in _written(part) if isinstance(item, Mapping)]
        repeated = _repeated(given, before)
        items = [*given[repeated:], *written]
        before = [*([] if repeated else before), *map(_identity, [*given, *written])]
        questions += items
        steps = ItemReader(setting.report, at=_time(part) if len(parts) > 1 else None)
        entries += steps.read(items, cut=_was_cut(part))
    return read_entries(
        entries,
        _about(record, parts),
        question=first_question(questions),
        trajectory_id=trajectory_id,
        source=source,
        setting=setting,
    )


def _about(record: object, parts: Sequence[object]) -> Mapping[str, object]:
    """What says something about the run: the record, and before it its last response."""
    last = parts[-1]
    response = last.get("response", last) if isinstance(last, Mapping) else None
    places = (response, record)
    return {key: place[key] for place in places if isinstance(place, Mapping) for key in place}


def _repeated(given: Sequence[Mapping[str, object]], before: Sequence[tuple[str, str]]) -> int:
    """How many items a request begins with that repeat the conversation so far, in its order.

    Requests may leave out the reasoning of it.
    """
    place = 0
    for number, key in enumerate(map(_identity, given)):
        while place < len(before) and before[place] != key and before[place][0] == "reasoning":
            place += 1
        if place == len(before) or before[place] != key:
            return number
        place += 1
    return len(given)


def _identity(item: Mapping[str, object]) -> tuple[str, str]:
    """What an item is, where it stands again with less or more of its fields."""
    who = role(item)
    if who is not None:
        return who, content_text(item.get("content"))
    if kind(item) == "reasoning":
        return "reasoning", reasoning_text(item)
    name = plain_id(item.get("call_id")) or plain_id(item.get("id"))
    texts = (item.get(key) for key in _CONTENTS)
    return kind(item), name or "\n".join(text for text in texts if isinstance(text, str))


def _inner(part: object, key: str) -> object:
    for place in (part, part.get("response")) if isinstance(part, Mapping) else ():
        if isinstance(place, Mapping) and place.get(key) is not None:
            return place[key]
    return None


def _was_cut(part: object) -> bool:
    details = _inner(part, "incomplete_details")
    return isinstance(details, Mapping) and details.get("reason") == "max_output_tokens"


def _time(part: object) -> float | None:
    done = moment(_inner(part, "completed_at"))
    return moment(_inner(part, "created_at")) if done is None else done


def _is_response(record: object) -> bool:
    """Whether a record is one bare response, which may be a part of a run."""
    return (
        isinstance(record, Mapping)
        and record.get("object") == "response"
        and isinstance(record.get("output"), list)
    )


def _gather(pieces: Sequence[object]) -> Iterator[object]:
    """Responses that name each other, or one conversation, make a run; the others are one each."""
    chains: dict[str, list[Mapping[str, object]]] = {}
    chain_of: dict[str, str] = {}
    for number, piece in enumerate(pieces):
        response = piece if isinstance(piece, Mapping) else {}
        talk = response.get("conversation")
        talk_id = plain_id(talk.get("id") if isinstance(talk, Mapping) else talk)
        before = plain_id(response.get("previous_response_id"))
        begun = chain_of.get(before) if before else None
        chain = begun or (f"conversation {talk_id}" if talk_id else f"response {number}")
        chains.setdefault(chain, []).append(response)
        own = plain_id(response.get("id"))
        if own:
            chain_of[own] = chain
    for run in chains.values():
        whole = {**run[-1], "id": run[0].get("id"), "input": None, "output": None}
        yield run[0] if len(run) == 1 else {**whole, "responses": run}


OPENAI_RESPONSES = TrajectoryFormat(
    name="openai-responses",
    summary="OpenAI Responses API items: function, MCP, web search and file search calls",
    recognises=recognises,
    run_name=run_name,
    read=read_run,
    pieces=Pieces(is_piece=_is_response, gather=_gather),
)
