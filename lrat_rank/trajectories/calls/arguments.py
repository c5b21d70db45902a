"""What a tool was called with: the query that was run, the documents that were asked for."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping

from lrat_rank.trajectories.payloads import plain_id, structured

_QUERY_KEYS = (
    *("query", "user_query", "queries", "search_query", "search_queries", "q"),
    *("search_term", "keywords", "question", "input", "__arg1"),
)
_DOC_KEYS = (
    *("docid", "doc_id", "docids", "doc_ids", "document_id", "document_ids"),
    *("id", "ids", "url", "urls", "uri", "link", "page_id", "input", "__arg1"),
)
_PREFIX = re.compile(r"[\w -]+:(?!//)\s*(?=\S)")


def read_arguments(value: object) -> Mapping[str, object] | None:
    """The arguments of a call, logged as an object or as a string of one; None when unreadable."""
    decoded = structured(value) if isinstance(value, str) else value
    return decoded if isinstance(decoded, Mapping) else None


def read_queries(arguments: Mapping[str, object]) -> tuple[str, ...]:
    """The queries of a search call; the first is the one that was run.

    >>> read_queries({"query": ["first", "second"]})
    ('first', 'second')
    """
    for key in _QUERY_KEYS:
        value = arguments.get(key)
        if isinstance(value, str):
            return (value,)
        if isinstance(value, list):
            found = tuple(str(q) for q in value if isinstance(q, str | int | float))
            if found:
                return found
    return ()


def read_doc_ids(arguments: Mapping[str, object]) -> tuple[str, ...]:
    """The documents a browse call asked for, as logged, each once, in order.

    >>> read_doc_ids({"docid": [7, " DocID: 5 ", 7]})
    ('7', 'DocID: 5')
    """
    for key in _DOC_KEYS:
        found = tuple(dict.fromkeys(_ids(arguments.get(key))))
        if found:
            return found
    return ()


def _ids(value: object) -> Iterator[str]:
    if isinstance(value, str) and value.lstrip().startswith("["):
        inner = structured(value)
        value = inner if isinstance(inner, list) else value
    for item in value if isinstance(value, list) else [value]:
        doc_id = plain_id(item)
        if doc_id is not None:
            yield doc_id


def clean_doc_id(logged: str, known: Container[str]) -> str:
    """The corpus id behind the id an agent typed.

    A prefix is letters, digits, `_`, `-` or spaces followed by `:` that `//` does not follow, so
    a URL stays whole. Prefixes come off until what is left is in `known` (ids this trajectory was
    shown, or that the tool's own answer names); where nothing is, all of them come off.

    >>> clean_doc_id("DocID: 5", known=set())
    '5'
    >>> clean_doc_id("url:https://ex.org/a", known=set())
    'https://ex.org/a'
    >>> clean_doc_id("DocID: wiki:5", known={"wiki:5"})
    'wiki:5'
    """
    doc_id = logged
    while doc_id not in known:
        prefix = _PREFIX.match(doc_id)
        if prefix is None:
            break
        doc_id = doc_id[prefix.end() :]
    return doc_id
