"""What a process frees stays with it, where the C library can be told so."""

import ctypes
import platform
import subprocess
import sys

import pytest

from lrat_rank.models import heap
from lrat_rank.models.heap import keep_freed_memory

BLOCKS = """
import ctypes, resource, sys
from lrat_rank.models.heap import keep_freed_memory

if sys.argv[1] == "kept":
    assert keep_freed_memory() and keep_freed_memory()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]

def fill():
    blocks = [libc.malloc(48 << 20) for _ in range(3)]
    for block in blocks:
        ctypes.memset(block, 1, 48 << 20)
    for block in blocks:
        libc.free(block)

fill()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(5):
    fill()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def pages_asked_for(how: str) -> int:
    """Pages that five rounds over 144 MB of memory ask the system for, after a first round."""
    command = [sys.executable, "-c", BLOCKS, how]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="tells glibc what to keep")
def test_memory_that_was_freed_is_used_again():
    assert pages_asked_for("kept") < 100
    assert pages_asked_for("plain") > 1000


@pytest.fixture
def asked_anew():
    keep_freed_memory.cache_clear()
    yield
    keep_freed_memory.cache_clear()


def test_another_c_library_is_left_alone(asked_anew, monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    assert not keep_freed_memory()


def test_another_system_is_left_alone(asked_anew, monkeypatch):
    monkeypatch.setattr(heap.sys, "platform", "darwin")
    assert not keep_freed_memory()
