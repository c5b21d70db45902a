"""What is made of a text, kept for the next time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

V = TypeVar("V")


class Memo(dict[str, V], Generic[V]):
    """Text → what is made of it, made when it is first asked for; for many threads.

    Args:
        make: Makes it.
        most: Texts kept, at most; with one more all are forgotten.

    >>> lengths = Memo(len, most=2)
    >>> lengths["abc"], lengths["ab"], list(lengths), lengths["a"], list(lengths)
    (3, 2, ['abc', 'ab'], 1, ['a'])
    """

    def __init__(self, make: Callable[[str], V], *, most: int) -> None:
        super().__init__()
        self._make, self._most = make, most

    def __missing__(self, text: str) -> V:
        made = self._make(text)
        if len(self) >= self._most:
            self.clear()
        self[text] = made
        return made
