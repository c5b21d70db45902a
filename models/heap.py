"""Memory of a process that computes for long: freed blocks stay with it, on large pages."""

from __future__ import annotations

import ctypes
import sys
from functools import cache

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3
"""Names of what can be set, as in glibc's `malloc.h`."""
_HUGE_PAGES = 14
"""Advice of `madvise` in Linux' `mman.h`."""
_LARGE_PAGE = 2 << 20
_KEPT = 1 << 30
"""Bytes: larger blocks are still given back, and so much of the heap lies on large pages."""


@cache
def keep_freed_memory() -> bool:
    """Let this process keep the memory of freed tensors for the next ones.

    Else glibc gives every block of more than some hundred kilobytes back, and gets the next one
    page by page, each of them filled with zeros: up to a fourth of a training step on a processor.
    The process then holds what it held at most, until it ends. Called again it does nothing.

    Returns:
        Whether there is glibc to be told; with another C library nothing changes.

    Example:
        keep_freed_memory()
    """
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    if not hasattr(libc, "gnu_get_libc_version"):
        return False
    libc.mallopt(_MMAP_THRESHOLD, _KEPT)
    libc.mallopt(_TRIM_THRESHOLD, 2 * _KEPT - 1)
    libc.mallopt(_TOP_PAD, _KEPT // 4)
    _advise_large_pages(libc)
    return True


def _advise_large_pages(libc: ctypes.CDLL) -> None:
    """Let the heap grow once, over addresses that get large pages when they are written to."""
    libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    libc.free.restype, libc.free.argtypes = None, [ctypes.c_void_p]
    libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    size = _KEPT - _LARGE_PAGE  # one of `_KEPT` would not come from the heap
    block = libc.malloc(size)
    if block is None:  # a limit on addresses: small pages do, too
        return
    first = -(-block // _LARGE_PAGE) * _LARGE_PAGE
    libc.madvise(first, size - (first - block), _HUGE_PAGES)
    libc.free(block)
