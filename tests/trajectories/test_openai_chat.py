"""Chat messages: calls and outputs find each other, thoughts and answers are told apart."""

import json

import pytest
from log_samples import HITS, QUESTION, SHOWN, untimed_turns
from message_samples import chat_run

from lrat_rank.trajectories import (
    Answer,
    Browse,
    OtherCall,
    ReadReport,
    Reasoning,
    Search,
    read_trajectories,
)
from lrat_rank.trajectories.adapter import ReadSetting
from lrat_rank.trajectories.messages.openai_chat import OPENAI_CHAT, read_run


def read(*messages, report=None, **fields):
    record = {"messages": [{"role": "user", "content": "Which?"}, *messages], **fields}
    assert OPENAI_CHAT.recognises(record)
    setting = ReadSetting(report or ReadReport())
    return read_run(record, trajectory_id="t", source="x", setting=setting)


def calls(*asked, content=None, **fields):
    """An assistant's message; each call is (id, tool, arguments)."""
    listed = [
        {"id": call_id, "type": "function", "function": {"name": tool, "arguments": arguments}}
        for call_id, tool, arguments in asked
    ]
    return {"role": "assistant", "content": content, "tool_calls": listed, **fields}


def output(call_id, content):
    return {"role": "tool", "tool_call_id": call_id, "content": content}


def search(call_id, query="q"):
    return (call_id, "search", json.dumps({"query": query}))


def visit(call_id, doc_id):
    return (call_id, "visit", json.dumps({"docid": doc_id}))


DONE = {"role": "assistant", "content": "Done."}


def test_the_sample_run_is_read_turn_by_turn():
    trajectory = read_run(chat_run(), trajectory_id="t", source="x", setting=ReadSetting())
    assert trajectory.turns == untimed_turns()
    assert trajectory.question == QUESTION


@pytest.mark.parametrize(
    "arguments", ['{"query": "q"}', {"query": "q"}, '"{\\"query\\": \\"q\\"}"']
)
@pytest.mark.parametrize(
    "content",
    [json.dumps(HITS), HITS, [{"type": "text", "text": json.dumps(HITS)}], {"results": HITS}],
)
def test_arguments_and_outputs_are_read_however_encoded(arguments, content):
    turns = read(calls(("a", "search", arguments)), output("a", content)).turns
    assert turns == (Search("q", SHOWN),)


def test_outputs_find_their_calls_by_id_in_any_order():
    trajectory = read(
        calls(visit("a", "1"), visit("b", "2"), visit("c", "3")),
        output("c", "Three."),
        output("a", "One."),
        output("b", "Two."),
    )
    assert [(t.doc_id, t.text) for t in trajectory.turns] == [
        ("1", "One."), ("2", "Two."), ("3", "Three."),
    ]  # fmt: skip


def test_an_id_that_comes_again_belongs_to_the_latest_call_before_the_output():
    report = ReadReport()
    trajectory = read(
        calls(visit("call_0", "1")),
        calls(visit("call_0", "2")),
        output("call_0", "Two."),
        calls(visit("call_0", "3")),
        output("call_0", "Three."),
        report=report,
    )
    assert trajectory.turns == (Browse("1"), Browse("2", "Two."), Browse("3", "Three."))
    assert report.unplaced == {}


def test_two_calls_of_one_message_with_one_id_take_their_outputs_in_order():
    trajectory = read(
        calls(visit("x", "1"), visit("x", "2")), output("x", "One."), output("x", "Two.")
    )
    assert [turn.text for turn in trajectory.turns] == ["One.", "Two."]


def test_outputs_without_ids_go_to_the_calls_before_them_in_order():
    none = {"role": "tool", "content": "One."}
    trajectory = read(calls(visit(None, "1"), visit(None, "2")), none, {**none, "content": "Two."})
    assert [turn.text for turn in trajectory.turns] == ["One.", "Two."]


def test_a_missing_output_is_no_failure_and_an_output_without_its_call_is_counted():
    report = ReadReport()
    trajectory = read(calls(visit("a", "1")), output("lost", "Text."), DONE, report=report)
    assert trajectory.turns == (Browse("1"), Answer("Done."))
    assert report.unplaced == {"tool output without its call": 1}


def test_an_error_output_is_a_failure():
    turns = read(
        calls(search("a"), visit("b", "1"), visit("c", "2")),
        output("a", "Error executing search: timeout"),
        output("b", "[Document not found] docid=1"),
        {**output("c", "gone"), "status": "error"},
    ).turns
    assert [turn.failed for turn in turns] == [True, True, True]


def test_calls_of_one_message_share_a_batch_and_a_call_alone_has_none():
    trajectory = read(
        calls(visit("a", "1"), visit("b", "2"), reasoning_content="Both."),
        output("a", "One."),
        output("b", "Two."),
        calls(visit("c", "3"), reasoning_content="Both help."),
        calls(visit("d", "4"), visit("e", "5")),
    )
    assert trajectory.turns[0] == Reasoning("Both.")
    assert [turn.batch for turn in trajectory.turns if isinstance(turn, Browse)] == [
        1, 1, None, 2, 2,
    ]  # fmt: skip


def test_only_the_last_text_before_the_user_says_more_and_without_a_later_call_answers():
    turns = read(
        {"role": "assistant", "content": "Let me see."},
        calls(visit("a", "1"), content="I open it."),
        output("a", "One."),
        {"role": "assistant", "content": "Almost."},
        {"role": "user", "content": "Go on."},
        DONE,
    ).turns
    assert turns == (
        Reasoning("Let me see."),
        Reasoning("I open it."),
        Browse("1", "One."),
        Answer("Almost."),
        Answer("Done."),
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"reasoning_content": "Hm."},
        {"reasoning": "Hm."},
        {"thinking": "Hm."},
        {"reasoning_details": [{"type": "reasoning.text", "text": "Hm."}]},
        {"reasoning_details": [{"type": "reasoning.summary", "summary": "Hm."}]},
        {"content": "<think>Hm.</think>Done."},
        {"content": "Hm.\n</think>\n\nDone."},
        {"content": "<think>Hm.</think>Done.", "reasoning_content": "Hm."},
        {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]},
                     {"type": "text", "text": "Done."}]},
    ],
)  # fmt: skip
def test_reasoning_is_read_wherever_stacks_put_it(fields):
    assert read({**DONE, **fields}).turns == (Reasoning("Hm."), Answer("Done."))


def test_encrypted_reasoning_was_withheld():
    details = [{"type": "reasoning.encrypted", "data": "x"}]
    turns = read({**DONE, "reasoning_details": details}).turns
    assert turns == (Reasoning("", withheld=True), Answer("Done."))


def test_a_token_cap_cuts_the_last_text_of_its_message():
    cut = {"finish_reason": "length", "reasoning_content": "So I"}
    assert read(DONE, {"role": "assistant", "content": "", **cut}, calls(search("a"))).turns[1] == (
        Reasoning("So I", truncated=True)
    )
    spoken = read({"role": "assistant", "content": "Now I", **cut}, calls(search("a"))).turns
    assert spoken[:2] == (Reasoning("So I"), Reasoning("Now I", truncated=True))


def test_legacy_function_calls_and_flat_calls_are_read():
    legacy = {"name": "visit", "arguments": '{"docid": "1"}'}
    flat = {"id": "b", "name": "visit", "args": {"docid": "2"}, "type": "tool_call"}
    turns = read(
        {"role": "assistant", "content": None, "function_call": legacy},
        {"role": "function", "name": "visit", "content": "One."},
        {"type": "ai", "content": "", "tool_calls": [flat]},
        {"type": "tool", "tool_call_id": "b", "content": "Two."},
    ).turns
    assert turns == (Browse("1", "One."), Browse("2", "Two."))


def test_times_become_seconds_of_calls_and_returns():
    (turn,) = read(
        calls(visit("a", "1"), timestamp="1970-01-01T00:00:10Z"),
        {**output("a", "One."), "timestamp": 12},
    ).turns
    assert (turn.at, turn.returned) == (10.0, 12.0)


@pytest.mark.parametrize(
    ("fields", "correct"),
    [
        ({"is_correct": True}, True),
        ({"judge_result": {"correct": False}}, False),
        ({"judge": "CORRECT"}, True),
        ({"metadata": {"correct": False}}, False),
        ({"correct": "maybe"}, None),
    ],
)
def test_facts_of_the_run_are_read_beside_the_messages(fields, correct):
    facts = {"question": "Real?", "status": "completed", "answer": "7", "model": "m", **fields}
    trajectory = read(DONE, **facts)
    assert (trajectory.question, trajectory.status, trajectory.answer, trajectory.agent) == (
        "Real?", "completed", "7", "m",
    )  # fmt: skip
    assert trajectory.correct is correct


@pytest.mark.parametrize("key", ["conversation", "trajectory", "raw_messages"])
def test_messages_are_found_under_other_keys_and_as_lists(tmp_path, key):
    messages = chat_run()["messages"]
    (tmp_path / "a.json").write_text(json.dumps({key: messages}))
    (tmp_path / "b.json").write_text(json.dumps([messages, messages]))
    (tmp_path / "c.jsonl").write_text(json.dumps({"query_id": 5, "messages": messages}) + "\n")
    found = list(read_trajectories([tmp_path]))
    assert [t.trajectory_id for t in found] == ["a", "b-1", "b-2", "c-5"]
    assert all(t.turns == untimed_turns() for t in found)


def test_the_message_of_a_completion_beside_the_messages_is_the_last():
    response = {"choices": [{"finish_reason": "stop", "message": DONE}]}
    turns = read(calls(visit("a", "1")), output("a", "One."), response=response).turns
    assert turns == (Browse("1", "One."), Answer("Done."))


def test_web_results_are_known_by_their_address():
    organic = [{"title": "T", "link": "https://ex.org/a", "snippet": "S."}]
    found, page = read(
        calls(search("a"), ("b", "visit", {"url": "https://ex.org/a"})),
        output("a", json.dumps({"searchParameters": {"q": "q"}, "organic": organic})),
        output("b", "Text."),
    ).turns
    assert [(i.doc_id, i.snippet) for i in found.impressions] == [("https://ex.org/a", "S.")]
    assert page.doc_id == "https://ex.org/a"


def test_a_call_that_is_nothing_keeps_its_place_and_is_counted():
    report = ReadReport()
    message = {"role": "assistant", "tool_calls": [None, {"function": 5}], "content": 7}
    assert read(message, DONE, report=report).turns == (
        OtherCall("", batch=1), OtherCall("", batch=1), Answer("Done."),
    )  # fmt: skip
    assert report.unplaced == {"unknown tool (unnamed)": 2}
