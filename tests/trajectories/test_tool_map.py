"""Rules for house-made tools: where things stand, what a rule leaves out, what is told."""

import json
from pathlib import Path

import pytest

from lrat_rank.errors import InputError
from lrat_rank.trajectories import Browse, Impression, OtherCall, Search, read_trajectories
from lrat_rank.trajectories.adapter import ReadSetting
from lrat_rank.trajectories.calls.paths import NOTHING_FOUND, follow, hint
from lrat_rank.trajectories.calls.reader import CallReader, ToolCall
from lrat_rank.trajectories.calls.tool_file import read_tool_map
from lrat_rank.trajectories.calls.tool_map import BrowseRule, SearchRule, ToolMap

FILE = """
ignore = ["think"]

[search.kb_lookup]
query = "q"
results = "payload.items"
doc_id = "ref"
snippet = "passage"
score = "sim"

[browse.kb_read]
doc_id = "ref"
text = "payload.body"
"""
ITEMS = [{"ref": "7", "passage": "Seven.", "sim": 0.5, "id": "row-1"}, {"ref": 9}]
SHOWN = (Impression("7", 1, 0.5, "Seven."), Impression("9", 2))


@pytest.fixture
def tools(tmp_path):
    return read_tool_map(write(tmp_path, FILE))


def write(folder: Path, text: str) -> Path:
    path = folder / "tools.toml"
    path.write_text(text, encoding="utf-8")
    return path


def turn(tools, *call, **fields):
    setting = ReadSetting(tools=tools)
    return CallReader(setting).turn(ToolCall(*call, **fields)), dict(setting.report.unplaced)


def test_the_file_is_the_map(tools):
    assert tools == ToolMap(
        {"kb_lookup": SearchRule("q", "payload.items", "ref", "passage", "sim")},
        {"kb_read": BrowseRule("ref", "payload.body")},
        frozenset({"think"}),
    )


@pytest.mark.parametrize("encode", [lambda value: value, json.dumps, str])
def test_a_search_is_read_where_its_rule_says(tools, encode):
    output = encode({"payload": {"items": ITEMS, "results": [{"docid": "no"}]}})
    assert turn(tools, "mcp__kb__kb_lookup", {"q": "x", "query": "no"}, output) == (
        Search("x", SHOWN), {},
    )  # fmt: skip


def test_a_browse_is_read_where_its_rule_says(tools):
    output = {"payload": {"body": ["One.", "Two."]}, "text": "no"}
    assert turn(tools, "kb_read", {"ref": 7, "docid": "no"}, output) == (
        Browse("7", "One.\n\nTwo."), {},
    )  # fmt: skip


def test_an_ignored_tool_keeps_its_place_without_a_word(tools):
    assert turn(tools, "think", "no json") == (OtherCall("think"), {})


def test_a_rule_goes_before_the_name():
    tools = ToolMap(browses={"search": BrowseRule()}, ignored=frozenset({"visit"}))
    assert turn(tools, "search", {"docid": "7"}, "Seven.") == (Browse("7", "Seven."), {})
    assert turn(tools, "visit", {"url": "u"}) == (OtherCall("visit"), {})


def test_a_rule_without_fields_looks_under_the_usual_names():
    tools = ToolMap({"ask": SearchRule()}, {"get": BrowseRule()})
    assert turn(tools, "ask", {"query": "x"}, [{"docid": "7"}]) == (
        Search("x", (Impression("7", 1),)), {},
    )  # fmt: skip
    assert turn(tools, "get", {"docid": "7"}, {"text": "Seven."}) == (Browse("7", "Seven."), {})


@pytest.mark.parametrize("field", ["doc_id", "snippet", "score"])
def test_each_field_of_a_rule_stands_alone(field):
    rule = SearchRule(**{field: "in.there"})
    value = {"doc_id": "7", "snippet": "Seven.", "score": 0.5}[field]
    hit = {"docid": "1", "snippet": "One.", "score": 0.1, "in": {"there": value}}
    usual = {"doc_id": "1", "snippet": "One.", "score": 0.1}
    told = {**usual, field: value}
    shown = (Impression(told["doc_id"], 1, told["score"], told["snippet"]),)
    assert turn(ToolMap({"ask": rule}), "ask", {"query": "x"}, {"results": [hit]}) == (
        Search("x", shown), {},
    )  # fmt: skip


def test_an_id_stands_where_the_rule_says_or_nowhere(tools):
    output = {"payload": {"items": [{"id": "row-1", "ref": ""}, {"ref": "9"}]}}
    found, told = turn(tools, "kb_lookup", {"q": "x"}, output)
    assert found == Search("x", (Impression("9", 2),))
    assert told["shown result without a doc id"] == 1


def test_text_results_may_stand_behind_a_path():
    tools = ToolMap({"ask": SearchRule(results="reply")})
    output = {"reply": "DocID:7\nSeven.\n\nDocID:9\nNine."}
    found, _ = turn(tools, "ask", {"query": "x"}, output)
    assert [shown.doc_id for shown in found.impressions] == ["7", "9"]


def test_paths_that_find_nothing_are_told_with_the_key_meant(tools):
    _, told = turn(tools, "kb_lookup", {"qq": "x"}, {"payload": {"itmes": []}})
    assert told == {
        "kb_lookup: nothing at query = 'q' (did you mean qq?)": 1,
        "search without a query": 1,
        "kb_lookup: nothing at results = 'payload.items' (did you mean itmes?)": 1,
        "search output with no documents": 1,
    }
    _, told = turn(tools, "kb_read", {"reff": "7"}, {})
    assert "kb_read: nothing at doc_id = 'ref' (did you mean reff?)" in told
    _, told = turn(tools, "kb_read", {"ref": "7"}, {"docid": "7"})
    assert told == {"kb_read: nothing at text = 'payload.body'": 1}
    _, told = turn(tools, "kb_lookup", {"q": "x"}, {"payload": {"items": [{"ref": "7"}]}})
    assert told == {
        "kb_lookup: nothing at snippet = 'passage'": 1, "kb_lookup: nothing at score = 'sim'": 1,
    }  # fmt: skip


@pytest.mark.parametrize("output", ["Search error: refused", {"error": "down"}, None])
def test_a_failed_call_is_not_the_rules_fault(tools, output):
    assert turn(tools, "kb_lookup", {"q": "x"}, output) == (Search("x", failed=True), {})
    assert turn(tools, "kb_read", {"ref": "7"}, output)[1] == {}


@pytest.mark.parametrize(
    ("value", "path", "found"),
    [
        ({"a": {"b": 1}}, "a.b", 1),
        ({"a.b": 1, "a": {"b": 2}}, "a.b", 1),
        ({"a": [{"b": 1}]}, "a.0.b", 1),
        ({"a": '[{"b": 1}]'}, "a.0.b", 1),
        ({"a": None}, "a", None),
        ({"0": 1}, "0", 1),
        ({"a": [1]}, "a.1", NOTHING_FOUND),
        ({"a": [1]}, "a.-1", NOTHING_FOUND),
        ({"a": [1]}, "a." + "9" * 30, NOTHING_FOUND),
        ({"a": "text"}, "a.b", NOTHING_FOUND),
        (None, "a", NOTHING_FOUND),
    ],
)
def test_paths_lead_through_objects_lists_and_encoded_strings(value, path, found):
    assert follow(value, path) == found


def test_a_hint_names_a_key_where_the_path_ended():
    assert (hint({"items": 1}, "itms"), hint([1], "a"), hint({"a": 1}, "a")) == ("items", "", "")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "at least one tool"),
        ("[searches.x]\nquery = 'q'", "Did you mean search?"),
        ("[search.x]\nqeury = 'q'", "Did you mean query?"),
        ("[search.x]\ntext = 'q'", "one of query, results"),
        ("[search]\nx = 'q'", "a table"),
        ("search = 3", "a table"),
        ("[search.x]\nquery = 3", "got 3"),
        ("[search.x]\nquery = ''", "got ''"),
        ("[search.x]\nquery = 'a..b'", "'a..b'"),
        ("ignore = 'think'", "a list of tool names"),
        ("ignore = [1]", "a list of tool names"),
        ("ignore = ['x']\n[browse.x]", "'x' more than once"),
        ("[search.x", "TOML"),
        ("a = " + "[" * 5000, "TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_what_must_hold(tmp_path, text, told):
    with pytest.raises(InputError, match=r"tool mapping") as refused:
        read_tool_map(write(tmp_path, text))
    assert told in str(refused.value)
    assert "tools.toml" in str(refused.value)


def test_a_missing_or_unreadable_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="existing file"):
        read_tool_map(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="UTF-8"):
        read_tool_map(tmp_path / "bad.toml")


def test_the_map_holds_for_whole_files(tools, tmp_path):
    step = {"type": "tool_call", "tool_name": "kb_lookup", "arguments": {"q": "x"},
            "output": {"payload": {"items": ITEMS}}}  # fmt: skip
    (tmp_path / "run.json").write_text(json.dumps({"query_id": "1", "result": [step]}))
    (run,) = read_trajectories([tmp_path], setting=ReadSetting(tools=tools))
    assert run.turns == (Search("x", SHOWN),)
