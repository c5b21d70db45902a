"""One registry for everything chosen by name: formats, policies, judges, features, losses."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Generic, TypeVar

from lrat_rank.errors import InputError

T = TypeVar("T")
Choice = TypeVar("Choice", bound=StrEnum)


def nearest(name: str, known: list[str]) -> str | None:
    """The known name most like `name`, for "did you mean" hints; None when nothing is close."""
    found = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return found[0] if found else None


def one_of(choices: type[Choice], name: str, what: str) -> Choice:
    """The choice of that name.

    Raises:
        InputError: There is none; the nearest one is suggested.
    """
    known = [choice.value for choice in choices]
    if name not in known:
        hint = nearest(name, known)
        raise InputError(
            what,
            must=f"one of {', '.join(known)}",
            got=repr(name),
            do=f"Did you mean {hint}?" if hint else None,
        )
    return choices(name)


class Registry(Generic[T]):
    """Exact names to items, in the order they were added.

    >>> letters: Registry[int] = Registry("letter")
    >>> letters.add("alpha", 1)
    1
    >>> letters.get("alhpa")
    Traceback (most recent call last):
        ...
    lrat_rank.errors.InputError: letter must be one of alpha; got 'alhpa'. Did you mean alpha?
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._items: dict[str, T] = {}

    def add(self, name: str, item: T) -> T:
        """Add an item under a name that is still free."""
        if name in self._items:
            raise ValueError(f"{self.kind} {name!r} is registered twice")
        self._items[name] = item
        return item

    def register(self, name: str) -> Callable[[T], T]:
        """Decorator form of `add`."""
        return lambda item: self.add(name, item)

    def get(self, name: str) -> T:
        """The item of that name.

        Raises:
            InputError: No item has that name; the nearest one is suggested.
        """
        if name in self._items:
            return self._items[name]
        hint = nearest(name, self.names())
        raise InputError(
            self.kind,
            must=f"one of {', '.join(self._items)}",
            got=repr(name),
            do=f"Did you mean {hint}?" if hint else None,
        )

    def names(self) -> list[str]:
        """The registered names, in the order they were added."""
        return list(self._items)

    def items(self) -> Iterator[tuple[str, T]]:
        """(name, item) pairs, in the order they were added."""
        return iter(self._items.items())

    def __len__(self) -> int:
        return len(self._items)
