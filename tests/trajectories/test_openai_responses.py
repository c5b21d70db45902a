"""Responses API items: built-in searches, MCP, hidden reasoning, and runs of many responses."""

import json

import pytest
from log_samples import HITS, QUESTION, SHOWN, untimed_turns
from message_samples import response_items, responses_run

from lrat_rank.trajectories import (
    Answer,
    Browse,
    Impression,
    OtherCall,
    ReadReport,
    Reasoning,
    Search,
    read_trajectories,
)
from lrat_rank.trajectories.adapter import ReadSetting
from lrat_rank.trajectories.messages.openai_responses import OPENAI_RESPONSES, read_run


def read(*items, report=None, **fields):
    record = {"output": list(items), **fields}
    assert OPENAI_RESPONSES.recognises(record)
    setting = ReadSetting(report or ReadReport())
    return read_run(record, trajectory_id="t", source="x", setting=setting)


def web(**action):
    return {"type": "web_search_call", "id": "ws", "status": "completed", "action": action}


def function(call_id, name, **arguments):
    return {
        "type": "function_call",
        "call_id": call_id,
        "name": name,
        "arguments": json.dumps(arguments),
    }


def came(call_id, output):
    return {"type": "function_call_output", "call_id": call_id, "output": output}


def said(text, **fields):
    content = [{"type": "output_text", "text": text, "annotations": []}]
    return {"type": "message", "role": "assistant", "content": content, **fields}


REASONING = {"type": "reasoning", "id": "rs", "summary": []}


def test_the_sample_run_is_read_turn_by_turn():
    setting = ReadSetting()
    trajectory = read_run(responses_run(), trajectory_id="t", source="x", setting=setting)
    assert trajectory.turns == untimed_turns()
    assert trajectory.question == QUESTION
    assert setting.report.unplaced == {}


@pytest.mark.parametrize("key", ["output", "items", "input", "messages"])
def test_items_are_found_under_every_key(key):
    record = {key: response_items()}
    assert OPENAI_RESPONSES.recognises(record)
    read = read_run(record, trajectory_id="t", source="x", setting=ReadSetting())
    assert read.turns == untimed_turns()


def test_a_web_search_shows_its_sources_and_pages_are_opened_and_searched_through():
    sources = [{"type": "url", "url": "https://ex.org/a"}, {"type": "url", "url": "https://b.org"}]
    turns = read(
        web(type="search", query="old", queries=["ran", "too"], sources=sources),
        web(type="open_page", url="https://ex.org/a"),
        web(type="find_in_page", url="https://ex.org/a", pattern="x"),
        said("Done."),
    ).turns
    shown = (Impression("https://ex.org/a", 1), Impression("https://b.org", 2))
    page = Browse("https://ex.org/a")
    assert turns == (Search("ran", shown, ("too",)), page, page, Answer("Done."))


def test_a_web_search_without_sources_and_a_page_without_address_are_counted():
    report = ReadReport()
    asked = [web(type="search", query="q"), web(type="open_page", url=None)]
    search, page = read(*asked, report=report).turns
    assert (search.query, search.impressions, page) == ("q", (), OtherCall("web_search"))
    assert report.unplaced["browse without a doc id"] == 1


def test_a_file_search_shows_each_file_once_at_its_best_place():
    results = [
        {"file_id": "f1", "filename": "a.md", "score": 0.9, "text": "One."},
        {"file_id": "f1", "filename": "a.md", "score": 0.8, "text": "More."},
        {"filename": "b.md", "text": "Two."},
    ]
    call = {"type": "file_search_call", "id": "fs", "queries": ["q"], "results": results}
    shown = (Impression("f1", 1, 0.9, "One."), Impression("b.md", 3, None, "Two."))
    assert read(call).turns == (Search("q", shown),)


def test_an_mcp_call_carries_its_output_or_its_error():
    call = {"type": "mcp_call", "id": "m", "server_label": "kb", "name": "search",
            "arguments": '{"query": "q"}', "output": json.dumps(HITS), "error": None}  # fmt: skip
    opened = {**call, "name": "fetch", "arguments": '{"id": "7"}', "output": None}
    error = {"type": "http_error", "code": 500, "message": "down"}
    turns = read(call, opened, {**opened, "error": error}).turns
    assert turns == (Search("q", SHOWN), Browse("7"), Browse("7", failed=True))


def test_reasoning_is_its_content_else_its_summary_else_withheld():
    summary = [{"type": "summary_text", "text": "Sum"}, {"type": "summary_text", "text": "mary."}]
    content = [{"type": "reasoning_text", "text": "In full."}]
    turns = read(
        {**REASONING, "summary": summary},
        {**REASONING, "summary": summary, "content": content},
        {**REASONING, "encrypted_content": "x"},
        said("Done."),
    ).turns
    assert turns == (
        Reasoning("Sum\nmary."),
        Reasoning("In full."),
        Reasoning("", withheld=True),
        Answer("Done."),
    )


def test_calls_before_any_output_are_a_batch_and_built_in_calls_are_none():
    turns = read(
        function("a", "visit", docid="1"),
        function("b", "visit", docid="2"),
        came("b", "Two."),
        came("a", "One."),
        function("c", "visit", docid="3"),
        came("c", "Three."),
        web(type="open_page", url="https://b.org"),
        web(type="open_page", url="https://c.org"),
    ).turns
    assert [(t.doc_id, t.text, t.batch) for t in turns] == [
        ("1", "One.", 1),
        ("2", "Two.", 1),
        ("3", "Three.", None),
        ("https://b.org", None, None),
        ("https://c.org", None, None),
    ]


def test_a_token_cap_cuts_the_last_text():
    cut = {"incomplete_details": {"reason": "max_output_tokens"}, "status": "incomplete"}
    thought = {**REASONING, "summary": [{"type": "summary_text", "text": "So I"}]}
    assert read(thought, **cut).turns == (Reasoning("So I", truncated=True),)
    assert read(thought).turns == (Reasoning("So I"),)


def test_commentary_before_calls_is_reasoning():
    turns = read(said("I look."), function("a", "visit", docid="1"), came("a", "One."), said("So."))
    assert turns.turns == (Reasoning("I look."), Browse("1", "One."), Answer("So."))


def responses_in_sequence():
    """The sample run, a response a step; each request repeats the conversation so far."""
    rounds, seen = [], []
    for item in response_items():
        given = item.get("role") == "user" or item["type"] == "function_call_output"
        if not rounds or (given and rounds[-1][1]):
            rounds.append((list(seen), []))
        rounds[-1][0 if given else 1].append(item)
        seen.append(item)
    return [
        {
            **{"id": f"resp_{n}", "object": "response", "model": "m"},
            **{"input": before, "output": after},
            "previous_response_id": f"resp_{n - 1}" if n else None,
        }
        for n, (before, after) in enumerate(rounds)
    ]


def test_responses_in_sequence_make_one_run_and_repeated_inputs_are_read_once(tmp_path):
    several = responses_in_sequence()
    assert len(several) == 4
    (tmp_path / "held.json").write_text(json.dumps({"responses": several}))
    (tmp_path / "lines.jsonl").write_text("\n".join(map(json.dumps, several)))
    (tmp_path / "list.json").write_text(json.dumps(several))
    for trajectory in read_trajectories([tmp_path]):
        assert trajectory.turns == untimed_turns()
        assert trajectory.question == QUESTION
        assert trajectory.agent == "m"


def test_responses_that_do_not_name_each_other_are_runs_of_their_own(tmp_path):
    alone = [
        {"id": f"r{n}", "object": "response", "output": [said(f"Answer {n}.")]} for n in range(3)
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, alone)))
    found = list(read_trajectories([tmp_path]))
    assert [t.trajectory_id for t in found] == ["a-r0", "a-r1", "a-r2"]
    assert [t.turns for t in found] == [(Answer(f"Answer {n}."),) for n in range(3)]


def test_other_items_are_calls_unread_or_counted():
    report = ReadReport()
    code = {"type": "code_interpreter_call", "id": "c", "code": "1"}
    turns = read(REASONING, code, {"type": "mcp_list_tools"}, {"type": "odd"}, report=report).turns
    assert turns == (Reasoning("", withheld=True), OtherCall("code_interpreter"))
    assert report.unplaced == {"unknown item type odd": 1, "unknown tool code_interpreter": 1}


def chained(*rounds):
    """A response for each (input, output), which name each other."""
    return {"responses": [{"object": "response", "input": given, "output": list(written)}
                          for given, *written in rounds]}  # fmt: skip


def test_equal_texts_of_several_responses_are_each_read():
    record = chained(
        ("Who?", said("Opening."), function("a", "visit", docid="1")),
        ([came("a", "One.")], said("Opening."), function("b", "visit", docid="2")),
        ([came("b", "Two.")], said("Opening.")),
    )
    opening = Reasoning("Opening.")
    turns = read_run(record, trajectory_id="t", source="x", setting=ReadSetting()).turns
    assert turns == (opening, Browse("1", "One."), opening, Browse("2", "Two."), Answer("Opening."))


def test_calls_without_ids_are_each_read():
    record = chained(
        ("Who?", function(None, "visit", docid="1")),
        ([came(None, "Same.")], function(None, "visit", docid="1")),
        ([came(None, "Same.")], said("Done.")),
    )
    turns = read_run(record, trajectory_id="t", source="x", setting=ReadSetting()).turns
    assert turns == (Browse("1", "Same."), Browse("1", "Same."), Answer("Done."))


def test_a_repeated_conversation_may_leave_out_its_reasoning():
    asked, call = {"role": "user", "content": "Who?"}, function("a", "visit", docid="1")
    thought = {**REASONING, "summary": [{"type": "summary_text", "text": "Look."}]}
    record = chained(
        ([asked], thought, call), ([asked, call, came("a", "One.")], thought, said("Done."))
    )
    turns = read_run(record, trajectory_id="t", source="x", setting=ReadSetting()).turns
    assert turns == (Reasoning("Look."), Browse("1", "One."), Reasoning("Look."), Answer("Done."))
