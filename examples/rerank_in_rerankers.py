"""The rerankers library: a trained ranker that answers to the library's own calls.

python examples/rerank_in_rerankers.py [--ranker MODEL] [--query QUERY]
"""

from __future__ import annotations

from rerankers import Document
from tiny_world import DOCUMENTS, world

from lrat_rank.adapters.rerankers import LratRanker


def main() -> None:
    """Rank documents with ids and metadata."""
    with world(__doc__) as given:
        documents = [
            Document(one.text, doc_id=one.doc_id, metadata={"title": one.title})
            for one in DOCUMENTS
        ]
        for result in LratRanker(given.ranker).rank(given.query, documents).top_k(3):
            print(f"{result.rank}. {result.score:.3f}  {result.doc_id}  {result.title}")


if __name__ == "__main__":
    main()
