"""What documents are like whatever the query: computed when first asked for, then remembered.

The same documents come back as candidates of query after query; a fact is a pass over all of a
document's terms, a memory one look-up.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:  # the forward index holds the memory of its documents
    from lrat_rank.features.forward import BoolArray, Field, FloatArray, ForwardIndex, IntArray

_NUMBER = re.compile(r"\d\d+")
_YEAR = re.compile(r"1\d\d\d|20\d\d")


class DocumentFacts(NamedTuple):
    """Facts of some documents, each an array (candidates,).

    Attributes:
        title_idf_mean: float64; mean idf of the title's terms, NaN without a title.
        title_idf_sum: float64; sum of the idf of the title's distinct terms.
        text_idf_mean: float64; mean idf of the text's terms, NaN without a text.
        text_idf_max: float64; idf of the text's rarest term, NaN without a text.
        text_distinct_share: float64; distinct terms of the text over all its terms, or NaN.
        numbers: float64; numbers of two digits or more in the text.
        years: float64; years from 1000 to 2099 in the text.
        text_hash: uint64; equal for texts of the same terms in the same order, 0 without a text.
    """

    title_idf_mean: FloatArray
    title_idf_sum: FloatArray
    text_idf_mean: FloatArray
    text_idf_max: FloatArray
    text_distinct_share: FloatArray
    numbers: FloatArray
    years: FloatArray
    text_hash: npt.NDArray[np.uint64]


class FactMemory:
    """The facts of an index's documents, as far as they were asked for."""

    def __init__(self, forward: ForwardIndex) -> None:
        self._forward = forward
        terms = list(forward.vocabulary)
        self._is_number = np.array([bool(_NUMBER.fullmatch(term)) for term in terms], dtype=bool)
        self._is_year = np.array([bool(_YEAR.fullmatch(term)) for term in terms], dtype=bool)
        self._known = np.zeros(forward.n_documents, dtype=bool)
        nothing = self._compute(np.arange(0))
        self._facts: list[npt.NDArray[Any]] = [
            np.zeros(forward.n_documents, dtype=fact.dtype) for fact in nothing
        ]

    def of(self, rows: IntArray) -> DocumentFacts:
        """The facts of some documents: rows int64 (candidates,)."""
        known = self._known[rows]
        if not known.all():
            new = np.unique(rows[~known])
            # Marked as known only when they are, so that threads may share the memory.
            for fact, values in zip(self._facts, self._compute(new), strict=True):
                fact[new] = values
            self._known[new] = True
        return DocumentFacts(*(fact[rows] for fact in self._facts))

    def _compute(self, rows: IntArray) -> DocumentFacts:
        title, text = self._forward.title, self._forward.text
        tokens, owner = text.gather(rows)
        n, length = len(rows), text.lengths[rows]
        distinct = np.bincount(text.distinct(rows)[1], minlength=n)
        highest = np.zeros(n)
        np.maximum.at(highest, owner, self._forward.idf[tokens])
        return DocumentFacts(
            title_idf_mean=self._mean_idf(title, rows),
            title_idf_sum=self._distinct_idf(title, rows),
            text_idf_mean=self._mean_idf(text, rows),
            text_idf_max=np.where(length > 0, highest, np.nan),
            text_distinct_share=_share(distinct, length),
            numbers=_counts(self._is_number[tokens], owner, n),
            years=_counts(self._is_year[tokens], owner, n),
            text_hash=_sequence_hash(tokens, owner, n),
        )

    def _mean_idf(self, field: Field, rows: IntArray) -> FloatArray:
        tokens, owner = field.gather(rows)
        total = np.bincount(owner, self._forward.idf[tokens], len(rows))
        return _share(total, field.lengths[rows])

    def _distinct_idf(self, field: Field, rows: IntArray) -> FloatArray:
        tokens, owner = field.distinct(rows)
        return np.bincount(owner, self._forward.idf[tokens], len(rows)).astype(np.float64)


def _counts(marked: BoolArray, owner: IntArray, n: int) -> FloatArray:
    """float64 (n,); how many of its terms are marked. numpy counts nothing at all in integers."""
    return np.bincount(owner, marked, n).astype(np.float64)


def _share(part: npt.NDArray[np.number], whole: IntArray) -> FloatArray:
    share = np.full(len(whole), np.nan)
    np.divide(part, whole, out=share, where=whole > 0)
    return share


def _sequence_hash(tokens: IntArray, owner: IntArray, n: int) -> npt.NDArray[np.uint64]:
    """uint64 (n,); one number a sequence of terms, 0 for an empty one.

    Each term is mixed with its place in the sequence, and the mixtures summed modulo 2⁶⁴.
    """
    starts = np.searchsorted(owner, np.arange(n))
    place = (np.arange(len(owner)) - starts[owner]).astype(np.uint64)
    mixed = (place << np.uint64(32)) + tokens.astype(np.uint64) + np.uint64(1)
    # The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    total = np.zeros(n, dtype=np.uint64)
    some = np.flatnonzero(np.bincount(owner, minlength=n))
    if len(some):
        total[some] = np.add.reduceat(mixed, starts[some])
    return total
