"""Another ranker takes over while requests are being answered, and none of them is lost."""

import shutil
import threading

import httpx
import pytest
from http_server import SECRET, post, running, settings
from tiny_bert import write_tiny_bert

from lrat_rank.collections import Document
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.serving.backend import BackendOptions, open_backend

WORDS = ["poet", "fish", "odes", "coast"]
TOKEN = {"Authorization": f"Bearer {SECRET}"}
BODY = {"query": "poet", "documents": ["odes coast", "fish"], "raw_scores": True}


@pytest.fixture
def served(tmp_path):
    """The address of a server, and the folder of its ranker."""
    documents = [Document("1", "poet odes"), Document("2", "fish coast poet")]
    options = IndexOptions(encoder="none", bm25_backend="rank-bm25")
    Index.build(documents, tmp_path / "index", options)
    ranker = write_tiny_bert(tmp_path / "ranker", WORDS, logits=1, length=32)
    backend = open_backend(BackendOptions(index=tmp_path / "index", ranker=ranker))
    with running(backend, settings(token=SECRET)) as address:
        yield address, ranker


def scores(address):
    reply = post(address, "/v2/rerank", BODY, headers=TOKEN)
    assert reply.status_code == 200, reply.text
    by_index = {one["index"]: one["relevance_score"] for one in reply.json()["results"]}
    return reply.headers["x-ranker-version"], (by_index[0], by_index[1])


def replaced(folder, tmp_path, layers):
    new = write_tiny_bert(tmp_path / "new", WORDS, logits=1, layers=layers, length=32)
    shutil.rmtree(folder)
    new.rename(folder)


def test_searches_and_texts_are_scored_by_the_new_ranker(served, tmp_path):
    address, folder = served
    before = scores(address)
    same = httpx.post(address + "/admin/reload", headers=TOKEN, timeout=60).json()
    assert same["changed"] is False
    replaced(folder, tmp_path, layers=1)
    assert scores(address) == before
    reloaded = httpx.post(address + "/admin/reload", headers=TOKEN, timeout=60).json()
    assert reloaded["changed"] is True
    after = scores(address)
    assert after[0] == reloaded["now"]["a"] != before[0]
    assert after[1] != before[1]
    found = post(address, "/search", {"query": "poet"}, headers=TOKEN).json()
    assert found["ranker_version"] == after[0]
    assert found["flags"]["fallback"] == []


def test_no_request_is_lost_and_each_is_scored_by_one_ranker_alone(served, tmp_path):
    address, folder = served
    before = scores(address)
    stop, seen, failures = threading.Event(), [], []

    def ask():
        while not stop.is_set():
            try:
                seen.append(scores(address))
            except Exception as error:
                failures.append(error)
                return

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    replaced(folder, tmp_path, layers=1)
    httpx.post(address + "/admin/reload", headers=TOKEN, timeout=60).raise_for_status()
    after = scores(address)
    stop.set()
    for thread in threads:
        thread.join(60)
    assert failures == []
    given = dict([before, after])
    assert before[1] != pytest.approx(after[1], abs=0.1)
    assert seen
    for version, found in seen:
        assert found == pytest.approx(given[version], abs=0.02)


def test_a_folder_that_holds_no_ranker_changes_nothing(served):
    address, folder = served
    before = scores(address)
    (folder / "config.json").write_text("{")
    reply = httpx.post(address + "/admin/reload", headers=TOKEN, timeout=60)
    assert reply.status_code == 409
    assert scores(address) == before
