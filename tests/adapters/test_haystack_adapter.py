"""Haystack's ranker and retriever, in Haystack's own pipelines."""

import asyncio
import copy
import warnings
from pathlib import Path

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
from haystack import Document, Pipeline
from haystack.telemetry import _telemetry as telemetry
from haystack.tools import ComponentTool
from overlap_index import DOCUMENTS

from lrat_rank.adapters.haystack import LratRanker, LratRetriever
from lrat_rank.adapters.reranker import Reranker
from lrat_rank.errors import InputError
from lrat_rank.models.cross_encoder.ranker import CrossEncoderRanker
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.serving import Engine, EngineOptions, SearchTool


@pytest.fixture(scope="module")
def index_folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("haystack") / "index"
    Index.build(DOCUMENTS, folder, IndexOptions(encoder="none"))
    return folder


def documents() -> list[Document]:
    return [
        Document(id=f"id{n}", content=text, meta={"source": n}, score=9.0 - n)
        for n, text in enumerate(TEXTS)
    ]


def test_documents_come_back_in_order_with_id_meta_and_score():
    ranked = LratRanker(WordOverlap()).run(QUERY, documents())["documents"]
    assert [one.id for one in ranked] == [f"id{n}" for n in BEST_FIRST]
    assert [one.meta for one in ranked] == [{"source": n} for n in BEST_FIRST]
    scores = [one.score for one in ranked]
    assert all(isinstance(score, float) and 0 <= score <= 1 for score in scores)
    assert scores == sorted(scores, reverse=True)


def test_what_was_given_stays_as_it_was_without_a_warning():
    given = documents()
    before = copy.deepcopy(given)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        LratRanker(WordOverlap(), top_k=2).run(QUERY, given)
    assert given == before


@pytest.mark.parametrize(("own", "asked", "count"), [(2, None, 2), (None, 3, 3), (2, 4, 4)])
def test_the_best_are_kept(own, asked, count):
    ranked = LratRanker(WordOverlap(), top_k=own).run(QUERY, documents(), top_k=asked)
    assert [one.id for one in ranked["documents"]] == [f"id{n}" for n in BEST_FIRST[:count]]


def test_nothing_gives_nothing_and_no_text_is_an_empty_one():
    ranker = WordOverlap()
    assert LratRanker(ranker).run(QUERY, []) == {"documents": []}
    empty, twice = Document(id="e"), Document(id="t", content="the sea")
    ranked = LratRanker(ranker).run(QUERY, [empty, twice, twice])["documents"]
    assert [one.id for one in ranked] == ["t", "t", "e"]


def test_a_title_in_the_meta_is_read_where_asked_for():
    ranker = WordOverlap()
    given = [Document(content="a text", meta={"title": "A title"})]
    LratRanker(ranker, title_key="title").run(QUERY, given)
    assert ranker.asked == [(QUERY, "A title a text")]


def pipeline(index_folder: Path, checkpoint: Path) -> Pipeline:
    made = Pipeline()
    made.add_component("search", LratRetriever(index_folder, top_k=4, stage="bm25"))
    made.add_component("rank", LratRanker(checkpoint, top_k=2, raw=True, title_key="title"))
    made.connect("search.documents", "rank.documents")
    return made


def ask(made: Pipeline) -> dict:
    return {"search": {"query": "poet odes"}, "rank": {"query": "poet odes"}}


def test_a_pipeline_is_saved_and_loaded_and_answers_the_same(index_folder, checkpoint):
    made = pipeline(index_folder, checkpoint)
    loaded = Pipeline.loads(made.dumps(), allowed_modules=[LratRanker.__module__])
    assert loaded.to_dict() == made.to_dict()
    first = made.run(ask(made))["rank"]["documents"]
    again = loaded.run(ask(loaded))["rank"]["documents"]
    awaited = asyncio.run(loaded.run_async(ask(loaded)))["rank"]["documents"]
    assert len(first) == 2
    found = SearchTool.open(index_folder, options=EngineOptions(k=4, snippet_tokens=-1)).search(
        "poet odes"
    )
    ranker = CrossEncoderRanker.load(checkpoint)
    expected = ranker.rank("poet odes", [one.snippet for one in found], top_k=2)
    assert [one.id for one in first] == [found[one.index].doc_id for one in expected]
    assert [one.score for one in first] == pytest.approx([o.score for o in expected], abs=1e-5)
    assert first == again == awaited


def test_what_is_no_folder_cannot_be_saved():
    for component in (LratRanker(WordOverlap()), LratRetriever(made_tool())):
        with pytest.raises(InputError, match="must be a folder, for a component that is saved"):
            component.to_dict()


def test_settings_that_cannot_be_are_refused_at_once():
    for make in (
        lambda: LratRanker("folder", top_k=0),
        lambda: LratRetriever("folder", top_k=0),
        lambda: LratRetriever("folder", top_k=101),
        lambda: LratRanker(Reranker.of(WordOverlap()), raw=True),
        lambda: LratRanker(WordOverlap(), passages=2),
        lambda: LratRetriever(made_tool(), "ranker"),
    ):
        with pytest.raises(InputError):
            make()


def test_a_folder_that_is_not_there_is_said_when_it_warms_up(tmp_path):
    with pytest.raises(InputError, match="index must be"):
        LratRetriever(tmp_path / "absent").warm_up()


def test_the_retriever_gives_what_the_search_finds():
    found = LratRetriever(made_tool()).run("poet", top_k=2)["documents"]
    assert [one.id for one in found] == FOUND[:2]
    assert [one.score for one in found] == FOUND_SCORES[:2]
    assert found[1].content == "Ana Lor\nA poet  of the coast.\nShe wrote odes."
    assert found[1].meta == {"doc_id": "1", "rank": 2, "title": "Ana Lor"}


def test_the_retrievers_queries_stand_alone():
    ranker = DocIdScores()
    retriever = LratRetriever(made_tool(ranker))
    for query in ("poet", "odes"):
        retriever.run(query)
    assert ranker.asked[1].context.previous_queries == ()


def test_an_agents_tool_is_made_of_the_retriever():
    tool = ComponentTool(LratRetriever(made_tool()), name="search", description="Finds documents.")
    assert tool.parameters["required"] == ["query"]
    assert [one.id for one in tool.invoke(query="poet")["documents"]] == FOUND


def test_the_event_loop_goes_on_while_documents_are_ranked():
    ranker = Waiting()
    component = LratRanker(ranker, top_k=1)
    ranked = result_of_a_free_loop(lambda: component.run_async(QUERY, documents()), ranker.go)
    assert [one.id for one in ranked["documents"]] == ["id2"]


def test_the_event_loop_goes_on_during_a_search():
    index = WaitingIndex()
    component = LratRetriever(SearchTool(Engine(index)))
    found = result_of_a_free_loop(lambda: component.run_async("poet"), index.go)
    assert {one.id for one in found["documents"]} == set(FOUND)


def test_haystack_reports_nothing_while_it_is_tested():
    assert telemetry.telemetry is None
