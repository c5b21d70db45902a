"""`search` and `get_document` as an MCP client sees them, through the SDK's own client."""

import json
import logging

import anyio
import pytest
from mcp import Client
from mcp_clients import call, calls, data_of, error_of, text_of, tool_with, tools_of
from overlap_index import OverlapIndex

from lrat_rank.errors import InputError
from lrat_rank.serving import Engine, EngineOptions, SearchTool
from lrat_rank.serving.agent_tools import note_of
from lrat_rank.serving.answer import Flags
from lrat_rank.serving.batching import Busy
from lrat_rank.serving.mcp.server import FLAGS_KEY, build_server

QUESTION = "Who wrote odes?"


class Failing(OverlapIndex):
    """An index whose searches raise an error."""

    def __init__(self, error):
        super().__init__()
        self.error = error

    def retrieve(self, queries, stage, depth):
        if queries:
            raise self.error
        return super().retrieve(queries, stage, depth)


def test_an_agent_gets_two_tools_of_few_text_arguments_of_which_one_is_needed(index):
    tools = tools_of(SearchTool(Engine(index)))
    arguments = {name: entry.input_schema["properties"] for name, entry in tools.items()}
    assert {name: list(fields) for name, fields in arguments.items()} == {
        "search": ["query", "reasoning", "question"],
        "get_document": ["docid", "reasoning"],
    }
    assert {f["type"] for fields in arguments.values() for f in fields.values()} == {"string"}
    assert tools["search"].input_schema["required"] == ["query"]
    assert tools["get_document"].input_schema["required"] == ["docid"]


def test_the_server_offers_tools_and_nothing_else(index):
    async def ask():
        async with Client(build_server(SearchTool(Engine(index))), mode="legacy") as client:
            return client.server_capabilities

    told = anyio.run(ask).model_dump(exclude_none=True)
    assert set(told) == {"tools"} | ({"experimental"} if "experimental" in told else set())


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_search_is_one_text_block_with_the_json_list(index, mode):
    tool = SearchTool(Engine(index, options=EngineOptions(k=2, snippet_tokens=3)))
    result = call(tool, "search", {"query": "poet odes"}, mode=mode)
    assert data_of(result) == [
        {"docid": "four", "score": 2.0, "snippet": "Odes\nOdes to"},
        {"docid": "1", "score": 2.0, "snippet": "Ana Lor\nA"},
    ]
    assert result.structured_content == {"result": data_of(result)}


def test_a_search_without_results_is_an_empty_list_not_an_empty_reply(index):
    result = call(SearchTool(Engine(index)), "search", {"query": "zebra"})
    assert text_of(result) == "[]"
    assert result.structured_content == {"result": []}


def test_a_document_is_one_text_block_with_the_json_object(index):
    result = call(SearchTool(Engine(index)), "get_document", {"docid": "2"})
    assert data_of(result) == {"docid": "2", "text": "Vell\nThe harbour town of poets."}
    assert result.structured_content == data_of(result)


def test_what_was_shown_and_read_in_the_session_is_marked_and_the_rest_is_not(index):
    server = build_server(SearchTool(Engine(index, options=EngineOptions(k=3))))
    *_, last = calls(
        server,
        ("search", {"query": "poet odes"}),
        ("get_document", {"docid": "four"}),
        ("search", {"query": "poet fish odes"}),
    )
    marks = {
        hit["docid"]: (hit.get("already_read"), hit.get("already_shown")) for hit in data_of(last)
    }
    assert marks == {"four": (True, None), "1": (None, True), "2": (None, True)}
    assert last.structured_content == {"result": data_of(last)}


def test_marks_are_left_out_where_the_operator_says_so(index):
    server = build_server(tool_with(index, already_read="keep"))
    *_, last = calls(
        server, ("get_document", {"docid": "four"}), ("search", {"query": "poet odes"})
    )
    assert all(set(hit) == {"docid", "score", "snippet"} for hit in data_of(last))


def test_a_list_made_in_a_hurry_says_so_once_to_the_model_and_to_programs(index, monkeypatch):
    tool = SearchTool(Engine(index, options=EngineOptions(k=2)))
    rank = tool.engine.rank

    def hurried(*asked, **more):
        answer = rank(*asked, **more)
        return type(answer)(hits=answer.hits, flags=Flags(depth_used=5, shortened=True))

    monkeypatch.setattr(tool.engine, "rank", hurried)
    result = call(tool, "search", {"query": "poet odes"})
    first, second = data_of(result)
    assert "fewer documents than usual" in first["note"]
    assert "note" not in second
    assert result.meta[FLAGS_KEY] == {"depth_used": 5, "shortened": True}
    assert result.structured_content == {"result": [first, second]}


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (Flags(), ""),
        (Flags(depth_used=100, cached=True, arm="b", truncated=0.5), ""),
        (Flags(shortened=True), "Time was short"),
        (Flags(fallback="all"), "usual ordering failed"),
        (Flags(fallback=("a", "b")), "2 of the documents"),
    ],
)
def test_a_note_is_made_only_of_what_matters_to_the_agent(flags, said):
    assert said in note_of(flags)
    assert bool(note_of(flags)) == bool(said)


def test_reasoning_and_question_reach_the_ranker(index, ranker):
    server = build_server(SearchTool(Engine(index, ranker)))
    calls(
        server,
        ("search", {"query": "poet", "reasoning": "Poets first.", "question": QUESTION}),
        ("get_document", {"docid": "2", "reasoning": "The harbour."}),
        ("search", {"query": "odes", "reasoning": None, "question": None}),
    )
    first, second = (one.context for one in ranker.asked)
    assert (first.question, first.reasoning) == (QUESTION, "Poets first.")
    assert second.question == QUESTION
    assert second.reasoning == "The harbour."
    assert second.read_doc_ids == ("2",)


def test_a_question_worded_anew_does_not_fail_the_search_and_the_first_one_stays(index, ranker):
    server = build_server(SearchTool(Engine(index, ranker)))
    results = calls(
        server,
        ("search", {"query": "poet", "question": QUESTION}),
        ("search", {"query": "odes", "question": "The author of the odes?"}),
    )
    assert not any(result.is_error for result in results)
    assert [one.context.question for one in ranker.asked] == [QUESTION, QUESTION]


@pytest.mark.parametrize("docid", ["1", 1, " 1 "])
def test_ids_that_look_like_numbers_are_taken_as_numbers_too(index, docid):
    assert (
        data_of(call(SearchTool(Engine(index)), "get_document", {"docid": docid}))["docid"] == "1"
    )


def test_an_id_keeps_its_leading_zero(index):
    assert not call(SearchTool(Engine(index)), "get_document", {"docid": "03"}).is_error
    assert call(SearchTool(Engine(index)), "get_document", {"docid": "3"}).is_error


def test_an_unknown_id_is_an_error_the_agent_can_act_on(index):
    text = error_of(call(SearchTool(Engine(index)), "get_document", {"docid": "null"}))
    assert text == ("No document has the docid 'null'. Give a docid that a search result shows.")


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("search", {"query": ""}, "query must be text of 1 to 4,096 characters"),
        ("search", {"query": "x" * 5000}, "query must be text of 1 to 4,096 characters"),
        ("search", {"query": "poet", "question": "x" * 5000}, "question must be text of 1 to"),
        ("search", {}, "`query` is missing. This tool takes `query`, `reasoning`, `question`."),
        ("search", {"docid": "1"}, "`query` is missing."),
        ("search", {"query": ["a", "b"]}, "`query` must be text."),
        ("search", {"query": True}, "`query` must be text."),
        ("search", {"query": "a", "reasoning": {"why": 1}}, "`reasoning` must be text."),
        ("get_document", {"docid": " "}, "docid must be text of 1 to 1,024 characters"),
        ("get_document", {"docid": "x" * 5000}, "docid must be text of 1 to 1,024 characters"),
        ("get_document", {"docid": None}, "`docid` must be text."),
        ("fetch", {"id": "1"}, "There is no tool 'fetch'. There are search and get_document."),
    ],
)
def test_a_bad_call_is_told_what_to_change_and_nothing_of_the_inside(index, name, arguments, said):
    text = error_of(call(SearchTool(Engine(index)), name, arguments))
    assert said in text
    assert not any(word in text for word in ("pydantic", "Error", "Arguments", "doc_id", "xxxx"))


def test_arguments_that_no_tool_has_are_left_out_of_account(index):
    assert data_of(
        call(SearchTool(Engine(index)), "search", {"query": "poet", "k": 3, "lang": "en"})
    )


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("a secret path"),
        InputError("index", must="whole", got="a hole", where="/a/secret path"),
    ],
)
def test_a_crash_tells_the_agent_what_to_do_and_only_the_log_what_it_was(error, caplog):
    with caplog.at_level(logging.ERROR):
        text = error_of(call(SearchTool(Engine(Failing(error))), "search", {"query": "poet"}))
    assert "failed inside the server" in text
    assert "secret" not in text
    assert "secret path" in caplog.text


def test_a_full_queue_is_told_with_the_time_to_wait(index):
    class Full:
        def score(self, lists):
            raise Busy(9, 2.0)

    text = error_of(call(SearchTool(Engine(index, Full())), "search", {"query": "poet"}))
    assert "Try again in 2 s" in text


def test_calls_run_beside_each_other_and_a_cancelled_one_leaves_the_server_well(index):
    async def work():
        async with Client(build_server(SearchTool(Engine(index))), mode="legacy") as client:
            with anyio.move_on_after(0):
                await client.call_tool("search", {"query": "poet"})
            found = []

            async def search(query):
                result = await client.call_tool("search", {"query": query})
                found.append(json.loads(result.content[0].text)[0]["docid"])

            async with anyio.create_task_group() as tasks:
                for query in ("fish", "harbour", "coast", "sea"):
                    tasks.start_soon(search, query)
            return sorted(found)

    assert anyio.run(work) == ["03", "1", "2", "four"]
