"""Whatever a client of the stdio server writes, the next proper call is answered."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from mcp_nonsense import METHODS, UNFINISHED, by_chance, call, malformed, written

SERVER = """
from overlap_index import OverlapIndex
from lrat_rank.serving import Engine, SearchTool
from lrat_rank.serving.mcp.server import serve_stdio

class Loud(OverlapIndex):
    def retrieve(self, queries, *asked):
        if queries:
            print("not for the protocol")
        return super().retrieve(queries, *asked)

serve_stdio(SearchTool(Engine(Loud())))
"""
HELLO = {
    "jsonrpc": "2.0",
    "id": "hello",
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}
READY = {"jsonrpc": "2.0", "method": "notifications/initialized"}
LAST = call("search", {"query": "poet odes"}, number="last")


def talk(lines, last="last"):
    """What a server answers to lines on its standard input, until the last; it must end well."""
    environment = {"PYTHONPATH": ":".join(_paths())}
    command = [sys.executable, "-c", SERVER]
    pipes = {name: subprocess.PIPE for name in ("stdin", "stdout", "stderr")}
    with subprocess.Popen(command, env=environment, **pipes) as server:
        # Two threads beside this one, since a pipe that nobody empties stops its writer.
        told = []
        threads = [
            threading.Thread(target=lambda: told.append(server.stderr.read().decode())),
            threading.Thread(target=_write, args=(server.stdin, lines)),
        ]
        for thread in threads:
            thread.start()
        answers = []
        for line in server.stdout:
            answers.append(json.loads(line))
            if answers[-1].get("id") == last:
                break
        server.stdin.close()
        answers += [json.loads(line) for line in server.stdout]
        for thread in threads:
            thread.join(60)
        assert server.wait(60) == 0, told
    assert all(answer["jsonrpc"] == "2.0" for answer in answers)
    return answers, told[0]


def _write(stream, lines):
    stream.write(b"\n".join(lines) + b"\n")
    stream.flush()


def _paths():
    here = Path(__file__).resolve()
    [helpers] = here.parents[1].rglob("overlap_index.py")
    return str(helpers.parent), *(part for part in sys.path if part)


def answer(answers, number):
    [found] = [one for one in answers if one.get("id") == number]
    return found


def unknown_methods():
    return [{"jsonrpc": "2.0", "id": f"m{n}", "method": m} for n, m in enumerate(METHODS)]


@pytest.mark.slow
def test_nonsense_of_every_kind_leaves_a_stdio_server_well():
    messages = [*malformed(), *by_chance(400), *unknown_methods()]
    # A blank line is no message; a line ends where a message does.
    lines = [one for one in UNFINISHED if one] + written(messages)
    answers, told = talk([*written([HELLO, READY]), *lines, *written([LAST])])
    found = answer(answers, "last")["result"]
    assert json.loads(found["content"][0]["text"])[0]["docid"] == "four"
    assert answer(answers, "m13")["error"]["code"] == -32601
    assert "not for the protocol" in told


def test_calls_that_are_cancelled_or_repeat_an_id_leave_a_stdio_server_well():
    cancels = [
        message
        for n in range(100)
        for message in (
            call("search", {"query": "poet"}, number=n),
            {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": n}},
            call("search", {"query": "fish"}, number=n // 2),
        )
    ]
    answers, _ = talk(written([HELLO, READY, *cancels, LAST]))
    assert answer(answers, "last")["result"]["isError"] is False


def test_a_client_that_never_shakes_hands_is_refused_and_a_later_one_served():
    answers, _ = talk(written([LAST, HELLO, READY, {**LAST, "id": "then"}]), last="then")
    assert "error" in answer(answers, "last")
    assert answer(answers, "then")["result"]["isError"] is False
