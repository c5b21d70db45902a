"""`serve --mcp http` as an agent meets it: a real process, its token, its log, its end."""

import json
import os
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest
from mcp_clients import data_of, over_http

from lrat_rank.collections import Document
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.trajectories import read_trajectories

TOKEN = "a-token-of-some-length-0123"


@pytest.fixture
def serving(tmp_path):
    index, log = tmp_path / "index", tmp_path / "log"
    documents = [Document("a", "A poet of the coast.", "Coast"), Document("b", "Fish.", "Fish")]
    Index.build(documents, index, IndexOptions(encoder="none", bm25_backend="rank-bm25"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "lrat_rank.cli", "serve", "--index", str(index)]
    options = ["--mcp", "http", "--port", str(port), "--log", str(log)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "LRAT_RANK_TOKEN": TOKEN}
    with subprocess.Popen(
        [*command, *options], env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE
    ) as server:
        address = f"http://127.0.0.1:{port}"
        _wait(address, server)
        yield address, server, log
        if server.poll() is None:
            server.kill()


def _wait(address, server):
    for _ in range(600):
        assert server.poll() is None, server.stderr.read().decode()
        try:
            if httpx.get(f"{address}/ready", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError(address)


def test_it_answers_with_the_token_logs_the_session_and_stops_when_told(serving):
    address, server, log = serving
    asked = [("search", {"query": "poet"}), ("get_document", {"docid": "a"})]
    found, read = over_http(address, *asked, mode="legacy", token=TOKEN)
    assert [hit["docid"] for hit in data_of(found)] == ["a"]
    assert data_of(read)["text"] == "Coast\nA poet of the coast."
    assert httpx.post(f"{address}/mcp", json={}).status_code == 401
    assert httpx.post(f"{address}/v2/rerank", json={}).status_code in (401, 404)

    began = time.monotonic()
    server.send_signal(signal.SIGTERM)
    assert server.wait(60) == 0
    assert time.monotonic() - began < 20  # nothing of a client's holds it up
    told = server.stderr.read().decode()
    assert "Traceback" not in told
    assert TOKEN not in told
    assert server.stdout.read() == b""
    [trajectory] = read_trajectories([log])
    assert len(trajectory.turns) == 2
    assert json.loads(next(log.iterdir()).read_text().splitlines()[-1])["kind"] == "end"
