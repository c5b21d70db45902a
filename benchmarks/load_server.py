"""The server that is put under load: `lrat-rank serve` in a process of its own."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

START_S, STOP_S = 180, 60


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    process: psutil.Process

    def counted(self) -> tuple[float, float]:
        """Requests the ranker answered, and the batches it answered them in."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=30) as page:
            told = dict(line.rsplit(" ", 1) for line in page.read().decode().splitlines())
        names = ("requests", "batches")
        requests, batches = (float(told[f"lrat_rank_queue_{name}_total"]) for name in names)
        return requests, batches


@contextmanager
def serving(index: Path, ranker: Path) -> Iterator[Server]:
    """`lrat-rank serve --http` on a free port, ready; stopped with SIGTERM, which must end well.

    Raises:
        RuntimeError: It does not become ready, or does not stop in good order.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "lrat_rank.cli", "serve", "--http", "--port", str(port)]
    command += ["--index", str(index), "--ranker", str(ranker)]
    with tempfile.TemporaryFile() as told:
        with subprocess.Popen(command, stdout=told, stderr=told) as process:
            try:
                _wait_until_ready(process, port)
                yield Server(port, psutil.Process(process.pid))
            except BaseException:
                told.seek(0)
                print(told.read().decode(errors="replace")[-4000:], file=sys.stderr)
                raise
            finally:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(STOP_S)
                except subprocess.TimeoutExpired:
                    process.kill()
        if process.returncode not in (0, -signal.SIGTERM):
            raise RuntimeError(f"the server ended with {process.returncode}")


def _wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError("the server did not become ready")
