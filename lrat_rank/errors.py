"""The errors people see, and the one form they take.

Every message says what must hold, what was found, where, and what to do next.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType


class LratRankError(Exception):
    """Base of every error this package raises on purpose; it passes between processes."""

    def __reduce__(self) -> tuple[object, ...]:
        return _revived, (type(self), self.args, self.__dict__)


def _revived(
    kind: type[LratRankError], arguments: tuple[object, ...], state: dict[str, object]
) -> LratRankError:
    """An error as another process raised it, whatever its constructor takes."""
    error = kind.__new__(kind, *arguments)
    error.args = arguments
    error.__dict__.update(state)
    return error


class InputError(LratRankError):
    """Something the user gave does not hold; the command line exits with 2.

    Args:
        what: The thing at fault, named as the user knows it.
        must: What it must be.
        got: What was found instead.
        where: File (and line), record or option the thing stands in.
        do: The next step that mends it.

    >>> print(InputError("score", must="a finite number", got="'abc'", where="a.run:3"))
    score must be a finite number; got 'abc' (a.run:3).
    """

    def __init__(
        self,
        what: str,
        *,
        must: str,
        got: object,
        where: str | Path | None = None,
        do: str | None = None,
    ) -> None:
        self.what, self.must, self.got, self.where, self.do = what, must, got, where, do
        place = f" ({where})" if where is not None else ""
        step = f" {do}" if do else ""
        super().__init__(f"{what} must be {must}; got {got}{place}.{step}")


class MissingExtraError(LratRankError):
    """An optional dependency is not installed; says which extra brings it."""

    def __init__(self, module: str, *, extra: str) -> None:
        self.module, self.extra = module, extra
        super().__init__(
            f"{module} must be installed for this; it was not found. "
            f"Run: pip install 'lrat-rank[{extra}]'"
        )


def require(module: str, *, extra: str) -> ModuleType:
    """Import an optional dependency, or say which extra brings it.

    Raises:
        MissingExtraError: The module is not installed.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is not None and error.name.split(".")[0] != module.split(".")[0]:
            raise
        raise MissingExtraError(module, extra=extra) from error
