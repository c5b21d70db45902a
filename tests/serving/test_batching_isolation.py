"""A request's scores are its own: the same alone and in company, and never another's."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np
import pytest
from batched_rankers import ListRanker, PairRanker, until, value
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_bert import write_tiny_bert

from lrat_rank.collections import Document
from lrat_rank.models.cross_encoder.inference import ScoringOptions
from lrat_rank.models.cross_encoder.ranker import CrossEncoderRanker
from lrat_rank.models.ranker import CandidateList
from lrat_rank.serving.batching import BatchingOptions, BatchingRanker, ScoringQueue

WORDS = [f"word{n}" for n in range(40)]
DOC_IDS = [f"d{n}" for n in range(30)]

queries = st.sampled_from(["", "a", "b", "c"])
documents = st.lists(st.sampled_from("tuvwxyz"), max_size=6).map(tuple)
clients = st.lists(
    st.lists(st.tuples(queries, documents, st.booleans()), min_size=1, max_size=4),
    min_size=1,
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(clients, st.sampled_from([0.0, 1.0]), st.integers(1, 12), st.booleans())
def test_no_clients_scores_reach_another(clients, wait_ms, max_pairs, faulty):
    """Each client asks its queries in turn, as lists or as pairs, all clients at once."""
    bad = ("a", "t")
    ranker = PairRanker(lambda pairs: KeyError() if faulty and bad in pairs else None)
    options = BatchingOptions(wait_ms=wait_ms, max_pairs=max_pairs)
    batching = BatchingRanker(ranker, options=options)

    def ask(client) -> None:
        for query, doc_ids, as_pairs in client:
            if as_pairs:
                got = batching.score_pairs([(query, d) for d in doc_ids])
            else:
                got = batching.score([CandidateList("1", query, doc_ids)])[0]
            wanted = [np.nan if faulty and (query, d) == bad else value(query, d) for d in doc_ids]
            np.testing.assert_array_equal(got, wanted)

    with ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(ask, clients))
    asked = sum(len(doc_ids) > 0 or not as_pairs for one in clients for _, doc_ids, as_pairs in one)
    assert batching.queue.state().requests == asked
    assert batching.close(timeout=60)


class Shelf:
    def __init__(self) -> None:
        rng = np.random.default_rng(0)
        self.texts = {d: " ".join(rng.choice(WORDS, size=rng.integers(1, 80))) for d in DOC_IDS}

    def __contains__(self, doc_id: object) -> bool:
        return doc_id in self.texts

    def documents(self, doc_ids):
        return [Document(doc_id, self.texts[doc_id]) for doc_id in doc_ids]


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory, shelf) -> CrossEncoderRanker:
    folder = write_tiny_bert(tmp_path_factory.mktemp("tiny"), WORDS, logits=1)
    return CrossEncoderRanker.load(
        folder, shelf, options=ScoringOptions(precision="float32"), device="cpu"
    )


def requests() -> list[CandidateList]:
    """Lists of a few documents, short and long mixed, so that batches pad them otherwise."""
    rng = np.random.default_rng(1)
    return [
        CandidateList(
            str(n),
            " ".join(rng.choice(WORDS, size=rng.integers(1, 6))),
            tuple(rng.permutation(DOC_IDS)[: rng.integers(1, 20)].tolist()),
        )
        for n in range(12)
    ]


def in_one_batch(ranker: CrossEncoderRanker) -> tuple[BatchingRanker, Event]:
    """In a queue that another ranker holds up until all requests wait."""
    queue = ScoringQueue(BatchingOptions(wait_ms=0, max_pairs=10_000))
    holder = ListRanker(held=True)
    BatchingRanker(holder, queue).submit([CandidateList("0", "q", ("d",))])
    assert holder.begun.wait(60)
    return BatchingRanker(ranker, queue), holder.go


def test_a_lists_scores_are_the_same_alone_and_batched_with_others(cross_encoder):
    alone = [cross_encoder.score([one])[0] for one in requests()]
    batching, go = in_one_batch(cross_encoder)
    futures = [batching.submit([one]) for one in requests()]
    go.set()
    for own, future in zip(alone, futures, strict=True):
        np.testing.assert_allclose(future.result(60)[0], own, atol=2e-5)
    until(lambda: batching.queue.state().batches == 2)
    assert np.ptp(np.concatenate(alone)) > 0.1  # scores that tell documents apart
    batching.close()


def test_texts_score_the_same_alone_and_batched_with_others(cross_encoder, shelf):
    pairs = [[(one.query, shelf.texts[d]) for d in one.doc_ids] for one in requests()]
    alone = [cross_encoder.score_pairs(one) for one in pairs]
    batching, go = in_one_batch(cross_encoder)
    futures = [batching.submit_pairs(one) for one in pairs]
    go.set()
    for own, future in zip(alone, futures, strict=True):
        np.testing.assert_allclose(future.result(60), own, atol=2e-5)
    batching.close()


def test_the_same_batch_gives_the_same_floats_every_time(cross_encoder):
    def once() -> list[list[float]]:
        batching, go = in_one_batch(cross_encoder)
        futures = [batching.submit([one]) for one in requests()]
        go.set()
        scores = [future.result(60)[0].tolist() for future in futures]
        batching.close()
        return scores

    assert once() == once()
