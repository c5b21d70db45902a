"""What a model is told of the tools, and what becomes of what it writes."""

import json

import pytest
from adapter_world import (
    BEST_FIRST,
    FOUND,
    FOUND_SCORES,
    QUERY,
    TEXTS,
    DocIdScores,
    WordOverlap,
    made_tool,
)

from lrat_rank.adapters.agent_tools import offered, rerank_agent_tool
from lrat_rank.adapters.reranker import Reranker
from lrat_rank.errors import InputError, LratRankError
from lrat_rank.serving.agent_tools import search_agent_tools

TOOLS = {one.name: one for one in offered(made_tool(), Reranker.of(WordOverlap()))}


def test_every_argument_is_described_and_there_are_at_most_five():
    assert list(TOOLS) == ["search", "get_document", "rerank"]
    for tool in TOOLS.values():
        schema = tool.parameters
        assert schema["type"] == "object"
        assert 1 <= len(schema["properties"]) <= 5
        assert all(one["description"] and one["type"] for one in schema["properties"].values())
    assert TOOLS["search"].parameters["required"] == ["query"]
    assert "up to 4 results" in TOOLS["search"].description


def test_a_search_gives_what_is_found():
    hits = TOOLS["search"].reply({"query": "poet"}).data
    assert [(hit["docid"], hit["score"]) for hit in hits] == list(
        zip(FOUND, FOUND_SCORES, strict=True)
    )


def test_the_calls_are_one_session_and_reasoning_reaches_the_ranker():
    ranker = DocIdScores()
    search, get_document = search_agent_tools(made_tool(ranker))
    search.reply({"query": "poet"})
    get_document.reply({"docid": "four", "reasoning": "the last one"})
    hits = search.reply({"query": "odes", "reasoning": "she wrote odes"}).data
    context = ranker.asked[-1].context
    assert context.previous_queries == ("poet",)
    assert context.read_doc_ids == ("four",)
    assert context.reasoning == "she wrote odes"
    marks = {hit["docid"]: (hit.get("already_read"), hit.get("already_shown")) for hit in hits}
    assert marks == {"1": (None, True), "four": (True, None)}


def test_the_question_reaches_the_ranker():
    ranker = DocIdScores()
    search, _ = search_agent_tools(made_tool(ranker))
    search.reply({"query": "poet", "question": "Who wrote odes?"})
    assert ranker.asked[-1].context.question == "Who wrote odes?"


def test_a_list_that_the_ranker_failed_on_says_so_once():
    class Failing:
        def score(self, lists):
            raise RuntimeError("out of order")

    hits = search_agent_tools(made_tool(Failing()))[0].reply({"query": "poet"}).data
    assert "usual ordering failed" in hits[0]["note"]
    assert not any("note" in hit for hit in hits[1:])


def test_a_document_is_read_in_full():
    read = TOOLS["get_document"].reply({"docid": " four "}).data
    assert read == {"docid": "four", "text": "Odes\nOdes to the sea, by a poet."}


def test_texts_are_put_in_order():
    placed = TOOLS["rerank"].reply({"query": QUERY, "texts": TEXTS}).data
    assert [one["index"] for one in placed] == BEST_FIRST
    best = rerank_agent_tool(Reranker.of(WordOverlap()), top_n=2)
    assert len(best.reply({"query": QUERY, "texts": TEXTS}).data) == 2
    assert TOOLS["rerank"].reply({"query": QUERY, "texts": []}).data == []


@pytest.mark.parametrize("arguments", [{"docid": 2}, {"docid": "2", "page": 1}])
def test_a_number_is_taken_for_its_text_and_an_unknown_argument_passed_over(arguments):
    assert TOOLS["get_document"].reply(arguments).data["docid"] == "2"


def test_null_is_as_good_as_left_out():
    assert TOOLS["search"].reply({"query": "poet", "reasoning": None}).data


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("search", {}),
        ("search", {"query": None}),
        ("search", {"query": ["poet"]}),
        ("search", {"query": True}),
        ("search", {"query": "  "}),
        ("get_document", {"docid": "absent"}),
        ("get_document", {"docid": ""}),
        ("rerank", {"query": "poet"}),
        ("rerank", {"query": "poet", "texts": "one"}),
        ("rerank", {"query": "poet", "texts": ["one", 2]}),
        ("rerank", {"query": "poet", "texts": ["one"] * 1001}),
    ],
)
def test_what_cannot_be_answered_is_refused_in_words(tool, arguments):
    with pytest.raises(LratRankError):
        TOOLS[tool].reply(arguments)


def test_an_answer_as_text_is_json():
    assert json.loads(TOOLS["search"].reply({"query": "poet"}).text)[0]["docid"] == "2"


def test_no_tools_at_all_are_refused():
    with pytest.raises(InputError, match="got neither"):
        offered(None, None)
