"""Several lists of candidates, and what features share about them.

Features are computed for a block of lists at a time: one step over a thousand candidates takes
little longer than one over a single list's. No candidate's value depends on the other lists.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lrat_rank.features.document_facts import DocumentFacts
from lrat_rank.features.forward import (
    BoolArray,
    Field,
    FloatArray,
    ForwardIndex,
    IntArray,
    lucene_idf,
)
from lrat_rank.features.list_block import ListBlock, QueryTerms
from lrat_rank.features.list_forms import ListForms
from lrat_rank.features.wording import Wording


@dataclass(frozen=True)
class QueryBatch:
    """The terms of several queries, as rows of arrays as wide as the longest needs.

    Attributes:
        known: int64 (queries, terms); ids of each query's distinct terms that the index knows,
            increasing, and 0 beyond the last.
        n_known: int64 (queries,); how many those are.
        frequency: int64 (queries, terms); occurrences of each in the query, 0 beyond the last.
        sequence: int64 (queries, m); the terms in order, as in `QueryTerms`.
        lengths: int64 (queries,); how many those are.
        n_unknown: int64 (queries,); distinct terms the index does not know.
    """

    known: IntArray
    n_known: IntArray
    frequency: IntArray
    sequence: IntArray
    lengths: IntArray
    n_unknown: IntArray

    @classmethod
    def of(cls, queries: Sequence[QueryTerms]) -> QueryBatch:
        """Put queries together."""
        return cls(
            known=_padded([one.known for one in queries]),
            n_known=np.array([len(one.known) for one in queries]),
            frequency=_padded([one.frequency for one in queries]),
            sequence=_padded([one.sequence for one in queries]),
            lengths=np.array([len(one.sequence) for one in queries]),
            n_unknown=np.array([one.n_unknown for one in queries]),
        )

    @property
    def n_distinct(self) -> IntArray:
        """int64 (queries,); distinct terms, known or not."""
        return self.n_known + self.n_unknown


def _padded(rows: Sequence[IntArray]) -> IntArray:
    padded = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
    for number, row in enumerate(rows):
        padded[number, : len(row)] = row
    return padded


class FieldMatches(NamedTuple):
    """Where the query's terms stand in one field of the candidates.

    Attributes:
        frequency: int32 (candidates, terms); occurrences of each known term of the candidate's
            query, 0 beyond its last.
        first: float64 (candidates,), as all below, NaN where the field is empty; terms before the
            first match, NaN without.
        min_distance: Between two different query terms; NaN where fewer than two occur.
        min_window: Terms of the shortest passage with all that occur; NaN likewise.
        bigrams: Share of the query's neighbouring pairs that are neighbours, in order.
        close_pairs: Share of them that stand near each other, in any order.
        longest_run: Longest stretch in the query's order, over the query's length.
        order_agreement: Share of neighbouring matches in the query's order.
        whole: 1 where the whole field stands in the query, in order, else 0.
    """

    frequency: IntArray
    first: FloatArray
    min_distance: FloatArray
    min_window: FloatArray
    bigrams: FloatArray
    close_pairs: FloatArray
    longest_run: FloatArray
    order_agreement: FloatArray
    whole: FloatArray


@dataclass(frozen=True)
class FieldBlock:
    """One field (title or text) of the candidates, seen from their queries.

    Attributes:
        rows: int64 (candidates,).
        owner: int64 (candidates,); the query of each.
    """

    field: Field
    rows: IntArray
    owner: IntArray
    queries: QueryBatch

    @cached_property
    def lengths(self) -> IntArray:
        """int64 (candidates,); terms in the field."""
        return self.field.lengths[self.rows]

    @cached_property
    def matches(self) -> FieldMatches:
        """Where the query's terms stand."""
        # numba comes in with it, which a command that computes no features need not wait for.
        from lrat_rank.features.proximity import match_documents

        field, asked = self.field, self.queries
        frequency, values = match_documents(
            (field.tokens, field.offsets, self.rows, self.owner),
            (asked.known, asked.n_known, asked.sequence, asked.lengths),
        )
        return FieldMatches(frequency, *values)

    @property
    def frequency(self) -> IntArray:
        """int32 (candidates, terms); occurrences of each known query term."""
        return self.matches.frequency

    @cached_property
    def held(self) -> BoolArray:
        """Whether the field holds each known query term; bool (candidates, terms)."""
        held: BoolArray = self.frequency > 0
        return held

    @cached_property
    def empty(self) -> BoolArray:
        """Whether a candidate has no such field; bool (candidates,)."""
        empty: BoolArray = self.lengths == 0
        return empty

    def where_present(self, values: FloatArray) -> FloatArray:
        """The values, NaN for candidates whose field has no terms."""
        return np.where(self.empty, np.nan, values)

    def held_weight(self, weights: FloatArray) -> FloatArray:
        """float64 (candidates,); the sum of the weights (queries, terms) of the terms held."""
        from lrat_rank.features.formulas import held_weight

        return held_weight(self.frequency, self.owner, weights)


@dataclass(frozen=True)
class CandidateBlock:
    """Several lists of candidates; everything features share is computed once, when asked for.

    Attributes:
        lists: At least one; none is empty.
        forward: The index's terms.
        computed: Feature → its values, so that features can build on each other.
        forms: Score → its forms within the lists, likewise.
    """

    lists: Sequence[ListBlock]
    forward: ForwardIndex
    computed: dict[str, FloatArray] = field(default_factory=dict)
    forms: dict[str, ListForms] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def rows(self) -> IntArray:
        """int64 (candidates,); row numbers in the index, list after list."""
        return np.concatenate([one.rows for one in self.lists])

    @cached_property
    def offsets(self) -> IntArray:
        """int64 (lists + 1,); list i has the candidates `offsets[i]:offsets[i + 1]`."""
        return np.cumsum([0, *(len(one.rows) for one in self.lists)])

    @cached_property
    def owner(self) -> IntArray:
        """int64 (candidates,); the list of each."""
        return np.repeat(np.arange(len(self.lists)), np.diff(self.offsets))

    def constant(self, value: float) -> FloatArray:
        """float64 (candidates,); the same value for each."""
        return np.full(len(self), value, dtype=np.float64)

    def per_list(self, values: npt.ArrayLike) -> FloatArray:
        """float64 (candidates,); one value a list, for all its candidates."""
        return np.asarray(values, dtype=np.float64)[self.owner]

    def list_by_list(self, compute: Callable[[ListBlock], FloatArray]) -> FloatArray:
        """float64 (candidates,); what a function gives for each list alone."""
        return np.concatenate([compute(one) for one in self.lists])

    @cached_property
    def queries(self) -> QueryBatch:
        """The queries' terms."""
        return QueryBatch.of([one.terms for one in self.lists])

    @cached_property
    def wordings(self) -> list[Wording]:
        """One a list: the query's names and numbers, and the kind of answer it asks for."""
        return [Wording.read(one.query, self.forward, one.terms.known) for one in self.lists]

    @cached_property
    def stage_ranks(self) -> dict[str, FloatArray]:
        """Stage → float64 (candidates,); the rank from 1 in a stage's own list, or NaN."""
        found = [one.stage_ranks for one in self.lists]
        return {stage: np.concatenate([ranks[stage] for ranks in found]) for stage in found[0]}

    @cached_property
    def document(self) -> DocumentFacts:
        """What the candidates are like, whatever the query."""
        return self.forward.facts.of(self.rows)

    @cached_property
    def title(self) -> FieldBlock:
        """The candidates' titles."""
        return FieldBlock(self.forward.title, self.rows, self.owner, self.queries)

    @cached_property
    def text(self) -> FieldBlock:
        """The candidates' texts."""
        return FieldBlock(self.forward.text, self.rows, self.owner, self.queries)

    @cached_property
    def idf(self) -> FloatArray:
        """float64 (lists, terms); idf of each query's known terms, 0 beyond the last."""
        return self.forward.idf[self.queries.known] * (self.queries.frequency > 0)

    @cached_property
    def unknown_idf(self) -> float:
        """Idf of a term that no document holds."""
        return float(lucene_idf(np.array(0), self.forward.n_documents))

    @cached_property
    def idf_sum(self) -> FloatArray:
        """float64 (lists,); idf of each query's distinct terms, known or not."""
        # Not sum(axis=1), which rounds differently with the width.
        known = np.cumsum(self.idf, axis=1)[:, -1:].sum(axis=1)
        whole: FloatArray = known + self.queries.n_unknown * self.unknown_idf
        return whole

    @cached_property
    def bm25(self) -> FloatArray:
        """float64 (candidates,); BM25 of title and text together, as the first stage has it."""
        from lrat_rank.features.formulas import bm25

        return bm25(
            self.title.frequency + self.text.frequency,
            self.owner,
            self.idf * self.queries.frequency,
            self.forward.lengths[self.rows],
            self.forward.average_length or 1.0,
        )
