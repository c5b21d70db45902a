"""Functions in machine code, made by numba. Import this inside functions: numba comes with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numba

_P = ParamSpec("_P")
_R = TypeVar("_R")


def compiled(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """The function in machine code, made at its first call.

    numba keeps the code beside the module or in the user's cache folder, so that only the first
    process of an installation waits for it; where neither can be written, every process does.

    >>> compiled(lambda a, b: a + b)(1, 2)
    3
    """
    try:
        made: Callable[_P, _R] = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # there is no folder to keep it in
        made = numba.njit(nogil=True)(function)
    return made
