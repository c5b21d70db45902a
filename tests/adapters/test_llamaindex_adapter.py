"""LlamaIndex's node postprocessor and retriever, in LlamaIndex's own query engine."""

import asyncio

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
from llama_index.core.llms import MockLLM
from llama_index.core.postprocessor import SimilarityPostprocessor
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.schema import MetadataMode, NodeWithScore, QueryBundle, TextNode

from lrat_rank.adapters.llamaindex import LratRerank, LratRetriever
from lrat_rank.errors import InputError
from lrat_rank.models.cross_encoder.ranker import CrossEncoderRanker
from lrat_rank.serving import Engine, SearchTool


def nodes() -> list[NodeWithScore]:
    return [
        NodeWithScore(node=TextNode(id_=f"id{n}", text=text, metadata={"source": n}), score=9.0 - n)
        for n, text in enumerate(TEXTS)
    ]


def ids(found: list[NodeWithScore]) -> list[str]:
    return [one.node.node_id for one in found]


def test_nodes_come_back_in_order_whole_and_with_the_rankers_score():
    given = nodes()
    ranked = LratRerank(WordOverlap()).postprocess_nodes(given, query_str=QUERY)
    assert ids(ranked) == [f"id{n}" for n in BEST_FIRST]
    assert all(
        one.node is given[n].node and one.node.metadata == {"source": n}
        for one, n in zip(ranked, BEST_FIRST, strict=True)
    )
    scores = [one.score for one in ranked]
    assert all(isinstance(score, float) and 0 <= score <= 1 for score in scores)
    assert scores == sorted(scores, reverse=True)


def test_what_was_given_stays_as_it_was():
    given = nodes()
    LratRerank(WordOverlap(), top_n=2).postprocess_nodes(given, query_str=QUERY)
    assert [(one.node.node_id, one.score) for one in given] == [
        (f"id{n}", 9.0 - n) for n in range(len(TEXTS))
    ]


def test_the_best_are_kept_and_nothing_gives_nothing():
    assert len(LratRerank(WordOverlap(), top_n=2).postprocess_nodes(nodes(), query_str=QUERY)) == 2
    assert LratRerank(WordOverlap()).postprocess_nodes([], query_str=QUERY) == []


def test_the_text_is_read_without_metadata_and_after_the_title_where_asked_for():
    ranker = WordOverlap()
    given = [NodeWithScore(node=TextNode(text="a text", metadata={"title": "A title"}))]
    for key in (None, "title"):
        LratRerank(ranker, title_key=key).postprocess_nodes(given, query_str=QUERY)
    assert [text for _, text in ranker.asked] == ["a text", "A title a text"]


def test_nodes_without_a_query_are_refused():
    with pytest.raises(InputError, match="query must be given"):
        LratRerank(WordOverlap()).postprocess_nodes(nodes())


def test_a_query_engine_reranks_what_the_retriever_finds(checkpoint):
    engine = RetrieverQueryEngine.from_args(
        LratRetriever(made_tool()),
        llm=MockLLM(),
        node_postprocessors=[LratRerank(checkpoint, top_n=2)],
    )
    texts = [one.node.text for one in LratRetriever(made_tool()).retrieve("poet")]
    expected = CrossEncoderRanker.load(checkpoint).rank("poet", texts, top_k=2)
    for reply in (engine.query("poet"), asyncio.run(engine.aquery("poet"))):
        assert ids(reply.source_nodes) == [FOUND[one.index] for one in expected]


def test_scores_fit_the_cut_off_that_comes_after():
    steps = [LratRerank(WordOverlap()), SimilarityPostprocessor(similarity_cutoff=0.9)]
    kept = nodes()
    for step in steps:
        kept = step.postprocess_nodes(kept, query_str=QUERY)
    assert ids(kept) == ["id2", "id5"]  # 1 / (1 + e⁻³) = 0.953, 1 / (1 + e⁻²) = 0.881


def test_the_retriever_gives_what_the_search_finds():
    found = LratRetriever(made_tool(), k=2).retrieve("poet")
    assert ids(found) == FOUND[:2]
    assert [one.score for one in found] == FOUND_SCORES[:2]
    assert found[1].node.metadata == {"doc_id": "1", "rank": 2, "title": "Ana Lor"}
    assert found[1].node.get_content(metadata_mode=MetadataMode.LLM) == found[1].node.text


def test_the_retrievers_queries_stand_alone_unless_they_are_one_session():
    for one_session in (False, True):
        ranker = DocIdScores()
        retriever = LratRetriever(made_tool(ranker), one_session=one_session)
        for query in ("poet", "odes"):
            retriever.retrieve(QueryBundle(query))
        known = ranker.asked[1].context.previous_queries
        assert known == (("poet",) if one_session else ())


def test_the_event_loop_goes_on_while_nodes_are_ranked():
    ranker = Waiting()
    reranker = LratRerank(ranker, top_n=1)
    ranked = result_of_a_free_loop(
        lambda: reranker.apostprocess_nodes(nodes(), query_str=QUERY), ranker.go
    )
    assert ids(ranked) == ["id2"]


def test_the_event_loop_goes_on_during_a_search():
    index = WaitingIndex()
    retriever = LratRetriever(SearchTool(Engine(index)))
    found = result_of_a_free_loop(lambda: retriever.aretrieve("poet"), index.go)
    assert set(ids(found)) == set(FOUND)
