"""LangSmith runs: rows and nested runs, retrievers and tools, and what must not count twice.

The hard cases come first: a tool around a retriever, parallel calls, and a log without messages.
"""

import json

import pytest
from log_samples import (
    ANSWER,
    CALLS,
    QUESTION,
    langsmith_message,
    langsmith_row,
    langsmith_rows,
    moment_of,
    untimed_turns,
)
from msgspec.structs import replace

from lrat_rank.trajectories import (
    Answer,
    Browse,
    Impression,
    OtherCall,
    Reasoning,
    Search,
    read_trajectories,
    sniff,
)
from lrat_rank.trajectories.adapter import ReadSetting
from lrat_rank.trajectories.calls.tool_map import SearchRule, ToolMap
from lrat_rank.trajectories.matching import DocumentMatcher
from lrat_rank.trajectories.times import moment
from lrat_rank.trajectories.traces.langsmith import read_run

DOCUMENTS = [
    {"page_content": "Seven.", "metadata": {"docid": "7", "relevance_score": 0.5}},
    {"page_content": "Nine.", "metadata": {}, "id": "9"},
]
SHOWN = (Impression("7", 1, 0.5, "Seven."), Impression("9", 2, None, "Nine."))


def untimed(turns):
    return tuple(replace(t, at=None) if hasattr(t, "at") else t for t in map(_unreturned, turns))


def _unreturned(turn):
    return replace(turn, returned=None) if isinstance(turn, Browse) else turn


def read(*rows, setting=None):
    record = {"runs": list(rows)}
    assert sniff(record).name == "langsmith"
    return read_run(record, trajectory_id="t", source="x", setting=setting or ReadSetting())


def retriever(number, query="q", documents=DOCUMENTS, **fields):
    return langsmith_row(
        number, "retriever", "VectorStore", inputs={"query": query},
        outputs={"documents": documents}, **fields,
    )  # fmt: skip


def tool(number, name, arguments, output, **fields):
    return langsmith_row(
        number, "tool", name, inputs=arguments, outputs={"output": output}, **fields
    )


def test_rows_of_a_trace_become_the_run_with_its_times():
    run = read(*langsmith_rows())
    assert untimed(run.turns) == untimed_turns()
    assert (run.question, run.agent, run.status) == (QUESTION, "m", "completed")
    browse = run.turns[2]
    assert (browse.at, browse.returned) == (moment(moment_of(4)), moment(moment_of(4)) + 0.5)


def test_a_search_tool_around_a_retriever_is_one_search():
    run = read(
        tool(1, "search_docs", {"query": "asked"}, "Seven.\n\nNine."),
        retriever(2, "rewritten", parent="r1"),
        retriever(3, "deeper", parent="r2"),
    )
    assert untimed(run.turns) == (Search("asked", SHOWN),)


def test_a_search_tool_that_names_documents_itself_keeps_its_own_list():
    run = read(
        tool(1, "search", {"query": "asked"}, json.dumps([{"docid": "9"}])),
        retriever(2, parent="r1"),
    )
    assert untimed(run.turns) == (Search("asked", (Impression("9", 1),)),)


def test_a_retriever_below_a_tool_that_does_not_search_is_a_search():
    setting = ReadSetting()
    run = read(tool(1, "solve", {"task": "x"}, "done"), retriever(2, parent="r1"), setting=setting)
    assert untimed(run.turns) == (OtherCall("solve"), Search("q", SHOWN))
    assert setting.report.unplaced == {"unknown tool solve": 1}


def test_what_a_visit_does_inside_is_not_the_agents_reasoning():
    setting = ReadSetting()
    said = langsmith_message("The page, in short.", [], "Short.")
    run = read(
        tool(1, "visit", {"url": "https://ex.org"}, "Short."),
        langsmith_row(2, "llm", "summary", parent="r1", inputs={}, outputs=said),
        setting=setting,
    )
    assert untimed(run.turns) == (Browse("https://ex.org", "Short."),)
    assert setting.report.unplaced == {"model call inside a search or browse call": 1}


def test_a_lone_call_has_no_batch_and_parallel_ones_share_theirs():
    batches = [turn.batch for turn in read(*langsmith_rows()).turns if isinstance(turn, Browse)]
    assert batches == [None, 1, 1]


def test_calls_that_ran_at_the_same_time_are_a_batch_where_no_message_says_so():
    rows = [
        tool(n, "visit", {"url": f"u{n}"}, "x", end_time=moment_of(end))
        for n, end in ((1, 5), (2, 3), (6, 7))
    ]
    assert [turn.batch for turn in read(*rows).turns] == [1, 1, None]


@pytest.mark.parametrize("shuffled", [False, True])
def test_nested_runs_read_like_rows(shuffled, tmp_path):
    root, *children = langsmith_rows()
    if shuffled:
        children.reverse()
    stripped = [{k: v for k, v in c.items() if k != "parent_run_id"} for c in children]
    (tmp_path / "a.json").write_text(json.dumps({**root, "child_runs": stripped}))
    (run,) = read_trajectories([tmp_path])
    assert (run.trajectory_id, untimed(run.turns)) == ("a", untimed_turns())


@pytest.mark.parametrize("listed", [False, True])
def test_rows_of_several_traces_in_one_file_are_several_runs(listed, tmp_path):
    rows = langsmith_rows()
    others = [{**row, "trace_id": "t2", "id": row["id"] + "b"} for row in rows]
    mixed = [row for pair in zip(others, rows, strict=True) for row in pair]
    lines = [{"runs": mixed}] if listed else mixed
    (tmp_path / "log.jsonl").write_text("\n".join(map(json.dumps, lines)))
    runs = list(read_trajectories([tmp_path]))
    assert [run.trajectory_id for run in runs] == ["log-t2", "log-t1"]
    assert [len(run.turns) for run in runs] == [8, 8]


def test_rows_without_traces_belong_to_their_parents(tmp_path):
    rows = [{k: v for k, v in row.items() if k != "trace_id"} for row in langsmith_rows()]
    alone = {**rows[0], "id": "other"}
    (tmp_path / "log.jsonl").write_text("\n".join(map(json.dumps, [*rows, alone])))
    runs = list(read_trajectories([tmp_path]))
    assert [(run.trajectory_id, len(run.turns)) for run in runs] == [
        ("log-r0", 8),
        ("log-other", 1),
    ]


def test_without_dotted_orders_the_start_decides():
    rows = [{k: v for k, v in row.items() if k != "dotted_order"} for row in langsmith_rows()]
    assert untimed(read(*reversed(rows)).turns) == untimed_turns()


@pytest.mark.parametrize(
    "outputs",
    [
        {"messages": [{"role": "assistant", "content": "So.", "reasoning_content": "Hm."}]},
        {"choices": [{"message": {"role": "assistant", "content": "So.", "reasoning": "Hm."}}]},
        {"generations": [[{"message": {"type": "ai", "data": {"content": [
            {"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": "So."}]}}}]]},
        {"output": {"role": "assistant", "content": "So.",
                    "additional_kwargs": {"reasoning_content": "Hm."}}},
    ],
)  # fmt: skip
def test_reasoning_is_found_in_every_shape_of_a_message(outputs):
    run = read(langsmith_row(1, "llm", "Chat", inputs={}, outputs=outputs))
    assert untimed(run.turns) == (Reasoning("Hm."), Answer("So."))


def test_hidden_reasoning_is_withheld():
    content = [{"type": "redacted_thinking", "data": "x"}, {"type": "text", "text": "So."}]
    outputs = {"messages": [{"role": "assistant", "content": content}]}
    run = read(langsmith_row(1, "llm", "Chat", inputs={}, outputs=outputs))
    assert untimed(run.turns) == (Reasoning("", withheld=True), Answer("So."))


def test_a_message_that_is_not_logged_is_withheld_and_counted():
    setting = ReadSetting()
    run = read(langsmith_row(1, "llm", "Chat", inputs={}, outputs=None), setting=setting)
    assert run.turns == (Reasoning("", withheld=True),)
    assert setting.report.unplaced == {"content not logged: model output": 1}


def test_calls_without_runs_of_their_own_are_read_from_the_messages():
    first = langsmith_message("Look.", CALLS[:1])
    answered = {"messages": [{"role": "tool", "tool_call_id": "c1", "content": CALLS[0][3]}]}
    run = read(
        langsmith_row(1, "llm", "Chat", inputs={}, outputs=first),
        langsmith_row(2, "llm", "Chat", inputs=answered, outputs=langsmith_message("", [], ANSWER)),
    )
    search = untimed_turns()[1]
    assert untimed(run.turns) == (Reasoning("Look."), search, Answer(ANSWER))


def test_the_documents_of_a_retriever_tool_are_its_artifact():
    message = {
        "type": "tool", "content": "Seven.\n\nNine.", "tool_call_id": "c", "artifact": DOCUMENTS,
    }  # fmt: skip
    run = read(tool(1, "retrieve_blog_posts", {"query": "q"}, message))
    assert untimed(run.turns) == (Search("q", SHOWN),)


def test_a_failed_tool_is_a_failed_turn():
    run = read(tool(1, "search", {"query": "q"}, None, error="Timeout"))
    assert untimed(run.turns) == (Search("q", failed=True),)
    error = {"type": "tool", "content": "no", "tool_call_id": "c", "status": "error"}
    run = read(tool(1, "visit", {"url": "u"}, error))
    assert untimed(run.turns) == (Browse("u", failed=True),)


def test_a_document_without_an_id_is_found_in_the_corpus():
    corpus = DocumentMatcher([("7", "Seven", "A number.")])
    found = {"page_content": "A number.", "metadata": {"title": "Seven"}}
    run = read(retriever(1, documents=[found]), setting=ReadSetting(documents=corpus))
    assert untimed(run.turns) == (Search("q", (Impression("7", 1, None, "A number."),)),)


def test_a_rule_goes_before_the_usual_places_of_a_retrievers_documents():
    tools = ToolMap({"VectorStore": SearchRule(doc_id="metadata.ref")})
    found = {"page_content": "It.", "id": "chunk-3", "metadata": {"ref": "7"}}
    run = read(retriever(1, documents=[found]), setting=ReadSetting(tools=tools))
    assert untimed(run.turns) == (Search("q", (Impression("7", 1, None, "It."),)),)


def test_the_answer_of_the_run_counts_where_no_message_says_it():
    root, *_ = langsmith_rows()
    assert untimed(read(root, retriever(1)).turns) == (Search("q", SHOWN), Answer(ANSWER))


def test_a_failed_run_is_told_from_one_that_has_not_ended():
    root, *_ = langsmith_rows()
    assert read({**root, "error": "Boom"}).status == "failed"
    assert read({**root, "end_time": None}).status is None


def test_a_ring_of_parents_loses_nothing():
    first, second = retriever(1, parent="r2"), retriever(2, parent="r1")
    assert len(read(first, second).turns) == 2
