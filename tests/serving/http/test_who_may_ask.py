"""Tokens, host names, addresses: who is answered, and what logs may hold."""

import logging
import time

import cohere
import httpx
import pytest
from http_server import POETS, QUERY, SECRET, SharedWords, backend, post, running, settings

from lrat_rank.errors import InputError
from lrat_rank.serving.http.auth import Token, check_bind
from lrat_rank.serving.http.logs import RedactingFormatter, redacted
from lrat_rank.serving.http.settings import ServerSettings

GOOD = {"query": QUERY, "documents": POETS}
CLOSED = [
    ("POST", "/v1/rerank"),
    ("POST", "/v2/rerank"),
    ("POST", "/rerank"),
    ("POST", "/score"),
    ("POST", "/search"),
    ("POST", "/retrieve"),
    ("GET", "/documents/1"),
    ("GET", "/v1/models"),
    ("GET", "/metrics"),
    ("GET", "/openapi.json"),
    ("GET", "/nowhere"),
    ("POST", "/admin/reload"),
]


@pytest.fixture(scope="module")
def guarded():
    with running(backend(SharedWords()), settings(token=SECRET)) as address:
        yield address


@pytest.mark.parametrize(("method", "path"), CLOSED)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong-token-0123456789"},
        {"Authorization": f"Basic {SECRET}"},
        {"Authorization": f"Bearer {SECRET[:-1]}"},
        {"Authorization": "Bearer"},
    ],
)
def test_nothing_but_probes_is_answered_without_the_token(guarded, method, path, headers):
    reply = httpx.request(method, guarded + path, headers=headers, json=GOOD)
    assert reply.status_code == 401
    assert reply.headers["www-authenticate"] == "Bearer"
    assert SECRET not in reply.text


def test_probes_and_token_holders_are_answered(guarded):
    assert httpx.get(guarded + "/health").status_code == 200
    assert httpx.get(guarded + "/ready").status_code == 200
    headers = {"authorization": f"bearer {SECRET}"}
    assert post(guarded, "/v2/rerank", GOOD, headers=headers).status_code == 200
    client = cohere.ClientV2(SECRET, base_url=guarded)
    assert len(client.rerank(query=QUERY, documents=POETS, model="any").results) == 3
    with pytest.raises(cohere.UnauthorizedError):
        cohere.ClientV2("another", base_url=guarded).rerank(
            query=QUERY, documents=POETS, model="any"
        )


def test_the_token_is_looked_at_before_the_body_is_read(guarded):
    with httpx.Client() as client:
        started = time.monotonic()

        def endless():
            while time.monotonic() - started < 20:
                yield b" " * 1000
                time.sleep(0.01)

        try:
            status = client.post(guarded + "/v2/rerank", content=endless()).status_code
        except (httpx.WriteError, httpx.ReadError):
            status = 401  # the connection was closed under the body
        assert status == 401
        assert time.monotonic() - started < 15


def test_a_public_bind_needs_a_token_and_warns_of_plain_text(capsys):
    with pytest.raises(InputError, match="A public bind needs a token"):
        check_bind("0.0.0.0", None)
    check_bind("0.0.0.0", Token(SECRET))
    assert "does not encrypt" in capsys.readouterr().err
    check_bind("127.0.0.1", None)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("text", ["", "short", "x" * 2000, "with a blank in the middle", "ä" * 20])
def test_a_weak_token_is_refused_without_being_repeated(text):
    with pytest.raises(InputError) as refused:
        Token(text)
    assert not text or text not in str(refused.value)


def test_a_token_shows_itself_nowhere():
    token = Token(SECRET)
    assert SECRET not in f"{token!r} {token} {settings(token=SECRET)!r}"
    assert token.matches(SECRET.encode())
    assert not token.matches(SECRET.encode() + b"x")


def test_tokens_are_compared_in_constant_time(monkeypatch):
    compared = []
    from lrat_rank.serving.http import auth

    real = auth.hmac.compare_digest
    monkeypatch.setattr(
        auth.hmac, "compare_digest", lambda a, b: compared.append((len(a), len(b))) or real(a, b)
    )
    Token(SECRET).matches(b"a")
    assert compared == [(32, 32)]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", ""])
def test_a_page_whose_name_points_here_is_turned_away(address, host):
    reply = httpx.get(address + "/v1/models", headers={"Host": host})
    assert reply.status_code in (400, 421)


@pytest.mark.parametrize("host", ["localhost", "localhost:1234", "[::1]:80", "127.0.0.1"])
def test_the_names_of_this_machine_are_answered(address, host):
    assert httpx.get(address + "/v1/models", headers={"Host": host}).status_code == 200


def test_further_host_names_are_the_operators_choice():
    with running(backend(SharedWords()), ServerSettings(hosts=("rank.internal",))) as address:
        named = {"Host": "rank.internal"}
        assert httpx.get(address + "/v1/models", headers=named).status_code == 200


def test_no_other_origin_is_let_in(address):
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for reply in (
        httpx.options(address + "/v2/rerank", headers=headers),
        post(address, "/v2/rerank", GOOD, headers=headers),
    ):
        assert not [name for name in reply.headers if name.startswith("access-control")]


def test_logs_hold_no_token_and_no_forged_line(caplog):
    caplog.set_level(logging.INFO, "lrat_rank")
    with running(backend(SharedWords()), settings(token=SECRET)) as address:
        headers = {"Authorization": f"Bearer {SECRET}"}
        httpx.get(f"{address}/documents/{SECRET}%0Aforged?token={SECRET}", headers=headers)
        httpx.get(f"{address}/documents/Bearer%20{SECRET}", headers=headers)
    written = [RedactingFormatter("%(message)s").format(one) for one in caplog.records]
    lines = [line for line in written if "/documents/" in line]
    assert len(lines) == 2
    assert all("\n" not in line for line in lines)
    assert SECRET not in lines[1]
    assert "?" not in lines[0]


def test_tracebacks_hold_no_token():
    try:
        raise ValueError(f"headers: {{'authorization': 'Bearer {SECRET}'}}")
    except ValueError:
        import sys

        record = logging.LogRecord("a", 40, "f", 1, "failed", None, sys.exc_info())
    text = RedactingFormatter("%(message)s").format(record)
    assert "ValueError" in text
    assert SECRET not in text


@pytest.mark.parametrize(
    "line",
    ["token=SECRET", "api_key: SECRET", '"Authorization": "Bearer SECRET"', "password='SECRET'"],
)
def test_what_looks_like_a_secret_is_blotted_out(line):
    assert SECRET not in redacted(line.replace("SECRET", SECRET))
