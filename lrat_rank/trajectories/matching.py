"""Documents that a log shows without an id, found in the corpus by title and text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


class DocumentMatcher:
    """Finds the corpus document behind a shown title and text.

    Texts are compared with case folded and white space runs made one space. The whole title and
    text identify a document; so does a title that only one document has. Anything else is no
    match: a guess would be a wrong label.

    Args:
        documents: (doc_id, title, text) of every document; ids of equal documents go to the first.

    >>> cities = [("1", "Oslo", "A city."), ("2", "Oslo", "A ship."), ("3", "Rome", "A city too.")]
    >>> corpus = DocumentMatcher(cities)
    >>> corpus.find("OSLO", "a  ship."), corpus.find("Oslo", "Unknown."), corpus.find("Rome", "cut")
    ('2', None, '3')
    """

    def __init__(self, documents: Iterable[tuple[str, str, str]]) -> None:
        self._by_content: dict[bytes, str] = {}
        self._by_title: dict[str, str | None] = {}
        for doc_id, title, text in documents:
            self._by_content.setdefault(_content_key(title, text), doc_id)
            folded = _folded(title)
            if folded:
                self._by_title[folded] = None if folded in self._by_title else doc_id

    def find(self, title: str, text: str = "") -> str | None:
        """The doc id, or None where the corpus has no such document or several."""
        exact = self._by_content.get(_content_key(title, text))
        return exact if exact is not None else self._by_title.get(_folded(title))


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _content_key(title: str, text: str) -> bytes:
    content = f"{_folded(title)}\n{_folded(text)}"
    return hashlib.blake2b(content.encode("utf-8", "replace"), digest_size=12).digest()
