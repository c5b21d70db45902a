"""One request of many queries leaves room to others, and is not refused for its own size."""

import threading
import time

import httpx
import numpy as np
import pytest
from http_server import post, running, settings
from overlap_index import OverlapIndex

from lrat_rank.serving import Engine, SearchTool
from lrat_rank.serving.backend import Backend
from lrat_rank.serving.batching import BatchingOptions, BatchingRanker, Busy, ScoringQueue
from lrat_rank.serving.deployment import Deployment
from lrat_rank.serving.deployments import Deployments
from lrat_rank.serving.text_scores import RerankService

QUERIES = [f"poet odes {n}" for n in range(64)]


class Watched:
    """Scores every list alike, and counts the searches that are under way."""

    def __init__(self) -> None:
        self.under_way = self.most = 0
        self._lock = threading.Lock()

    def score(self, lists):
        with self._lock:
            self.under_way += len(lists)
            self.most = max(self.most, self.under_way)
        time.sleep(0.005)
        with self._lock:
            self.under_way -= len(lists)
        return [np.zeros(len(one.doc_ids)) for one in lists]


def served(ranker, **batching):
    queue = ScoringQueue(BatchingOptions(**batching))
    deployments = Deployments(Deployment(BatchingRanker(ranker, queue), "v1"))
    tool = SearchTool(Engine(OverlapIndex(), deployments))
    closers = (deployments.close, queue.close)
    return Backend(tool, RerankService(lambda: None), queue=queue, closers=closers)


@pytest.mark.parametrize(
    "batching", [{}, {"max_waiting": 1}, {"max_waiting": 3}, {"max_waiting_pairs": 5}]
)
def test_a_server_with_nothing_to_do_answers_many_queries_however_short_its_queue(batching):
    ranker = Watched()
    service = served(ranker, **batching)
    with running(service) as address:
        reply = post(address, "/retrieve", {"queries": QUERIES})
    assert reply.status_code == 200
    assert [len(found) for found in reply.json()["result"]] == [3] * len(QUERIES)
    assert service.queue.state().refused == 0
    assert 1 <= ranker.most <= 4


class Held(OverlapIndex):
    """Finds what a query of the word `held` asks for once it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.let = threading.Semaphore(0), threading.Event()

    def documents(self, doc_ids):
        if not self.let.is_set() and threading.current_thread().name.startswith("call"):
            self.begun.release()
            assert self.let.wait(30)
        return super().documents(doc_ids)


def test_a_request_of_many_queries_takes_half_of_the_threads_at_most():
    index = Held()
    service = Backend(SearchTool(Engine(index)), RerankService(lambda: None))
    with running(service, settings(concurrency=3)) as address:
        many = threading.Thread(target=post, args=(address, "/retrieve", {"queries": QUERIES}))
        many.start()
        assert index.begun.acquire(timeout=30)
        assert not index.begun.acquire(timeout=0.5)  # one of three threads
        missing = httpx.get(address + "/documents/unknown", timeout=10)
        index.let.set()
        many.join(30)
    assert missing.status_code == 404


def test_a_crowd_of_others_is_429_and_says_when_to_come_back():
    class Crowded(Watched):
        def score(self, lists):
            raise Busy(9, 3.2)

    deployments = Deployments(Deployment(Crowded(), "v1"))
    tool = SearchTool(Engine(OverlapIndex(), deployments))
    with running(Backend(tool, RerankService(lambda: None))) as address:
        reply = post(address, "/retrieve", {"queries": QUERIES})
    assert (reply.status_code, reply.headers["retry-after"]) == (429, "4")
    assert reply.json() == {"detail": "The server is busy. Ask again a little later."}
