"""Rankers that fail on one document, on all of them, or for want of memory: replies stay whole."""

import httpx
import numpy as np
import pytest
import torch
from batched_rankers import ListRanker
from http_server import backend, post, running
from overlap_index import OverlapIndex
from prometheus_client.parser import text_string_to_metric_families
from served_process import search, write_index
from tiny_bert import write_tiny_bert
from transformers import BertForSequenceClassification

from lrat_rank.serving import SearchTool
from lrat_rank.serving.backend import Backend, BackendOptions, open_backend
from lrat_rank.serving.batching import BatchingRanker, ScoringQueue
from lrat_rank.serving.engine import Engine
from lrat_rank.serving.engine_options import EngineOptions
from lrat_rank.serving.text_scores import RerankService

FIRST_STAGE = [hit.doc_id for hit in OverlapIndex()._ranking("poet", 4)]


class FailsOn(ListRanker):
    """Puts the first stage's list the other way round; raises where it is given some documents."""

    def __init__(self, *faulty: str) -> None:
        super().__init__()
        self.faulty = faulty

    def score(self, lists):
        for one in lists:
            if set(self.faulty) & set(one.doc_ids):
                raise KeyError("an inside that no client should read")
        return [np.array([float(FIRST_STAGE.index(d)) for d in one.doc_ids]) for one in lists]


def searching(ranker) -> Backend:
    queue = ScoringQueue()
    engine = Engine(OverlapIndex(), BatchingRanker(ranker, queue), EngineOptions(k=4))
    return Backend(
        SearchTool(engine), RerankService(lambda: None), queue=queue, closers=(queue.close,)
    )


def metrics(address):
    page = httpx.get(f"{address}/metrics", timeout=60).text
    return {
        (one.name, *one.labels.values()): one.value
        for family in text_string_to_metric_families(page)
        for one in family.samples
    }


@pytest.mark.parametrize("faulty", FIRST_STAGE)
def test_the_document_it_fails_on_keeps_its_place_and_is_named(faulty):
    with running(searching(FailsOn(faulty))) as address:
        reply = search(address, "poet")
        told = metrics(address)
    assert reply.status_code == 200
    assert reply.json()["flags"]["fallback"] == [faulty]
    shown = [hit["doc_id"] for hit in reply.json()["hits"]]
    place = FIRST_STAGE.index(faulty)
    assert shown[place] == faulty
    others = [doc_id for doc_id in reversed(FIRST_STAGE) if doc_id != faulty]
    assert [doc_id for doc_id in shown if doc_id != faulty] == others
    assert told["lrat_rank_searches_total", "fallback"] == 1
    assert told["lrat_rank_queue_failed_pairs_total",] == 1


def test_a_ranker_that_fails_on_all_gives_way_and_is_asked_again():
    ranker = FailsOn(*FIRST_STAGE)
    with running(searching(ranker)) as address:
        reply = search(address, "poet")
        assert reply.json()["flags"]["fallback"] == "all"
        assert reply.json()["flags"]["depth_used"] == 0
        assert [hit["doc_id"] for hit in reply.json()["hits"]] == FIRST_STAGE
        assert "inside" not in reply.text
        ranker.faulty = ()
        mended = search(address, "poet")
    assert [hit["doc_id"] for hit in mended.json()["hits"]] == FIRST_STAGE[::-1]
    assert mended.json()["flags"]["fallback"] == []
    assert not mended.json()["flags"]["cached"]


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    folder = tmp_path_factory.mktemp("memory")
    words = ["poet", "wrote", "harbour", "violin", "glacier", "comet", "orchid", "of", "the", "a"]
    return write_index(folder / "index"), write_tiny_bert(folder / "ranker", words, logits=1)


def asked(address):
    texts = [f"the poet wrote of a {t}" for t in ("harbour", "violin", "glacier", "comet") * 6]
    reranked = post(address, "/v2/rerank", {"query": "poet", "documents": texts})
    found = search(address, "poet comet violin", k=9)
    assert (reranked.status_code, found.status_code) == (200, 200)
    assert found.json()["flags"]["fallback"] == []
    return (
        {one["index"]: one["relevance_score"] for one in reranked.json()["results"]},
        {one["doc_id"]: one["score"] for one in found.json()["hits"]},
    )


@pytest.mark.parametrize("room", [1, 5])
def test_a_batch_that_is_too_large_for_memory_is_split_and_all_get_their_scores(
    folders, monkeypatch, room
):
    index, ranker = folders
    with running(open_backend(BackendOptions(index=index, ranker=ranker))) as address:
        expected = asked(address)
    real, sizes = BertForSequenceClassification.forward, []

    def forward(self, input_ids=None, **more):
        sizes.append(len(input_ids))
        if len(input_ids) > room:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")
        return real(self, input_ids=input_ids, **more)

    service = open_backend(BackendOptions(index=index, ranker=ranker))
    monkeypatch.setattr(BertForSequenceClassification, "forward", forward)
    with running(service) as address:
        got = asked(address)
        told = metrics(address)
    assert max(sizes) > room
    assert told["lrat_rank_queue_splits_total",] >= 1
    assert told["lrat_rank_queue_failed_pairs_total",] == 0
    for scores, wanted in zip(got, expected, strict=True):
        assert scores == pytest.approx(wanted, abs=1e-5)


def test_a_server_without_a_text_ranker_says_so_and_goes_on():
    with running(backend(None)) as address:
        refused = post(address, "/v2/rerank", {"query": "a", "documents": ["b"]})
        assert refused.status_code == 400
        assert search(address, "poet").status_code == 200
