"""The prompts that ReAct transcripts carry: worked examples, earlier trials, a format to follow.

    Here are some examples: … (END OF EXAMPLES)
    Previous trial: … (END PREVIOUS TRIAL)
    Use the following format: … Begin!

A prompt must never take a run with it. It begins at the last of its beginnings before its end, it
is not longer than prompts are, and before the next one of its kind comes the question it is for.
"""

from __future__ import annotations

import re

_LONGEST = 40_000
"""Characters of a prompt; six worked examples of HotpotQA have some 10,000."""
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_MARK = re.compile(
    r"""(?P<examples>Here[ ]are[ ]some[ ]examples:) | (?P<end_examples>\(END[ ]OF[ ]EXAMPLES\))
      | (?P<trial>Previous[ ]trial:)                | (?P<end_trial>\(END[ ]PREVIOUS[ ]TRIAL\))
      | (?P<format>Use[ ]the[ ]following[ ]format:) | (?P<end_format>^[ \t]*Begin!)
      | (?P<question>^[ \t]*\**Question(?:[ \t]*\d+)?[ \t]*\**:)""",
    re.MULTILINE | re.VERBOSE,
)
_END = "end_"
_QUESTION = "question"


def without_prompts(text: str) -> str:
    """A transcript without its prompts and without terminal colours.

    >>> without_prompts("Here are some examples: Question: x (END OF EXAMPLES) Question: y")
    ' Question: y'
    """
    text = _COLOUR.sub("", text)
    kept, at = [], 0
    for start, end in _prompts(text):
        kept.append(text[at:start])
        at = end
    return "".join([*kept, text[at:]])


def open_prompts(text: str) -> int:
    """How many prompts of a text without prompts begin: their ends could not be found."""
    return sum(not _ends(mark) and mark.lastgroup != _QUESTION for mark in _MARK.finditer(text))


def _prompts(text: str) -> list[tuple[int, int]]:
    """Where prompts start and end; one may have stood inside another."""
    marks = list(_MARK.finditer(text))
    begun: dict[str, re.Match[str]] = {}
    found: list[tuple[int, int]] = []
    for mark, following in zip(marks, _next_beginnings(marks), strict=True):
        kind = mark.lastgroup or ""
        if not _ends(mark):
            begun[kind] = mark
            continue
        kind = kind.removeprefix(_END)
        start = begun.pop(kind, None)
        if start is None or mark.end() - start.start() > _LONGEST or following == kind:
            continue
        while found and found[-1][0] > start.start():
            found.pop()
        found.append((start.start(), mark.end()))
        begun = {name: other for name, other in begun.items() if other.end() <= start.start()}
    return found


def _next_beginnings(marks: list[re.Match[str]]) -> list[str | None]:
    """For each mark the kind of the next one that is no end."""
    following: str | None = None
    after = []
    for mark in reversed(marks):
        after.append(following)
        following = following if _ends(mark) else mark.lastgroup
    return after[::-1]


def _ends(mark: re.Match[str]) -> bool:
    return (mark.lastgroup or "").startswith(_END)
