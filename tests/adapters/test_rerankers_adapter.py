"""A ranker of the rerankers library, used through the library's own types."""

import asyncio
import copy

import pytest
from adapter_world import (
    BEST_FIRST,
    QUERY,
    TEXTS,
    Waiting,
    WordOverlap,
    result_of_a_free_loop,
)
from langchain_core.documents import Document as LangChainDocument
from rerankers import Document
from rerankers.models.ranker import BaseRanker
from rerankers.results import RankedResults

from lrat_rank.adapters.rerankers import LratRanker
from lrat_rank.errors import InputError
from lrat_rank.models.cross_encoder.ranker import CrossEncoderRanker


def ids(results: RankedResults) -> list:
    return [one.doc_id for one in results]


def test_texts_are_ranked_from_one_by_position():
    results = LratRanker(WordOverlap()).rank(QUERY, TEXTS)
    assert isinstance(results, RankedResults)
    assert results.has_scores
    assert results.query == QUERY
    assert ids(results) == BEST_FIRST
    assert [one.rank for one in results] == [1, 2, 3, 4, 5, 6]
    assert [one.text for one in results.top_k(6)] == [TEXTS[n] for n in BEST_FIRST]
    assert results.get_score_by_docid(2) == pytest.approx(1 / (1 + 2.718281828459045**-4))


def test_documents_keep_id_and_metadata_and_stay_as_they_were():
    given = [Document(text, doc_id=f"id{n}", metadata={"n": n}) for n, text in enumerate(TEXTS)]
    before = [copy.deepcopy(vars(one)) for one in given]
    results = LratRanker(WordOverlap()).rank(QUERY, given, doc_ids=list("abcdef"))
    assert [vars(one) for one in given] == before
    assert ids(results) == ["abcdef"[n] for n in BEST_FIRST]
    assert [one.metadata for one in results] == [{"n": n} for n in BEST_FIRST]
    assert ids(LratRanker(WordOverlap()).rank(QUERY, given)) == [f"id{n}" for n in BEST_FIRST]


def test_metadata_may_be_given_beside_texts():
    results = LratRanker(WordOverlap()).rank(
        QUERY, TEXTS, metadata=[{"n": n} for n in range(len(TEXTS))]
    )
    assert [one.n for one in results] == BEST_FIRST


def test_one_text_alone_and_none_at_all():
    ranker = LratRanker(WordOverlap())
    assert ids(ranker.rank(QUERY, "the sea")) == [0]
    assert ids(ranker.rank(QUERY, Document("the sea", doc_id="d"))) == ["d"]
    assert ids(ranker.rank(QUERY, [])) == []
    assert ranker.score(QUERY, "nothing") == 0.5


def test_what_is_no_text_or_of_another_number_is_refused():
    ranker = LratRanker(WordOverlap())
    with pytest.raises(InputError, match="'image'"):
        ranker.rank(QUERY, [Document(document_type="image", base64="")])
    with pytest.raises(InputError, match="doc_ids must be one a document, 6; got 1"):
        ranker.rank(QUERY, TEXTS, doc_ids=["a"])


def test_a_cross_encoder_folder_ranks_as_the_ranker_itself(checkpoint):
    ranker = LratRanker(checkpoint)
    assert isinstance(ranker, BaseRanker)
    expected = [one.index for one in CrossEncoderRanker.load(checkpoint).rank(QUERY, TEXTS)]
    assert ids(ranker.rank(QUERY, TEXTS)) == expected
    assert ids(asyncio.run(ranker.rank_async(QUERY, TEXTS))) == expected


def test_the_event_loop_goes_on_while_documents_are_ranked():
    ranker = Waiting()
    results = result_of_a_free_loop(lambda: LratRanker(ranker).rank_async(QUERY, TEXTS), ranker.go)
    assert ids(results) == BEST_FIRST


def test_it_becomes_a_langchain_compressor():
    compressor = LratRanker(WordOverlap()).as_langchain_compressor(k=2)
    given = [
        LangChainDocument(page_content=text, metadata={"n": n}) for n, text in enumerate(TEXTS)
    ]
    kept = compressor.compress_documents(given, QUERY)
    assert [one.metadata["n"] for one in kept] == BEST_FIRST[:2]
    assert all("relevance_score" not in one.metadata for one in given)
