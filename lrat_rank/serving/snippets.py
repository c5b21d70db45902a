"""What an agent sees of a document: its text under its title, and the snippet a search shows.

A snippet strategy is a function from the query and the document's readable text to the part of it
that is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice

from lrat_rank.collections import Document
from lrat_rank.errors import InputError

Snippet = Callable[[str, str], str]
"""(query, readable text) → the part of the text that is shown."""

_WORD = re.compile(r"\S+")


def readable(document: Document) -> str:
    r"""The title on a line of its own, then the text.

    A title that is the text's own first line is not repeated.

    >>> readable(Document("d1", "Lor was a poet.", "Ana Lor"))
    'Ana Lor\nLor was a poet.'
    >>> readable(Document("d1", "Ana Lor\nA poet.", "Ana Lor"))
    'Ana Lor\nA poet.'
    """
    first_line = document.text.lstrip().partition("\n")[0].rstrip()
    if document.title in ("", first_line):
        return document.text
    return f"{document.title}\n{document.text}"


def first_words(limit: int) -> Snippet:
    r"""The strategy that shows the first words of a document, whatever the query.

    Words are what stands between white space. The white space inside the snippet stays as it was
    written, so the snippet is a part of the text, character for character.

    Args:
        limit: Words to show, at least 1; -1 shows the whole text.

    Raises:
        InputError: The limit is 0 or below -1.

    >>> first_words(3)("poet", "Ana Lor\nLor  was a poet.")
    'Ana Lor\nLor'
    >>> first_words(-1)("poet", " as it is ")
    ' as it is '
    """
    if limit == 0 or limit < -1:
        raise InputError("snippet tokens", must="at least 1, or -1 for the whole text", got=limit)
    if limit == -1:
        return lambda query, text: text
    return lambda query, text: _head(text, limit)


def _head(text: str, limit: int) -> str:
    words = list(islice(_WORD.finditer(text), limit))
    return text[words[0].start() : words[-1].end()] if words else ""
