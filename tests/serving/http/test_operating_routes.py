"""What operators and their tools ask of a server."""

import json
import signal
import time

import httpx
import pytest
from http_server import POETS, QUERY, SECRET, SharedWords, backend, post, running, settings
from overlap_index import OverlapIndex
from prometheus_client.parser import text_string_to_metric_families
from served_process import serving
from tiny_bert import write_tiny_bert

from lrat_rank.collections import Document
from lrat_rank.errors import InputError
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.serving import Engine, SearchTool
from lrat_rank.serving.backend import Backend
from lrat_rank.serving.batching import ScoringQueue
from lrat_rank.serving.deployment import Deployment, version_of
from lrat_rank.serving.deployments import Deployments, Reloaded
from lrat_rank.serving.shadow import Shadow
from lrat_rank.serving.text_scores import RerankService

TOKEN = {"Authorization": f"Bearer {SECRET}"}
OUTCOMES = ("scored", "dropped", "failed")


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
        for path in ("/health", "/ready"):
            probed = httpx.head(address + path)
            assert (probed.status_code, probed.content) == (200, b"")
        service.ready = False
        assert httpx.head(address + "/ready").status_code == 503
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


class Fails:
    """A ranker that scores nothing."""

    def score(self, lists):
        raise RuntimeError("no memory")


def test_metrics_of_arms_and_shadow():
    shadow = Shadow(Deployment(Fails(), "v3"))
    arms = [(Deployment(Fails(), "v2"), 0.5)]
    deployments = Deployments(Deployment(Fails(), "v1"), arms=arms, shadow=shadow)
    tool = SearchTool(Engine(OverlapIndex(), deployments))
    both = Backend(tool, RerankService(lambda: None), closers=(deployments.close,))
    with running(both) as address, running(backend(None)) as plain:
        post(address, "/search", {"query": "poet"})
        end = time.monotonic() + 30
        while not shadow.failed and time.monotonic() < end:
            time.sleep(0.01)
        found, none = samples(address), samples(plain)
    outcomes = {name: found["lrat_rank_shadow_searches_total", name] for name in OUTCOMES}
    assert outcomes == {"scored": 0, "dropped": 0, "failed": 1}
    assert found["lrat_rank_searches_total", "fallback"] == 1
    assert {key[1:] for key in found if key[0] == "lrat_rank_ranker_info"} == {
        ("a", "v1"),
        ("b", "v2"),
        ("shadow", "v3"),
    }
    assert ("lrat_rank_ranker_info", "a", "first-stage") in none
    assert not [key for key in none if "shadow" in key[0]]


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


@pytest.mark.slow
def test_the_command_serves_reloads_on_hangup_and_ends_cleanly(index_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("LRAT_RANK_TOKEN", SECRET)
    ranker = write_tiny_bert(tmp_path / "ranker", ["poet", "fish"], logits=1, length=32)
    newer = write_tiny_bert(tmp_path / "newer", ["poet", "fish"], logits=1, layers=1, length=32)
    versions = [version_of(ranker), version_of(newer)]
    options = ("--ranker", str(ranker), "--log", str(tmp_path / "log"))

    def searched(**more):
        body = {"query": "poet", **more}
        reply = post(server.address, "/search", body, headers=TOKEN).json()
        assert [hit["doc_id"] for hit in reply["hits"]] == ["a/1"]
        return reply["ranker_version"]

    def until(holds):
        end = time.monotonic() + 60
        while not holds():
            assert time.monotonic() < end, "".join(server.said)
            time.sleep(0.05)

    with serving(index_folder, *options) as server:
        assert searched(session_id="s") == versions[0]
        opened = server.address + "/documents/a/1?session_id=s"
        found = httpx.get(opened, headers=TOKEN)
        assert found.json()["text"] == "A poet."
        ranker.rename(tmp_path / "older")
        server.process.send_signal(signal.SIGHUP)
        until(lambda: any("SIGHUP" in line and "serves on" in line for line in server.said))
        assert searched() == versions[0]
        newer.rename(ranker)
        server.process.send_signal(signal.SIGHUP)
        until(lambda: httpx.get(server.address + "/ready").json()["ranker_version"] == versions[1])
        assert searched() == versions[1]
        assert server.stop() == 0
    told = "".join(server.said)
    assert SECRET not in told
    assert "Traceback" not in told
    lines = [line for path in (tmp_path / "log").rglob("*.jsonl*") for line in path.open()]
    mine = [one for one in map(json.loads, lines) if one.get("session_id") == "s"]
    assert [one["kind"] for one in mine] == ["search", "open", "end"]
