"""What a model thought, apart from what it said, where both stand in one text."""

from __future__ import annotations

import re

_NAME = r"(?:think|thinking|thought)"
_ENDS = re.compile(rf"\A.*</{_NAME}>", re.IGNORECASE | re.DOTALL)
_STARTS = re.compile(rf"<{_NAME}>.*", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(rf"</?{_NAME}>", re.IGNORECASE)


def split_thoughts(text: str) -> tuple[str, str]:
    """What stands in tags of thought, and what stands after it; without the tags.

    The opening tag may be missing, since many chat templates write it into the prompt. A thought
    that does not end goes to the end of the text. Text between two thoughts counts as thought.

    >>> split_thoughts("<think>USES?</think>CANNOT_TELL"), split_thoughts("<think>USES")
    (('USES?', 'CANNOT_TELL'), ('USES', ''))
    >>> split_thoughts("Hm.</think> So."), split_thoughts("So.")
    (('Hm.', ' So.'), ('', 'So.'))
    """
    ended = _ENDS.match(text)
    thought, rest = (ended[0], text[ended.end() :]) if ended else ("", text)
    unended = _STARTS.search(rest)
    if unended:
        thought, rest = thought + unended[0], rest[: unended.start()]
    parts = (part.strip() for part in _TAG.split(thought))
    return "\n".join(part for part in parts if part), rest
