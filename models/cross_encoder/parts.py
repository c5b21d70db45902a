"""Texts in parts, each with a budget of tokens of its own."""

from __future__ import annotations

from typing import NamedTuple


class Part(NamedTuple):
    """A piece of text.

    Attributes:
        text: What it says.
        budget: Tokens that are kept of it, at most; None keeps all.
        keep_end: Whether the last tokens are kept, and not the first ones.
    """

    text: str
    budget: int | None = None
    keep_end: bool = False


class PartedText(NamedTuple):
    """Parts that are read one after the other, as if white space stood between them.

    >>> str(PartedText((Part("who?"), Part("a thought", budget=1))))
    'who? a thought'
    """

    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return " ".join(part.text for part in self.parts)


Text = str | PartedText
"""What a tokenizer of pairs takes: a plain text is one part without a budget."""


def parts_of(text: Text) -> tuple[Part, ...]:
    """The parts of a text.

    >>> parts_of("who?")
    (Part(text='who?', budget=None, keep_end=False),)
    """
    return (Part(text),) if isinstance(text, str) else text.parts
