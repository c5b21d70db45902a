"""smolagents: an agent that searches, opens what stands first, and answers with it.

    python examples/rerank_in_smolagents.py [--index INDEX] [--ranker MODEL] [--query QUERY]

A model that says the same line every time stands where yours goes.
"""

from __future__ import annotations

from typing import Any

from smolagents import CodeAgent
from smolagents.models import ChatMessage, MessageRole, Model
from tiny_world import TEXTS, world

from lrat_rank.adapters.smolagents import rerank_tool, search_tools
from lrat_rank.serving import SearchTool

CODE = """<code>
hits = search(query={query!r}, reasoning="I know nothing yet.")
page = get_document(docid=hits[0]["docid"])
final_answer(page["text"])
</code>"""


class OneLine(Model):
    """Writes the code above."""

    def __init__(self, query: str) -> None:
        super().__init__(model_id="one-line")
        self._line = CODE.format(query=query)

    def generate(self, messages: Any, **options: Any) -> ChatMessage:
        """The same line, whatever was said."""
        return ChatMessage(role=MessageRole.ASSISTANT, content=self._line)


def main() -> None:
    """Run the agent; call the tool that orders texts."""
    with world(__doc__) as given:
        tools = search_tools(SearchTool.open(given.index, given.ranker))
        agent = CodeAgent(tools=tools, model=OneLine(given.query), verbosity_level=0)
        print("answer:", agent.run(given.query))
        placed = rerank_tool(given.ranker, top_n=2)(query=given.query, texts=TEXTS)
        print("reranked:", [(one["index"], round(one["score"], 3)) for one in placed])


if __name__ == "__main__":
    main()
