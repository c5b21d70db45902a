"""Which documents must not be made negatives of a query, whatever list they stand in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from lrat_rank.mining.labels import LabelledList
from lrat_rank.mining.quality.wording import normal_text

_Key = tuple[str, str]


class FalseNegatives:
    """What the labels know of documents beyond a single list.

    What one list of a group (or of the same query, in other words of case and punctuation) holds as
    relevant, already read or unjudged is no negative in any of them, and neither is a text that is
    nearly the same.

    Args:
        labelled: All lists, those that training cannot use among them.
        text_of: doc_id → the number of its text (`same_texts`).
    """

    def __init__(self, labelled: Iterable[LabelledList], text_of: Mapping[str, int]) -> None:
        self._relevant: defaultdict[_Key, set[int]] = defaultdict(set)
        self._unsure: defaultdict[_Key, set[int]] = defaultdict(set)
        for one in labelled:
            relevant = {c.doc_id for c in one.candidates if c.gain > 0}
            unsure = {c.doc_id for c in one.candidates if not c.judged}
            unsure.update(one.context.read_doc_ids)
            for key in _keys(one.group, one.query):
                self._relevant[key].update(text_of[d] for d in relevant if d in text_of)
                self._unsure[key].update(text_of[d] for d in unsure if d in text_of)

    def relevant(self, group: str, query: str) -> frozenset[int]:
        """Numbers of the texts that are relevant to the query or its group."""
        return frozenset().union(*(self._relevant[key] for key in _keys(group, query)))

    def spared(self, group: str, query: str) -> frozenset[int]:
        """Numbers of the texts that are relevant, already read or unjudged there."""
        unsure = (self._unsure[key] for key in _keys(group, query))
        return self.relevant(group, query).union(*unsure)


def _keys(group: str, query: str) -> tuple[_Key, _Key]:
    return ("group", group), ("query", normal_text(query))
