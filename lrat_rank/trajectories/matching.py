"""Documents that a log shows without an id, found in the corpus by title and text.

What is kept of a document is its id and numbers of eight bytes, never its text:

    content   one number for the words of title and text together
    title     one number
    windows   one number for the first twelve words of the text, and one for each twelve words
              that start at a word whose checksum is 9 modulo 16; so about a window a sixteen words

Each number takes 12 bytes with the document it belongs to: a passage of 100 words takes about
110 bytes and its id, a page of 5,000 words about 4 kB; building takes twice that.

Two texts are equal when their words are, whatever stands between them: case, space, quotes,
punctuation and HTML entities make no difference. In titles only case, space, quotes and entities
make none: "C" and "C++" are two titles.
"""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WINDOW = 12
_EVERY, _ANCHOR = 16, 9  # of the residues, 9 has the fewest of the most frequent English words
_WORD = re.compile(r"\w+")
_QUOTES = re.compile(r"[\"'`´‘’‚“”„«»]")
_FIRST_LINE = re.compile(r'\s*"([^\n]+)"\s*(?:\n|\Z)')


class DocumentFinder(Protocol):
    """Finds the document behind a shown title and text."""

    def find(self, title: str, text: str = "") -> str | None:
        """The doc id, or None where the corpus has no such document or several."""


class LateMatcher:
    """A `DocumentMatcher` that is built when it is first asked: most logs name their documents.

    Args:
        read: Gives (doc_id, title, text) of every document.
    """

    def __init__(self, read: Callable[[], Iterable[tuple[str, str, str]]]) -> None:
        self._read = read
        self._matcher: DocumentMatcher | None = None

    def find(self, title: str, text: str = "") -> str | None:
        """The doc id, or None where the corpus has no such document or several."""
        if self._matcher is None:
            self._matcher = DocumentMatcher(self._read())
        return self._matcher.find(title, text)


class DocumentMatcher:
    """Finds the corpus document behind a shown title and text.

    A document matches when the whole title and text are its own; or when it is the only one that
    the title and the shown part of the text leave:

    - A title leaves the documents that have it. A title that no document has leaves all (a page
      may be shown under another name than its own), and so does none.
    - A text of twelve words and more, whether the start of a document or a piece from inside it,
      leaves the documents that hold all of its windows the corpus knows, if those are at least
      half of its windows. A text that leaves none of the title's documents is no match when it is
      another document's, and decides nothing when the corpus does not know it.

    Anything else is no match: a guess would be a wrong label. Equal documents count as the first
    of them. A document without a title is known by the first line of its text, if that is in
    quotes (as in the Wikipedia dumps that dense retrievers use), and else by its id, if that holds
    a letter.

    Args:
        documents: (doc_id, title, text) of every document, read once.

    >>> cities = [("1", "Oslo", "A city."), ("2", "Oslo", "A ship."), ("3", "Rome", "A city too.")]
    >>> corpus = DocumentMatcher(cities)
    >>> corpus.find("OSLO", "a  ship."), corpus.find("Oslo", "Unknown."), corpus.find("Rome", "cut")
    ('2', None, '3')
    """

    def __init__(self, documents: Iterable[tuple[str, str, str]]) -> None:
        self._doc_ids: list[str] = []
        contents, titles, windows = _Rows(), _Rows(), _Rows()
        for document, (doc_id, title, text) in enumerate(documents):
            self._doc_ids.append(doc_id)
            contents.add(content_key(title, text), document)
            name = folded_title(title) or _untitled_name(doc_id, text)
            if name:
                titles.add(_number(name), document)
            for window in dict.fromkeys(_windows(_words(text))):
                windows.add(window, document)
        self._contents = contents.table()
        first = self._contents.first_of_equals(len(self._doc_ids))
        self._titles, self._windows = titles.table(first), windows.table(first)

    def find(self, title: str, text: str = "") -> str | None:
        """The doc id, or None where the corpus has no such document or several."""
        if not _WORD.search(title) and not _WORD.search(text):
            return None
        exact = self._contents.documents(content_key(title, text))
        if len(exact):
            return self._doc_ids[int(exact[0])]
        named = self._titles.documents(_number(folded_title(title)))
        held = self._holding(_words(text))
        if held is not None and len(named):
            left = [document for document in held.tolist() if document in named]
        else:
            left = (named if held is None else held).tolist()
        return self._doc_ids[left[0]] if len(left) == 1 else None

    def _holding(self, words: Sequence[str]) -> NDArray[np.uint32] | None:
        """The documents that hold a text; None where the text says nothing."""
        import numpy as np

        found = [self._windows.documents(window) for window in _windows(words)]
        known = [documents for documents in found if len(documents)]
        if not known or 2 * len(known) < len(found):
            return None
        return reduce(np.intersect1d, known)


class _Rows:
    """Numbers and the documents they belong to, while a corpus is read."""

    def __init__(self) -> None:
        self._keys, self._documents = array("Q"), array("I")

    def add(self, key: int, document: int) -> None:
        self._keys.append(key)
        self._documents.append(document)

    def table(self, first: NDArray[np.uint32] | None = None) -> _Table:
        """The rows, sorted; `first` says for each document which one it counts as."""
        import numpy as np

        keys = np.frombuffer(self._keys, dtype=np.uint64)
        documents = np.frombuffer(self._documents, dtype=np.uint32)
        order = np.argsort(keys, kind="stable")
        kept = documents[order]
        return _Table(keys[order], kept if first is None else first[kept])


class _Table:
    """Sorted numbers, each with a document; finds the documents of a number."""

    def __init__(self, keys: NDArray[np.uint64], documents: NDArray[np.uint32]) -> None:
        self._keys, self._documents = keys, documents

    def documents(self, key: int) -> NDArray[np.uint32]:
        """The documents a number belongs to, each once, in the order of the corpus."""
        import numpy as np

        wanted = np.uint64(key)
        start, stop = (int(self._keys.searchsorted(wanted, side)) for side in ("left", "right"))
        return np.unique(self._documents[start:stop])

    def first_of_equals(self, documents: int) -> NDArray[np.uint32]:
        """For each document of `documents`, the first that has the same number."""
        import numpy as np

        _, starts, group = np.unique(self._keys, return_index=True, return_inverse=True)
        first = np.empty(documents, dtype=np.uint32)
        first[self._documents] = self._documents[starts][group]
        return first


def folded_title(title: str) -> str:
    """A title as it is compared: without case, quotes, HTML entities and extra space.

    >>> folded_title(' "Wallace &amp;  Gromit" ')
    'wallace & gromit'
    """
    return " ".join(_QUOTES.sub("", _plain(title)).split())


def content_key(title: str, text: str) -> int:
    """A number of 64 bits for the words of a title and text.

    It does not tell where the title ends, so that a text that starts with its title is equal to
    the same title and text logged apart.
    """
    return _number(" ".join(_words(f"{title}\n{text}")))


def made_id(title: str, text: str) -> str:
    """An id for a document of which only title and text are known; equal words, equal id.

    >>> made_id("Oslo", "A  city."), made_id("", '"Oslo" a city')
    ('text-f9b8997c078810b9', 'text-f9b8997c078810b9')
    """
    return f"text-{content_key(title, text):016x}"


def _untitled_name(doc_id: str, text: str) -> str:
    line = _FIRST_LINE.match(text)
    if line is not None:
        return folded_title(line[1])
    return folded_title(doc_id) if any(map(str.isalpha, doc_id)) else ""


def _plain(text: str) -> str:
    decoded = html.unescape(text) if "&" in text else text
    return (decoded if decoded.isascii() else unicodedata.normalize("NFKC", decoded)).casefold()


def _words(text: str) -> list[str]:
    return _WORD.findall(_plain(text))


def _windows(words: Sequence[str]) -> Iterator[int]:
    for start in range(len(words) - WINDOW + 1):
        if start == 0 or _is_anchor(words[start]):
            yield _number(" ".join(words[start : start + WINDOW]))


def _is_anchor(word: str) -> bool:
    return zlib.crc32(word.encode("utf-8", "replace")) % _EVERY == _ANCHOR


def _number(text: str) -> int:
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big")
