"""The search tool that puts rankers behind an agent, and the servers that offer it."""

from lrat_rank.serving.search_tool import OpenedDocument, SearchHit, SearchTool

__all__ = ["OpenedDocument", "SearchHit", "SearchTool"]
