"""Chat messages as trace logs hold them: LangChain, OpenTelemetry parts, OpenInference, OpenAI.

A model's input or output comes as one message or several, bare or wrapped (`generations`,
`choices`, `messages`, a serialised LangChain object), with the text, the reasoning and the calls
beside each other or as typed parts of the content. Whatever the wrapping, a message here is an
object with `content` (or `parts`), and with what was asked of tools.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lrat_rank.trajectories.messages.steps import ROLES, Asked
from lrat_rank.trajectories.payloads import structured

_DEEPEST = 8
_WRAPPINGS = ("messages", "generations", "choices", "message", "output", "outputs", "input")
_CLASS_ROLES = {
    "humanmessage": "user", "aimessage": "assistant", "aimessagechunk": "assistant",
    "toolmessage": "tool", "toolmessagechunk": "tool", "systemmessage": "system",
}  # fmt: skip
_QUESTION_KEYS = ("question", "query", "user_query", "input", "task", "prompt", "messages")
_ANSWER_KEYS = (
    *("answer", "final_answer", "output", "result", "response", "text", "content", "messages"),
)
_REASONING_KEYS = ("reasoning_content", "reasoning", "thinking")
_CALL_TYPES = frozenset({"tool_call", "tool_use", "function_call", "server_tool_call"})
_HIDDEN_TYPES = frozenset({"redacted_thinking", "redacted_reasoning"})
_OUTPUT_KEYS = ("response", "result", "output", "content")


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `withheld`: it holds reasoning that the log hides.

    `outputs` are what calls gave back, each with the id of its call.
    """

    role: str
    text: str = ""
    reasoning: str = ""
    calls: tuple[Asked, ...] = ()
    withheld: bool = False
    outputs: tuple[tuple[str, object], ...] = ()


def read_messages(value: object) -> list[Message]:
    """The messages of a model's input or output; empty where there are none.

    >>> read_messages({"messages": [["user", "Who?"]]})[0].text
    'Who?'
    >>> read_messages([{"role": "assistant", "parts": [{"type": "reasoning", "content": "Hm."}]}])
    [Message(role='assistant', text='', reasoning='Hm.', calls=(), withheld=False, outputs=())]
    """
    return [_message(role, found) for role, found in _found(value, _DEEPEST)]


def unserialised(value: object) -> object:
    """What a serialised LangChain object holds; anything else as it is.

    >>> unserialised({"lc": 1, "id": ["schema", "AIMessage"], "kwargs": {"content": "Yes."}})
    {'content': 'Yes.', 'type': 'AIMessage'}
    """
    if not isinstance(value, dict):
        return value
    held = value.get("kwargs") if "lc" in value else value.get("data")
    names = value.get("id")
    if not isinstance(held, dict):
        return value
    name = names[-1] if "lc" in value and isinstance(names, list) and names else value.get("type")
    return {**held, "type": held.get("type", name)}


def question_in(value: object) -> str:
    """The question in an input: a text, a usual key's, or the first user message's.

    >>> question_in({"input": "Who?"}), question_in('{"question": "Who?"}'), question_in(3)
    ('Who?', 'Who?', '')
    """
    users = (m.text for m in read_messages(value) if m.role == "user" and m.text.strip())
    return next(users, "") or _text_in(value, _QUESTION_KEYS, _DEEPEST)


def answer_in(value: object) -> str:
    """The answer in an output: a text, a usual key's, or the last message's without calls."""
    said = [message for message in read_messages(value) if message.role in ("assistant", "")]
    if said:
        return "" if said[-1].calls else said[-1].text
    return _text_in(value, _ANSWER_KEYS, _DEEPEST)


def _text_in(value: object, keys: Sequence[str], depth: int) -> str:
    if isinstance(value, str):
        inner = structured(value)
        return value if inner is None else _text_in(inner, keys, depth - 1)
    if not isinstance(value, dict) or depth < 0:
        return ""
    texts = (_text_in(value.get(key), keys, depth - 1) for key in keys)
    return next((text for text in texts if text.strip()), "")


def _found(value: object, depth: int) -> Iterator[tuple[str, Mapping[str, object]]]:
    """(role, message) pairs, however deep they are wrapped."""
    if depth < 0:
        return
    if isinstance(value, str):
        yield from _found(structured(value), depth - 1)
    elif isinstance(value, list):
        if len(value) == 2 and all(isinstance(part, str) for part in value):
            yield _role(value[0]), {"content": value[1]}
            return
        for item in value:
            yield from _found(item, depth - 1)
    elif isinstance(value, dict):
        yield from _in_object(value, depth)


def _in_object(
    value: Mapping[str, object], depth: int
) -> Iterator[tuple[str, Mapping[str, object]]]:
    held = unserialised(value)
    assert isinstance(held, dict)
    if "content" in held or "parts" in held or isinstance(held.get("tool_calls"), list):
        role = _role(held.get("role", held.get("type")))
        if role:
            yield role, held
            return
    for key in _WRAPPINGS:
        if isinstance(held.get(key), list | dict):
            yield from _found(held[key], depth - 1)
            return
    if "text" in held and ("generation_info" in held or held.get("type") == "Generation"):
        yield "assistant", {"content": held["text"]}


def _role(name: object) -> str:
    said = name.lower() if isinstance(name, str) else ""
    return ROLES.get(said) or _CLASS_ROLES.get(said, "")


def _message(role: str, found: Mapping[str, object]) -> Message:
    extra = found.get("additional_kwargs")
    beside = [found, extra] if isinstance(extra, dict) else [found]
    reasoning = [_plain(place[key]) for place in beside for key in _REASONING_KEYS if key in place]
    reasoning = [text for text in reasoning[:1] if text]
    calls = [call for place in beside for call in _asked_list(place.get("tool_calls"))]
    texts: list[str] = []
    outputs: list[tuple[str, object]] = []
    withheld = False
    for part in _parts(found):
        kind = str(part.get("type") or "text")
        if kind in _CALL_TYPES:
            calls += _asked_list([part])
        elif kind == "tool_call_response":
            outputs.append((_id(part), _first(part, _OUTPUT_KEYS)))
        elif "reasoning" in kind or "thinking" in kind:
            thought = _thought(part)
            reasoning += [thought] if thought else []
            withheld = withheld or not thought or kind in _HIDDEN_TYPES
        else:
            texts.append(_plain(_first(part, ("text", "content"))))
    if role == "tool" and not outputs:
        outputs.append((_id(found), found.get("content")))
    return Message(
        role,
        "\n".join(text for text in texts if text),
        "\n".join(reasoning),
        _each_once(calls),
        withheld and not reasoning,
        tuple(outputs),
    )


def _parts(found: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    content = found["parts"] if isinstance(found.get("parts"), list) else found.get("content")
    for part in content if isinstance(content, list) else [content]:
        if isinstance(part, str):
            yield {"text": part}
        elif isinstance(part, dict):
            yield part


def _thought(part: Mapping[str, object]) -> str:
    keys = ("thinking", "reasoning", "content", "text", "summary", "reasoning_content")
    return _plain(_first(part, keys))


def _first(part: Mapping[str, object], keys: Sequence[str]) -> object:
    return next((part[key] for key in keys if part.get(key) is not None), None)


def _plain(value: object) -> str:
    """The text of a string, of a `text`, or of a list of either."""
    if isinstance(value, dict):
        value = value.get("text")
    if isinstance(value, list):
        texts = (part.get("text") if isinstance(part, dict) else part for part in value)
        return "\n".join(text for text in texts if isinstance(text, str) and text)
    return value if isinstance(value, str) else ""


def _asked_list(value: object) -> list[Asked]:
    calls = []
    for call in value if isinstance(value, list) else []:
        if not isinstance(call, dict):
            continue
        function = call["function"] if isinstance(call.get("function"), dict) else call
        assert isinstance(function, dict)
        tool = function.get("name")
        arguments = _first(function, ("arguments", "args", "input"))
        calls.append(Asked(tool if isinstance(tool, str) else "", arguments, _id(call)))
    return calls


def _id(value: Mapping[str, object]) -> str:
    found = _first(value, ("tool_call_id", "call_id", "tool_use_id", "id"))
    return found if isinstance(found, str) else ""


def _each_once(calls: Sequence[Asked]) -> tuple[Asked, ...]:
    """A call that stands both beside the content and in it comes once."""
    first: dict[object, Asked] = {}
    for place, call in enumerate(calls):
        first.setdefault(call.call_id or place, call)
    return tuple(first.values())
