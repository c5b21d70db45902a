"""What a process frees stays with it, where the C library can be told so."""

import ctypes
import os
import platform
import subprocess
import sys

import pytest

from lrat_rank.models.heap import keep_freed_memory

BLOCKS = """
import ctypes, resource, sys
from lrat_rank.models.heap import keep_freed_memory

libc = ctypes.CDLL("libc.so.6")
libc.prctl(41, 1, 0, 0, 0)  # small pages, so that they can be counted
if sys.argv[1] == "kept":
    assert keep_freed_memory() and keep_freed_memory()
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]

def fill():
    blocks = [libc.malloc(20 << 20) for _ in range(5)]
    for block in blocks:
        ctypes.memset(block, 1, 20 << 20)
    for block in blocks:
        libc.free(block)

fill()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(5):
    fill()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""
TELLS_MALLOC = ("MALLOC_", "GLIBC_TUNABLES", "LD_PRELOAD")


def pages_asked_for(how: str) -> int:
    """Pages that five rounds over 100 MB of memory ask the system for, after a first round."""
    env = {name: of for name, of in os.environ.items() if not name.startswith(TELLS_MALLOC)}
    command = [sys.executable, "-c", BLOCKS, how]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
    return int(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="tells glibc what to keep")
def test_memory_that_was_freed_is_used_again():
    plain = pages_asked_for("plain")
    if not plain:
        pytest.skip("the system counts no pages")
    assert pages_asked_for("kept") * 10 < plain


class Refuses:
    """A glibc that takes no threshold, and must then be told nothing else."""

    def mallopt(self, what: int, _: int) -> int:
        assert what == -3
        return 0


def has_none(_):
    raise OSError("no such library")


@pytest.fixture
def asked_anew():
    keep_freed_memory.cache_clear()
    yield
    keep_freed_memory.cache_clear()


@pytest.mark.parametrize("load", [lambda _: Refuses(), has_none], ids=["refuses", "another"])
def test_a_library_that_does_not_take_it_is_left_alone(load, asked_anew, monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", load)
    assert not keep_freed_memory()
