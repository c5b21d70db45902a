"""What a tool gave back: the list a search showed, the document a browse opened.

Both come in many shapes (see `payloads.unwrap`). Text lists are blocks of

    DocID:<id>
    [title]
    snippet

A line that starts with `DocID:` starts a result when it is the first line or follows a blank
line, a `##` heading or another such line; elsewhere it belongs to a snippet. The LRAT builder
takes every such line for a result; on the logs of its own tool, which sets a blank line between
results, both rules find the same documents. A text without such lines may list numbered links
(`web_results`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import structs

from lrat_rank.trajectories.calls.failures import (
    is_failure,
    is_short,
    record_says_failed,
    says_failed,
    says_nothing,
)
from lrat_rank.trajectories.calls.web_results import web_results
from lrat_rank.trajectories.model import Impression
from lrat_rank.trajectories.payloads import joined_text, logged_doc_id, plain_id, unwrap

_LIST_KEYS = (
    *("results", "result", "hits", "documents"),
    *("organic", "organic_results", "items", "web", "webPages", "value", "data"),
)
_LIST_DEPTH = 4
"""Objects around a list, as in `{"data": {"webPages": {"value": […]}}}`, and the list."""
_SNIPPET_KEYS = (
    *("snippet", "text", "contents", "content", "description", "page_content", "summary"),
    "title",
)
_BODY_KEYS = ("text", "contents", "content", "body")
_NO_RANK = 2**31
_RESULT_LINE = "DocID:"
_LOGGED_ID = re.compile(r'"docid"\s*:\s*(?:"([^"\\]+)"|(\d+))')
_DOCUMENT_HEADER = re.compile(r"Document [^\n]{1,300}:\n")


@dataclass(frozen=True, slots=True)
class Shown:
    """A shown list, and what of it could not be placed (reasons, one each)."""

    impressions: tuple[Impression, ...] = ()
    failed: bool = False
    unplaced: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """What a browse gave back; `doc_ids` are those the tool's own answer names.

    `unplaced` says what of it could not be placed (reasons, one each).
    """

    text: str | None = None
    failed: bool = False
    doc_ids: tuple[str, ...] = ()
    unplaced: tuple[str, ...] = field(default=(), repr=False)


def read_shown(output: object) -> Shown:
    r"""The list a search showed. An id shown twice keeps its first place.

    >>> read_shown("## Web Results\nDocID:7\n[Seven]\nA number.").impressions
    (Impression(doc_id='7', rank=1, score=None, snippet='[Seven]\nA number.', propensity=None),)
    >>> read_shown("Search error for query 'x': refused").failed
    True
    """
    value = unwrap(output)
    if isinstance(value, str):
        return _shown_text(value)
    hits = result_list(value)
    if not hits:
        return Shown(failed=value is None or record_says_failed(value))
    return _shown_hits(hits)


def result_list(value: object) -> Sequence[object] | None:
    """The results in an unwrapped output, under any of the usual names; None when there are none.

    >>> result_list({"results": [{"docid": "7"}]})
    [{'docid': '7'}]
    """
    for _ in range(_LIST_DEPTH):
        if isinstance(value, list):
            return value
        if not isinstance(value, dict):
            return None
        inside = [value[key] for key in _LIST_KEYS if isinstance(value.get(key), list | dict)]
        lists = [found for found in inside if isinstance(found, list)]
        if logged_doc_id(value) and not lists:
            return None if record_says_failed(value) else [value]
        value = next(iter(lists or inside), None)
    return None


def _shown_hits(hits: Sequence[object]) -> Shown:
    found: list[Impression] = []
    unplaced: list[str] = []
    for position, hit in enumerate(hits, start=1):
        doc_id = logged_doc_id(hit) if isinstance(hit, dict) else None
        if doc_id is None or not isinstance(hit, dict):
            unplaced.append("shown result without a doc id")
            continue
        texts = (hit[key] for key in _SNIPPET_KEYS if isinstance(hit.get(key), str))
        score, propensity = _number(hit.get("score")), _number(hit.get("propensity"))
        snippet = next(texts, None)
        found.append(Impression(doc_id, position, score, snippet, _probability(propensity)))
    ranks = [hit.get("rank") for hit in hits if isinstance(hit, dict) and logged_doc_id(hit)]
    return Shown(_each_once(_with_logged_ranks(found, ranks)), unplaced=tuple(unplaced))


def _probability(value: float | None) -> float | None:
    return value if value is not None and 0 < value <= 1 else None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _with_logged_ranks(found: list[Impression], ranks: list[object]) -> list[Impression]:
    """Logged ranks stand where they are whole numbers from 1 that only go up; else the places."""
    before = 0
    kept: list[int] = []
    for rank in ranks:
        if not isinstance(rank, int) or isinstance(rank, bool) or not before < rank < _NO_RANK:
            return found
        kept.append(rank)
        before = rank
    return [structs.replace(shown, rank=rank) for shown, rank in zip(found, kept, strict=True)]


def _each_once(found: list[Impression]) -> tuple[Impression, ...]:
    first: dict[str, Impression] = {}
    for shown in found:
        first.setdefault(shown.doc_id, shown)
    return tuple(first.values())


def _shown_text(text: str) -> Shown:
    found, unplaced = _text_blocks(text)
    if found:
        return Shown(_each_once(found), unplaced=tuple(unplaced))
    links = web_results(text)
    if links:
        return Shown(
            _each_once([Impression(link.url, link.rank, snippet=link.text) for link in links])
        )
    if text.lstrip().startswith(("[", "{")):
        ids = [quoted or bare for quoted, bare in _LOGGED_ID.findall(text)]
        if ids:
            cut = [Impression(doc_id.strip(), rank) for rank, doc_id in enumerate(ids, start=1)]
            return Shown(_each_once(cut), unplaced=("search output broken off: doc ids only",))
    return Shown(failed=says_nothing(text) or says_failed(text), unplaced=tuple(unplaced))


def _text_blocks(text: str) -> tuple[list[Impression], list[str]]:
    before, *chunks = f"\n{text}".split(f"\n{_RESULT_LINE}")
    blocks: list[str] = []
    for chunk in chunks:
        if _opens_result(before):
            blocks.append(chunk)
        elif blocks:
            blocks[-1] = f"{blocks[-1]}\n{_RESULT_LINE}{chunk}"
        before = chunk if "\n" in chunk else _RESULT_LINE
    lines = [block.partition("\n") for block in blocks]
    found = [
        Impression(doc_id.strip(), rank, None, body.strip() or None)
        for rank, (doc_id, _, body) in enumerate(lines, start=1)
        if doc_id.strip()
    ]
    return found, ["shown result without a doc id"] * (len(blocks) - len(found))


def _opens_result(before: str) -> bool:
    """Whether a `DocID:` line starts a result, by the text before it."""
    if not before or before[-1] == "\n":
        return True
    line = before[before.rfind("\n") + 1 :]
    return not line.strip() or line.startswith(("##", _RESULT_LINE))


def read_opened(output: object) -> Opened:
    r"""The document a browse opened.

    >>> read_opened("Document 5:\n{'docid': '5', 'text': 'Five.'}")
    Opened(text='Five.', failed=False, doc_ids=('5',))
    >>> read_opened("[Document not found] docid=5").failed
    True
    """
    value = unwrap(output)
    if isinstance(value, str):
        header = _DOCUMENT_HEADER.match(value)
        if header is None:
            return _opened_text(value)
        body = value[header.end() :]
        inner = unwrap(body)
        return _opened_text(body, headed=True) if isinstance(inner, str) else _opened(inner, body)
    return _opened(value, output if isinstance(output, str) else None)


def _opened_text(text: str, *, headed: bool = False) -> Opened:
    if says_nothing(text) or (not headed and says_failed(text)):
        return Opened(failed=True)
    return Opened(text)


def _opened(value: object, raw: str | None) -> Opened:
    """Read an object or a list of them; what names no document is the text itself."""
    records = value if isinstance(value, list) else [value]
    objects = [record for record in records if isinstance(record, dict)]
    ids = tuple(doc_id for record in objects for doc_id in _named(record))
    bodies = [(record, _body(record)) for record in objects]
    texts = [text for record, text in bodies if text is not None and not _failed(record, text)]
    if texts:
        return Opened("\n\n".join(texts), doc_ids=ids)
    came = any(text is not None for _, text in bodies)
    if value is None or came or any(map(record_says_failed, objects)):
        return Opened(failed=True, doc_ids=ids)
    return Opened(None if ids else raw, doc_ids=ids)


def _failed(record: Mapping[str, object], text: str) -> bool:
    """Whether the body of a record is no page; a long one is, whatever stands beside it."""
    return is_failure(text) or (is_short(text) and record_says_failed(record))


def _named(record: Mapping[str, object]) -> list[str]:
    doc_id = logged_doc_id(record)
    if doc_id is not None:
        return [doc_id]
    several = record.get("docid")
    ids = map(plain_id, several) if isinstance(several, list) else ()
    return [doc_id for doc_id in ids if doc_id]


def _body(record: Mapping[str, object]) -> str | None:
    for key in _BODY_KEYS:
        if isinstance(record.get(key), str | list):
            return joined_text(record[key], "\n\n")
    return None
