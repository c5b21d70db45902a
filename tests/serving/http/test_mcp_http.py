"""/mcp of the HTTP server: sessions, token, limits, and what is no message of the protocol."""

import json
import time

import anyio
import httpx
import pytest
from http_server import SECRET, backend, post, running, settings
from mcp import Client, MCPError
from mcp_clients import data_of, over_http

from lrat_rank.serving import Engine, SearchTool
from lrat_rank.serving.backend import Backend
from lrat_rank.serving.batching.cancellation import current_cancellation
from lrat_rank.serving.journal import Journal
from lrat_rank.serving.mcp.options import McpOptions
from lrat_rank.serving.text_scores import RerankService
from lrat_rank.trajectories import Browse, Search, read_trajectories

SEARCH = ("search", {"query": "poet odes"})
READ = ("get_document", {"docid": "four"})
HEADERS = {"Accept": "application/json, text/event-stream"}
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}
CALL = {
    "jsonrpc": "2.0",
    "id": 2,
    "method": "tools/call",
    "params": {"name": "search", "arguments": {"query": "poet"}},
}


@pytest.fixture(scope="module")
def address():
    with running(backend(None)) as found:
        yield found


def marked(result):
    return [hit["docid"] for hit in data_of(result) if hit.get("already_read")]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_an_agent_searches_and_reads_over_http(address, mode):
    found, read = over_http(address, SEARCH, READ, mode=mode)
    assert data_of(found)[0]["docid"] == "four"
    assert found.structured_content == {"result": data_of(found)}
    assert data_of(read) == {"docid": "four", "text": "Odes\nOdes to the sea, by a poet."}


def test_each_session_remembers_its_own_reading_and_nobody_elses(address):
    *_, mine = over_http(address, SEARCH, READ, SEARCH, mode="legacy")
    [yours] = over_http(address, SEARCH, mode="legacy")
    assert marked(mine) == ["four"]
    assert marked(yours) == []


def test_calls_of_the_protocol_without_sessions_stand_alone(address):
    *_, last = over_http(address, SEARCH, READ, SEARCH, mode="auto")
    assert marked(last) == []


def test_a_made_up_session_id_finds_no_session(address):
    headers = {**HEADERS, "Mcp-Session-Id": "made-up", "MCP-Protocol-Version": "2025-06-18"}
    assert post(address, "/mcp", CALL, headers=headers).status_code == 404


def test_a_session_that_its_client_ends_is_gone(address):
    begun = post(address, "/mcp", INITIALIZE, headers=HEADERS)
    headers = {**HEADERS, "Mcp-Session-Id": begun.headers["mcp-session-id"]}
    assert post(address, "/mcp", CALL, headers=headers).json()["result"]["isError"] is False
    assert httpx.delete(f"{address}/mcp", headers=headers).status_code == 200
    assert post(address, "/mcp", CALL, headers=headers).status_code == 404


def test_the_log_holds_each_session_once_and_calls_without_one_by_themselves(tmp_path):
    journal = Journal(tmp_path)
    service = backend(None, journal=journal, closers=[journal.close])
    with running(service) as address:
        over_http(address, SEARCH, READ, mode="legacy")
        over_http(address, SEARCH, mode="auto")
    turns = {
        tuple(type(turn) for turn in one.turns if isinstance(turn, Search | Browse)): one
        for one in read_trajectories([tmp_path])
    }
    assert set(turns) == {(Search, Browse), (Search,)}
    kinds = [json.loads(line)["kind"] for file in tmp_path.iterdir() for line in file.open()]
    assert kinds.count("end") == 1


def test_searches_are_counted_with_the_others(address):
    def counted():
        page = httpx.get(f"{address}/metrics").text
        return sum(
            float(line.rpartition(" ")[2])
            for line in page.splitlines()
            if line.startswith("lrat_rank_searches_total{")
        )

    before = counted()
    over_http(address, SEARCH)
    assert counted() == before + 1


def test_the_operator_chooses_the_tools():
    chosen = settings(mcp=McpOptions(tools="openai", url_template="https://x.test/{id}"))
    with running(backend(None), chosen) as address:
        [found] = over_http(address, SEARCH)
    assert data_of(found)["results"][0]["url"] == "https://x.test/four"


def test_where_only_mcp_is_spoken_the_other_routes_are_not_there():
    with running(backend(None), settings(only_mcp=True)) as address:
        [found] = over_http(address, SEARCH)
        assert data_of(found)
        assert httpx.get(f"{address}/ready").status_code == 200
        assert post(address, "/search", {"query": "poet"}).status_code == 404
        assert httpx.get(f"{address}/documents/1").status_code == 404


def test_without_the_token_nothing_is_answered_and_with_it_all_is():
    with running(backend(None), settings(token=SECRET)) as address:
        [found] = over_http(address, SEARCH, token=SECRET)
        assert data_of(found)
        for token in (None, "not-the-token-0123456789"):
            headers = HEADERS | ({"Authorization": f"Bearer {token}"} if token else {})
            refused = post(address, "/mcp", CALL, headers=headers)
            assert refused.status_code == 401
            assert refused.json()["jsonrpc"] == "2.0"
            assert "token" in refused.json()["error"]["message"]
        with pytest.raises((MCPError, ExceptionGroup)):
            over_http(address, SEARCH)


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"Host": "evil.example"}, 421), ({"Origin": "https://evil.example"}, 403), ({}, 200)],
)
def test_pages_of_other_sites_are_turned_away(address, headers, status):
    assert post(address, "/mcp", INITIALIZE, headers=HEADERS | headers).status_code == status


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "OPTIONS", "HEAD"])
def test_no_stream_is_opened_that_would_hold_a_place(address, method):
    refused = httpx.request(method, f"{address}/mcp", headers=HEADERS, timeout=10)
    assert refused.status_code == 405
    assert refused.headers["allow"] == "POST, DELETE"


def test_a_message_over_the_limit_is_refused_in_the_protocols_own_shape():
    with running(backend(None), settings(body_bytes=2000)) as address:
        huge = {**CALL, "params": {"name": "search", "arguments": {"query": "x" * 5000}}}
        refused = post(address, "/mcp", huge, headers=HEADERS)
        assert refused.status_code == 413
        assert refused.json()["error"]["code"] == -32600
        [found] = over_http(address, SEARCH)
        assert data_of(found)


def test_a_client_that_goes_away_takes_its_call_with_it(index):
    begun, dropped = [], []

    class Slow(SearchTool):
        def search_with_answer(self, *asked, **more):
            begun.append(current_cancellation())
            for _ in range(200):
                if begun[-1].cancelled:
                    dropped.append(True)
                    break
                time.sleep(0.05)
            return super().search_with_answer(*asked, **more)

    service = Backend(Slow(Engine(index)), RerankService(lambda: None))
    with running(service) as address:

        async def leave():
            async with Client(f"{address}/mcp") as client:
                with anyio.move_on_after(1.0):
                    await client.call_tool(*SEARCH)

        anyio.run(leave)
        for _ in range(100):
            if dropped:
                break
            time.sleep(0.05)
        assert dropped
        assert httpx.get(f"{address}/ready").status_code == 200


def test_many_sessions_at_once_keep_apart(address):
    async def agent(docid, seen):
        async with Client(f"{address}/mcp", mode="legacy") as client:
            await client.call_tool("get_document", {"docid": docid})
            result = await client.call_tool("search", {"query": "poet fish odes harbour"})
            seen[docid] = marked(result)

    async def work():
        seen = {}
        async with anyio.create_task_group() as tasks:
            for docid in ("1", "2", "03", "four"):
                tasks.start_soon(agent, docid, seen)
        return seen

    assert anyio.run(work) == {docid: [docid] for docid in ("1", "2", "03", "four")}
