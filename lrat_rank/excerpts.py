"""Long texts made short enough to show: to a model, to a person, on one line."""

from __future__ import annotations


def both_ends(text: str, budget: int) -> str:
    r"""The first three quarters and the last quarter of a text that is longer than its budget.

    >>> both_ends("abcdefghijkl", 8)
    'abcdef\n[… 4 characters left out …]\nkl'
    >>> both_ends("abcdefgh", 8)
    'abcdefgh'
    """
    if len(text) <= budget:
        return text
    tail = budget // 4
    head = budget - tail
    left_out = len(text) - budget
    return f"{text[:head]}\n[… {left_out} characters left out …]\n{text[len(text) - tail :]}"


def one_line(text: str, length: int) -> str:
    r"""The text on one line without control characters, cut to a length.

    >>> one_line("a\n b", 10), one_line("abcdef", 4)
    ('a b', 'abc…')
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= length else f"{line[: length - 1]}…"
