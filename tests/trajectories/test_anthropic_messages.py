"""Anthropic messages: client and server tools, hidden thinking, results in every shape."""

import json

import pytest
from log_samples import HITS, QUESTION, SHOWN, untimed_turns
from message_samples import anthropic_run

from lrat_rank.trajectories import (
    Answer,
    Browse,
    Impression,
    OtherCall,
    ReadReport,
    Reasoning,
    Search,
)
from lrat_rank.trajectories.adapter import ReadSetting
from lrat_rank.trajectories.messages.anthropic import ANTHROPIC_MESSAGES, read_run


def read(*messages, report=None, **fields):
    record = {"messages": [{"role": "user", "content": "Which?"}, *messages], **fields}
    assert ANTHROPIC_MESSAGES.recognises(record)
    setting = ReadSetting(report or ReadReport())
    return read_run(record, trajectory_id="t", source="x", setting=setting)


def assistant(*blocks, **fields):
    return {"role": "assistant", "content": list(blocks), **fields}


def user(*blocks):
    return {"role": "user", "content": list(blocks)}


def use(call_id, name, kind="tool_use", **given):
    return {"type": kind, "id": call_id, "name": name, "input": given}


def result(call_id, content, kind="tool_result", **fields):
    return {"type": kind, "tool_use_id": call_id, "content": content, **fields}


def text(said):
    return {"type": "text", "text": said}


def thinking(said):
    return {"type": "thinking", "thinking": said, "signature": "s"}


def test_the_sample_run_is_read_turn_by_turn():
    setting = ReadSetting()
    trajectory = read_run(anthropic_run(), trajectory_id="t", source="x", setting=setting)
    assert trajectory.turns == untimed_turns()
    assert trajectory.question == QUESTION
    assert setting.report.unplaced == {}


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(HITS),
        [text(json.dumps(HITS))],
        [text(json.dumps(hit)) for hit in HITS],
        json.dumps({"results": HITS}),
    ],
)
@pytest.mark.parametrize(
    "kinds", [("tool_use", "tool_result"), ("mcp_tool_use", "mcp_tool_result")]
)
def test_results_are_read_as_text_and_as_blocks(content, kinds):
    call, came = kinds
    asked = assistant(use("a", "search", kind=call, query="q"))
    assert read(asked, user(result("a", content, kind=came))).turns == (Search("q", SHOWN),)


def test_search_result_blocks_are_known_by_their_source():
    block = {"type": "search_result", "source": "https://ex.org/a", "title": "T",
             "content": [text("Passage.")]}  # fmt: skip
    (turn,) = read(assistant(use("a", "search", query="q")), user(result("a", [block]))).turns
    assert turn.impressions == (Impression("https://ex.org/a", 1, snippet="Passage."),)


def test_the_servers_searches_and_pages_are_read_in_the_order_they_happened():
    hit = {"type": "web_search_result", "url": "https://ex.org/a", "title": "T",
           "encrypted_content": "x", "page_age": None}  # fmt: skip
    source = {"type": "text", "media_type": "text/plain", "data": "Page."}
    fetched = {"type": "web_fetch_result", "url": "https://ex.org/a", "retrieved_at": "now",
               "content": {"type": "document", "title": "T", "source": source}}  # fmt: skip
    turns = read(
        assistant(
            text("I look."),
            use("a", "web_search", kind="server_tool_use", query="q"),
            result("a", [hit], kind="web_search_tool_result"),
            text("I open it."),
            use("b", "web_fetch", kind="server_tool_use", url="https://ex.org/a"),
            result("b", fetched, kind="web_fetch_tool_result"),
            text("So it is "),
            text("seven."),
        )
    ).turns
    assert turns == (
        Reasoning("I look."),
        Search("q", (Impression("https://ex.org/a", 1, snippet="T"),)),
        Reasoning("I open it."),
        Browse("https://ex.org/a", "Page."),
        Answer("So it is seven."),
    )


def test_errors_fail_and_an_empty_list_does_not():
    search_error = {"type": "web_search_tool_result_error", "error_code": "max_uses_exceeded"}
    fetch_error = {"type": "web_fetch_tool_result_error", "error_code": "url_not_accessible"}
    turns = read(
        assistant(
            use("a", "web_search", kind="server_tool_use", query="q"),
            result("a", search_error, kind="web_search_tool_result"),
            use("b", "web_fetch", kind="server_tool_use", url="https://b.org"),
            result("b", fetch_error, kind="web_fetch_tool_result"),
            use("c", "web_search", kind="server_tool_use", query="none"),
            result("c", [], kind="web_search_tool_result"),
        ),
        assistant(use("d", "visit", docid="1")),
        user(result("d", "Some text about it", is_error=True)),
    ).turns
    assert [turn.failed for turn in turns] == [True, True, False, True]


def test_a_page_without_text_did_not_fail():
    source = {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0="}
    fetched = {"type": "web_fetch_result", "url": "https://ex.org/a.pdf",
               "content": {"type": "document", "title": "T", "source": source}}  # fmt: skip
    (turn,) = read(
        assistant(
            use("b", "web_fetch", kind="server_tool_use", url="https://ex.org/a.pdf"),
            result("b", fetched, kind="web_fetch_tool_result"),
        )
    ).turns
    assert turn == Browse("https://ex.org/a.pdf")


def test_calls_of_a_turn_are_a_batch_with_all_its_text_before_them():
    turns = read(
        assistant(
            thinking("Both."),
            text("First one,"),
            use("a", "visit", docid="1"),
            text(" then the other."),
            use("b", "visit", docid="2"),
        ),
        user(result("b", "Two."), result("a", "One.")),
    ).turns
    assert turns == (
        Reasoning("Both."),
        Reasoning("First one, then the other."),
        Browse("1", "One.", batch=1),
        Browse("2", "Two.", batch=1),
    )


def test_hidden_thinking_was_withheld():
    turns = read(
        assistant({"type": "redacted_thinking", "data": "x"}, use("a", "visit", docid="1")),
        assistant(thinking(""), text("Done.")),
    ).turns
    hidden = Reasoning("", withheld=True)
    assert turns == (hidden, Browse("1"), hidden, Answer("Done."))


def test_a_token_cap_cuts_the_last_text_of_its_turn():
    turns = read(
        assistant(thinking("So I"), stop_reason="max_tokens"),
        assistant(thinking("Well."), use("a", "visit", docid="1"), stop_reason="tool_use"),
    ).turns
    assert turns == (Reasoning("So I", truncated=True), Reasoning("Well."), Browse("1"))


def test_a_result_without_its_call_and_an_unknown_tool_are_counted():
    report = ReadReport()
    ran = use("a", "code_execution", kind="server_tool_use", code="1")
    turns = read(assistant(ran), user(result("lost", "x")), report=report).turns
    assert turns == (OtherCall("code_execution"),)
    assert report.unplaced == {
        "unknown tool code_execution": 1, "tool output without its call": 1,
    }  # fmt: skip


def test_a_response_beside_the_messages_is_the_last():
    response = {"type": "message", **assistant(text("Done."))}
    asked = assistant(use("a", "visit", docid="1"))
    turns = read(asked, user(result("a", "One.")), response=response).turns
    assert turns == (Browse("1", "One."), Answer("Done."))
