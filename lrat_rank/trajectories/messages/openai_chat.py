"""OpenAI chat messages, as chat completions and the many stacks that speak like them log them.

A record holds a list of messages under `messages` (or `conversation`, `trajectory`, …), or is one:

    {"role": "user", "content": "the question"}
    {"role": "assistant", "content": …, "reasoning_content": …, "finish_reason": …,
     "tool_calls": [{"id", "function": {"name", "arguments": JSON string or object}}]}
    {"role": "tool", "tool_call_id", "content": …}

Calls may also stand in `function_call` with the output in a message of role `function`, or flat as
`{"id", "name", "args"}`. Reasoning is read from `reasoning_content`, `reasoning`, `thinking`, the
encrypted or summarised `reasoning_details`, thinking parts of the content, and `<think>…</think>`
at the head of it. A message cut off by a token cap (`finish_reason` `length`) has its last text
`truncated`. System messages are not read, and of what users say after the question only where.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lrat_rank.trajectories.adapter import ReadSetting, TrajectoryFormat
from lrat_rank.trajectories.messages.anthropic import is_block
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
from lrat_rank.trajectories.payloads import joined_text, plain_id
from lrat_rank.trajectories.run_facts import run_name

_REASONING_KEYS = ("reasoning_content", "reasoning", "thinking", "reasoning_text")
_THINKING_PARTS = frozenset({"thinking", "reasoning", "reasoning_text"})
_TAGS = ("<tool_call>", "<tool_response>", "<search>", "<function=", "</answer>", "<information>")
_OPENRESEARCHER = frozenset({"latency_s", "attempts"})
_BROWSER_TOOLS = ("browser.search", "browser.open", "browser.find")


def recognises(record: object) -> bool:
    """Whether a record is a list of chat messages that no nearer format reads.

    Those are: messages whose content has typed blocks of calls, messages that call in tags, and
    messages that call the numbered-link browser.

    >>> asked = {"role": "user", "content": "Who?"}
    >>> recognises({"messages": [asked, {"role": "assistant", "content": "Nobody."}]})
    True
    >>> recognises({"messages": [asked, {"role": "assistant", "content": "<search>x</search>"}]})
    False
    """
    if is_openresearcher_row(record):
        return False
    messages = chat_messages(record)
    said = any(role(message) == "assistant" for message in messages)
    if not said or any(map(_is_foreign, messages)):
        return False
    names = {call.tool for message in messages for call in tool_calls(message)}
    if names:
        return names.isdisjoint(_BROWSER_TOOLS)
    return not any(tag in content_text(m.get("content")) for m in messages for tag in _TAGS)


def is_openresearcher_row(record: object) -> bool:
    """Whether a record has the keys of an OpenResearcher run around its messages."""
    if not isinstance(record, Mapping) or "qid" not in record:
        return False
    return isinstance(record.get("messages"), list) and not _OPENRESEARCHER.isdisjoint(record)


def chat_messages(record: object) -> list[Mapping[str, object]]:
    """The messages of a record that are objects, and the one of the response beside them."""
    found = [m for m in listed_messages(record) if isinstance(m, Mapping)]
    for place in (record, record.get("response")) if isinstance(record, Mapping) else ():
        choices = place.get("choices") if isinstance(place, Mapping) else None
        choice = choices[0] if isinstance(choices, list) and choices else None
        if isinstance(choice, Mapping) and isinstance(choice.get("message"), Mapping):
            found.append({"finish_reason": choice.get("finish_reason"), **choice["message"]})
    return found


def _is_foreign(message: Mapping[str, object]) -> bool:
    if isinstance(message.get("recipient"), str):
        return str(message["recipient"]).startswith("browser.")
    if role(message) is None or kind(message) == "message":
        return message.get("type") is not None or "from" in message
    content = message.get("content")
    if not isinstance(content, list) or message.get("tool_calls"):
        return False
    return any(map(is_block, content))


def read_run(
    record: object, /, *, trajectory_id: str, source: str, setting: ReadSetting
) -> Trajectory:
    """Read one run; nothing of the wrong type is refused, what cannot be placed is counted."""
    messages = chat_messages(record)
    return read_entries(
        list(chat_entries(messages)),
        record,
        question=first_question(messages),
        trajectory_id=trajectory_id,
        source=source,
        setting=setting,
    )


def _goes_on(earlier: object, later: object, /) -> bool:
    return continues(chat_messages(earlier), chat_messages(later))


def chat_entries(messages: Sequence[Mapping[str, object]]) -> Iterator[Entry]:
    """What assistants said and asked for, what came back, and where users said something."""
    for message in messages:
        who = role(message)
        if who == "assistant":
            yield _step(message)
        elif who == "tool":
            call_id = plain_id(message.get("tool_call_id"))
            failed = message.get("is_error") is True or message.get("status") == "error"
            yield Came(message.get("content"), call_id, failed, message_time(message))
        elif who == "user" and is_users(content_text(message.get("content"))):
            yield UserSaid()


def _step(message: Mapping[str, object]) -> Step:
    thought, text = _split(content_text(message.get("content")))
    beside = next((t for key in _REASONING_KEYS if (t := _flat(message.get(key)))), "")
    detailed, hidden = _details(message.get("reasoning_details"))
    written = (beside or detailed, _thinking(message.get("content")), thought)
    # Some stacks log one thought in two places.
    thoughts = tuple(Reasoning(part) for part in dict.fromkeys(written) if part)
    if hidden and not thoughts:
        thoughts = (Reasoning("", withheld=True),)
    step = Step(thoughts, text, tuple(tool_calls(message)), message_time(message))
    return cut_off(step) if message.get("finish_reason") == "length" else step


def _is_thinking(part: object) -> bool:
    return kind(part) in _THINKING_PARTS


def _thinking(content: object) -> str:
    parts = [p for p in content if _is_thinking(p)] if isinstance(content, list) else []
    texts = (_flat(part.get("thinking")) or _flat(part) for part in parts)
    return "\n".join(filter(None, texts))


def _flat(value: object) -> str:
    return joined_text(value, "\n").strip()


def _split(text: str) -> tuple[str, str]:
    """What stands before a closing think tag, and the rest.

    Some chat templates put the opening tag into the prompt, so that logs lack it.
    """
    thought, closing, rest = text.partition("</think>")
    if not closing:
        return "", text
    return thought.strip().removeprefix("<think>").strip(), rest.strip()


def _details(value: object) -> tuple[str, bool]:
    """The text of detailed reasoning, and whether some of it is encrypted."""
    details = [d for d in value if isinstance(d, Mapping)] if isinstance(value, list) else []
    texts = (_flat(detail.get(key)) for detail in details for key in ("text", "summary"))
    return "\n".join(filter(None, texts)), any(detail.get("data") for detail in details)


def tool_calls(message: Mapping[str, object]) -> Iterator[Asked]:
    """The calls of a message, in order."""
    listed = message.get("tool_calls")
    calls = listed if isinstance(listed, list) else []
    legacy = message.get("function_call")
    if not calls and isinstance(legacy, Mapping):
        calls = [legacy]
    for call in calls:
        if not isinstance(call, Mapping):
            yield Asked("")
            continue
        called = next(
            (f for key in ("function", "custom") if isinstance(f := call.get(key), Mapping)), call
        )
        arguments = next((called[k] for k in ("arguments", "args", "input") if k in called), None)
        name = called.get("name")
        call_id = plain_id(call.get("id")) or plain_id(call.get("call_id"))
        yield Asked(name if isinstance(name, str) else "", arguments, call_id)


OPENAI_CHAT = TrajectoryFormat(
    name="openai-chat",
    summary="OpenAI chat messages with tool_calls, one list of messages a run",
    recognises=recognises,
    run_name=run_name,
    read=read_run,
    continues=_goes_on,
)
