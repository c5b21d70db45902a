"""Clients that are slow, many, or gone, and a server that is to stop."""

import contextlib
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median

import httpx
import pytest
import uvicorn
from http_server import POETS, QUERY, SharedWords, backend, post, running, settings
from overlap_index import OverlapIndex

from lrat_rank.serving import Engine, SearchTool
from lrat_rank.serving.backend import Backend
from lrat_rank.serving.batching import BatchingOptions, BatchingRanker, Busy, Closed, ScoringQueue
from lrat_rank.serving.http.server import configure, listen
from lrat_rank.serving.text_scores import ReadingRanker, RerankService

GOOD = {"query": QUERY, "documents": POETS}


class Held(SharedWords):
    """Scores when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.let = threading.Event(), threading.Event()

    def score_pairs(self, pairs, account=None):
        self.begun.set()
        assert self.let.wait(60)
        return super().score_pairs(pairs)


def connected(address):
    host, _, port = address.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=20)


def until_closed(connection):
    """What comes, until the other end closes the connection."""
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65536):
            received += part
    return received


def head(length, path="/v2/rerank"):
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()


@pytest.mark.parametrize("start", [b"", b"POST /v2/rerank HTTP/1.1\r\nHost: loc"])
def test_a_head_that_does_not_come_is_waited_for_so_long(start):
    with running(backend(SharedWords()), settings(head_s=1)) as address:
        with connected(address) as slow:
            slow.sendall(start)
            began = time.monotonic()
            assert post(address, "/v2/rerank", GOOD).status_code == 200
            assert until_closed(slow) == b""
        assert time.monotonic() - began < 15


def test_a_byte_now_and_then_buys_no_time():
    with running(backend(SharedWords()), settings(head_s=1)) as address, connected(address) as slow:
        began = time.monotonic()
        with contextlib.suppress(OSError):  # the connection is closed under it
            while time.monotonic() - began < 20:
                slow.sendall(b"G")
                time.sleep(0.1)
        assert time.monotonic() - began < 15


def test_the_second_head_of_a_connection_is_no_more_waited_for():
    with running(backend(SharedWords()), settings(head_s=1)) as address, connected(address) as slow:
        body = json.dumps(GOOD).encode()
        slow.sendall(head(len(body)) + body)
        assert slow.recv(65536).startswith(b"HTTP/1.1 200")
        slow.sendall(b"GET /hea")
        began = time.monotonic()
        until_closed(slow)
        assert time.monotonic() - began < 15


def test_a_body_that_does_not_come_is_408_in_the_dialects_shape():
    with running(backend(SharedWords()), settings(body_s=1)) as address, connected(address) as slow:
        slow.sendall(head(1000) + b'{"query"')
        reply = until_closed(slow)
        assert reply.startswith(b"HTTP/1.1 408")
        assert b'"message":"The body did not come within 1 seconds."' in reply


def test_an_answer_that_is_not_read_is_not_kept_for_ever():
    limits = settings(body_s=1, document_characters=8_000_000)
    with running(backend(SharedWords()), limits) as address, socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect(("127.0.0.1", int(address.rpartition(":")[2])))
        slow.settimeout(20)
        body = json.dumps({"query": "a", "documents": ["x" * 7_000_000]}).encode()
        slow.sendall(head(len(body), "/rerank") + body)
        time.sleep(4)
        assert len(until_closed(slow)) < 7_000_000


def test_a_body_of_unknown_length_is_bounded_too():
    with running(backend(SharedWords()), settings(body_bytes=1000)) as address:
        parts = (b" " * 100 for _ in range(20))
        headers = {"Content-Type": "application/json"}
        reply = httpx.post(address + "/v2/rerank", content=parts, headers=headers)
        assert reply.status_code == 413
        assert "1,000 bytes" in reply.json()["message"]


def test_bodies_that_are_read_at_once_are_bounded_together():
    with (
        running(backend(SharedWords()), settings(bodies_bytes=1000)) as address,
        connected(address) as slow,
    ):
        slow.sendall(head(900) + b" " * 800)
        time.sleep(0.5)
        reply = post(address, "/v2/rerank", {"query": "a", "documents": ["x" * 500]})
        assert reply.status_code == 429
        assert post(address, "/v2/rerank", GOOD).status_code == 200


def test_more_requests_than_may_be_worked_on_are_told_to_come_back():
    ranker = Held()
    with running(backend(ranker), settings(concurrency=1)) as address, ThreadPoolExecutor() as pool:
        first = pool.submit(post, address, "/v2/rerank", GOOD)
        assert ranker.begun.wait(30)
        for path, body in [("/v2/rerank", GOOD), ("/rerank", {"query": "a", "texts": ["b"]})]:
            refused = post(address, path, body)
            assert refused.status_code == 429
            assert int(refused.headers["retry-after"]) >= 1
        assert httpx.get(address + "/health").status_code == 200
        assert httpx.get(address + "/metrics").status_code == 200
        ranker.let.set()
        assert first.result(30).status_code == 200
        assert post(address, "/v2/rerank", GOOD).status_code == 200


def test_slow_senders_keep_nobody_out():
    crowded = settings(concurrency=1)
    with running(backend(SharedWords()), crowded) as address, connected(address) as slow:
        slow.sendall(head(1000) + b"{")
        time.sleep(0.3)
        assert post(address, "/v2/rerank", GOOD).status_code == 200


def test_more_connections_than_allowed_are_closed():
    with running(backend(SharedWords()), settings(connections=2)) as address:
        with connected(address) as one, connected(address) as two, connected(address) as three:
            assert until_closed(three) == b""
            one.close()
            two.close()
        time.sleep(0.5)
        assert post(address, "/v2/rerank", GOOD).status_code == 200


@pytest.mark.parametrize(
    ("error", "status", "retry_after"), [(Busy(9, 3.2), 429, "4"), (Closed(), 503, "5")]
)
def test_a_full_queue_and_a_closed_one_say_when_to_come_back(error, status, retry_after):
    class Refusing(SharedWords):
        def score_pairs(self, pairs, account=None):
            raise error

    with running(backend(Refusing())) as address:
        for path, body in [("/v2/rerank", GOOD), ("/rerank", {"query": "a", "texts": ["b"]})]:
            reply = post(address, path, body)
            assert (reply.status_code, reply.headers["retry-after"]) == (status, retry_after)


def queued(ranker, **options):
    queue = ScoringQueue(BatchingOptions(**options))
    reading = ReadingRanker(BatchingRanker(ranker, queue).score_pairs)
    tool = SearchTool(Engine(OverlapIndex()))
    return Backend(tool, RerankService(lambda: reading), queue=queue, closers=(queue.close,))


def test_the_work_of_clients_that_went_away_is_dropped():
    ranker = Held()
    service = queued(ranker)
    with running(service) as address, ThreadPoolExecutor() as pool:
        first = pool.submit(post, address, "/v2/rerank", GOOD)
        assert ranker.begun.wait(30)
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(
                address + "/v2/rerank", json={"query": "gone", "documents": ["a"]}, timeout=0.5
            )
        until = time.monotonic() + 20
        while service.queue.state().cancelled < 1 and time.monotonic() < until:
            time.sleep(0.05)
        ranker.let.set()
        assert first.result(30).status_code == 200
    assert service.queue.state().cancelled == 1
    assert ("gone", "a") not in ranker.asked


def test_a_full_queue_refuses_and_requests_never_see_each_others_scores():
    ranker = Held()
    with running(queued(ranker, max_waiting=1)) as address, ThreadPoolExecutor() as pool:
        first = pool.submit(post, address, "/v2/rerank", GOOD)
        assert ranker.begun.wait(30)
        second = pool.submit(post, address, "/v2/rerank", {"query": "fish", "documents": ["fish"]})
        time.sleep(0.5)
        refused = post(address, "/v2/rerank", GOOD)
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) >= 1
        ranker.let.set()
        assert [one["index"] for one in first.result(30).json()["results"]] == [2, 1, 0]
        assert len(second.result(30).json()["results"]) == 1


def test_what_is_under_way_is_finished_before_the_server_stops():
    ranker = Held()
    service = queued(ranker)
    listening = listen("127.0.0.1", 0)
    server = uvicorn.Server(configure(service, settings()))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    with ThreadPoolExecutor() as pool:
        under_way = pool.submit(post, address, "/v2/rerank", GOOD)
        assert ranker.begun.wait(30)
        server.should_exit = True
        time.sleep(1)
        assert not under_way.done()
        ranker.let.set()
        assert under_way.result(30).status_code == 200
    thread.join(30)
    assert not thread.is_alive()
    assert service.queue.close(timeout=1)
    with pytest.raises(httpx.TransportError):
        httpx.get(address + "/health", timeout=2)


def test_answers_over_a_kept_connection_wait_for_no_acknowledgement():
    def took(client: httpx.Client) -> float:
        started = time.perf_counter()
        assert client.post("/v2/rerank", json=GOOD).status_code == 200
        return time.perf_counter() - started

    with running(backend(SharedWords())) as address, httpx.Client(base_url=address) as client:
        # A client's system holds its acknowledgement back for 40 ms.
        assert median(took(client) for _ in range(20)) < 0.03
