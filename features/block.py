"""One query with its candidates, and what several features share about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from lrat_rank.features.agent_state import AgentState
from lrat_rank.features.document_facts import DocumentFacts
from lrat_rank.features.formulas import bm25
from lrat_rank.features.forward import Field, FloatArray, ForwardIndex, IntArray, lucene_idf
from lrat_rank.features.list_forms import ListForms
from lrat_rank.features.prior import FusedList
from lrat_rank.features.token_index import Matches, QueryPieces, TokenIndex
from lrat_rank.features.wording import Wording

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class QueryTerms:
    """A query's terms.

    Attributes:
        sequence: int64 (n,); the terms in order, as positions in `known`; a term the index does
            not know is negative, each such term a number of its own.
        known: int64 (terms,); ids of the distinct terms the index knows, increasing.
        frequency: int64 (terms,); occurrences of each in the query.
        n_unknown: Distinct terms the index does not know.
    """

    sequence: IntArray
    known: IntArray
    frequency: IntArray
    n_unknown: int

    @classmethod
    def parse(cls, query: str, forward: ForwardIndex) -> QueryTerms:
        """Analyse a query the way the documents were."""
        unknown: dict[str, int] = {}
        ids = np.array(
            [
                forward.vocabulary[term]
                if term in forward.vocabulary
                else unknown.setdefault(term, -1 - len(unknown))
                for term in forward.analyzer.terms(query)
            ],
            dtype=np.int64,
        )
        known, frequency = np.unique(ids[ids >= 0], return_counts=True)
        sequence = np.where(ids >= 0, np.searchsorted(known, ids), ids)
        return cls(sequence, known, frequency, len(unknown))

    @property
    def n_distinct(self) -> int:
        """Distinct terms, known or not."""
        return len(self.known) + self.n_unknown


@dataclass(frozen=True)
class FieldBlock:
    """One field (title or text) of the candidates, seen from the query."""

    field: Field
    rows: IntArray
    query: QueryTerms

    @cached_property
    def _gathered(self) -> tuple[IntArray, IntArray]:
        return self.field.gather(self.rows)

    @property
    def tokens(self) -> IntArray:
        """int32 (n,); the candidates' terms, one candidate after the other."""
        return self._gathered[0]

    @property
    def owner(self) -> IntArray:
        """int64 (n,); the candidate each term belongs to."""
        return self._gathered[1]

    @cached_property
    def lengths(self) -> IntArray:
        """int64 (candidates,); terms in the field."""
        return self.field.lengths[self.rows]

    @cached_property
    def slots(self) -> IntArray:
        """int64 (n,); which of the query's known terms each token is, −1 for none."""
        known = self.query.known
        if len(known) == 0:
            return np.full(len(self.tokens), -1)
        nearest = np.minimum(np.searchsorted(known, self.tokens), len(known) - 1)
        return np.where(known[nearest] == self.tokens, nearest, -1)

    @cached_property
    def frequency(self) -> IntArray:
        """int64 (terms, candidates); occurrences of each known query term."""
        n_terms, n_candidates = len(self.query.known), len(self.rows)
        hit = self.slots >= 0
        cells = self.slots[hit] * n_candidates + self.owner[hit]
        return np.bincount(cells, minlength=n_terms * n_candidates).reshape(n_terms, n_candidates)

    @cached_property
    def distinct(self) -> tuple[IntArray, IntArray]:
        """Each candidate's distinct terms: token ids (m,) and their owners (m,)."""
        # Sorting (owner, token) as one number is much quicker than sorting pairs.
        size = len(self.field.document_frequency)
        pairs = np.unique(self.owner * size + self.tokens)
        return pairs % max(size, 1), pairs // max(size, 1)

    def where_present(self, values: FloatArray) -> FloatArray:
        """The values, NaN for candidates whose field has no terms."""
        return np.where(self.lengths > 0, values, np.nan)

    def sum_by_candidate(self, values: FloatArray, owner: IntArray) -> FloatArray:
        """float64 (candidates,); the sum of the values each candidate owns."""
        total: FloatArray = np.bincount(owner, values, len(self.rows)).astype(np.float64)
        return total


@dataclass(frozen=True)
class CandidateBlock:
    """One query with its candidates; everything features share is computed once, when asked for.

    Attributes:
        query: The query's text.
        rows: int64 (candidates,), at least one; row numbers in the index.
        forward: The index's terms.
        stage_ranks: Stage → float64 (candidates,); rank from 1 in the stage's own list, NaN when
            the list does not hold the candidate. Empty unless some feature needs stages.
        query_vector: float32 (d,) of unit length, or None.
        text_vectors: float32 (documents, d), or None.
        title_vectors: float32 (documents, d), zero rows for documents without a title, or None.
        fused: The first stages' fused list; None unless some feature needs stages.
        query_pieces: The query's word pieces as vectors, or None.
        token_index: The documents' word pieces and passages as vectors, or None.
        doc_ids: The candidates', aligned with `rows`.
        agent: What the agent knew; None where no context was given, or no feature needs it.
        computed: Feature → its values, so that features can build on each other.
        forms: Score → its forms within the list, likewise.
    """

    query: str
    rows: IntArray
    forward: ForwardIndex
    stage_ranks: Mapping[str, FloatArray]
    query_vector: FloatArray | None = None
    text_vectors: FloatArray | None = None
    title_vectors: FloatArray | None = None
    fused: FusedList | None = None
    query_pieces: QueryPieces | None = None
    token_index: TokenIndex | None = None
    doc_ids: Sequence[str] = ()
    agent: AgentState | None = None
    computed: dict[str, FloatArray] = field(default_factory=dict)
    forms: dict[str, ListForms] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def constant(self, value: float) -> FloatArray:
        """float64 (candidates,); the same value for each."""
        return np.full(len(self), value, dtype=np.float64)

    @cached_property
    def terms(self) -> QueryTerms:
        """The query's terms."""
        return QueryTerms.parse(self.query, self.forward)

    @cached_property
    def wording(self) -> Wording:
        """The query's names and numbers, and the kind of answer it asks for."""
        return Wording.read(self.query, self.forward, self.terms.known)

    @cached_property
    def document(self) -> DocumentFacts:
        """What the candidates are like, whatever the query."""
        return self.forward.facts.of(self.rows)

    @cached_property
    def title(self) -> FieldBlock:
        """The candidates' titles."""
        return FieldBlock(self.forward.title, self.rows, self.terms)

    @cached_property
    def text(self) -> FieldBlock:
        """The candidates' texts."""
        return FieldBlock(self.forward.text, self.rows, self.terms)

    @cached_property
    def idf(self) -> FloatArray:
        """float64 (distinct terms,); idf of the query's terms, the known ones first."""
        unknown = lucene_idf(
            np.zeros(self.terms.n_unknown, dtype=np.int64), len(self.forward.lengths)
        )
        return np.concatenate((self.forward.idf[self.terms.known], unknown))

    @cached_property
    def bm25(self) -> FloatArray:
        """float64 (candidates,); BM25 of title and text together, as the first stage has it."""
        frequency = self.title.frequency + self.text.frequency
        weight = self.idf[: len(frequency)] * self.terms.frequency
        average = self.forward.average_length or 1.0
        return bm25(frequency, weight, self.forward.lengths[self.rows], average)

    @cached_property
    def text_cosine(self) -> FloatArray:
        """float32 (candidates,); cosine of query and document, NaN without vectors."""
        return self._cosine(self.text_vectors, self.query_vector)

    @cached_property
    def title_cosine(self) -> FloatArray:
        """float32 (candidates,); cosine of query and title, NaN without vectors or title."""
        return self._cosine(self.title_vectors, self.query_vector)

    @cached_property
    def token_matches(self) -> Matches:
        """Every word piece of the query against every one of the candidates."""
        assert self.token_index is not None  # Need.TOKEN_VECTORS
        assert self.query_pieces is not None
        return self.token_index.tokens.best(self.rows, self.query_pieces.vectors)

    def cosine_with(self, vector: FloatArray | None) -> FloatArray:
        """float32 (candidates,); cosine of a vector of unit length and each document, or NaN."""
        return self._cosine(self.text_vectors, vector)

    def _cosine(self, vectors: FloatArray | None, vector: FloatArray | None) -> FloatArray:
        if vectors is None or vector is None:
            return self.constant(np.nan)
        chosen = np.asarray(vectors[self.rows])
        # A matrix product would round differently with a candidate's place in the list.
        cosine = (chosen * vector).sum(axis=1).clip(-1.0, 1.0)
        return np.where(chosen.any(axis=1), cosine, np.nan)
