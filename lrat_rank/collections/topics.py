"""Topics: the queries of a test collection, by id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from lrat_rank.collections.corpus import string_id
from lrat_rank.collections.judgements import HEADERS
from lrat_rank.errors import InputError
from lrat_rank.files import iter_jsonl, iter_lines, write_jsonl

ID_FIELDS = ("_id", "query_id", "id")
TEXT_FIELDS = ("text", "query")


def read_topics(path: Path | str) -> dict[str, str]:
    """Queries by id, in file order, from JSON Lines `{"_id", "text"}` or two-column TSV.

    A labelled-list file is read too: it carries `query_id` and `query`.

    Raises:
        InputError: A line has no id or text, or an id comes twice; file and line are named.
    """
    path = Path(path)
    rows = _tsv_rows(path) if _is_tsv(path) else _jsonl_rows(path)
    topics: dict[str, str] = {}
    for where, query_id, text in rows:
        if query_id in topics:
            raise InputError(
                "query_id", must="unique", got=f"{query_id!r} a second time", where=where
            )
        topics[query_id] = text
    return topics


def _is_tsv(path: Path) -> bool:
    return path.name.removesuffix(".gz").endswith((".tsv", ".txt"))


def _tsv_rows(path: Path) -> Iterator[tuple[str, str, str]]:
    for number, line in iter_lines(path, "queries"):
        query_id, tab, text = line.partition("\t")
        if number == 1 and query_id.strip().lower() in HEADERS:
            continue
        where = f"{path}:{number}"
        if not tab or not query_id.strip() or not text.strip():
            raise InputError("queries line", must="query_id<TAB>text", got=repr(line), where=where)
        yield where, query_id.strip(), text.strip()


def _jsonl_rows(path: Path) -> Iterator[tuple[str, str, str]]:
    for number, record in iter_jsonl(path, "queries"):
        where = f"{path}:{number}"
        text = next((record[name] for name in TEXT_FIELDS if name in record), None)
        if not isinstance(text, str):
            raise InputError(
                "queries line",
                must="an object with a string under 'text' or 'query'",
                got=f"the fields {', '.join(record)}",
                where=where,
            )
        yield where, string_id(record, ID_FIELDS, "queries line", where), text


def write_topics(path: Path | str, topics: Mapping[str, str]) -> None:
    """Write queries as JSON Lines `{"_id", "text"}`."""
    write_jsonl(path, ({"_id": query_id, "text": text} for query_id, text in topics.items()))
