"""A web page cannot use a server without a token through its visitor's browser."""

import httpx
import pytest
from http_server import QUERY, SECRET, SharedWords, backend, running, settings


@pytest.fixture(scope="module")
def open_server():
    with running(backend(SharedWords()), settings()) as address:
        yield address


@pytest.mark.parametrize(
    "sent",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
@pytest.mark.parametrize(
    "path", ["/documents/1?session_id=victim&reasoning=this+answers", "/health"]
)
def test_requests_of_other_sites_pages_are_refused(open_server, path, sent):
    assert httpx.get(open_server + path, headers=sent).status_code == 403


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"Origin": "http://localhost:3000"},
        {"Origin": "http://[::1]"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_programs_and_pages_of_this_machine_are_answered(open_server, sent):
    reply = httpx.post(open_server + "/search", json={"query": QUERY}, headers=sent)
    assert reply.status_code == 200


def test_with_a_token_the_token_decides():
    with running(backend(SharedWords()), settings(token=SECRET)) as address:
        sent = {"Authorization": f"Bearer {SECRET}", "Origin": "https://console.example"}
        assert httpx.get(address + "/v1/models", headers=sent).status_code == 200
