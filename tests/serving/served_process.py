"""A server in a process of its own, which tests may starve, kill and start again."""

import contextlib
import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx

from lrat_rank.collections import Document
from lrat_rank.models.first_stage import Index, IndexOptions

# The reference backend needs no compilation, so that the process starts at once.
OPTIONS = IndexOptions(encoder="none", bm25_backend="rank-bm25")
TOPICS = ("harbour", "violin", "glacier", "comet", "orchid", "salt", "loom", "eel", "bell")
TESTS = Path(__file__).resolve().parents[1]
_LOOK_FOR = (TESTS, TESTS / "serving", TESTS / "serving" / "http")
_STARTING_S = 120.0


def documents(told: str = "wrote") -> list[Document]:
    return [Document(f"{n:02}", f"A poet {told} of the {t}.") for n, t in enumerate(TOPICS)]


def write_index(folder: Path, found: Sequence[Document] = (), options=OPTIONS) -> Path:
    Index.build(found or documents(), folder, options)
    return folder


class Served:
    """A running server.

    Attributes:
        address: Of its root.
        process: For signals and limits.
        said: Lines on its standard error up to now.
    """

    def __init__(self, command: Sequence[str], port: int) -> None:
        self.address, self.said = f"http://127.0.0.1:{port}", list[str]()
        self.port = port
        paths = [*map(str, _LOOK_FOR), os.environ.get("PYTHONPATH", "")]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env={
                **os.environ,
                "OMP_NUM_THREADS": "1",
                "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            },
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def until_ready(self) -> None:
        until = time.monotonic() + _STARTING_S
        while time.monotonic() < until:
            assert self.process.poll() is None, "".join(self.said)
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{self.address}/ready", timeout=5).status_code == 200:
                    return
            time.sleep(0.05)
        raise AssertionError("it never got ready: " + "".join(self.said))

    def metric(self, name: str) -> float:
        page = httpx.get(f"{self.address}/metrics", timeout=30).text
        [line] = [one for one in page.splitlines() if one.startswith(f"{name} ")]
        return float(line.split()[1])

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(60)

    def stop(self) -> int:
        """Its exit status, after the order to stop."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(60)
        self._listener.join(60)
        return status

    def _listen(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as stream:
            for line in stream:
                self.said.append(line)


@contextlib.contextmanager
def started(command: Sequence[str], port: int) -> Iterator[Served]:
    """The server, once it answers; dead when the block ends."""
    server = Served(command, port)
    try:
        server.until_ready()
        yield server
    finally:
        if server.process.poll() is None:
            server.kill()
        server._listener.join(60)


@contextlib.contextmanager
def serving(index: Path, *options: str) -> Iterator[Served]:
    """`lrat-rank serve --http` over an index."""
    port = free_port()
    with started(command(index, port, *options), port) as server:
        yield server


def command(index: Path, port: int, *options: str) -> list[str]:
    told = ["serve", "--index", str(index), "--http", "--port", str(port), *options]
    return [sys.executable, "-m", "lrat_rank.cli", *told]


_PORTS = itertools.count(20_000 + 10 * (os.getpid() % 1_000))
"""Below those that the system gives to anyone who asks, and apart for processes side by side."""


def free_port() -> int:
    for port in _PORTS:
        with socket.socket() as found, contextlib.suppress(OSError):
            found.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


def search(address: str, query: str, **more: object) -> httpx.Response:
    return httpx.post(f"{address}/search", json={"query": query, **more}, timeout=60)
