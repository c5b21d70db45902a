"""Which documents labels forbid as negatives, whatever list they are drawn for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from lrat_rank.mining.labels import LabelledList
from lrat_rank.mining.quality.wording import normal_text

_Key = tuple[str, str]


class SparedDocuments:
    """What labels know of documents beyond a single list.

    A document that one list of a group, or of the same query (in other words of case and
    punctuation), holds as relevant, already read or unjudged is a negative in none of them.

    Args:
        labelled: All lists, those that training cannot use among them.

    >>> from lrat_rank.mining.labels import Candidate, Context, State
    >>> one = LabelledList(
    ...     query_id="q", query="Who ran?", context=Context(turn=1, read_doc_ids=("c",)),
    ...     trajectory_id="t", group="g", candidates=(
    ...         Candidate(doc_id="a", rank=1, state=State.RELEVANT, gain=1.0),
    ...         Candidate(doc_id="b", rank=2, state=State.SKIPPED, gain=0.0),
    ...     ),
    ... )
    >>> known = SparedDocuments([one])
    >>> sorted(known.spared("g", "another query")), sorted(known.relevant("h", "who ran"))
    (['a', 'c'], ['a'])
    """

    def __init__(self, labelled: Iterable[LabelledList]) -> None:
        self._relevant: defaultdict[_Key, set[str]] = defaultdict(set)
        self._unsure: defaultdict[_Key, set[str]] = defaultdict(set)
        for one in labelled:
            relevant = [c.doc_id for c in one.candidates if c.gain > 0]
            unsure = [c.doc_id for c in one.candidates if not c.judged]
            for key in _keys(one.group, one.query):
                self._relevant[key].update(relevant)
                self._unsure[key].update(unsure, one.context.read_doc_ids)

    def relevant(self, group: str, query: str) -> frozenset[str]:
        """doc_ids that are relevant to the query or its group."""
        return self._of(self._relevant, group, query)

    def spared(self, group: str, query: str) -> frozenset[str]:
        """doc_ids that are relevant, already read or unjudged there."""
        return self.relevant(group, query) | self._of(self._unsure, group, query)

    @staticmethod
    def _of(known: defaultdict[_Key, set[str]], group: str, query: str) -> frozenset[str]:
        return frozenset().union(*(known.get(key, ()) for key in _keys(group, query)))


def _keys(group: str, query: str) -> tuple[_Key, _Key]:
    return ("group", group), ("query", normal_text(query))
