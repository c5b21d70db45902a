"""Which texts must not be made negatives of a query, whatever list they stand in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.spared import SparedDocuments


class FalseNegatives:
    """`SparedDocuments`, and with each of them all texts that are nearly the same.

    Args:
        labelled: All lists, those that training cannot use among them.
        text_of: doc_id → the number of its text (`same_texts`).
    """

    def __init__(self, labelled: Iterable[LabelledList], text_of: Mapping[str, int]) -> None:
        self._known, self._text_of = SparedDocuments(labelled), text_of

    def relevant(self, group: str, query: str) -> frozenset[int]:
        """Numbers of the texts that are relevant to the query or its group."""
        return self._texts(self._known.relevant(group, query))

    def spared(self, group: str, query: str) -> frozenset[int]:
        """Numbers of the texts that are relevant, already read or unjudged there."""
        return self._texts(self._known.spared(group, query))

    def _texts(self, doc_ids: frozenset[str]) -> frozenset[int]:
        return frozenset(self._text_of[doc_id] for doc_id in doc_ids if doc_id in self._text_of)
