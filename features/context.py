"""What the agent has done so far, and how a candidate stands to it.

Every value is missing where the search tool was given no context, and in lists that belong to no
agent at no search: joined from several, or imported.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lrat_rank.features.agent_state import AgentState
from lrat_rank.features.forward import BoolArray, FloatArray, IntArray
from lrat_rank.features.list_block import ListBlock
from lrat_rank.features.reformulation import Reformulation, jaccard, reformulation
from lrat_rank.features.spec import FeatureSpec, Group, Need, list_feature

_NO_CONTEXT = "no context was given"
_MANY = float("inf")


def _spec(
    name: str,
    unit: str,
    bounds: tuple[float, float],
    *,
    missing: str = "",
    needs: tuple[Need, ...] = (),
    categorical: bool = False,
    source: str = "",
) -> FeatureSpec:
    """A declaration of this module: none says whether more is better, as agents differ in it."""
    return FeatureSpec(
        name=name,
        group=Group.CONTEXT,
        unit=unit,
        range=bounds,
        higher_is_better=None,
        missing=_NO_CONTEXT + (f", or {missing}" if missing else ""),
        needs=(Need.CONTEXT, *needs),
        categorical=categorical,
        source=source,
    )


def _of_agent(block: ListBlock, value: Callable[[AgentState], FloatArray]) -> FloatArray:
    return block.constant(np.nan) if block.agent is None else value(block.agent)


@list_feature(_spec("turn", "turns", (0.0, _MANY)))
def turn(block: ListBlock) -> FloatArray:
    """How far the agent's run is, reasoning and calls counted one by one; 0 at its start."""
    return _of_agent(block, lambda agent: block.constant(agent.context.turn))


@list_feature(_spec("queries_before", "queries", (0.0, 100.0)))
def queries_before(block: ListBlock) -> FloatArray:
    """How many queries the agent had asked."""
    return _of_agent(block, lambda agent: block.constant(len(agent.context.previous_queries)))


@list_feature(_spec("already_read", "0 or 1", (0.0, 1.0)))
def already_read(block: ListBlock) -> FloatArray:
    """Whether the agent had opened the document."""
    return _of_agent(block, lambda agent: _is_read(block, agent).astype(np.float64))


@list_feature(_spec("times_shown", "lists", (0.0, 500.0)))
def times_shown(block: ListBlock) -> FloatArray:
    """How many earlier lists had shown the document to the agent."""
    return _of_agent(block, lambda agent: _times_shown(block, agent))


@list_feature(_spec("seen_and_skipped", "0 or 1", (0.0, 1.0)))
def seen_and_skipped(block: ListBlock) -> FloatArray:
    """Whether an earlier list had shown the document, and the agent had not opened it."""

    def value(agent: AgentState) -> FloatArray:
        skipped = (_times_shown(block, agent) > 0) & ~_is_read(block, agent)
        return skipped.astype(np.float64)

    return _of_agent(block, value)


@list_feature(
    _spec(
        "question_cosine",
        "cosine",
        (-1.0, 1.0),
        missing="the question is not known",
        needs=(Need.VECTORS,),
    )
)
def question_cosine(block: ListBlock) -> FloatArray:
    """Cosine of the agent's question and the document."""
    return _of_agent(block, lambda agent: block.cosine_with(agent.question_vector))


@list_feature(
    _spec(
        "reasoning_cosine",
        "cosine",
        (-1.0, 1.0),
        missing="there is no reasoning before the search",
        needs=(Need.VECTORS,),
    )
)
def reasoning_cosine(block: ListBlock) -> FloatArray:
    """Cosine of the agent's latest reasoning and the document."""
    return _of_agent(block, lambda agent: block.cosine_with(agent.reasoning_vector))


@list_feature(
    _spec(
        "read_cosine",
        "cosine",
        (-1.0, 1.0),
        missing="the agent had read nothing",
        needs=(Need.VECTORS,),
    )
)
def read_cosine(block: ListBlock) -> FloatArray:
    """Cosine of the document and the nearest document the agent had read."""
    return _of_agent(block, lambda agent: _nearest(block, agent.read_rows))


@list_feature(
    _spec(
        "useful_cosine",
        "cosine",
        (-1.0, 1.0),
        missing="the agent had found nothing useful",
        needs=(Need.VECTORS,),
    )
)
def useful_cosine(block: ListBlock) -> FloatArray:
    """Cosine of the document and the nearest one found useful; of those read, if none is judged."""
    return _of_agent(block, lambda agent: _nearest(block, agent.useful_rows))


@list_feature(
    _spec(
        "cosine_novelty",
        "1 − cosine",
        (0.0, 2.0),
        missing="the document has no vector",
        needs=(Need.VECTORS,),
        source="Carbonell and Goldstein, SIGIR 1998 (the second term of MMR)",
    )
)
def cosine_novelty(block: ListBlock) -> FloatArray:
    """1 less the cosine to the nearest document the agent had read; 1 where it had read nothing."""

    def value(agent: AgentState) -> FloatArray:
        if len(agent.read_rows) == 0:
            return np.where(np.isnan(block.text_cosine), np.nan, 1.0)
        return 1.0 - _nearest(block, agent.read_rows)

    return _of_agent(block, value)


@list_feature(
    _spec(
        "term_novelty",
        "share of terms",
        (0.0, 1.0),
        missing="the document has no terms",
        needs=(Need.TERMS,),
    )
)
def term_novelty(block: ListBlock) -> FloatArray:
    """Share of the document's distinct terms that no document the agent had read holds."""

    def value(agent: AgentState) -> FloatArray:
        forward = block.forward
        fields = (forward.title, forward.text)
        read = np.unique(np.concatenate([f.gather(agent.read_rows)[0] for f in fields]))
        tokens, owner = (
            np.concatenate(parts)
            for parts in zip(*(field.gather(block.rows) for field in fields), strict=True)
        )
        size = max(len(forward.document_frequency), 1)
        pairs = np.unique(owner * size + tokens)
        owners, new = pairs // size, ~np.isin(pairs % size, read)
        terms = np.bincount(owners, minlength=len(block)).astype(np.float64)
        unheard = np.bincount(owners, new, minlength=len(block))
        return np.divide(unheard, terms, out=block.constant(np.nan), where=terms > 0)

    return _of_agent(block, value)


@list_feature(
    _spec(
        "reformulation",
        "0 first, 1 specialisation, 2 generalisation, 3 parallel, 4 repeat",
        (0.0, float(max(Reformulation))),
        needs=(Need.TERMS,),
        categorical=True,
        source="Boldi et al., WI 2009",
    )
)
def reformulation_type(block: ListBlock) -> FloatArray:
    """How the query changes the one before it."""

    def value(agent: AgentState) -> FloatArray:
        asked = [_terms(block, query) for query in agent.context.previous_queries]
        return block.constant(reformulation(_terms(block, block.query), asked))

    return _of_agent(block, value)


@list_feature(
    _spec(
        "last_query_overlap",
        "Jaccard",
        (0.0, 1.0),
        missing="nothing was asked before",
        needs=(Need.TERMS,),
    )
)
def last_query_overlap(block: ListBlock) -> FloatArray:
    """Share of the distinct terms of this query and the last one that both hold."""

    def value(agent: AgentState) -> FloatArray:
        if not agent.context.previous_queries:
            return block.constant(np.nan)
        last = _terms(block, agent.context.previous_queries[-1])
        return block.constant(jaccard(_terms(block, block.query), last))

    return _of_agent(block, value)


def _is_read(block: ListBlock, agent: AgentState) -> BoolArray:
    return np.isin(block.rows, agent.read_rows)


def _times_shown(block: ListBlock, agent: AgentState) -> FloatArray:
    return np.array([agent.times_shown[doc_id] for doc_id in block.doc_ids], dtype=np.float64)


def _nearest(block: ListBlock, rows: IntArray) -> FloatArray:
    """float64 (candidates,); the cosine to the nearest of some documents, NaN where there is none.

    A document without a vector is near to none.
    """
    nearest = block.constant(np.nan)
    if block.text_vectors is not None:
        for vector in np.asarray(block.text_vectors[rows]):
            if vector.any():
                nearest = np.fmax(nearest, block.cosine_with(vector))
    return nearest


def _terms(block: ListBlock, query: str) -> frozenset[str]:
    return frozenset(block.forward.analyzer.terms(query))
