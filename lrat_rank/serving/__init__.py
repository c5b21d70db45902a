"""The search tool that puts rankers behind an agent, and the servers that offer it."""

from lrat_rank.serving.engine import Engine
from lrat_rank.serving.engine_options import EngineOptions
from lrat_rank.serving.search_tool import SearchTool
from lrat_rank.serving.shown import OpenedDocument, SearchHit

__all__ = ["Engine", "EngineOptions", "OpenedDocument", "SearchHit", "SearchTool"]
