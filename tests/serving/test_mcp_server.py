"""What an MCP client sees, through the SDK's own client in the same process."""

import json
import socket

import anyio
import pytest
from mcp import Client

from lrat_rank.errors import InputError
from lrat_rank.serving import SearchTool
from lrat_rank.serving.mcp_server import build_server, check_address


def call(tool, name, arguments, *, mode="auto"):
    async def ask():
        async with Client(build_server(tool), mode=mode) as client:
            return await client.call_tool(name, arguments)

    return anyio.run(ask)


def list_tools(tool):
    async def ask():
        async with Client(build_server(tool)) as client:
            return {entry.name: entry for entry in (await client.list_tools()).tools}

    return anyio.run(ask)


def error_of(reply):
    assert reply.is_error
    [block] = reply.content
    return block.text


def test_two_tools_with_one_string_argument_each_and_reasoning_if_the_agent_tells_it(index):
    tools = list_tools(SearchTool(index, k=7))
    arguments = {name: entry.input_schema["properties"] for name, entry in tools.items()}
    assert {name: list(fields) for name, fields in arguments.items()} == {
        "search": ["query", "reasoning"],
        "get_document": ["docid"],
    }
    assert {f["type"] for fields in arguments.values() for f in fields.values()} == {"string"}
    assert tools["search"].input_schema["required"] == ["query"]
    assert "up to 7 results" in tools["search"].description


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_search_is_one_text_block_with_the_json_list(index, mode):
    tool = SearchTool(index, k=2, snippet_tokens=3)
    reply = call(tool, "search", {"query": "poet odes"}, mode=mode)
    assert not reply.is_error
    [block] = reply.content
    assert json.loads(block.text) == [
        {"docid": "four", "score": 2.0, "snippet": "Odes\nOdes to"},
        {"docid": "1", "score": 2.0, "snippet": "Ana Lor\nA"},
    ]
    assert reply.structured_content == {"result": json.loads(block.text)}


def test_a_search_without_results_is_an_empty_list_not_an_empty_reply(index):
    reply = call(SearchTool(index), "search", {"query": "zebra"})
    assert [block.text for block in reply.content] == ["[]"]
    assert reply.structured_content == {"result": []}


def test_a_document_is_one_text_block_with_the_json_object(index):
    reply = call(SearchTool(index), "get_document", {"docid": "2"})
    [block] = reply.content
    assert json.loads(block.text) == {"docid": "2", "text": "Vell\nThe harbour town of poets."}
    assert reply.structured_content == json.loads(block.text)


@pytest.mark.parametrize("docid", ["1", 1, " 1 "])
def test_ids_that_look_like_numbers_are_taken_as_numbers_too(index, docid):
    reply = call(SearchTool(index), "get_document", {"docid": docid})
    assert reply.structured_content["docid"] == "1"


def test_an_id_keeps_its_leading_zero(index):
    assert not call(SearchTool(index), "get_document", {"docid": "03"}).is_error
    assert call(SearchTool(index), "get_document", {"docid": "3"}).is_error


def test_an_unknown_id_is_an_error_the_agent_can_act_on(index):
    text = error_of(call(SearchTool(index), "get_document", {"docid": "null"}))
    assert "No document has the docid 'null'" in text
    assert "that a search result shows" in text


@pytest.mark.parametrize("query", ["", "  ", "x" * 5000])
def test_a_bad_query_is_an_error_the_agent_can_act_on(index, query):
    text = error_of(call(SearchTool(index), "search", {"query": query}))
    assert "query must be text of 1 to 4,096 characters" in text


@pytest.mark.parametrize("arguments", [{}, {"query": ["a", "b"]}, {"docid": "1"}])
def test_other_arguments_are_refused_and_the_server_lives_on(index, arguments):
    assert "query" in error_of(call(SearchTool(index), "search", arguments))


def test_a_crash_tells_the_agent_nothing_of_the_inside(index):
    class Broken:
        def score(self, lists):
            raise RuntimeError("a secret path")

    text = error_of(call(SearchTool(index, Broken()), "search", {"query": "poet"}))
    assert "secret" not in text


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.7", "example.org", ""])
def test_a_host_others_can_reach_is_refused(host):
    with pytest.raises(InputError, match="public bind needs a token"):
        check_address(host, 8000)


def test_a_taken_port_is_named():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"port must be free to listen on; got {port}"):
            check_address("127.0.0.1", port)
    check_address("127.0.0.1", port)
