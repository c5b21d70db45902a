"""The memory of a process that trains on a processor: what is freed stays with it."""

from __future__ import annotations

import ctypes
from functools import cache

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3
"""What can be set, as in glibc's `malloc.h`."""
_LARGEST_KEPT = (1 << 30, 32 << 20)
"""Bytes a block: what is tried first, and what an older glibc takes."""
_GROWTH = 256 << 20
_NEVER = -1


@cache
def keep_freed_memory() -> bool:
    """Let this process keep the memory of freed tensors for the next ones.

    Else glibc gives large blocks back and gets them anew in every step, page by page, each page
    filled with zeros. The process then holds what it held at most until it ends, each thread its
    own. Called again it does nothing.

    Returns:
        Whether there is a glibc that lets itself be told; else nothing has changed.

    Example:
        keep_freed_memory()
    """
    try:
        libc = ctypes.CDLL("libc.so.6")
    except OSError:
        return False
    # First, since to set any of the others alone would freeze this one, and low.
    if not any(libc.mallopt(_MMAP_THRESHOLD, size) for size in _LARGEST_KEPT):
        return False
    libc.mallopt(_TRIM_THRESHOLD, _NEVER)
    libc.mallopt(_TOP_PAD, _GROWTH)
    return True
