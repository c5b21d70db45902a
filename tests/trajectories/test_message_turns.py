"""What was written when: calls of one time in several messages, and a user who says more."""

import json

import pytest

from lrat_rank.trajectories import (
    Answer,
    Browse,
    OtherCall,
    ReadReport,
    Reasoning,
    read_trajectories,
)
from lrat_rank.trajectories.adapter import ReadSetting
from lrat_rank.trajectories.formats import sniff

LATER = "later message of the user"


def user(text):
    return {"role": "user", "content": text}


def said(text, *doc_ids, **fields):
    """A chat message that says something, and opens documents in calls with their ids."""
    asked = [{"id": d, "function": {"name": "visit", "arguments": {"docid": d}}} for d in doc_ids]
    return {"role": "assistant", "content": text, "tool_calls": asked, **fields}


def came(doc_id):
    return {"role": "tool", "tool_call_id": doc_id, "content": f"Text {doc_id}."}


def opened(doc_id, batch=None):
    return Browse(doc_id, f"Text {doc_id}.", batch=batch)


def read(record, report=None):
    setting = ReadSetting(report or ReadReport())
    return sniff(record).read(record, trajectory_id="t", source="x", setting=setting)


def turns(*messages, report=None):
    return read({"messages": [user("Who?"), *messages]}, report).turns


def blocks(text, doc_id):
    call = {"type": "tool_use", "id": doc_id, "name": "visit", "input": {"docid": doc_id}}
    return {"role": "assistant", "content": [{"type": "text", "text": text}, call]}


def results(*doc_ids):
    return user(
        [{"type": "tool_result", "tool_use_id": d, "content": f"Text {d}."} for d in doc_ids]
    )


def thought(text):
    return {"type": "reasoning", "summary": [{"type": "summary_text", "text": text}]}


def function(doc_id):
    arguments = json.dumps({"docid": doc_id})
    return {"type": "function_call", "call_id": doc_id, "name": "visit", "arguments": arguments}


def function_came(doc_id):
    return {"type": "function_call_output", "call_id": doc_id, "output": f"Text {doc_id}."}


def atif_step(text, doc_id, *results):
    call = {"tool_call_id": doc_id, "function_name": "visit", "arguments": {"docid": doc_id}}
    given = [{"source_call_id": d, "content": f"Text {d}."} for d in results]
    return {"step_id": 1, "source": "agent", "message": text, "tool_calls": [call],
            "observation": {"results": given}}  # fmt: skip


SPLIT = {
    "chat": {"messages": [said("A.", "1"), said("Not useful.", "2"), came("1"), came("2")]},
    "anthropic": {"messages": [blocks("A.", "1"), blocks("Not useful.", "2"), results("2", "1")]},
    "responses": {
        "output": [thought("A."), function("1"), thought("Not useful."), function("2"),
                   function_came("1"), function_came("2")]
    },
    "atif": {"steps": [atif_step("A.", "1"), atif_step("Not useful.", "2", "1", "2")]},
}  # fmt: skip


@pytest.mark.parametrize("name", SPLIT)
def test_calls_of_several_messages_before_any_output_are_one_step_with_its_text_before(name):
    expected = (Reasoning("A."), Reasoning("Not useful."), opened("1", 1), opened("2", 1))
    assert read(SPLIT[name]).turns == expected


def test_text_after_one_of_two_outputs_is_about_what_came():
    late = turns(said("", "1"), said("", "2"), came("1"), said("One helps."), came("2"))
    assert late == (opened("1", 1), opened("2", 1), Answer("One helps."))


def test_a_call_whose_output_is_not_logged_is_not_waited_for():
    alone = turns(said("", "1"), said("It helps.", "2"), came("2"))
    assert alone == (Browse("1"), Reasoning("It helps."), opened("2"))


def test_a_call_that_carries_its_output_is_a_step_of_its_own():
    search = {"type": "web_search_call", "action": {"type": "open_page", "url": "https://a.org"}}
    items = [function("1"), search, thought("Hm."), function_came("1")]
    assert read({"output": items}).turns == (opened("1"), Browse("https://a.org"), Reasoning("Hm."))


def test_what_the_agent_says_before_the_user_says_more_is_its_answer():
    report = ReadReport()
    found = turns(
        said("", "1"), came("1"), said("He did."), user("And in Rome?"),
        said("That page is of no use here.", "2"), came("2"), said("She did."),
        report=report,
    )  # fmt: skip
    assert found == (
        opened("1"), Answer("He did."), Reasoning("That page is of no use here."), opened("2"),
        Answer("She did."),
    )  # fmt: skip
    assert report.unplaced == {LATER: 1}


def interrupted():
    question = {"type": "message", **user("And in Rome?")}
    yield {"messages": [said("", "1"), came("1"), user("And in Rome?"), said("No use.", "2")]}
    yield {
        "messages": [blocks("", "1"), results("1"), user("And in Rome?"), blocks("No use.", "2")]
    }
    yield {
        "items": [function("1"), function_came("1"), question, thought("No use."), function("2")]
    }
    asked = {"step_id": 2, "source": "user", "message": "And in Rome?"}
    yield {"steps": [atif_step("", "1", "1"), asked, atif_step("No use.", "2")]}


@pytest.mark.parametrize("record", interrupted())
def test_thoughts_after_an_interruption_are_not_about_the_document_before_it(record):
    report = ReadReport()
    expected = (opened("1"), OtherCall("user"), Reasoning("No use."), Browse("2"))
    assert read(record, report).turns == expected
    assert report.unplaced == {LATER: 1}


@pytest.mark.parametrize("text", ["<system-reminder>Go on.</system-reminder>", " ", None])
def test_what_programs_say_as_the_user_interrupts_nothing(text):
    found = turns(said("", "1"), came("1"), user(text), said("It helps.", "2"))
    assert found == (opened("1"), Reasoning("It helps."), Browse("2"))


def test_a_user_message_where_an_output_should_be_interrupts_nothing():
    found = turns(said("", "1"), user("Text 1."), said("It helps.", "2"))
    assert found == (Browse("1"), Reasoning("It helps."), Browse("2"))


@pytest.mark.parametrize(
    ("fields", "question"),
    [
        ({"task": "hotpotqa"}, "Who?"),
        ({"input": "x", "prompt": "You are an agent."}, "Who?"),
        ({"query": "Which?"}, "Which?"),
        ({"task": "hotpotqa", "problem": "Which?"}, "Which?"),
    ],
)
def test_only_a_question_of_the_record_goes_before_what_the_user_asked(fields, question):
    assert read({"messages": [user("Who?"), said("I.")], **fields}).question == question


def test_a_task_is_the_question_where_no_user_asks():
    assert read({"messages": [said("I.")], "task": "Find it."}).question == "Find it."


def lines(path, records):
    path.write_text("\n".join(map(json.dumps, records)))


def test_bare_messages_after_an_answer_are_the_next_run_unless_a_session_holds_both(tmp_path):
    two = [user("Who?"), said("", "1"), came("1"), said("I."),
           user("Where?"), said("", "2"), came("2"), said("Here.")]  # fmt: skip
    lines(tmp_path / "a.jsonl", two)
    lines(tmp_path / "b.jsonl", [{**message, "session_id": "s"} for message in two])
    first, second, both = read_trajectories([tmp_path])
    assert (first.question, first.turns) == ("Who?", (opened("1"), Answer("I.")))
    assert (second.question, second.turns) == ("Where?", (opened("2"), Answer("Here.")))
    assert (both.question, both.turns) == ("Who?", first.turns + second.turns)


@pytest.mark.parametrize(
    "messages",
    [
        [said("Let me see."), user("<tool_response>x</tool_response>"), said("I.")],
        [said("Look.", "1"), user("Text 1."), said("I.")],
        [blocks("Look.", "1"), results("1"), {"role": "assistant", "content": "I."}],
    ],
)
def test_bare_messages_before_the_answer_are_one_run(tmp_path, messages):
    lines(tmp_path / "a.jsonl", [user("Who?"), *messages])
    assert len(list(read_trajectories([tmp_path]))) == 1


def test_a_side_chain_is_a_run_of_its_own(tmp_path):
    def row(message, agent=None):
        side = {"isSidechain": agent is not None, **({"agentId": agent} if agent else {})}
        return {"type": message["role"], "sessionId": "s", "message": message, **side}

    rows = [
        row(user("Who?")), row(blocks("", "1")), row(results("1")),
        row(user("Where?"), "b"), row(blocks("Irrelevant.", "2"), "b"), row(results("2"), "b"),
        row(blocks("It helps.", "3")), row(results("3")),
    ]  # fmt: skip
    lines(tmp_path / "a.jsonl", rows)
    main, side = read_trajectories([tmp_path])
    assert (main.trajectory_id, side.trajectory_id) == ("a-s", "a-s-b")
    assert main.turns == (opened("1"), Reasoning("It helps."), opened("3"))
    assert (side.question, side.turns) == ("Where?", (Reasoning("Irrelevant."), opened("2")))
