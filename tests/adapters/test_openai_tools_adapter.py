"""Function tools, in the hands of the openai client."""

import json

import openai
import pytest
from adapter_world import BEST_FIRST, FOUND, QUERY, TEXTS, WordOverlap, made_tool
from openai.types.responses import Response
from scripted_endpoint import KEY, Answer

from lrat_rank.adapters.openai_tools import FunctionTools
from lrat_rank.errors import InputError


def tools() -> FunctionTools:
    return FunctionTools(made_tool(), WordOverlap())


def reply(calls: list[tuple[str, dict]], text: str | None = None) -> Answer:
    """A chat completion with these calls, or that says a text."""
    made = [
        {
            "id": f"call{n}",
            "type": "function",
            "function": {"name": name, "arguments": json.dumps(arguments)},
        }
        for n, (name, arguments) in enumerate(calls)
    ]
    message = {"role": "assistant", "content": text} | ({"tool_calls": made} if made else {})
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if made else "stop"}
    body = {"id": "x", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}
    return Answer(body=json.dumps(body).encode())


def test_a_conversation_of_the_openai_client_goes_through_the_tools(serve):
    script = [
        reply([("search", {"query": "poet"}), ("rerank", {"query": QUERY, "texts": TEXTS})]),
        reply([("get_document", {"docid": "2"})]),
        reply([], "Vell"),
    ]
    bodies = []

    def behave(number, asked):
        bodies.append(asked.body)
        return script[len(bodies) - 1]

    client = openai.OpenAI(base_url=serve(behave).url, api_key=KEY, max_retries=0)
    ours, messages = tools(), [{"role": "user", "content": "Where do poets live?"}]
    while True:
        said = client.chat.completions.create(model="m", messages=messages, tools=ours.chat)
        message = said.choices[0].message
        answers = ours.chat_answers(message)
        if not answers:
            break
        messages += [message, *answers]
    assert message.content == "Vell"
    assert bodies[0]["tools"] == ours.chat
    told = {one["tool_call_id"]: json.loads(one["content"]) for one in bodies[1]["messages"][2:]}
    assert [hit["docid"] for hit in told["call0"]] == FOUND
    assert [one["index"] for one in told["call1"]] == BEST_FIRST
    assert json.loads(bodies[2]["messages"][-1]["content"])["text"].startswith("Vell")


def test_calls_among_the_items_of_a_response_are_answered():
    items = [
        {"type": "message", "id": "m", "role": "assistant", "status": "completed", "content": []},
        {
            "type": "function_call",
            "id": "f",
            "call_id": "c1",
            "name": "search",
            "arguments": '{"query": "poet"}',
        },
    ]
    # As the client makes it of what a server sends.
    response = Response.construct(output=items)
    answers = tools().responses_answers(response.output)
    assert [(one["type"], one["call_id"]) for one in answers] == [("function_call_output", "c1")]
    assert [hit["docid"] for hit in json.loads(answers[0]["output"])] == FOUND


def test_both_forms_tell_the_same():
    chat = [one["function"] for one in tools().chat]
    flat = [
        {k: v for k, v in one.items() if k not in ("type", "strict")} for one in tools().responses
    ]
    assert chat == flat
    assert [one["name"] for one in chat] == ["search", "get_document", "rerank"]
    assert json.loads(json.dumps(chat)) == chat


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("open_url", "{}", "There is no tool 'open_url'. There are search, get_document, rerank."),
        ("search", '{"query": "po', "must be a JSON object"),
        ("search", "[]", "must be a JSON object"),
        ("search", "", "`query` is missing"),
        ("search", '{"query": "\ud800"}', "must be a JSON object"),
        ("search", '{"query": " "}', "query must be"),
        ("get_document", '{"docid": "absent"}', "Give a docid that a search result shows"),
    ],
)
def test_what_a_model_can_mend_it_is_told(name, arguments, said):
    answer = json.loads(tools().call(name, arguments))
    assert list(answer) == ["error"]
    assert said in answer["error"]


def test_only_what_is_there_is_offered():
    assert [one["name"] for one in FunctionTools(ranker=WordOverlap()).responses] == ["rerank"]
    assert len(FunctionTools(made_tool()).chat) == 2
    with pytest.raises(InputError, match="neither"):
        FunctionTools()
