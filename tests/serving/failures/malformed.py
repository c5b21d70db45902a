"""Requests that no server should take, made up from a seed."""

import json
import random
from collections.abc import Callable

POSTS = ["/v1/rerank", "/v2/rerank", "/rerank", "/score", "/search", "/retrieve"]
ABSENT = ["/", "/nowhere", "/v3/rerank", "/admin", "/.git/config", "/%2e%2e/%2e%2e/etc/passwd"]
VALUES = [None, True, -1, 1.5, "", " ", "\x00", [], {}, [[]], [None], {"a": {}}, "1e999", 10**30]

Make = Callable[[random.Random], bytes]


def framed(head: str, body: bytes = b"", kind: str = "application/json") -> bytes:
    """A request that ends where it says, so that another may follow."""
    told = f"Host: localhost\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return f"{head} HTTP/1.1\r\n{told}".encode() + body


def _posted(chance: random.Random, body: bytes) -> bytes:
    return framed(f"POST {chance.choice(POSTS)}", body)


def no_json(chance: random.Random) -> bytes:
    """A body that is cut off, or noise, or no text at all."""
    whole = json.dumps({"query": "poet", "documents": ["a", "b"], "texts": ["c"]}).encode()
    body = chance.choice(
        [
            whole[: chance.randrange(len(whole))],
            chance.randbytes(chance.randint(1, 60)) + b"\xff",
            whole + b"}",
            b'{"query": NaN}',
            b'{"query": "\xc3\x28"}',
            b"[" * chance.randint(1, 3000),
            b'{"a":' * chance.randint(1, 600),
            b"\x00",
            b"\xef\xbb\xbf",
        ]
    )
    return _posted(chance, body)


def wrong_shape(chance: random.Random) -> bytes:
    """JSON that is no request of any dialect."""
    value = chance.choice(VALUES)
    body = chance.choice(
        [
            value if not isinstance(value, dict) else [value],
            {"query": value if not isinstance(value, str) or not value.strip() else 7},
            {"documents": value, "query": 5},
            {"texts": value, "query": {}},
            {"queries": 5},
            {"queries": [[]], "documents": "x"},
            {"query": "q" * 4097, "documents": ["a"], "queries": []},
            {"query": " \n\t", "documents": ["a"], "queries": [" "]},
        ]
    )
    return _posted(chance, json.dumps(body).encode())


def out_of_range(chance: random.Random) -> bytes:
    """A search or a rerank request that asks for what it may not."""
    query = {"query": "poet"}
    return chance.choice(
        [
            framed(
                "POST /search", json.dumps({**query, "k": chance.choice([0, -5, 101])}).encode()
            ),
            framed("POST /search", json.dumps({**query, "budget_ms": -1}).encode()),
            framed("POST /search", json.dumps({**query, "session_id": "s" * 129}).encode()),
            framed("POST /search", json.dumps({**query, "session_id": "a\nb"}).encode()),
            framed("POST /v2/rerank", json.dumps({**query, "documents": ["a"] * 1001}).encode()),
            framed("POST /v2/rerank", json.dumps({**query, "documents": []}).encode()),
            framed("POST /retrieve", json.dumps({"queries": ["a"] * 513}).encode()),
        ]
    )


def wrong_way(chance: random.Random) -> bytes:
    """A route that is not there, or another method, or no JSON."""
    return chance.choice(
        [
            framed(f"GET {chance.choice(ABSENT)}"),
            framed(f"GET {chance.choice(POSTS)}"),
            framed(f"DELETE {chance.choice(POSTS)}"),
            framed("PUT /documents/1", b"{}"),
            framed("POST /health", b"{}"),
            framed("POST /v2/rerank", b"query=poet", "application/x-www-form-urlencoded"),
            framed("POST /search", b"{}", "text/plain"),
            framed("POST /admin/reload", b"{}"),
            framed(f"GET /documents/{chance.randbytes(8).hex()}"),
            framed("GET /documents/%00%00"),
            framed("GET /documents/..%2f..%2fetc%2fpasswd"),
            framed(f"GET /documents/1?session_id={'s' * 129}"),
            framed("GET /documents/" + "x" * 2000),
        ]
    )


FRAMED: list[Make] = [no_json, wrong_shape, out_of_range, wrong_way]


def breaking(chance: random.Random) -> bytes:
    """Something after which a connection cannot go on."""
    post = b"POST /v2/rerank HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    return chance.choice(
        [
            chance.randbytes(40).replace(b"\n", b"x") + b"\r\n\r\n",
            b"GET\r\n\r\n",
            b"GET /health\r\n\r\n",
            b"GET /health HTTQ/1.1\r\nHost: localhost\r\n\r\n",
            b"GET /hea lth HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"GET /health HTTP/1.1\r\n\r\n",
            b"GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            b"GET /v1/models HTTP/1.1\r\nHost: evil.example\r\n\r\n",
            b"GET /health HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n",
            b"GET /health HTTP/1.1\r\nHost: localhost\r\nA: \x00\r\n\r\n",
            post + b"Content-Length: -1\r\n\r\n",
            post + b"Content-Length: many\r\n\r\n",
            post + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
            post + b"Content-Length: 99999999999\r\n\r\n{}",
            post + b"Content-Length: " + b"9" * 400 + b"\r\n\r\n",
            post + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
            post + b"Transfer-Encoding: gzip\r\n\r\n",
            post + b"A: " + b"a" * 70_000 + b"\r\n\r\n",
        ]
    )
