"""Whatever is posted to /mcp, the answer is the client's fault or fine, and the server lives on."""

import httpx
import pytest
from http_server import backend, running
from mcp_clients import data_of, over_http
from mcp_nonsense import METHODS, UNFINISHED, by_chance, malformed, written

HEADERS = {
    "Accept": "application/json, text/event-stream",
    "Content-Type": "application/json",
}
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


@pytest.fixture(scope="module")
def address():
    with running(backend(None)) as found:
        yield found


def bodies():
    methods = [{"jsonrpc": "2.0", "id": n, "method": name} for n, name in enumerate(METHODS)]
    return UNFINISHED + written([*malformed(), *by_chance(60), *methods])


@pytest.mark.slow
@pytest.mark.parametrize("version", [None, "2025-06-18", "2026-07-28", "1999-01-01"])
def test_nonsense_of_every_kind_gets_no_fault_of_ours_and_leaves_the_server_well(address, version):
    headers = HEADERS | ({"MCP-Protocol-Version": version} if version else {})
    with httpx.Client(base_url=address, timeout=20) as client:
        if version == "2025-06-18":
            begun = client.post("/mcp", json=HELLO, headers=headers)
            headers["Mcp-Session-Id"] = begun.headers["mcp-session-id"]
        for body in bodies():
            answered = client.post("/mcp", content=body, headers=headers)
            assert answered.status_code < 500, (body[:200], answered.text[:500])
            assert "Traceback" not in answered.text
    [found] = over_http(address, ("search", {"query": "poet odes"}))
    assert data_of(found)[0]["docid"] == "four"


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "text/html"},
        {"Content-Type": "text/plain"},
        {"MCP-Protocol-Version": "\x7f" * 100},
        {"Mcp-Session-Id": "x" * 5000},
        {"Mcp-Method": "tools/list", "MCP-Protocol-Version": "2026-07-28"},
        {"Content-Encoding": "gzip"},
    ],
)
def test_headers_of_every_kind_get_no_fault_of_ours(address, headers):
    body = written([{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}])[0]
    answered = httpx.post(f"{address}/mcp", content=body, headers=HEADERS | headers, timeout=20)
    assert 400 <= answered.status_code < 500
