"""smolagents' tools, used by smolagents' own agents with a model that says what it is told."""

import json

import pytest
from adapter_world import BEST_FIRST, FOUND, QUERY, TEXTS, DocIdScores, WordOverlap, made_tool
from smolagents import CodeAgent, ToolCallingAgent
from smolagents.models import (
    ChatMessage,
    ChatMessageToolCall,
    ChatMessageToolCallFunction,
    MessageRole,
    Model,
)

from lrat_rank.adapters.smolagents import rerank_tool, search_tools
from lrat_rank.errors import InputError


class Scripted(Model):
    """Says its lines one after the other, and keeps what it was shown."""

    def __init__(self, lines: list[ChatMessage]) -> None:
        super().__init__(model_id="scripted")
        self.lines, self.shown = list(lines), []

    def generate(self, messages, **options):
        self.shown.append(json.dumps([str(message.content) for message in messages]))
        return self.lines.pop(0)


def calling(name: str, **arguments) -> ChatMessage:
    function = ChatMessageToolCallFunction(name=name, arguments=arguments)
    call = ChatMessageToolCall(function=function, id=f"call_{name}", type="function")
    return ChatMessage(role=MessageRole.ASSISTANT, content="", tool_calls=[call])


def code(lines: str) -> ChatMessage:
    return ChatMessage(role=MessageRole.ASSISTANT, content=f"<code>\n{lines}\n</code>")


def test_an_agent_that_writes_code_goes_through_what_was_found():
    model = Scripted(
        [
            code(
                "hits = search(query='poet')\n"
                "page = get_document(docid=hits[0]['docid'])\n"
                "final_answer(page['text'])"
            )
        ]
    )
    agent = CodeAgent(tools=search_tools(made_tool()), model=model, verbosity_level=0)
    assert agent.run("Where do poets live?") == "Vell\nThe harbour town of poets."


def test_an_agent_that_calls_tools_sees_what_was_found_and_what_went_wrong():
    ranker = DocIdScores()
    model = Scripted(
        [
            calling("search", query="poet"),
            calling("get_document", docid="absent"),
            calling("search", query="odes", reasoning="a poet's works"),
            calling("final_answer", answer="Odes"),
        ]
    )
    agent = ToolCallingAgent(tools=search_tools(made_tool(ranker)), model=model, verbosity_level=0)
    assert agent.run("What did she write?") == "Odes"
    assert "harbour town" in model.shown[1]
    assert "Give a docid that a search result shows" in model.shown[2]
    assert ranker.asked[1].context.previous_queries == ("poet",)
    assert ranker.asked[1].context.reasoning == "a poet's works"


def test_an_agent_has_texts_put_in_order():
    tool = rerank_tool(WordOverlap(), top_n=2)
    placed = tool(query=QUERY, texts=TEXTS)
    assert [one["index"] for one in placed] == BEST_FIRST[:2]
    assert tool(query=QUERY, texts=[]) == []


def test_a_cross_encoder_folder_will_do(checkpoint):
    placed = rerank_tool(checkpoint)(query=QUERY, texts=TEXTS)
    assert sorted(one["index"] for one in placed) == list(range(len(TEXTS)))
    with pytest.raises(InputError, match="at least 1"):
        rerank_tool(checkpoint, top_n=0)


def test_a_model_is_told_of_every_argument():
    search, get_document = search_tools(made_tool())
    assert [search.name, get_document.name] == ["search", "get_document"]
    assert "nullable" not in search.inputs["query"]
    assert search.inputs["reasoning"]["nullable"] is True
    assert search.inputs["question"]["nullable"] is True
    assert search.inputs["query"]["description"] in search.to_code_prompt()
    assert [one["docid"] for one in search(query="poet")] == FOUND
