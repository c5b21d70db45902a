"""LangChain: retrieve with the search tool, compress with the ranker, call the tools of an agent.

python examples/rerank_in_langchain.py [--index INDEX] [--ranker MODEL] [--query QUERY]
"""

from __future__ import annotations

from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda
from tiny_world import TEXTS, world

from lrat_rank.adapters.langchain import LratRerank, LratRetriever, search_tools
from lrat_rank.serving import SearchTool


def main() -> None:
    """Rerank another retriever's documents; retrieve; call a tool as an agent does."""
    with world(__doc__) as given:
        compressor = LratRerank(given.ranker, top_n=3)
        documents = [Document(text, metadata={"line": n}) for n, text in enumerate(TEXTS)]
        chain = RunnableLambda(lambda query: compressor.compress_documents(documents, query))
        for document in chain.invoke(given.query):
            print("compressed", document.metadata, document.page_content)

        tool = SearchTool.open(given.index, given.ranker)
        for document in LratRetriever(tool, k=3).invoke(given.query):
            print("retrieved ", document.id, document.metadata["relevance_score"])

        search, get_document = search_tools(tool)
        print("search      ", search.invoke({"query": given.query}))
        best = tool.search(given.query)[0].doc_id
        print("get_document", get_document.invoke({"docid": best}))


if __name__ == "__main__":
    main()
