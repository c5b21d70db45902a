"""Rerankers and searches as plain functions."""

import pytest
from adapter_world import (
    BEST_FIRST,
    FOUND,
    QUERY,
    TEXTS,
    Waiting,
    WaitingIndex,
    WordOverlap,
    made_tool,
    result_of_a_free_loop,
)

from lrat_rank.adapters.plain import Rerank, Search
from lrat_rank.collections import Document
from lrat_rank.errors import InputError
from lrat_rank.serving import Engine, SearchTool


@pytest.mark.parametrize(
    "form",
    [
        str,
        lambda text: Document("id", text),
        lambda text: {"text": text, "n": [1]},
        lambda text: {"contents": text},
        lambda text: {"content": text, "title": ""},
    ],
)
def test_documents_come_back_as_they_were_given(form):
    documents = [form(text) for text in TEXTS]
    ranked = Rerank(WordOverlap())(QUERY, documents)
    assert [one.index for one in ranked] == BEST_FIRST
    assert all(one.document is documents[one.index] for one in ranked)
    assert documents == [form(text) for text in TEXTS]


def test_a_title_is_read_before_the_text():
    ranker = WordOverlap()
    Rerank(ranker)(QUERY, [Document("d", "a text", "A title"), {"text": "b", "title": "B title"}])
    assert [text for _, text in ranker.asked] == ["A title a text", "B title b"]


def test_a_call_may_keep_another_number():
    rerank = Rerank(WordOverlap(), top_n=2)
    assert (len(rerank(QUERY, TEXTS)), len(rerank(QUERY, TEXTS, 3))) == (2, 3)
    assert rerank(QUERY, []) == []


def test_a_document_without_text_is_named():
    with pytest.raises(InputError, match="got one with 'body'"):
        Rerank(WordOverlap())(QUERY, [{"body": "text"}])


def test_a_search_is_a_function_of_the_query():
    search = Search(made_tool(), k=2)
    assert [one.doc_id for one in search("poet")] == FOUND[:2]
    assert [one.doc_id for one in search("poet", 3)] == FOUND


def test_the_event_loop_goes_on_while_texts_are_ranked():
    ranker = Waiting()
    rerank = Rerank(ranker)
    ranked = result_of_a_free_loop(lambda: rerank.later(QUERY, TEXTS), ranker.go)
    assert [one.index for one in ranked] == BEST_FIRST


def test_the_event_loop_goes_on_during_a_search():
    index = WaitingIndex()
    search = Search(SearchTool(Engine(index)))
    found = result_of_a_free_loop(lambda: search.later("poet"), index.go)
    assert {one.doc_id for one in found} == set(FOUND)
