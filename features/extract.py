"""Feature values of candidates, one row a candidate, list after list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from lrat_rank.features.agent_state import AgentState, agent_states
from lrat_rank.features.block import CandidateBlock
from lrat_rank.features.candidates import CandidateList
from lrat_rank.features.catalog import FEATURES, choose
from lrat_rank.features.forward import FloatArray, IntArray
from lrat_rank.features.list_block import ListBlock
from lrat_rank.features.prior import QUERIES_AT_A_TIME, fuse_hits
from lrat_rank.features.source import FeatureSource
from lrat_rank.features.spec import Feature, Need
from lrat_rank.progress import track

STAGE_DEPTH = 100
"""How deep the first stages' own lists are, unless asked otherwise."""

_ROWS_AT_A_TIME = 1600


@dataclass(frozen=True)
class FeatureMatrix:
    """Features of several lists of candidates.

    Attributes:
        names: The columns, in order.
        values: float32 (rows, features); NaN is missing, never 0.
        offsets: int64 (lists + 1,); list i has the rows `offsets[i]:offsets[i + 1]`.
    """

    names: tuple[str, ...]
    values: FloatArray
    offsets: IntArray

    @property
    def sizes(self) -> IntArray:
        """int64 (lists,); rows of each list."""
        return np.diff(self.offsets)

    def split(self, values: FloatArray) -> list[FloatArray]:
        """A value a row, as one array a list."""
        return np.split(values, self.offsets[1:-1]) if len(self.offsets) > 1 else []


def extract(
    source: FeatureSource,
    lists: Sequence[CandidateList],
    names: Sequence[str] | None = None,
    *,
    depth: int = STAGE_DEPTH,
    progress: str | None = None,
) -> FeatureMatrix:
    """Compute features for candidates only.

    Args:
        source: The index.
        lists: Queries with their candidates.
        names: Features or groups; None for every feature the index has the means for, but those
            of the agent's state (group `context`), which are asked for by name.
        depth: How deep the first stages' own lists are, for ranks in them.
        progress: What to call the work on a progress bar; None for silence.

    Raises:
        InputError: A feature is unknown or the index cannot serve it, or a doc_id is unknown.
    """
    chosen = choose(names, source)
    features = [FEATURES.get(name) for name in chosen]
    sizes = [len(one.doc_ids) for one in lists]
    offsets = np.concatenate(([0], np.cumsum(sizes, dtype=np.int64)))
    values = np.empty((offsets[-1], len(features)), dtype=np.float32)
    queries = _query_blocks(source, lists, _needs(features), depth)
    start = 0
    for block in _together(track(queries, progress, total=len(lists)) if progress else queries):
        end = start + len(block)
        # Columns are put side by side in one go: written one by one, each touches every row.
        values[start:end] = np.array([item.of(block) for item in features], dtype=np.float32).T
        start = end
    return FeatureMatrix(chosen, values, offsets)


def _needs(features: Sequence[Feature]) -> set[Need]:
    return {need for item in features for need in item.spec.needs}


def _together(lists: Iterable[ListBlock]) -> Iterator[CandidateBlock]:
    """Blocks of several lists, in order; lists without candidates have no rows to fill."""
    some: list[ListBlock] = []
    rows = 0
    for one in lists:
        if len(one):
            some.append(one)
            rows += len(one)
        if rows >= _ROWS_AT_A_TIME:
            yield CandidateBlock(some, some[0].forward)
            some, rows = [], 0
    if some:
        yield CandidateBlock(some, some[0].forward)


def _query_blocks(
    source: FeatureSource,
    lists: Sequence[CandidateList],
    needs: set[Need],
    depth: int,
) -> Iterator[ListBlock]:
    """One a list; queries go to the encoder and the first stages many at a time."""
    block = partial(
        ListBlock,
        forward=source.forward,
        text_vectors=source.text_vectors,
        title_vectors=source.title_vectors,
        token_index=source.token_index,
    )
    for start in range(0, len(lists), QUERIES_AT_A_TIME):
        part = lists[start : start + QUERIES_AT_A_TIME]
        queries = list(dict.fromkeys(one.query for one in part))
        place = {query: number for number, query in enumerate(queries)}
        hits = source.stage_hits(queries, depth) if Need.STAGES in needs else {}
        fused = fuse_hits(hits, depth, source.doc_id_order) if hits else None
        vectors = source.encode_queries(queries) if Need.VECTORS in needs else None
        pieces = source.encode_query_pieces(queries) if Need.TOKEN_VECTORS in needs else None
        agents: Sequence[AgentState | None] = [None] * len(part)
        if Need.CONTEXT in needs:
            agents = agent_states(source, part, encode=Need.VECTORS in needs)
        for one, agent in zip(part, agents, strict=True):
            number = place[one.query]
            yield block(
                query=one.query,
                rows=source.rows(one.doc_ids),
                query_vector=None if vectors is None else vectors[number],
                fused=None if fused is None else fused[number],
                query_pieces=None if pieces is None else pieces[number],
                doc_ids=one.doc_ids,
                agent=agent,
            )
