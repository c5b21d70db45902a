"""`serve --mcp stdio` as an agent meets it: the SDK's own client over a real process."""

import json
import os
import subprocess
import sys

import anyio
import pytest
from mcp import Client, StdioServerParameters
from untimed import untimed

from lrat_rank.collections import Document
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.trajectories import Browse, Impression, Search, read_trajectories

# The reference backend needs no compilation, so that the process starts at once.
OPTIONS = IndexOptions(encoder="none", bm25_backend="rank-bm25")
TOPICS = ("harbour", "poet", "violin", "glacier", "comet", "orchid", "salt", "loom", "eel", "bell")


@pytest.fixture(scope="module")
def index_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stdio") / "index"
    documents = [
        Document(
            f"{n:02}", f"All about the {topic}.\nA poet wrote of it — «{topic}».", topic.title()
        )
        for n, topic in enumerate(TOPICS)
    ]
    Index.build(documents, folder, OPTIONS)
    return folder


def command(index_folder, *options):
    return [sys.executable, "-m", "lrat_rank.cli", "serve", "--index", str(index_folder), *options]


def environment():
    return {**os.environ, "OMP_NUM_THREADS": "1"}


def test_an_agent_searches_opens_and_errs_and_the_log_tells_all(index_folder, tmp_path):
    log = tmp_path / "log"
    program, *options = command(
        index_folder, "--mcp", "stdio", "--k", "3", "--snippet-tokens", "4", "--log", str(log)
    )
    server = StdioServerParameters(command=program, args=options, env=environment())

    async def work():
        async with Client(server) as client:
            tools = [tool.name for tool in (await client.list_tools()).tools]
            calls = [
                ("search", {"query": "glacier poet"}),
                ("get_document", {"docid": "03"}),
                ("search", {"query": " "}),
                ("get_document", {"docid": "99"}),
                ("search", {"query": "zeppelin"}),
            ]
            return tools, [await client.call_tool(name, args) for name, args in calls]

    tools, (found, opened, blank, unknown, nothing) = anyio.run(work)
    assert tools == ["search", "get_document"]

    hits = json.loads(found.content[0].text)
    assert len(hits) == 3
    assert hits[0]["docid"] == "03"
    assert hits[0]["snippet"] == "Glacier\nAll about the"
    text = "Glacier\nAll about the glacier.\nA poet wrote of it — «glacier»."
    assert json.loads(opened.content[0].text) == {"docid": "03", "text": text}
    assert blank.is_error
    assert unknown.is_error
    assert json.loads(nothing.content[0].text) == []

    [trajectory] = read_trajectories([log])
    shown = [Impression(h["docid"], n, h["score"], h["snippet"]) for n, h in enumerate(hits, 1)]
    assert untimed(trajectory.turns) == (
        Search("glacier poet", tuple(shown)),
        Browse("03", text=text),
        Browse("99", failed=True),
        Search("zeppelin"),
    )


def test_a_connector_searches_and_fetches(index_folder):
    options = ("--mcp-tools", "openai", "--url-template", "https://x.test/{id}", "--k", "1")
    program, *rest = command(index_folder, "--mcp", "stdio", *options)
    server = StdioServerParameters(command=program, args=rest, env=environment())

    async def work():
        async with Client(server) as client:
            found = await client.call_tool("search", {"query": "glacier poet"})
            return found, await client.call_tool("fetch", {"id": "03"})

    found, fetched = anyio.run(work)
    result = {"id": "03", "title": "Glacier", "url": "https://x.test/03"}
    assert json.loads(found.content[0].text) == {"results": [result]}
    text = "All about the glacier.\nA poet wrote of it — «glacier»."
    assert json.loads(fetched.content[0].text) == {**result, "text": text, "metadata": {}}


def test_standard_output_carries_the_protocol_and_nothing_else(index_folder):
    request = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        },
    }
    done = subprocess.run(
        command(index_folder, "--mcp", "stdio"),
        input=json.dumps(request) + "\n",
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(),
        check=False,
    )
    [line] = done.stdout.splitlines()
    assert json.loads(line)["result"]["serverInfo"]["name"] == "lrat-rank"
    assert "Serving bm25 over" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == 0
