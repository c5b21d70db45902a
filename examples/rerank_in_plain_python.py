"""A ranker and a search as plain functions, without a framework.

python examples/rerank_in_plain_python.py [--index INDEX] [--ranker MODEL] [--query QUERY]
"""

from __future__ import annotations

from tiny_world import TEXTS, world

from lrat_rank.adapters.plain import Rerank, Search
from lrat_rank.serving import SearchTool


def main() -> None:
    """Put texts in order; search an index."""
    with world(__doc__) as given:
        rerank = Rerank(given.ranker, top_n=3)
        for one in rerank(given.query, TEXTS):
            print(f"text   {one.score:.3f}  {one.document}")
        search = Search(SearchTool.open(given.index, given.ranker), k=3)
        for found in search(given.query):
            print(f"found  {found.score:7.3f}  {found.doc_id}  {found.text!r}")


if __name__ == "__main__":
    main()
