"""Texts in parts, each below a heading line."""

from __future__ import annotations

import re
from collections.abc import Iterator


def headed(heading: re.Pattern[str], text: str) -> Iterator[tuple[re.Match[str], str]]:
    r"""Each heading in a text with what stands below it, up to the next.

    >>> [(head[0], body) for head, body in headed(re.compile("#."), "x #a\none #b")]
    [('#a', 'one'), ('#b', '')]
    """
    heads = list(heading.finditer(text))
    for number, head in enumerate(heads, start=1):
        end = heads[number].start() if number < len(heads) else len(text)
        yield head, text[head.end() : end].strip()
