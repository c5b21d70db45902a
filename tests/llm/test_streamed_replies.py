"""A reply in pieces is the reply it would have been in one."""

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrat_rank.llm.reply import CallText, UnusableError, read_reply
from lrat_rank.llm.stream import read_stream
from lrat_rank.llm.thoughts import split_thoughts

DONE = "data: [DONE]\n\n"


def event(delta: object, finish: str | None = None, **more: object) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return f"data: {json.dumps({'choices': [choice], **more})}\n\n"


def call_piece(arguments: str | None = None, *, index: object = 0, **more: str) -> dict:
    function = {key: more[key] for key in ("name",) if key in more}
    if arguments is not None:
        function["arguments"] = arguments
    piece = {"index": index, "function": function, **{k: more[k] for k in ("id",) if k in more}}
    return {"tool_calls": [piece if index is not None else {**piece, "index": None}]}


def pieces(text: str, cuts: list[int]) -> list[str]:
    places = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    return [text[a:b] for a, b in pairwise(places)]


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
cuts = st.lists(st.integers(0, 40), max_size=4)


@settings(max_examples=50, deadline=None)
@given(texts, texts, st.lists(texts, max_size=3), cuts, st.sampled_from(["stop", "length"]))
def test_pieces_make_the_reply_that_comes_in_one(text, reasoning, arguments, cuts, finish):
    usage = {"prompt_tokens": 7, "completion_tokens": 3}
    calls = [
        {"id": f"c{n}", "function": {"name": "search", "arguments": a}}
        for n, a in enumerate(arguments)
    ]
    whole = {"content": text, "reasoning_content": reasoning, "tool_calls": calls}
    body = {"choices": [{"message": whole, "finish_reason": finish}], "usage": usage}
    sent = event({"role": "assistant", "content": None})
    sent += "".join(event({"reasoning_content": piece}) for piece in pieces(reasoning, cuts))
    sent += "".join(event({"content": piece}) for piece in pieces(text, cuts))
    for n, call in enumerate(calls):
        sent += event(call_piece("", index=n, id=call["id"], name="search"))
        more = pieces(call["function"]["arguments"], cuts)
        sent += "".join(event(call_piece(piece, index=n)) for piece in more)
    sent += event({}, finish) + f"data: {json.dumps({'choices': [], 'usage': usage})}\n\n" + DONE
    assert read_stream(sent.encode()) == read_reply(json.dumps(body).encode())


def test_calls_that_take_turns_are_kept_apart():
    sent = event(call_piece('{"a"', index=0, id="x", name="search"))
    sent += event(call_piece('{"b"', index=1, id="y", name="get_document"))
    sent += event(call_piece(": 1}", index=0)) + event(call_piece(": 2}", index=1)) + DONE
    assert read_stream(sent.encode()).calls == (
        CallText("search", '{"a": 1}', "x"),
        CallText("get_document", '{"b": 2}', "y"),
    )


def test_whole_calls_without_an_index_are_calls_of_their_own():
    sent = event(call_piece('{"a": 1}', index=None, id="x", name="search"))
    sent += event(call_piece('{"b": 2}', index=None, id="y", name="search")) + DONE
    assert [call.arguments for call in read_stream(sent.encode()).calls] == ['{"a": 1}', '{"b": 2}']


def test_pieces_without_an_index_belong_to_the_call_that_was_begun():
    sent = event(call_piece('{"a"', index=None, id="x", name="search"))
    sent += event(call_piece(": 1}", index=None)) + DONE
    assert read_stream(sent.encode()).calls == (CallText("search", '{"a": 1}', "x"),)


def test_comments_other_fields_and_line_ends_of_windows_do_no_harm():
    sent = ": waking up\n\nevent: x\nid: 1\n" + event({"content": "So."}, "stop") + DONE
    assert read_stream(sent.replace("\n", "\r\n").encode()).text == "So."


def test_a_stream_may_end_without_saying_so_when_the_reply_did():
    assert read_stream(event({"content": "So."}, "stop").encode()).text == "So."


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (event({"content": "So"}), "broke off"),
        ("", "broke off"),
        ("data: {not json\n\n", "not JSON"),
        ("data: [1]\n\n", "not an object"),
        ('data: {"error": {"message": "upstream"}}\n\n', "upstream"),
    ],
)
def test_what_is_no_reply_is_none(sent, told):
    with pytest.raises(UnusableError, match=told):
        read_stream(sent.encode())


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
def test_thoughts_are_read_under_both_their_names(name):
    body = {"choices": [{"message": {"content": "So.", name: "Hm."}}]}
    assert read_reply(json.dumps(body).encode()).reasoning == "Hm."
    assert read_stream((event({name: "Hm."}) + DONE).encode()).reasoning == "Hm."


def test_arguments_may_come_as_an_object():
    call = {"id": "x", "function": {"name": "search", "arguments": {"query": "é"}}}
    body = json.dumps({"choices": [{"message": {"content": None, "tool_calls": [call]}}]})
    assert read_reply(body.encode()).calls == (CallText("search", '{"query": "é"}', "x"),)


@pytest.mark.parametrize(
    ("text", "thought", "said"),
    [
        ("<think>\na\n</think>\n\nb", "a", "\n\nb"),
        ("<THINK>a</THINK>b<thinking>c", "a\nc", "b"),
        ("", "", ""),
        ("a < b", "", "a < b"),
    ],
)
def test_thoughts_stand_apart_from_words(text, thought, said):
    assert split_thoughts(text) == (thought, said)
