"""What is made of a text, kept for the next time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

V = TypeVar("V")

_LONGEST = 64


class Memo(dict[str, V], Generic[V]):
    """Text → what is made of it, made when it is first asked for; for many threads.

    Texts of more than 64 characters are not kept, and all are forgotten where there would be too
    many, so that nobody who asks for ever new ones fills the memory.

    Args:
        make: Makes it.
        most: Texts kept; threads that ask at the same moment may keep one more each.

    >>> lengths = Memo(len, most=2)
    >>> lengths["abc"], lengths["ab"], list(lengths), lengths["a"], list(lengths)
    (3, 2, ['abc', 'ab'], 1, ['a'])
    """

    def __init__(self, make: Callable[[str], V], *, most: int) -> None:
        super().__init__()
        self._make, self._most = make, most

    def __missing__(self, text: str) -> V:
        made = self._make(text)
        if len(text) <= _LONGEST:
            if len(self) >= self._most:
                self.clear()
            self[text] = made
        return made
