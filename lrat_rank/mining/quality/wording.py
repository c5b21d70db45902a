"""When two texts say the same: the normal form of a query, and the numbers it names."""

from __future__ import annotations

import re
import unicodedata

_APOSTROPHES = re.compile(r"['’ʼ`´]")
_MARKS = re.compile(r"(?<!\d)[.,]|[.,](?!\d)|[^\w\s.,+#%&@$€£°]|_")
"""Points outside numbers, and every sign that tells no names apart."""


def normal_text(text: str) -> str:
    """The text without what does not change its meaning.

    NFKC and case are folded, apostrophes go, other punctuation becomes white space, and white
    space is one blank. Signs that tell names apart stay (C++, C#), and so do the points inside
    numbers. A text of nothing but punctuation keeps it, so that no two different texts become
    the same nothing.

    >>> normal_text("Who wrote  “The Dæmon’s Gate”?")
    'who wrote the dæmons gate'
    >>> [normal_text(text) for text in ("C++ 3.5", "c#", "?!")]
    ['c++ 3.5', 'c#', '?!']
    """
    # Folding case can undo the composition, so NFKC stands on both sides of it.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    words = _MARKS.sub(" ", _APOSTROPHES.sub("", folded))
    return " ".join(words.split()) or " ".join(folded.split())


def numbers(normal: str) -> frozenset[str]:
    """The words of a normal text that hold a digit: years, versions, model names.

    >>> sorted(numbers("gpt4 results in 2023"))
    ['2023', 'gpt4']
    """
    return frozenset(word for word in normal.split() if any(sign.isdigit() for sign in word))
