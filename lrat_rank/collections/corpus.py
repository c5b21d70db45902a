"""Documents and the JSON Lines files they come in (BEIR or LRAT form)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lrat_rank.errors import InputError
from lrat_rank.files import iter_jsonl, write_jsonl

ID_FIELDS = ("_id", "docid", "id")
TEXT_FIELDS = ("text", "contents")


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a corpus; `title` may be empty, and so may `text`."""

    doc_id: str
    text: str
    title: str = ""

    @property
    def contents(self) -> str:
        """Title and text as one string: what encoders and rankers read.

        >>> Document("d1", "was a poet.", "Ana Lor").contents
        'Ana Lor was a poet.'
        """
        return f"{self.title} {self.text}".strip()


def read_corpus(path: Path | str, *, repeats: list[str] | None = None) -> Iterator[Document]:
    """Yield the documents of a corpus file `{"_id"|"docid"|"id", "title"?, "text"|"contents"}`.

    Args:
        path: JSON Lines, `.gz` too.
        repeats: When given, a document whose id came before is left out and its place is added
            here, so that one bad line does not lose a collection; when None, it is an error.

    Raises:
        InputError: A line lacks an id or a text, or an id comes twice; file and line are named.
    """
    seen: set[str] = set()
    for number, record in iter_jsonl(path, "corpus"):
        where = f"{path}:{number}"
        document = _document(record, where)
        if document.doc_id not in seen:
            seen.add(document.doc_id)
            yield document
        elif repeats is not None:
            repeats.append(f"{document.doc_id} ({where})")
        else:
            raise InputError(
                "doc_id",
                must="unique in the corpus",
                got=f"{document.doc_id!r} a second time",
                where=where,
            )


def _document(record: dict[str, Any], where: str) -> Document:
    doc_id = string_id(record, ID_FIELDS, "corpus line", where)
    text = next((record[name] for name in TEXT_FIELDS if name in record), None)
    title = record.get("title") or ""
    if not isinstance(text, str) or not isinstance(title, str):
        raise InputError(
            "corpus line",
            must="an object with a string under 'text' or 'contents'",
            got=f"the fields {', '.join(record)}",
            where=where,
        )
    return Document(doc_id=doc_id, text=text, title=title)


def string_id(record: dict[str, Any], fields: tuple[str, ...], what: str, where: str) -> str:
    """The record's id as a string: the first of `fields` that holds a string or an int.

    Raises:
        InputError: None of the fields does.
    """
    for name in fields:
        value = record.get(name)
        if isinstance(value, int | str) and not isinstance(value, bool) and str(value).strip():
            return str(value)
    raise InputError(
        what,
        must=f"an object with an id under one of {', '.join(fields)}",
        got=f"the fields {', '.join(record) or '(none)'}",
        where=where,
    )


def write_corpus(path: Path | str, documents: Iterator[Document] | list[Document]) -> None:
    """Write documents in BEIR form."""
    write_jsonl(path, ({"_id": d.doc_id, "title": d.title, "text": d.text} for d in documents))
