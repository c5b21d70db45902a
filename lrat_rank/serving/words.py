"""Where a text may be cut: between words, and in scripts without spaces between characters.

A cut never falls inside what a reader sees as one character (a letter with its marks, an emoji of
several code points).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

_MARKS = (
    "\u0300-\u036f\u0e31\u0e33-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb3-\u0ebc\u0ec8-\u0ece"
    "\u102b-\u103e\u1056-\u1059\u105e-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074"
    "\u1082-\u108d\u108f\u109a-\u109d\u17b4-\u17d3\u17dd\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u200c\u200d\u20d0-\u20ff\u302a-\u302f\u3099\u309a\ufe00-\ufe0f\ufe20-\ufe2f\uff9e\uff9f"
    "\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f\U000e0100-\U000e01ef"
)
"""What joins the character before it: marks of any script and of those without spaces, joiners,
variation selectors, skin tones."""
_DENSE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3001-\u30ff\u3100-\u312f"
    "\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff9f\U00020000-\U0003ffff"
)
"""Scripts that put no space between words: Chinese, Japanese, Thai, Lao, Burmese, Khmer."""
_STARTS_DENSE = f"(?<!\u200d)(?![{_MARKS}])[{_DENSE}]"
_WORD = re.compile(
    f"{_STARTS_DENSE}(?:[{_MARKS}]|(?<=\u200d)\\S)*"  # one character that stands as a word
    f"|(?:\\s(?=[{_MARKS}]))?(?:(?!{_STARTS_DENSE})\\S)+"  # what stands between white space
)
_ASCII_WORD = re.compile(r"\S+")
"""The same for a text that has no mark and no such script, found sooner."""
DENSE_CHARACTER = re.compile(f"[{_DENSE}]")


class Span(NamedTuple):
    """Characters `start` to `end` (exclusive) of a text."""

    start: int
    end: int


def words(text: str) -> Iterator[Span]:
    """The words of a text, in order.

    A word is what stands between white space; in scripts that put no space between words, each
    character is one.

    >>> text = "Ana lived in 東京."
    >>> [text[start:end] for start, end in words(text)]
    ['Ana', 'lived', 'in', '東', '京', '.']
    """
    for found in (_ASCII_WORD if text.isascii() else _WORD).finditer(text):
        yield Span(*found.span())


def span_of_first(text: str, count: int) -> Span:
    """From the first word of a text to the last of its first `count`; (0, 0) where it has none.

    >>> span_of_first(" Ana lived in Lor.", 2)
    Span(start=1, end=10)
    """
    if text.isascii() and count < len(text):
        found = _first_ascii_words(count).search(text)
        return Span(*found.span()) if found else Span(0, 0)
    shown = list(islice(words(text), count))
    return Span(shown[0].start, shown[-1].end) if shown else Span(0, 0)


@lru_cache  # a service has one count, or a few
def _first_ascii_words(count: int) -> re.Pattern[str]:
    return re.compile(rf"\S++(?:\s++\S++){{0,{count - 1}}}+")
