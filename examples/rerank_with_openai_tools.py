"""Function tools of the OpenAI API: what a model is told, and the answers to its calls.

    python examples/rerank_with_openai_tools.py [--index INDEX] [--ranker MODEL] [--query QUERY]

Messages that are written out here stand where `client.chat.completions.create(…)` goes.
"""

from __future__ import annotations

import json

from openai.types.chat import ChatCompletionMessage
from tiny_world import world

from lrat_rank.adapters.openai_tools import FunctionTools
from lrat_rank.serving import SearchTool


def said(name: str, **arguments: str) -> ChatCompletionMessage:
    """A message of a model that calls a tool."""
    function = {"name": name, "arguments": json.dumps(arguments)}
    call = {"id": f"call_{name}", "type": "function", "function": function}
    return ChatCompletionMessage.model_validate({"role": "assistant", "tool_calls": [call]})


def main() -> None:
    """Offer the tools, and answer two calls."""
    with world(__doc__) as given:
        tools = FunctionTools(SearchTool.open(given.index, given.ranker), given.ranker)
        for function in tools.chat:
            print("offered:", function["function"]["name"])

        answers = tools.chat_answers(said("search", query=given.query))
        hits = json.loads(answers[0]["content"])
        for hit in hits:
            print(f"found: {hit['docid']}  {hit['score']:.3f}")
        answers = tools.chat_answers(said("get_document", docid=hits[0]["docid"]))
        print("read:", json.loads(answers[0]["content"])["text"])


if __name__ == "__main__":
    main()
