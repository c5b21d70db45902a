"""A server with two arms, a shadow, swaps and a log at once, as its options open it."""

import json
import time

import httpx
import numpy as np
import pytest
from http_server import post, running
from tiny_bert import write_tiny_bert

from lrat_rank.collections import Document
from lrat_rank.errors import LratRankError
from lrat_rank.features.account import CallAccount
from lrat_rank.models.cross_encoder.ranker import CrossEncoderRanker
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.serving import EngineOptions
from lrat_rank.serving.backend import BackendOptions, _Rankers, open_backend
from lrat_rank.serving.batching import BatchingRanker
from lrat_rank.serving.deployment import version_of
from lrat_rank.serving.exploration import Swaps

WORDS = ["poet", "fish", "odes", "coast"]
LONG = " ".join(["poet coast odes"] * 15)  # more than a ranker reads at once, less than twice that
SESSIONS = [f"session-{n}" for n in range(8)]
LAYERS = {"a": 1, "b": 2, "shadow": 3}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """The folders of three rankers and, as `index`, of an index."""
    folder = tmp_path_factory.mktemp("arms")
    texts = ["poet odes", "fish coast poet", LONG]
    documents = [Document(str(n), text) for n, text in enumerate(texts)]
    options = IndexOptions(encoder="none", bm25_backend="rank-bm25")
    Index.build(documents, folder / "index", options)
    return {"index": folder / "index"} | {
        name: write_tiny_bert(folder / name, WORDS, logits=1, layers=layers, length=32)
        for name, layers in LAYERS.items()
    }


def options(folders, log=None, **changes):
    return BackendOptions(
        index=folders["index"],
        ranker=folders["a"],
        arms=((folders["b"], 0.5),),
        shadow=folders["shadow"],
        passages=2,
        log=log,
        engine=EngineOptions(k=3, explore=Swaps(0.5)),
        **changes,
    )


def scored_by_shadow(address):
    page = httpx.get(address + "/metrics", timeout=60).text
    name = 'lrat_rank_shadow_searches_total{outcome="scored"} '
    [line] = [line for line in page.splitlines() if line.startswith(name)]
    return float(line.removeprefix(name))


def test_the_log_tells_arms_swaps_and_the_shadows_order_of_every_search(folders, tmp_path):
    with running(open_backend(options(folders, tmp_path))) as address:
        replies = {
            one: post(address, "/search", {"query": "poet", "session_id": one}).json()
            for one in SESSIONS
        }
        post(address, "/retrieve", {"queries": ["poet", "poet odes"]}).raise_for_status()
        end = time.monotonic() + 60
        while scored_by_shadow(address) < len(SESSIONS) + 2:
            assert time.monotonic() < end
            time.sleep(0.02)
    lines = [
        json.loads(line)
        for path in tmp_path.rglob("*.jsonl*")
        for line in path.read_text().splitlines()
    ]
    versions = {name: version_of(folders[name]) for name in LAYERS}
    searches = [one for one in lines if one["kind"] == "search"]
    assert len(searches) == len(SESSIONS) + 2
    for one in searches:
        assert sorted(hit.get("propensity", 1.0) for hit in one["shown"]) == [0.5, 0.5, 1.0]
    by_session = {one["session_id"]: one for one in searches}
    for session_id, reply in replies.items():
        told, arm = by_session[session_id], reply["flags"]["arm"]
        assert (told["arm"], told["ranker_version"]) == (arm, versions[arm])
        assert [hit["doc_id"] for hit in told["shown"]] == [h["doc_id"] for h in reply["hits"]]
        assert reply["flags"]["truncated"] == 0
    assert {reply["flags"]["arm"] for reply in replies.values()} == {"a", "b"}
    alone = [one for one in searches if one["session_id"] not in replies]
    assert [(one.get("arm", ""), one["ranker_version"]) for one in alone] == [
        ("", versions["a"])
    ] * 2
    shadows = [one for one in lines if one["kind"] == "shadow"]
    assert {one["of"] for one in shadows} == {one["call_id"] for one in searches}
    assert {one["ranker_version"] for one in shadows} == {versions["shadow"]}


def test_the_shadow_is_in_no_queue_and_reads_passages_as_what_serves_does(folders):
    backend = open_backend(options(folders))
    try:
        apart = backend.deployments.shadow.deployment.ranker
        serving = backend.deployments.serving.ranker
        assert isinstance(serving, BatchingRanker)
        assert isinstance(apart, CrossEncoderRanker)
        account, pair = CallAccount(), ("poet", LONG)
        apart.score_pairs([pair], account)
        assert account.tokens[pair] == (45, 45)
    finally:
        backend.close()


class Unable:
    """A ranker that loads and cannot score."""

    def __init__(self, failure):
        self.failure = failure

    def score(self, lists):
        if self.failure:
            raise self.failure
        return [np.full(len(one.doc_ids), np.nan) for one in lists]


@pytest.mark.parametrize("failure", [None, ValueError("no such layer")])
def test_a_shadow_that_cannot_score_does_not_come_into_service(folders, monkeypatch, failure):
    monkeypatch.setattr(_Rankers, "load_apart", lambda self, folder: Unable(failure))
    with pytest.raises(LratRankError, match=r"Unable gave document|no such layer.*shadow") as told:
        open_backend(options(folders))
    assert "\n" not in str(told.value)
