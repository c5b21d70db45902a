"""Calls in tags: rounds of calls and responses, lenient JSON, and thoughts that were cut off."""

from typing import Any

import pytest

from lrat_rank.trajectories.adapter import ReadSetting
from lrat_rank.trajectories.formats import FORMATS, sniff
from lrat_rank.trajectories.messages import openai_chat
from lrat_rank.trajectories.model import Answer, Browse, OtherCall, Reasoning, Search, Trajectory
from lrat_rank.trajectories.texts.lenient import lenient_objects
from lrat_rank.trajectories.texts.search_r1 import SEARCH_R1
from lrat_rank.trajectories.texts.tongyi_tags import TONGYI

LISTED = "DocID:7\n[Seven]\nA number.\n\nDocID:8\n[Eight]\nAnother."
PAGE = "The useful information in {} for user goal g as follows: \n\nEvidence in page: \n{}\n"
LOST = "The provided webpage content could not be accessed. Please check the URL or file format."


def call(arguments: str, name: str = "search") -> str:
    return f'<tool_call>\n{{"name": "{name}", "arguments": {arguments}}}\n</tool_call>'


SEARCH = call('{"query": ["seven"]}')


def record(*said: str, **more: object) -> dict[str, Any]:
    """A run whose messages alternate between the agent and what came back."""
    roles = ("assistant", "user")
    messages = [{"role": roles[n % 2], "content": text} for n, text in enumerate(said)]
    prompt = [
        {"role": "system", "content": f"Call tools so: {SEARCH}"},
        {"role": "user", "content": "How many?"},
    ]
    return {"messages": [*prompt, *messages], **more}


def response(*texts: str) -> str:
    return "\n".join(f"<tool_response>\n{text}\n</tool_response>" for text in texts)


def read(value: object, setting: ReadSetting | None = None) -> Trajectory:
    return TONGYI.read(value, trajectory_id="t", source="", setting=setting or ReadSetting())


def test_a_run_is_thoughts_calls_and_an_answer() -> None:
    said = record(
        f"<think>\nLook.\n</think>\n{SEARCH}",
        response(LISTED),
        "<think>Open it.</think>" + call('{"docid": "7"}', "get_document"),
        response("Seven it is."),
        "<think>So seven.</think>\n<answer>seven</answer>",
        termination="answer",
        answer="7",
        model="m",
    )
    assert sniff(said) is TONGYI
    trajectory = read(said)
    look, search, opened, browse, so, answer = trajectory.turns
    assert isinstance(search, Search)
    assert (search.query, [(i.doc_id, i.rank) for i in search.impressions]) == (
        "seven",
        [("7", 1), ("8", 2)],
    )
    assert (look, opened, so) == (Reasoning("Look."), Reasoning("Open it."), Reasoning("So seven."))
    assert (browse, answer) == (Browse("7", "Seven it is."), Answer("seven"))
    assert (trajectory.question, trajectory.status) == ("How many?", "completed")
    assert (trajectory.answer, trajectory.agent) == ("7", "m")


def test_calls_of_one_message_are_a_batch_and_take_their_responses_in_order() -> None:
    said = record(
        f"<think>a</think>{SEARCH}<think>b</think>" + call('{"docid": 8}', "get_document"),
        response(LISTED, "Eight."),
        "<think>c</think>" + call('{"docid": 7}', "get_document"),
        response("Seven."),
    )
    a, b, search, eight, c, seven = read(said).turns
    assert [a, b, c] == [Reasoning("a"), Reasoning("b"), Reasoning("c")]
    assert isinstance(search, Search)
    assert len(search.impressions) == 2
    assert (search.batch, eight) == (1, Browse("8", "Eight.", batch=1))
    assert seven == Browse("7", "Seven.")


def test_a_search_of_several_queries_is_one_list_a_query() -> None:
    page = "A Google search for '{}' found 2 results:\n\n## Web Results\n1. [T](https://{}.org/1)\nDate published: 2020\nsaid\n\n2. [U [v]](https://{}.org/2(b))\nmore"  # noqa: E501
    output = "\n=======\n".join(page.format(q, q, q) for q in ("a", "b"))
    first, second = read(record(call('{"query": ["a", "b"]}'), response(output))).turns
    assert isinstance(first, Search)
    assert isinstance(second, Search)
    assert [first.query, second.query] == ["a", "b"]
    assert first.batch == second.batch == 1
    assert [(i.doc_id, i.rank, i.snippet) for i in second.impressions] == [
        ("https://b.org/1", 1, "T\nDate published: 2020\nsaid"),
        ("https://b.org/2(b)", 2, "U [v]\nmore"),
    ]


def test_a_list_that_cannot_be_split_stays_one_search() -> None:
    (search,) = read(record(call('{"query": ["a", "b"]}'), response(LISTED))).turns
    assert isinstance(search, Search)
    assert (search.query, search.other_queries, search.batch) == ("a", ("b",), None)
    assert len(search.impressions) == 2


def test_a_visit_of_several_pages_is_one_browse_a_page_and_failures_are_single() -> None:
    output = "\n=======\n".join([PAGE.format("u/1", "Text."), PAGE.format("u/2", LOST)])
    asked = call('{"url": ["https://u/1", "https://u/2"], "goal": "g"}', "visit")
    first, second = read(record(asked, response(output))).turns
    assert isinstance(first, Browse)
    assert isinstance(second, Browse)
    assert (first.doc_id, first.failed, first.batch) == ("https://u/1", False, 1)
    assert (second.doc_id, second.failed, second.batch) == ("https://u/2", True, 1)
    assert "Text." in (first.text or "")


def test_a_visit_in_one_piece_failed_if_all_of_its_pages_did() -> None:
    asked = call('{"url": ["u1", "u2"]}', "visit")
    outputs = [
        "A page.",
        PAGE.format("u1", LOST),
        PAGE.format("u1", LOST) + PAGE.format("u2", LOST),
    ]
    browses = [read(record(asked, response(output))).turns[0] for output in outputs]
    assert [browse.failed for browse in browses if isinstance(browse, Browse)] == [
        *(False, False, True)
    ]


def test_a_thought_cut_by_the_token_cap_is_truncated() -> None:
    said = record(SEARCH, response(LISTED), "<think>So I th")
    assert read(said).turns[-1] == Reasoning("So I th", truncated=True)


def test_a_thought_that_only_lacks_its_end_is_not() -> None:
    first, search = read(record(f"<think>Look. {SEARCH}", response(LISTED))).turns
    assert (first, type(search)) == (Reasoning("Look."), Search)


@pytest.mark.parametrize(
    "written",
    [
        "{'name': 'search', 'arguments': {'query': 'it\\'s \"so\"'}}",
        '{"name": "search", "arguments": {"query": "it\'s \\"so\\"",},}',
        '{"name": "search", // look\n "arguments": {"query": /* now */ "it\'s \\"so\\""}}',
        '{name: "search", arguments: {query: "it\'s \\"so\\""}}',
        '{"name": "search", "arguments": "{\\"query\\": \\"it\'s \\\\\\"so\\\\\\"\\"}"}',
        '{"name": "search", "parameters": {"query": "it\'s \\"so\\""}}',
        '<function=search>\n<parameter=query>\nit\'s "so"\n</parameter>\n</function>',
        '<function=search><parameter=query>it\'s "so"',
    ],
)
def test_calls_are_read_as_models_write_them(written: str) -> None:
    said = record(f"<tool_call>{written}</tool_call>", response(LISTED))
    (search,) = read(said).turns
    assert isinstance(search, Search)
    assert search.query == 'it\'s "so"'


def test_function_tags_may_stand_alone() -> None:
    xml = '<function=visit><parameter=url>["https://u/1"]</parameter></function>'
    assert read(record(f"<think>a</think>{xml}", response("Text."))).turns == (
        Reasoning("a"),
        Browse("https://u/1", "Text."),
    )


def test_urls_and_quotes_inside_strings_are_no_comments() -> None:
    text = '{"url": "https://ex.org/a", "say": "it\'s, ]", /* x */ "n": [1, 2,],}'
    assert lenient_objects(text) == [{"url": "https://ex.org/a", "say": "it's, ]", "n": [1, 2]}]


def test_a_call_that_cannot_be_read_keeps_its_response() -> None:
    setting = ReadSetting()
    said = record(f"<tool_call>search it</tool_call>{SEARCH}", response("Error: bad", LISTED))
    other, search = read(said, setting).turns
    assert other == OtherCall("", batch=1)
    assert isinstance(search, Search)
    assert len(search.impressions) == 2
    assert setting.report.unplaced == {"tool call that cannot be read": 1}


def test_code_and_unknown_tools_are_other_calls() -> None:
    setting = ReadSetting()
    code = '<tool_call>\n{"name": "PythonInterpreter", "arguments": {}}\n<code>\nx = {}\n</code>\n</tool_call>'  # noqa: E501
    assert read(record(code, response("0")), setting).turns == (OtherCall("PythonInterpreter"),)
    assert setting.report.unplaced == {"unknown tool PythonInterpreter": 1}


def test_a_response_without_a_call_is_counted() -> None:
    setting = ReadSetting()
    read(record(SEARCH, response(LISTED, "more")), setting)
    assert setting.report.unplaced == {"tool response without a call": 1}


def test_the_last_text_without_tags_is_the_answer() -> None:
    said = record(f"I look. {SEARCH}", response(LISTED), "<think>a</think>Seven.")
    first, _, _, answer = read(said).turns
    assert (first, answer) == (Reasoning("I look."), Answer("Seven."))


def test_text_in_chatml_and_other_role_names_read_the_same() -> None:
    said = record(f"<think>a</think>{SEARCH}", response(LISTED), "<answer>7</answer>")
    turns = read(said).turns
    chatml = "".join(
        f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in said["messages"]
    )
    roles = {"assistant": "gpt", "user": "human", "system": "system"}
    shared_style = {
        "conversations": [
            {"from": roles[m["role"]], "value": m["content"]} for m in said["messages"]
        ]
    }
    for other in (chatml, shared_style):
        assert sniff(other) is TONGYI
        assert (read(other).turns, read(other).question) == (turns, "How many?")


def test_a_tool_message_without_tags_is_the_response() -> None:
    said = record(SEARCH)
    said["messages"].append({"role": "tool", "content": LISTED})
    (search,) = read(said).turns
    assert isinstance(search, Search)
    assert len(search.impressions) == 2


def test_a_run_that_answers_at_once_has_no_search() -> None:
    said = record("<answer>7</answer>")
    assert sniff(said) is TONGYI
    assert read(said).turns == (Answer("7"),)


@pytest.mark.parametrize(
    "said",
    [
        record(SEARCH, response(LISTED), "<answer>7</answer>"),
        record("<search>x</search>", "<information>Doc 1(Title: t) b</information>"),
        record("<answer>7</answer>"),
        record("<think>a</think>Seven."),
    ],
)
def test_one_format_and_only_one_claims_a_log_in_tags(said: object) -> None:
    assert sum(known.recognises(said) for _, known in FORMATS.items()) == 1
    assert not openai_chat.recognises(said)


def test_chat_logs_with_thoughts_in_tags_stay_chat_logs() -> None:
    native = {"id": "1", "function": {"name": "search", "arguments": '{"query": "q"}'}}
    messages = [
        {"role": "user", "content": "Q?"},
        {"role": "assistant", "content": "<think>a</think>", "tool_calls": [native]},
        {"role": "tool", "tool_call_id": "1", "content": LISTED},
    ]
    plain = [{"role": "assistant", "content": "<think>a</think>Seven."}]
    for said in ({"messages": messages}, {"messages": [messages[0], *plain]}):
        assert openai_chat.recognises(said)
        assert not TONGYI.recognises(said)
        assert not SEARCH_R1.recognises(said)


@pytest.mark.parametrize(
    "other",
    [
        {"messages": [{"role": "assistant", "content": "Seven."}]},
        {"messages": [{"role": "assistant", "content": "", "tool_calls": [{"id": "1"}]}]},
        {"messages": [{"role": "assistant", "content": SEARCH, "tool_calls": [{"id": "1"}]}]},
        {"messages": [{"role": "user", "content": SEARCH}]},
        {"messages": [{"role": "assistant", "content": "<search>x</search>"}]},
        {"messages": [None, 3, [], {"role": [], "content": 3}]},
        {"messages": {}},
        None,
        5,
    ],
)
def test_other_records_are_not_claimed(other: object) -> None:
    assert not TONGYI.recognises(other)


@pytest.mark.parametrize(
    "broken",
    [
        "<tool_call>",
        "<tool_call></tool_call><tool_response>",
        "</think></tool_call><answer>",
        '<tool_call>{"name": 3, "arguments": [[]]}</tool_call>',
        '<tool_call>{"name": "visit", "arguments": {"url": {}}}</tool_call>',
        "<tool_call>" + "[" * 5000 + "</tool_call>",
        "<function=><parameter=>x",
    ],
)
def test_nothing_raises_on_broken_tags(broken: str) -> None:
    trajectory = read(record(broken, response("x", "y"), broken))
    assert trajectory.question == "How many?"
