"""Messages that are no proper ones: made by hand where a kind is known, by chance for the rest."""

import json
import random

UNFINISHED = [
    b"",
    b"{",
    b"null",
    b"true",
    b"[]",
    b"{}",
    b'"text"',
    b"\xff\xfe\x00",
    b"{'jsonrpc': '2.0'}",
    b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":',
    b"[" * 20_000,
    b'{"a":' * 20_000,
    b'{"jsonrpc":"2.0","id":' + b"9" * 5000 + b',"method":"ping"}',
    b'{"jsonrpc":"2.0","id":NaN,"method":"ping"}',
    b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search",'
    b'"arguments":{"query":"\\ud800"}}}',
]

VALUES = [None, True, -1, 1.5, 10**30, "", "poet", "\x00", "x" * 20_000, [], ["a"] * 2000, {}]
METHODS = [
    "tools/call",
    "tools/list",
    "resources/list",
    "resources/read",
    "prompts/get",
    "completion/complete",
    "logging/setLevel",
    "subscriptions/listen",
    "server/discover",
    "ping",
    "notifications/cancelled",
    "notifications/progress",
    "notifications/nothing",
    "rpc.unknown",
    "__class__",
    "",
]


def call(name, arguments, number=7):
    params = {"name": name, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}


def malformed():
    """Messages with one thing wrong each."""
    for value in VALUES:
        yield call("search", {"query": value})
        yield call("search", {"query": "poet", "reasoning": value, "question": value})
        yield call("get_document", {"docid": value})
        yield call(value, {"query": "poet"})
        yield call("search", value)
        yield {**call("search", {"query": "poet"}), "id": value}
        yield {**call("search", {"query": "poet"}), "jsonrpc": value}
        yield {**call("search", {"query": "poet"}), "params": value}
        yield {"jsonrpc": "2.0", "id": 8, "method": value}
        yield {
            "jsonrpc": "2.0",
            "method": "notifications/cancelled",
            "params": {"requestId": value},
        }
        yield {"jsonrpc": "2.0", "id": value, "result": value}
        yield {"jsonrpc": "2.0", "id": value, "error": value}
        yield value
        yield [call("search", {"query": "poet"}), value]


def by_chance(count, seed=20):
    """Messages put together of parts drawn with a fixed seed."""
    chance = random.Random(seed)

    def part(depth):
        kinds = VALUES if depth <= 0 or chance.random() < 0.5 else [None]
        if kinds is VALUES:
            return chance.choice(VALUES)
        if chance.random() < 0.5:
            return [part(depth - 1) for _ in range(chance.randrange(4))]
        keys = ["name", "arguments", "query", "docid", "_meta", "cursor", "uri", "requestId"]
        return {chance.choice(keys): part(depth - 1) for _ in range(chance.randrange(4))}

    for _ in range(count):
        message = {
            "jsonrpc": "2.0",
            "id": chance.choice([chance.randrange(1000), part(0)]),
            "method": chance.choice(METHODS),
            "params": part(3),
        }
        for key in list(message):
            if chance.random() < 0.1:
                del message[key]
        yield message


def written(messages):
    return [json.dumps(message).encode() for message in messages]
