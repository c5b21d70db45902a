"""LangChain's compressor, retriever and tools, in LangChain's own chains."""

import asyncio
import copy
import json

import pytest
from adapter_world import (
    BEST_FIRST,
    FOUND,
    FOUND_SCORES,
    QUERY,
    TEXTS,
    DocIdScores,
    Waiting,
    WaitingIndex,
    WordOverlap,
    made_tool,
    result_of_a_free_loop,
)
from langchain_classic.retrievers import ContextualCompressionRetriever
from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import ValidationError

from lrat_rank.adapters.langchain import LratRerank, LratRetriever, rerank_tool, search_tools
from lrat_rank.errors import InputError
from lrat_rank.models.cross_encoder.ranker import CrossEncoderRanker
from lrat_rank.serving import Engine, SearchTool


def documents() -> list[Document]:
    return [
        Document(page_content=text, id=f"id{n}", metadata={"source": n, "parts": [n]})
        for n, text in enumerate(TEXTS)
    ]


def test_documents_come_back_in_order_with_id_metadata_and_score():
    ranked = LratRerank(WordOverlap()).compress_documents(documents(), QUERY)
    assert [one.id for one in ranked] == [f"id{n}" for n in BEST_FIRST]
    for one, position in zip(ranked, BEST_FIRST, strict=True):
        score = one.metadata["relevance_score"]
        assert isinstance(score, float)
        assert one.page_content == TEXTS[position]
        assert one.metadata == {"source": position, "parts": [position], "relevance_score": score}
    scores = [one.metadata["relevance_score"] for one in ranked]
    assert scores == sorted(scores, reverse=True)


def test_what_was_given_stays_as_it_was():
    given = documents()
    before = copy.deepcopy(given)
    LratRerank(WordOverlap(), top_n=2).compress_documents(given, QUERY)
    assert given == before


def test_a_document_of_another_class_stays_of_it():
    class Page(Document):
        number: int = 0

    ranked = LratRerank(WordOverlap()).compress_documents([Page(page_content="a", number=7)], QUERY)
    assert isinstance(ranked[0], Page)
    assert ranked[0].number == 7


def test_the_best_are_kept_and_nothing_gives_nothing():
    assert len(LratRerank(WordOverlap(), top_n=2).compress_documents(documents(), QUERY)) == 2
    assert LratRerank(WordOverlap()).compress_documents([], QUERY) == []


def test_a_title_among_the_metadata_is_read_where_asked_for():
    ranker = WordOverlap()
    given = [Document(page_content="a text", metadata={"title": "A title"})]
    for key in (None, "title"):
        LratRerank(ranker, title_key=key).compress_documents(given, QUERY)
    assert [text for _, text in ranker.asked] == ["a text", "A title a text"]


def test_a_number_below_one_is_refused_when_it_is_made():
    with pytest.raises((InputError, ValidationError), match="at least 1"):
        LratRerank(WordOverlap(), top_n=0)


def test_it_compresses_what_a_retriever_finds(checkpoint):
    chain = ContextualCompressionRetriever(
        base_compressor=LratRerank(checkpoint, top_n=3),
        base_retriever=RunnableLambda(lambda query: documents()),
    )
    expected = CrossEncoderRanker.load(checkpoint).rank(QUERY, TEXTS, top_k=3)
    assert [one.id for one in chain.invoke(QUERY)] == [f"id{one.index}" for one in expected]
    awaited = asyncio.run(chain.ainvoke(QUERY))
    assert [one.id for one in awaited] == [f"id{one.index}" for one in expected]


def test_the_event_loop_goes_on_while_documents_are_compressed():
    ranker = Waiting()
    compressor = LratRerank(ranker, top_n=1)
    ranked = result_of_a_free_loop(
        lambda: compressor.acompress_documents(documents(), QUERY), ranker.go
    )
    assert [one.id for one in ranked] == ["id2"]


def test_the_retriever_gives_what_the_search_finds():
    found = LratRetriever(made_tool(), k=2, tags=["ours"]).invoke("poet")
    assert [one.id for one in found] == FOUND[:2]
    assert found[1].page_content == "Ana Lor\nA poet  of the coast.\nShe wrote odes."
    assert found[1].metadata == {
        "doc_id": "1",
        "rank": 2,
        "title": "Ana Lor",
        "relevance_score": FOUND_SCORES[1],
    }


def test_the_retrievers_queries_stand_alone_unless_they_are_one_session():
    for one_session in (False, True):
        ranker = DocIdScores()
        retriever = LratRetriever(made_tool(ranker), one_session=one_session)
        retriever.batch(["poet", "odes"], config={"max_concurrency": 1})
        known = ranker.asked[1].context.previous_queries
        assert known == (("poet",) if one_session else ())


def test_the_event_loop_goes_on_during_a_search():
    index = WaitingIndex()
    retriever = LratRetriever(SearchTool(Engine(index)))
    found = result_of_a_free_loop(lambda: retriever.ainvoke("poet"), index.go)
    assert {one.id for one in found} == set(FOUND)


def called(tool, **arguments):
    return tool.invoke({"type": "tool_call", "id": "c1", "name": tool.name, "args": arguments})


def test_an_agent_searches_and_reads_through_the_tools():
    search, get_document = search_tools(made_tool())
    answer = called(search, query="poet", reasoning="who?")
    assert answer.tool_call_id == "c1"
    assert [one["docid"] for one in json.loads(answer.content)] == FOUND
    assert json.loads(called(get_document, docid="2").content)["docid"] == "2"
    assert json.loads(asyncio.run(search.ainvoke({"query": "fish"})))[0]["docid"] == "03"


@pytest.mark.parametrize("arguments", [{"docid": "absent"}, {}, {"docid": [1]}])
def test_what_an_agent_can_mend_it_is_told_as_the_answer(arguments):
    answer = called(search_tools(made_tool())[1], **arguments)
    assert answer.status == "error"
    assert "docid" in answer.content


def test_a_model_is_told_of_every_argument():
    told = [convert_to_openai_tool(tool)["function"] for tool in search_tools(made_tool())]
    assert [one["name"] for one in told] == ["search", "get_document"]
    assert told[0]["parameters"]["required"] == ["query"]
    assert set(told[0]["parameters"]["properties"]) == {"query", "reasoning", "question"}
    assert all(one["description"] for one in told)


def test_an_agent_has_texts_put_in_order():
    tool = rerank_tool(WordOverlap(), top_n=2)
    placed = json.loads(called(tool, query=QUERY, texts=TEXTS).content)
    assert [one["index"] for one in placed] == BEST_FIRST[:2]
