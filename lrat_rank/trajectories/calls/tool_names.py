"""What a tool does, judged by its name alone.

Agent stacks name their tools alike: `search`, `web_search`, `tavily_search_results_json`,
`retrieve_blog_posts`; `get_document`, `visit`, `web_fetch`, `browser.open`. A name counts only
when it says what is done and, for verbs that mean other things too, to what: `search_documents`
searches and `search_files` does not; `read_page` opens a document and `read_file` does not (a
coding agent's file is no document of a collection). Names in doubt are unknown tools, which the
report counts by name; a mapping file decides them.
"""

from __future__ import annotations

import re
from typing import Final

_NAMESPACE: Final = re.compile(r"[.:/]|__")
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_A_WORD: Final = re.compile(r"[\s_-]+")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TRAILING = _set("api async engine exa json mcp query results run tool v2")
"""Words after the name proper."""
_SEARCHES = _set("search retrieval retrieve retriever")
_ASKS = _set("search retrieve query find")
_COLLECTIONS = _set(
    "articles base bing chunks collection context corpus docs documents evidence google index"
    " internet kb knowledge library literature online pages papers passages posts sources web"
    " wiki wikipedia"
)
_OPENS_ALONE = _set("browse crawl crawling fetch open scrape visit")
_OPENS = _OPENS_ALONE | _set("extract get load navigate read retrieve view")
_DOCUMENTS = _set(
    "article articles doc docs document documents page pages paper passage site url urls webpage"
    " webpages website"
)
_PARTS = _set("body by content contents exa full html id markdown text tool")
"""Words after the document: `get_page_content`, `get_document_by_id`."""
_BROWSER = _set("web browser page url tavily firecrawl jina exa")
_OPENS_THERE = _OPENS_ALONE | _set("extract navigate reader get")


def without_namespace(tool: str) -> str:
    """A tool's name without the server or toolkit before it.

    >>> without_namespace("mcp__kb__lookup"), without_namespace("browser.open")
    ('lookup', 'open')
    """
    return _NAMESPACE.split(tool.strip())[-1]


def is_search(tool: str) -> bool:
    """Whether a tool of that name searches a collection.

    >>> [is_search(tool) for tool in ("search", "local_knowledge_base_retrieval", "python")]
    [True, True, False]
    >>> [is_search(tool) for tool in ("googleSearch", "search_docs", "search_files", "research")]
    [True, True, False, False]
    """
    words = _words(tool)
    while len(words) > 1 and words[-1] in _TRAILING:
        words.pop()
    if not words or words[:-1] == ["tool"]:
        # A `tool_search` looks for tools.
        return False
    if words[-1] in _SEARCHES or "retrieval" in words:
        return True
    return words[0] in _ASKS and words[-1] in _COLLECTIONS


def is_browse(tool: str) -> bool:
    """Whether a tool of that name opens a document.

    >>> [is_browse(tool) for tool in ("get_document", "visit", "kb.fetch", "search")]
    [True, True, True, False]
    >>> [is_browse(tool) for tool in ("web_fetch", "get_page_content", "read_file", "open_file")]
    [True, True, False, False]
    """
    words = _words(tool)
    while len(words) > 1 and words[-1] in _PARTS:
        words.pop()
    if not words or is_search(tool):
        return False
    if len(words) == 1:
        return words[0] in _OPENS_ALONE
    if words[-1] in _OPENS_THERE and words[0] in _BROWSER:
        return True
    return words[0] in _OPENS and words[-1] in _DOCUMENTS


def _words(tool: str) -> list[str]:
    name = _CAMEL.sub("_", without_namespace(tool)).lower()
    return [word for word in _NOT_A_WORD.split(name) if word]
