"""Ten thousand malformed requests: each is the client's fault, and the server is none the worse."""

import contextlib
import random
import socket
import sys
from collections import Counter
from pathlib import Path

import psutil
import pytest
from http_server import POETS, QUERY, post
from malformed import FRAMED, breaking
from served_process import free_port, search, started

PIPELINED, GROUPS, BREAKING = 25, 364, 900
PROGRAM = Path(__file__).with_name("fake_ranker_server.py")
GROWTH = 1.05


class Replies:
    """The answers on a connection, one after the other."""

    def __init__(self, connection: socket.socket) -> None:
        self._file = connection.makefile("rb")

    def status(self) -> int:
        """Of the next answer, whose body is read too; 0 where the connection is at its end."""
        first = self._file.readline()
        if not first:
            return 0
        length = -1  # to the end of the connection
        while (line := self._file.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        self._file.read(length)
        return int(first.split()[1])


def pipelined(port: int, requests: list[bytes]) -> list[int]:
    """The statuses of requests that were all sent before an answer was read."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(b"".join(requests))
        replies = Replies(connection)
        return [replies.status() for _ in requests]


def broken(port: int, request: bytes) -> list[int]:
    """The statuses that a connection gives until it ends."""
    found: list[int] = []
    with (
        contextlib.suppress(ConnectionError),
        socket.create_connection(("127.0.0.1", port), timeout=60) as connection,
    ):
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        replies = Replies(connection)
        while status := replies.status():
            found.append(status)
    return found


def part(port: int, chance: random.Random, groups: int, breaks: int) -> tuple[Counter, int]:
    """Statuses of many requests, and how many connections ended without one."""
    statuses, silent = Counter(), 0
    for _ in range(groups):
        statuses.update(pipelined(port, [chance.choice(FRAMED)(chance) for _ in range(PIPELINED)]))
    for _ in range(breaks):
        found = broken(port, breaking(chance))
        statuses.update(found)
        silent += not found
    return statuses, silent


@pytest.mark.slow
def test_all_are_4xx_memory_stays_and_good_requests_are_answered(tmp_path):
    port, chance = free_port(), random.Random(4)
    command = [sys.executable, str(PROGRAM), str(port), str(tmp_path / "log")]
    with started(command, port) as server:
        process = psutil.Process(server.process.pid)
        statuses, silent = part(port, chance, GROUPS // 4, BREAKING // 4)
        warm = process.memory_info().rss
        more, further = part(port, chance, GROUPS - GROUPS // 4, BREAKING - BREAKING // 4)
        grown = process.memory_info().rss / warm
        statuses, silent = statuses + more, silent + further
        assert GROUPS * PIPELINED + BREAKING >= 10_000
        assert statuses.total() + silent == GROUPS * PIPELINED + BREAKING
        assert {status // 100 for status in statuses} == {4}, statuses
        # Nobody is left unanswered but those whose connection is closed under a head or a body.
        assert silent <= BREAKING / 4
        assert {400, 404, 405, 413, 415, 421, 422} <= set(statuses)
        assert grown < GROWTH
        assert search(server.address, "poet").json()["hits"]
        good = post(server.address, "/v2/rerank", {"query": QUERY, "documents": POETS})
        assert [one["index"] for one in good.json()["results"]] == [2, 1, 0]
        assert len(process.open_files()) + len(process.net_connections()) < 20
        assert server.stop() == 0
    assert not [line for line in server.said if "Traceback" in line or " failed" in line]
