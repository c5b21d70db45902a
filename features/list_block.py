"""One query with its candidates, as features of a single list see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lrat_rank.features.agent_state import AgentState
from lrat_rank.features.forward import FloatArray, ForwardIndex, IntArray
from lrat_rank.features.prior import FusedList, at_places
from lrat_rank.features.token_index import Matches, QueryPieces, TokenIndex


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
        vocabulary = forward.vocabulary
        ids = [
            vocabulary[term] if term in vocabulary else unknown.setdefault(term, -1 - len(unknown))
            for term in forward.analyzer.terms(query)
        ]
        counts = Counter(ids)
        known = sorted(number for number in counts if number >= 0)
        slot = {number: place for place, number in enumerate(known)}
        return cls(
            sequence=np.array([slot.get(number, number) for number in ids], dtype=np.int64),
            known=np.array(known, dtype=np.int64),
            frequency=np.array([counts[number] for number in known], dtype=np.int64),
            n_unknown=len(unknown),
        )

    @property
    def n_distinct(self) -> int:
        """Distinct terms, known or not."""
        return len(self.known) + self.n_unknown


@dataclass(frozen=True)
class ListBlock:
    """One query with its candidates; what features share is computed once, when asked for.

    Attributes:
        query: The query's text.
        rows: int64 (candidates,), at least one; row numbers in the index.
        forward: The index's terms.
        query_vector: float32 (d,) of unit length, or None.
        text_vectors: float32 (documents, d), or None.
        title_vectors: float32 (documents, d), zero rows for documents without a title, or None.
        fused: The first stages' fused list; None unless some feature needs stages.
        query_pieces: The query's word pieces as vectors, or None.
        token_index: The documents' word pieces and passages as vectors, or None.
        doc_ids: The candidates', aligned with `rows`.
        agent: What the agent knew; None where no context was given, or no feature needs it.
    """

    query: str
    rows: IntArray
    forward: ForwardIndex
    query_vector: FloatArray | None = None
    text_vectors: FloatArray | None = None
    title_vectors: FloatArray | None = None
    fused: FusedList | None = None
    query_pieces: QueryPieces | None = None
    token_index: TokenIndex | None = None
    doc_ids: Sequence[str] = ()
    agent: AgentState | None = None

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
    def stage_ranks(self) -> dict[str, FloatArray]:
        """Stage → float64 (candidates,); the rank from 1 in a stage's own list, or NaN."""
        return {
            stage: at_places(ranks, self._places, np.nan)
            for stage, ranks in self._listed.ranks.items()
        }

    @cached_property
    def fused_scores(self) -> FloatArray:
        """float64 (candidates,); the fused score, 0 for a document that no stage lists."""
        return at_places(self._listed.scores, self._places, 0.0)

    @property
    def fused_prior(self) -> FloatArray:
        """float64 (candidates,); the fused score, standardised over the first stages' list."""
        return self._listed.standardised(self.fused_scores)

    @cached_property
    def _places(self) -> IntArray:
        return self._listed.places(self.rows)

    @property
    def _listed(self) -> FusedList:
        assert self.fused is not None  # Need.STAGES
        return self.fused

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
