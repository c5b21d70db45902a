"""What a model reads before its first call: it must be enough to use the tools well."""

import re

import pytest
from mcp_clients import OPENAI, call, data_of, tool_with, tools_of

from lrat_rank.serving import Engine, EngineOptions, SearchTool
from lrat_rank.serving.mcp.options import McpOptions

SHAPES = [McpOptions(), OPENAI]
INTERNAL = re.compile(
    r"(?i:lrat|rerank|ranker|cross-?encoder|lightgbm|bm25|dense|embedding|engine|session|cascade"
    r"|pydantic|doc_id|top_?k\b|first.stage|budget|propensity|impression|index\b)|None\b"
)


def described(entry):
    """Every text of a tool that a model may be shown."""
    texts = [entry.name, entry.title, entry.description]

    def walk(part):
        if isinstance(part, dict):
            texts.extend(v for k, v in part.items() if k == "description" and isinstance(v, str))
            for value in part.values():
                walk(value)
        elif isinstance(part, list):
            for value in part:
                walk(value)

    walk(entry.input_schema)
    walk(entry.output_schema)
    return texts


def fields(schema):
    """(name, schema) of every property of an object, and of the objects in it."""
    for name, part in schema.get("properties", {}).items():
        yield name, part
    for part in schema.get("$defs", {}).values():
        yield from fields(part)


@pytest.fixture(params=SHAPES, ids=lambda options: options.tools)
def options(request):
    return request.param


def test_every_argument_and_every_key_of_a_reply_is_described(index, options):
    for entry in tools_of(SearchTool(Engine(index)), options).values():
        for name, part in [*fields(entry.input_schema), *fields(entry.output_schema)]:
            assert len(part["description"].split()) >= 4, (entry.name, name)
        assert len(entry.input_schema["properties"]) <= 5


def test_optional_arguments_say_so_and_needed_ones_do_not(index, options):
    for entry in tools_of(SearchTool(Engine(index)), options).values():
        for name, part in entry.input_schema["properties"].items():
            needed = name in entry.input_schema["required"]
            assert part["description"].startswith("Optional.") != needed


def test_no_word_of_this_program_is_in_what_a_model_reads(index, options):
    for entry in tools_of(SearchTool(Engine(index)), options).values():
        for text in described(entry):
            assert not INTERNAL.search(text), text


def test_schemas_carry_no_names_of_classes(index, options):
    for entry in tools_of(SearchTool(Engine(index)), options).values():
        for schema in (entry.input_schema, entry.output_schema):
            assert "title" not in schema
            assert all(not isinstance(p.get("title"), str) for _, p in fields(schema))
            assert schema["type"] == "object"


def test_a_description_names_every_key_that_always_comes_back(index, options):
    tool = SearchTool(Engine(index))
    search, read = tools_of(tool, options).values()
    found = data_of(call(tool, "search", {"query": "poet"}, options))
    results = found if isinstance(found, list) else found["results"]
    [identity] = read.input_schema["required"]
    document = data_of(call(tool, read.name, {identity: results[0][identity]}, options))
    for key in results[0]:
        assert f"`{key}`" in search.description
    for key in document:
        assert f"`{key}`" in read.description


def test_a_description_says_what_to_do_next(index, options):
    search, read = tools_of(SearchTool(Engine(index)), options).values()
    assert f"call {read.name} with the" in search.description
    assert "search again with other words" in search.description
    assert "search again" in read.description


def test_the_number_of_results_is_the_operators_and_said(index, options):
    search, _ = tools_of(SearchTool(Engine(index, options=EngineOptions(k=7))), options).values()
    assert re.search(r"up to 7 (results|documents), best first", search.description)


def test_the_description_follows_what_the_operator_chose(index):
    first = tools_of(SearchTool(Engine(index)))["search"].description
    best = tools_of(tool_with(index, snippet="best"))["search"].description
    plain = tools_of(tool_with(index, already_read="keep"))["search"].description
    assert "its first words" in first
    assert "passages that fit the query" in best
    assert "already_read" in first
    assert "already_read" not in plain


def test_tools_are_marked_as_reading_only(index, options):
    for entry in tools_of(SearchTool(Engine(index)), options).values():
        assert entry.annotations.read_only_hint
        assert not entry.annotations.open_world_hint
