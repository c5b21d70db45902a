"""`search` and `fetch` as OpenAI's connectors call them: exact keys, one text item."""

import pytest
from mcp_clients import OPENAI, call, data_of, error_of, tools_of
from overlap_index import DOCUMENTS

from lrat_rank.errors import InputError
from lrat_rank.serving import Engine, EngineOptions, SearchTool
from lrat_rank.serving.mcp.addresses import document_url
from lrat_rank.serving.mcp.openai import title_of
from lrat_rank.serving.mcp.options import McpOptions


def test_each_tool_takes_the_one_text_that_connectors_send(index):
    tools = tools_of(SearchTool(Engine(index)), OPENAI)
    schemas = {name: entry.input_schema for name, entry in tools.items()}
    assert {name: list(one["properties"]) for name, one in schemas.items()} == {
        "search": ["query"],
        "fetch": ["id"],
    }
    assert {name: one["required"] for name, one in schemas.items()} == {
        "search": ["query"],
        "fetch": ["id"],
    }


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_search_is_one_text_item_with_exactly_the_connector_keys(index, mode):
    result = call(
        SearchTool(Engine(index, options=EngineOptions(k=2))),
        "search",
        {"query": "poet odes"},
        OPENAI,
        mode=mode,
    )
    assert data_of(result) == {
        "results": [
            {"id": "four", "title": "Odes", "url": "urn:lrat-rank:document:four"},
            {"id": "1", "title": "Ana Lor", "url": "urn:lrat-rank:document:1"},
        ]
    }
    assert result.structured_content == data_of(result)


def test_nothing_found_is_an_empty_list_of_results(index):
    result = call(SearchTool(Engine(index)), "search", {"query": "zebra"}, OPENAI)
    assert data_of(result) == {"results": []}


def test_fetch_gives_the_whole_document_under_the_connector_keys(index):
    options = McpOptions(tools="openai", url_template="https://wiki.test/d/{id}?v=1")
    result = call(SearchTool(Engine(index)), "fetch", {"id": "1"}, options)
    assert data_of(result) == {
        "id": "1",
        "title": "Ana Lor",
        "text": "A poet  of the coast.\nShe wrote odes.",
        "url": "https://wiki.test/d/1?v=1",
        "metadata": {},
    }
    assert result.structured_content == data_of(result)


def test_a_result_and_its_document_have_one_title_and_one_address(index):
    tool = SearchTool(Engine(index, options=EngineOptions(k=10, snippet_tokens=50)))
    for query in ("poet", "fish"):
        for match in data_of(call(tool, "search", {"query": query}, OPENAI))["results"]:
            document = data_of(call(tool, "fetch", {"id": match["id"]}, OPENAI))
            assert {key: document[key] for key in match} == match


def test_a_document_without_a_title_is_named_by_its_first_words(index):
    [match] = data_of(call(SearchTool(Engine(index)), "search", {"query": "fish"}, OPENAI))[
        "results"
    ]
    assert match["title"] == "Nothing but fish."


@pytest.mark.parametrize("text", ["word " * 100, "x" * 500])
def test_a_text_that_stands_in_for_a_title_is_cut(text):
    title = title_of("", text, "1")
    assert len(title) <= 102
    assert title.endswith(" …")


def test_an_unknown_id_is_an_error_the_agent_can_act_on(index):
    text = error_of(call(SearchTool(Engine(index)), "fetch", {"id": "99"}, OPENAI))
    assert text == "No document has the id '99'. Give an id that a search result shows."
    assert "id must be text" in error_of(
        call(SearchTool(Engine(index)), "fetch", {"id": ""}, OPENAI)
    )


@pytest.mark.parametrize("template", [None, "https://x.test/{id}", "app:{id}/{id}"])
def test_addresses_are_never_empty_and_tell_documents_apart(template):
    odd = ["a/b", "a%2Fb", "a b", "ä", "?", "#", "..", "{id}"]
    urls = [document_url(doc_id, template) for doc_id in [*odd, *(d.doc_id for d in DOCUMENTS)]]
    assert len(set(urls)) == len(odd) + len(DOCUMENTS)
    assert all(url.isascii() and url.isprintable() and " " not in url for url in urls)


@pytest.mark.parametrize(
    "template",
    ["", "{id}", "https://x.test/", "https://x.test/{id}/{page}", "https://x.test/ {id}"],
)
def test_a_template_that_is_no_address_is_refused(template):
    with pytest.raises(InputError, match="where the document's id goes"):
        McpOptions(tools="openai", url_template=template)


def test_a_template_for_tools_that_show_no_address_is_refused():
    with pytest.raises(InputError, match="given with the tools openai"):
        McpOptions(url_template="https://x.test/{id}")


def test_unknown_tools_are_refused():
    with pytest.raises(InputError, match="one of browsecomp, openai"):
        McpOptions(tools="anthropic")
