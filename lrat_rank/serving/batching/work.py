"""The two kinds of work: documents of an index by their ids, and texts as they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol, TypeVar

import numpy as np

from lrat_rank.features.account import CallAccount
from lrat_rank.models.ranker import CandidateList, FloatArray, Ranker

Item = TypeVar("Item")


class Pairs(NamedTuple):
    """One request's (query, text) pairs.

    Attributes:
        pairs: What to score.
        account: Is told what was read of them.
    """

    pairs: tuple[tuple[str, str], ...]
    account: CallAccount | None = None


class PairRanker(Protocol):
    """A ranker that reads texts; `lrat_rank.models.cross_encoder.ranker.CrossEncoderRanker`."""

    def score_pairs(
        self, pairs: Sequence[tuple[str, str]], account: CallAccount | None = None
    ) -> FloatArray:
        """Float array (pairs,) of (query, text) pairs, in their order; higher is better.

        Where an account is given, a ranker that counts tokens tells it what was read of each pair.
        """
        ...


class Work(Protocol[Item]):
    """What one call of a ranker can do for several requests at once.

    An item is a query with the documents to score for it; a document here is a candidate or a pair.
    """

    @property
    def apart(self) -> bool:
        """Whether a document's score is the same without the item's other documents."""
        ...

    def score(self, items: Sequence[Item]) -> Sequence[FloatArray]:
        """One float array (documents,) an item."""
        ...

    def size(self, item: Item) -> int:
        """How many documents an item holds."""
        ...

    def part(self, item: Item, positions: Sequence[int]) -> Item:
        """The item with only the documents at these positions."""
        ...


class ListWork:
    """Candidate lists, by any ranker.

    Args:
        ranker: Scores them.
        apart: Whether it scores each document by itself; lists of others are scored whole or not
            at all.
    """

    def __init__(self, ranker: Ranker, *, apart: bool) -> None:
        self._ranker, self.apart = ranker, apart

    def score(self, items: Sequence[CandidateList]) -> Sequence[FloatArray]:
        """One float array (documents,) a list."""
        return self._ranker.score(items)

    def size(self, item: CandidateList) -> int:
        """How many candidates a list holds."""
        return len(item.doc_ids)

    def part(self, item: CandidateList, positions: Sequence[int]) -> CandidateList:
        """The list with only the candidates at these positions."""
        doc_ids = tuple(item.doc_ids[position] for position in positions)
        return replace(item, doc_ids=doc_ids)


class PairWork:
    """Pairs of a query and a text, by a ranker that reads texts."""

    apart = True

    def __init__(self, ranker: PairRanker) -> None:
        self._ranker = ranker

    def score(self, items: Sequence[Pairs]) -> Sequence[FloatArray]:
        """One float array (pairs,) an item; all items' pairs go through the ranker together."""
        account = CallAccount()
        scores = self._ranker.score_pairs([pair for item in items for pair in item.pairs], account)
        for item in items:
            if item.account is not None:
                known = account.tokens.keys() & item.pairs
                item.account.tokens.update({pair: account.tokens[pair] for pair in known})
        return np.split(scores, np.cumsum([len(item.pairs) for item in items])[:-1])

    def size(self, item: Pairs) -> int:
        """How many pairs an item holds."""
        return len(item.pairs)

    def part(self, item: Pairs, positions: Sequence[int]) -> Pairs:
        """The pairs at these positions."""
        return item._replace(pairs=tuple(item.pairs[position] for position in positions))
