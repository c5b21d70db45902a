"""LlamaIndex: retrieve with the search tool, then order nodes with the ranker.

python examples/rerank_in_llamaindex.py [--index INDEX] [--ranker MODEL] [--query QUERY]
"""

from __future__ import annotations

from llama_index.core.schema import NodeWithScore, TextNode
from tiny_world import TEXTS, world

from lrat_rank.adapters.llamaindex import LratRerank, LratRetriever
from lrat_rank.serving import EngineOptions, SearchTool


def main() -> None:
    """Rerank nodes of anybody's; rerank what the retriever finds."""
    with world(__doc__) as given:
        rerank = LratRerank(given.ranker, top_n=3)
        nodes = [NodeWithScore(node=TextNode(text=text)) for text in TEXTS]
        for node in rerank.postprocess_nodes(nodes, query_str=given.query):
            print(f"reranked   {node.score:.3f}  {node.text}")

        # Whole texts: what the ranker reads of a node is its text.
        tool = SearchTool.open(given.index, options=EngineOptions(snippet_tokens=-1))
        retriever = LratRetriever(tool, k=5)
        found = retriever.retrieve(given.query)
        for node in rerank.postprocess_nodes(found, query_str=given.query):
            print(f"retrieved  {node.score:.3f}  {node.node_id}  {node.text!r}")


if __name__ == "__main__":
    main()
