"""Telling that memory ran out from every other failure."""

from __future__ import annotations

import sys

_WORDS = ("out of memory", "can't allocate memory", "not enough memory")
"""How torch's allocators, on accelerators and on processors, say so in a plain RuntimeError."""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a smaller batch may succeed where this error was raised.

    >>> is_out_of_memory(RuntimeError("DefaultCPUAllocator: can't allocate memory"))
    True
    >>> is_out_of_memory(RuntimeError("shapes do not match"))
    False
    """
    if isinstance(error, MemoryError):
        return True
    torch = sys.modules.get("torch")  # not loaded: then it cannot have failed
    if torch is not None and isinstance(error, torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(word in str(error).lower() for word in _WORDS)


def release() -> None:
    """Give memory that an accelerator's allocator keeps in reserve back to it."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available() and torch.cuda.is_initialized():
        torch.cuda.empty_cache()
