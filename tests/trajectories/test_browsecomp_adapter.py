"""BrowseComp-Plus and LRAT run records: every dialect and trap, read into the typed model."""

import json

import pytest

from lrat_rank.trajectories import (
    Answer,
    Browse,
    Impression,
    OtherCall,
    ReadReport,
    Reasoning,
    Search,
    Trajectory,
    sniff,
)
from lrat_rank.trajectories.adapter import ReadSetting
from lrat_rank.trajectories.browsecomp import read_run, recognises

HITS = [{"docid": "7", "score": 2.5, "snippet": "Seven."}, {"docid": "9", "snippet": "Nine."}]
SHOWN = (Impression("7", 1, 2.5, "Seven."), Impression("9", 2, None, "Nine."))


def call(tool, arguments, output):
    return {"type": "tool_call", "tool_name": tool, "arguments": arguments, "output": output}


def read(*steps, report=None, **fields) -> Trajectory:
    record = {"query_id": "1", "result": list(steps), **fields}
    assert sniff(record) is not None
    return read_run(
        record, trajectory_id="t", source="x", setting=ReadSetting(report or ReadReport())
    )


def only_turn(step, report=None):
    (turn,) = read(step, report=report).turns
    return turn


def test_an_lrat_run_keeps_every_step_in_its_place():
    trajectory = read(
        {"type": "reasoning", "tool_name": None, "arguments": None, "output": "First."},
        call(
            "search", '{"query": ["ran", "ignored"]}', "x\n\n## Web Results\nDocID:7\n[S]\nSeven."
        ),
        {"type": "reasoning", "output": "Open it."},
        {"type": "reasoning", "output": "At once."},
        call("get_document", '{"docid": "7"}', "Document 7:\n{'docid': '7', 'text': 'It\\'s 7.'}"),
        call("visit", '{"docid": 9}', "Document 9:\nNine."),
        {"type": "output_text", "output": "Seven."},
        metadata={"model": "m", "searcher_type": "bm25"},
        query="Which?",
        status="completed",
        answer="7",
    )
    assert trajectory == Trajectory(
        "t",
        "Which?",
        (
            Reasoning("First."),
            Search("ran", (Impression("7", 1, None, "[S]\nSeven."),), ("ignored",)),
            Reasoning("Open it."),
            Reasoning("At once."),
            Browse("7", "It's 7."),
            Browse("9", "Nine."),
            Answer("Seven."),
        ),
        status="completed",
        answer="7",
        agent="m",
        retriever="bm25",
        question_id="1",
    )


@pytest.mark.parametrize("tool", ["search", "local_knowledge_base_retrieval", "mcp__kb__search"])
@pytest.mark.parametrize("key", ["query", "user_query"])
@pytest.mark.parametrize("encode", [json.dumps, dict, str], ids=["json", "object", "literal"])
def test_a_search_is_read_whatever_its_tool_key_and_encoding(tool, key, encode):
    turn = only_turn(call(tool, encode({key: "it's"}), json.dumps(HITS)))
    assert turn == Search("it's", SHOWN)


@pytest.mark.parametrize("arguments", ['{"query": "cut', "", None, "[1]", "nonsense", 5])
def test_unreadable_arguments_become_an_other_call_and_lose_nothing_else(arguments):
    report = ReadReport()
    trajectory = read(
        call("search", arguments, json.dumps(HITS)),
        call("search", {"query": "good"}, HITS),
        report=report,
    )
    assert trajectory.turns == (OtherCall("search"), Search("good", SHOWN))
    assert report.unplaced == {"tool call with unreadable arguments": 1}


@pytest.mark.parametrize(
    ("logged", "doc_id", "also"),
    [
        (7, "7", ()),
        ("7", "7", ()),
        (" 7 ", "7", ()),
        ("DocID: 5", "5", ()),
        ("wiki_page:id:5", "5", ()),
        (["DocID:5", 6, 5], "5", ("6",)),
        ('["5", "6"]', "5", ("6",)),
        ("https://ex.org/a:b", "https://ex.org/a:b", ()),
        ("url: https://ex.org/a", "https://ex.org/a", ()),
    ],
)
def test_a_browsed_id_is_the_corpus_id(logged, doc_id, also):
    turn = only_turn(call("get_document", {"docid": logged}, "Body."))
    assert turn == Browse(doc_id, "Body.", also)


def test_an_id_with_a_colon_stays_whole_where_the_list_showed_it_so():
    shown = call("search", {"query": "q"}, [{"docid": "wiki:5"}])
    opened = call("visit", {"docid": "DocID: wiki:5"}, "Document DocID: wiki:5:\nBody.")
    assert read(shown, opened).turns[1] == Browse("wiki:5", "Body.")


def test_an_id_with_a_colon_stays_whole_where_the_document_names_it_so():
    opened = call("get_document", {"docid": "wiki:5"}, '{"docid": "wiki:5", "text": "Body."}')
    assert only_turn(opened) == Browse("wiki:5", "Body.")


def test_a_browse_without_a_doc_id_is_counted():
    report = ReadReport()
    assert only_turn(call("visit", {"goal": "look"}, "x"), report) == OtherCall("visit")
    assert report.unplaced == {"browse without a doc id": 1}


def test_a_search_without_a_query_keeps_its_list_and_is_counted():
    report = ReadReport()
    assert only_turn(call("search", {"topic": "x"}, HITS), report) == Search("", SHOWN)
    assert report.unplaced == {"search without a query": 1}


def test_an_unknown_tool_keeps_its_place_and_is_counted_by_name():
    report = ReadReport()
    turns = read(call("python", "{}", "1"), call(None, None, "x"), report=report).turns
    assert turns == (OtherCall("python"), OtherCall(""))
    assert report.unplaced == {"unknown tool python": 1, "unknown tool (unnamed)": 1}


def test_a_search_with_no_documents_is_counted_but_did_not_fail():
    report = ReadReport()
    turn = only_turn(call("search", {"query": "q"}, "No results found for 'q'."), report)
    assert turn == Search("q")
    assert report.unplaced == {"search output with no documents": 1}


@pytest.mark.parametrize(
    ("output", "text"),
    [
        ("One.", "One."),
        (["One.", "Two."], "One. Two."),
        ([{"type": "summary_text", "text": "One."}, {"text": "Two."}], "One. Two."),
    ],
)
def test_reasoning_is_read_from_text_lists_and_summaries(output, text):
    assert only_turn({"type": "reasoning", "output": output}) == Reasoning(text)


@pytest.mark.parametrize("output", ["", " \n", [], [""], None])
def test_empty_reasoning_is_no_turn(output):
    assert read({"type": "reasoning", "output": output}).turns == ()


def test_reasoning_that_holds_no_text_is_counted():
    report = ReadReport()
    read({"type": "reasoning", "output": [{"encrypted_content": "x"}]}, report=report)
    assert report.unplaced == {"reasoning step without text": 1}


def test_steps_that_are_no_steps_are_counted():
    report = ReadReport()
    kept = {"type": "output_text", "output": "Done."}
    assert read("text", {"type": "usage"}, kept, report=report).turns == (Answer("Done."),)
    assert report.unplaced == {"step that is not an object": 1, "unknown step type usage": 1}


@pytest.mark.parametrize(
    ("fields", "correct"),
    [
        ({"correct": False}, False),
        ({"is_correct": True}, True),
        ({"metadata": {"correct": True}}, True),
        ({"correct": "yes"}, None),
        ({}, None),
    ],
)
def test_correctness_is_read_only_where_the_log_says_true_or_false(fields, correct):
    assert read(**fields, status="completed").correct is correct


def test_a_browse_whose_output_was_not_logged_did_not_fail():
    step = {"type": "tool_call", "tool_name": "visit", "arguments": {"docid": "5"}}
    assert only_turn(step) == Browse("5")
    assert only_turn({**step, "output": None}) == Browse("5", failed=True)


def test_raw_messages_and_odd_metadata_do_not_matter():
    trajectory = read(metadata=None, raw_messages=[{"role": "user"}], query=5, status=["x"])
    assert trajectory == Trajectory("t", "", (), question_id="1")


@pytest.mark.parametrize(
    "record",
    [
        {"query_id": "1", "query": "q", "candidates": []},
        {"result": "text"},
        {"result": []},
        {"result": [{"document": {"title": "t"}, "docid": "1"}]},
        [],
        "text",
        None,
    ],
)
def test_other_records_are_not_taken_for_runs(record):
    assert not recognises(record)
