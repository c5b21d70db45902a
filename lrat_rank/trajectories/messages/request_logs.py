"""Logs of model requests, each of which repeats the conversation so far.

A proxy logs a run of n model calls as n records. The last of them holds the run, and the others
would be labelled again and again. Records of a log stand in order, so that a record is compared
with the next one alone, at the cost of the messages they share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lrat_rank.trajectories.messages.steps import role

CONTINUED = "request whose conversation a later record continues"
_SAID = (
    *("tool_calls", "function_call", "tool_call_id"),
    *("reasoning_content", "reasoning", "thinking", "reasoning_text", "reasoning_details"),
)
"""What a message says beside its content. Ids and times may differ where it is repeated."""
_MARKS = frozenset({"cache_control", "index"})


def continues(
    earlier: Sequence[Mapping[str, object]], later: Sequence[Mapping[str, object]]
) -> bool:
    """Whether a conversation begins with all of an earlier one, and goes on.

    A thought that is left out where a message is repeated makes it another message: the earlier
    record is then the only one that holds it.

    >>> asked, said = {"role": "user", "content": "Who?"}, {"role": "assistant", "content": "I."}
    >>> continues([asked], [asked, said]), continues([asked, said], [asked, said])
    (True, False)
    """
    try:
        return 0 < len(earlier) < len(later) and all(map(_same, earlier, later))
    except RecursionError:  # nested too deep to be compared
        return False


def _same(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    if role(one) != role(other) or _content(one) != _content(other):
        return False
    return all(_bare(one.get(key)) == _bare(other.get(key)) for key in _SAID)


def _content(message: Mapping[str, object]) -> object:
    """The content; text alone is one block of it."""
    content = message.get("content") or None
    return [{"type": "text", "text": content}] if isinstance(content, str) else _bare(content)


def _bare(value: object) -> object:
    """A value, its parts without what may differ where they are repeated; None for nothing."""
    if not isinstance(value, list):
        return value or None
    return [
        {key: part[key] for key in part if key not in _MARKS} if isinstance(part, Mapping) else part
        for part in value
    ] or None
