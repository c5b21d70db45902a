"""What a session has seen already, and where that goes in a list."""

from __future__ import annotations

from enum import IntEnum

from lrat_rank.collections import Ranking
from lrat_rank.mining.labels import Context


class Seen(IntEnum):
    """How well a session knows a document."""

    NEVER = 0
    SHOWN = 1
    """An earlier search showed it, and it was not opened."""
    READ = 2
    """It was opened."""


class Known:
    """What a session knows of documents.

    Args:
        context: What the agent knows; the latest 500 documents of each kind.

    >>> known = Known(Context(turn=2, read_doc_ids=("a",), shown_doc_ids=("a", "b")))
    >>> [known.of(doc_id).name for doc_id in "abc"]
    ['READ', 'SHOWN', 'NEVER']
    """

    def __init__(self, context: Context) -> None:
        self._read = frozenset(context.read_doc_ids)
        self._shown = frozenset(context.shown_doc_ids)

    def of(self, doc_id: str) -> Seen:
        """How well the session knows a document."""
        if doc_id in self._read:
            return Seen.READ
        return Seen.SHOWN if doc_id in self._shown else Seen.NEVER

    def read(self, doc_id: str) -> bool:
        """Whether it was opened."""
        return doc_id in self._read

    def shown(self, doc_id: str) -> bool:
        """Whether an earlier search showed it."""
        return doc_id in self._shown


def demoted(ranking: Ranking, known: Known) -> Ranking:
    """New documents first, then those shown and not opened, then those opened.

    Inside each of the three the order stays; scores stay with their documents.
    """
    return sorted(ranking, key=lambda hit: known.of(hit.doc_id))
