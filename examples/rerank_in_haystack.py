"""Haystack: a pipeline that searches and reranks, saved and loaded.

python examples/rerank_in_haystack.py [--index INDEX] [--ranker MODEL] [--query QUERY]
"""

from __future__ import annotations

from haystack import Pipeline
from tiny_world import world

from lrat_rank.adapters.haystack import LratRanker, LratRetriever


def main() -> None:
    """Build the pipeline, write it down, and run what was read back."""
    with world(__doc__) as given:
        made = Pipeline()
        made.add_component("search", LratRetriever(given.index, top_k=5))
        made.add_component("rank", LratRanker(given.ranker, top_k=3))
        made.connect("search.documents", "rank.documents")

        # Haystack loads classes of its own alone unless told otherwise.
        pipeline = Pipeline.loads(made.dumps(), allowed_modules=["lrat_rank.adapters.haystack"])
        reply = pipeline.run({"search": {"query": given.query}, "rank": {"query": given.query}})
        for document in reply["rank"]["documents"]:
            print(f"{document.score:.3f}  {document.id}  {document.content!r}")


if __name__ == "__main__":
    main()
