"""What operators and their tools ask of a server."""

import json
import os
import signal
import subprocess
import sys
import time

import httpx
import pytest
from http_server import POETS, QUERY, SECRET, SharedWords, backend, post, running, settings
from prometheus_client.parser import text_string_to_metric_families

from lrat_rank.collections import Document
from lrat_rank.errors import InputError
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.serving.batching import ScoringQueue
from lrat_rank.serving.deployment import Reloaded

TOKEN = {"Authorization": f"Bearer {SECRET}"}


def samples(address, **more):
    page = httpx.get(address + "/metrics", **more).text
    return {
        (one.name, *(one.labels[name] for name in sorted(one.labels))): one.value
        for family in text_string_to_metric_families(page)
        for one in family.samples
    }


def test_health_and_readiness():
    service = backend(SharedWords())
    with running(service) as address:
        assert httpx.get(address + "/health").json() == {"status": "ok"}
        ready = httpx.get(address + "/ready").json()
        assert (ready["status"], ready["reranks_texts"]) == ("ready", True)
        service.ready = False
        assert httpx.get(address + "/ready").status_code == 503
        assert httpx.get(address + "/health").status_code == 200


def test_metrics_count_by_route_and_not_by_what_clients_make_up():
    with running(backend(SharedWords()), settings()) as address:
        post(address, "/v2/rerank", {"query": QUERY, "documents": POETS})
        post(address, "/v2/rerank", {"query": QUERY, "documents": ["poison", "odes"]})
        post(address, "/v2/rerank", {"query": QUERY})
        for n in range(5):
            httpx.get(f"{address}/documents/{n}")
            httpx.get(f"{address}/made-up/{n}")
        httpx.request("BREW", address + "/search")
        post(address, "/search", {"query": "poet"})
        found = samples(address)
    assert found["lrat_rank_requests_total", "POST", "/v2/rerank", "200"] == 2
    assert found["lrat_rank_requests_total", "POST", "/v2/rerank", "400"] == 1
    assert found["lrat_rank_requests_total", "GET", "unknown", "404"] == 5
    assert found["lrat_rank_requests_total", "GET", "/documents/{doc_id:path}", "200"] == 2
    assert found["lrat_rank_rerank_texts_sum", "cohere-v2"] == 5
    assert found["lrat_rank_unscored_texts_total",] == 1
    assert found["lrat_rank_searches_total", "first_stage"] == 1
    assert not [key for key in found if any("made-up" in str(part) for part in key)]


def test_metrics_of_the_queue_and_two_servers_apart():
    queue = ScoringQueue()
    service = backend(SharedWords(), queue=queue, closers=(queue.close,))
    with running(service) as one, running(backend(SharedWords())) as two:
        post(one, "/search", {"query": "poet"})
        first, second = samples(one), samples(two)
    assert first["lrat_rank_queue_waiting",] == 0
    assert ("lrat_rank_queue_waiting",) not in second
    assert ("lrat_rank_requests_total", "POST", "/search", "200") in first
    assert ("lrat_rank_requests_total", "POST", "/search", "200") not in second


def test_a_reload_needs_the_token_and_says_what_changed():
    calls = []

    def reload():
        calls.append(1)
        return Reloaded(now={"a": "v2"}, before={"a": "v1"})

    service = backend(SharedWords(), reload=reload)
    with running(service, settings(token=SECRET)) as address:
        assert httpx.post(address + "/admin/reload").status_code == 401
        assert calls == []
        reply = httpx.post(address + "/admin/reload", headers=TOKEN)
        assert reply.json() == {"changed": True, "now": {"a": "v2"}, "before": {"a": "v1"}}
        assert httpx.get(address + "/admin/reload", headers=TOKEN).status_code == 405
    with running(backend(SharedWords(), reload=reload)) as address:
        assert httpx.post(address + "/admin/reload").status_code == 403
    assert calls == [1]


def test_a_reload_that_fails_leaves_the_server_answering():
    def reload():
        raise InputError("ranker", must="a folder that loads", got="half of one")

    service = backend(SharedWords(), reload=reload)
    with running(service, settings(token=SECRET)) as address:
        reply = httpx.post(address + "/admin/reload", headers=TOKEN)
        assert reply.status_code == 409
        assert "half of one" in reply.json()["error"]["message"]
        assert "serves on" in reply.json()["error"]["message"]
        good = post(address, "/v2/rerank", {"query": QUERY, "documents": POETS}, headers=TOKEN)
        assert good.status_code == 200
        assert samples(address, headers=TOKEN)["lrat_rank_reloads_total", "refused"] == 1


def test_a_server_without_a_ranker_has_nothing_to_reload():
    with running(backend(None), settings(token=SECRET)) as address:
        assert httpx.post(address + "/admin/reload", headers=TOKEN).status_code == 409


def test_the_openapi_document_names_every_route(address):
    paths = httpx.get(address + "/openapi.json").json()["paths"]
    assert {"/v1/rerank", "/v2/rerank", "/rerank", "/score", "/retrieve", "/search"} <= set(paths)
    assert {"/documents/{doc_id}", "/v1/models", "/health", "/ready", "/metrics"} <= set(paths)
    body = paths["/rerank"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert len(body["anyOf"]) == 3
    assert httpx.get(address + "/docs").status_code == 404


@pytest.fixture(scope="module")
def index_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("http") / "index"
    documents = [Document("a/1", "A poet.", "Poet"), Document("b", "Fish.")]
    Index.build(documents, folder, IndexOptions(encoder="none", bm25_backend="rank-bm25"))
    return folder


def test_the_command_serves_reloads_on_hangup_and_ends_cleanly(index_folder, tmp_path):
    with running(backend(None)) as other:  # takes a free port, which is free again after it
        port = other.rpartition(":")[2]
    command = [sys.executable, "-m", "lrat_rank.cli", "serve", "--http", "--port", port]
    options = ["--index", str(index_folder), "--log", str(tmp_path / "log")]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "LRAT_RANK_TOKEN": SECRET}
    process = subprocess.Popen(
        [*command, *options], env=environment, stderr=subprocess.PIPE, text=True
    )
    address = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            try:
                if httpx.get(address + "/ready", timeout=5).status_code == 200:
                    break
            except httpx.TransportError:
                assert process.poll() is None, process.stderr.read()
            time.sleep(0.2)
        reply = post(address, "/search", {"query": "poet", "session_id": "s"}, headers=TOKEN)
        assert [hit["doc_id"] for hit in reply.json()["hits"]] == ["a/1"]
        assert httpx.get(address + "/documents/a/1", headers=TOKEN).json()["text"] == "A poet."
        process.send_signal(signal.SIGHUP)
        time.sleep(0.5)
        assert httpx.get(address + "/health").status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    finally:
        process.kill()
    told = process.stderr.read()
    assert "without a ranker" in told
    assert SECRET not in told
    assert "Traceback" not in told
    lines = [line for path in (tmp_path / "log").rglob("*.jsonl*") for line in path.open()]
    kinds = [json.loads(line)["kind"] for line in lines]
    assert [kind for kind in kinds if kind in ("search", "open", "end")] == [
        "search",
        "open",
        "end",
    ]
