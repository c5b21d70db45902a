"""What holds for all message formats: each knows its own logs only, and none ever breaks."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_samples import QUESTION, atif_run, langsmith_rows, otel_spans, otlp_export, untimed_turns
from message_samples import (
    anthropic_run,
    browser_call,
    chat_run,
    openresearcher_run,
    response_items,
    responses_run,
    results,
)

from lrat_rank.trajectories import ReadReport, read_trajectories, sniff
from lrat_rank.trajectories.adapter import ReadSetting
from lrat_rank.trajectories.formats import FORMATS
from lrat_rank.trajectories.matching import DocumentMatcher

FAMILY = ("messages", "openresearcher", "anthropic-messages", "openai-responses", "openai-chat")
BROWSED = openresearcher_run(("", browser_call(1, "search", query="q"), results(0, "q", "*")))
TONGYI_SAID = '<think>a</think><tool_call>{"name": "search"}</tool_call>'
SAMPLES = {
    "browsecomp": {
        "query_id": "1",
        "result": [{"type": "reasoning", "output": "x"}],
        "raw_messages": chat_run()["messages"],
    },
    "langsmith": langsmith_rows()[0],
    "otel-genai": otel_spans()[1],
    "atif": atif_run(),
    "tongyi-tags": {"messages": [{"role": "assistant", "content": TONGYI_SAID}]},
    "search-r1": {
        "messages": [{"role": "assistant", "content": "<search>q</search><information>x"}]
    },
    "messages": {"role": "user", "content": "Which?"},
    "openresearcher": BROWSED,
    "anthropic-messages": anthropic_run(),
    "openai-responses": responses_run(),
    "openai-chat": chat_run(),
}
OTHERS = [
    otlp_export(otel_spans()),
    {"query_id": "q", "query": "x", "candidates": []},
    {"docid": "5", "text": "A document."},
    {"_id": "1", "title": "T", "text": "x"},
    {"result": [{"document": {"title": "t"}, "docid": "1"}]},
    {"messages": []},
    {"items": [1, "x", None]},
    {"input": "x", "output": "y"},
    [],
    "text",
    5,
    None,
]


@pytest.mark.parametrize("name", SAMPLES)
def test_each_format_of_the_family_recognises_its_own_sample_and_no_other(name):
    taken = [known for known in FAMILY if FORMATS.get(known).recognises(SAMPLES[name])]
    assert taken == ([name] if name in FAMILY else [])
    assert sniff(SAMPLES[name]).name == name


@pytest.mark.parametrize("record", OTHERS, ids=lambda record: str(record)[:40])
def test_other_records_are_not_taken_for_runs(record):
    assert [known for known in FAMILY if FORMATS.get(known).recognises(record)] == []


def test_a_folder_of_all_formats_is_read_each_as_what_it_is(tmp_path):
    for name, record in SAMPLES.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(record))
    report = ReadReport()
    found = {t.trajectory_id: t for t in read_trajectories([tmp_path], setting=ReadSetting(report))}
    for name in ("anthropic-messages", "openai-responses", "openai-chat"):
        assert found[name].turns == untimed_turns()
        assert found[name].question == QUESTION
    assert found["openresearcher"].agent == ""


@pytest.mark.parametrize(
    "messages",
    [chat_run()["messages"], anthropic_run()["messages"], response_items()],
    ids=["chat", "anthropic", "responses"],
)
def test_bare_messages_are_one_run_as_a_list_and_as_lines(tmp_path, messages):
    (tmp_path / "list.json").write_text(json.dumps(messages))
    (tmp_path / "lines.jsonl").write_text("\n".join(map(json.dumps, messages)))
    report = ReadReport()
    found = list(read_trajectories([tmp_path], setting=ReadSetting(report)))
    assert [t.trajectory_id for t in found] == ["lines", "list"]
    assert all(t.turns == untimed_turns() and t.question == QUESTION for t in found)
    assert (report.skipped, report.unplaced) == ([], {})


def test_bare_messages_of_several_runs_are_told_apart(tmp_path):
    messages = chat_run()["messages"]
    (tmp_path / "a.json").write_text(json.dumps([*messages, *messages]))
    mixed = [{**m, "session_id": name} for m in messages for name in ("s1", "s2")]
    (tmp_path / "b.jsonl").write_text("\n".join(map(json.dumps, mixed)))
    found = list(read_trajectories([tmp_path]))
    assert [t.trajectory_id for t in found] == ["a-1", "a-2", "b-s1", "b-s2"]
    assert all(t.turns == untimed_turns() for t in found)


def test_messages_in_envelopes_are_taken_out_and_their_blocks_put_together(tmp_path):
    def line(second, role, block, **fields):
        message = {"role": role, "content": [block], **fields}
        return {"type": role, "sessionId": "s", "timestamp": second, "message": message}

    def visit(doc_id):
        return {"type": "tool_use", "id": doc_id, "name": "visit", "input": {"docid": doc_id}}

    def came(doc_id):
        return {"type": "tool_result", "tool_use_id": doc_id, "content": f"Text {doc_id}."}

    lines = [
        line(1, "user", {"type": "text", "text": "Which?"}),
        line(2, "assistant", visit("1"), id="m1", model="m"),
        line(3, "user", came("1")),
        line(4, "assistant", visit("2"), id="m1", model="m"),
        line(5, "user", came("2")),
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)))
    (trajectory,) = read_trajectories([tmp_path])
    assert [(t.doc_id, t.text, t.batch, t.returned) for t in trajectory.turns] == [
        ("1", "Text 1.", 1, 3.0), ("2", "Text 2.", 1, 5.0),
    ]  # fmt: skip
    assert (trajectory.question, trajectory.agent) == ("Which?", "m")


KEYS = [
    *("role", "type", "content", "messages", "output", "input", "items", "response", "responses"),
    *("tool_calls", "function", "name", "arguments", "id", "call_id", "tool_call_id", "summary"),
    *("tool_use_id", "text", "thinking", "action", "queries", "results", "url", "recipient"),
    *(
        "qid",
        "attempts",
        "metadata",
        "choices",
        "message",
        "reasoning_details",
        "channel",
        "cursor",
    ),
]
WORDS = [
    *("assistant", "user", "tool", "system", "text", "tool_use", "tool_result", "thinking"),
    *("function_call", "function_call_output", "web_search_call", "file_search_call", "mcp_call"),
    *("reasoning", "message", "search", "open_page", "browser.search", "browser.open", "visit"),
    *('{"query": "q"}', '{"id": 0}', '{"cursor": 0}', "[0] q (web-search://ts=1)\n**viewing lines"),
    *("[0] q\n**viewing lines [0 - 1] of 1**\n\nL0: 【0†T†s】 S.", "Error: x", "</think>", ""),
]
values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers(-2, 3) | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6)
    ),
    max_leaves=30,
)
CORPUS = DocumentMatcher([("d", "T", "x")])


@settings(max_examples=200, deadline=None)
@given(values)
def test_whatever_a_record_holds_nothing_is_raised(value):
    for record in (value, {"messages": value}, {"messages": [value]}, {"output": [value]}):
        for name in FAMILY:
            adapter = FORMATS.get(name)
            recognised = adapter.recognises(record)
            adapter.run_name(record)
            setting = ReadSetting(documents=CORPUS)
            adapter.read(record, trajectory_id="t", source="x", setting=setting)
            if recognised and adapter.pieces is not None and adapter.pieces.is_piece(record):
                runs = list(adapter.pieces.gather([record, record]))
                assert all(adapter.recognises(run) for run in runs)


def nested(depth, wrap):
    value = "x"
    for _ in range(depth):
        value = wrap(value)
    return value


@pytest.mark.parametrize(
    "wrap",
    [
        lambda value: [value],
        lambda value: {"content": [value]},
        lambda value: {"data": value},
        lambda value: [{"type": "text", "text": "a", "content": value}],
        json.dumps,
    ],
    ids=["lists", "contents", "data", "parts", "strings"],
)
def test_nothing_is_nested_too_deep(wrap):
    deep = nested(12 if wrap is json.dumps else 900, wrap)
    for record in (
        {"messages": [{"role": "assistant", "content": deep, "reasoning": deep}]},
        {"messages": [{"role": "assistant", "tool_calls": [browser_call(1, "open", id=deep)]},
                      {"role": "tool", "tool_call_id": "1", "content": deep}]},
        {"messages": [
            {"role": "assistant",
             "content": [{"type": "tool_use", "id": "1", "name": "search", "input": deep}]},
            {"role": "user",
             "content": [{"type": "tool_result", "tool_use_id": "1", "content": deep}]}]},
        {"output": [{"type": "reasoning", "content": deep, "summary": deep},
                    {"type": "file_search_call", "queries": deep, "results": deep}]},
    ):  # fmt: skip
        for name in FAMILY:
            adapter = FORMATS.get(name)
            adapter.recognises(record)
            adapter.read(record, trajectory_id="t", source="x", setting=ReadSetting())
