"""What the first stages think of a candidate."""

from __future__ import annotations

import numpy as np

from lrat_rank.features.block import CandidateBlock
from lrat_rank.features.forward import BoolArray, FloatArray
from lrat_rank.features.prior import RRF_K
from lrat_rank.features.spec import FeatureSpec, Group, Need, feature

STAGES = ("bm25", "dense")

_INFINITY = float("inf")
_NOT_IN_LIST = "the stage's own list does not hold the document"


@feature(
    FeatureSpec(
        name="bm25_score",
        group=Group.FIRST_STAGE,
        unit="score",
        range=(0.0, _INFINITY),
        higher_is_better=True,
        missing=None,
        needs=(Need.TERMS,),
        source="Robertson and Zaragoza 2009; Lucene's idf, k1 = 1.5, b = 0.75",
    )
)
def bm25_score(block: CandidateBlock) -> FloatArray:
    """BM25 of the whole document, title and text together."""
    return block.bm25


@feature(
    FeatureSpec(
        name="bm25_share",
        group=Group.FIRST_STAGE,
        unit="share",
        range=(0.0, 1.0),
        higher_is_better=True,
        missing="no candidate holds a query term",
        needs=(Need.TERMS,),
    )
)
def bm25_share(block: CandidateBlock) -> FloatArray:
    """BM25 as a share of the best candidate's, which makes queries of any length comparable."""
    best = block.per_list(np.maximum.reduceat(block.bm25, block.offsets[:-1]))
    share = block.constant(np.nan)
    np.divide(block.bm25, best, out=share, where=best > 0)
    return share


@feature(
    FeatureSpec(
        name="bm25_reciprocal_rank",
        group=Group.FIRST_STAGE,
        unit="1/rank",
        range=(0.0, 1.0),
        higher_is_better=True,
        missing=_NOT_IN_LIST,
        needs=(Need.STAGES,),
    )
)
def bm25_reciprocal_rank(block: CandidateBlock) -> FloatArray:
    """1 / rank in BM25's own list for the query."""
    return _reciprocal_rank(block, "bm25")


@feature(
    FeatureSpec(
        name="dense_reciprocal_rank",
        group=Group.FIRST_STAGE,
        unit="1/rank",
        range=(0.0, 1.0),
        higher_is_better=True,
        missing=_NOT_IN_LIST,
        needs=(Need.STAGES, Need.VECTORS),
    )
)
def dense_reciprocal_rank(block: CandidateBlock) -> FloatArray:
    """1 / rank in the dense stage's own list for the query."""
    return _reciprocal_rank(block, "dense")


@feature(
    FeatureSpec(
        name="stages_found",
        group=Group.FIRST_STAGE,
        unit="stages",
        range=(0.0, 2.0),
        higher_is_better=True,
        missing=None,
        needs=(Need.STAGES,),
    )
)
def stages_found(block: CandidateBlock) -> FloatArray:
    """How many first stages have the document in their own list."""
    found = block.constant(0.0)
    for stage in STAGES:
        found += _listed(block, stage)
    return found


@feature(
    FeatureSpec(
        name="rrf_score",
        group=Group.FIRST_STAGE,
        unit="score",
        range=(0.0, 2 / (RRF_K + 1)),
        higher_is_better=True,
        missing=None,
        needs=(Need.STAGES,),
        source="Cormack, Clarke and Büttcher, SIGIR 2009, k = 60",
    )
)
def rrf_score(block: CandidateBlock) -> FloatArray:
    """Reciprocal rank fusion of the first stages' own lists; a list without it adds nothing."""
    return block.list_by_list(lambda one: one.fused_scores)


@feature(
    FeatureSpec(
        name="rrf_prior",
        group=Group.FIRST_STAGE,
        unit="standard deviations",
        range=(-_INFINITY, _INFINITY),
        higher_is_better=True,
        missing=None,
        needs=(Need.STAGES,),
        source="Cormack, Clarke and Büttcher, SIGIR 2009, k = 60",
    )
)
def rrf_prior(block: CandidateBlock) -> FloatArray:
    """Fused score, standardised over the query's own first-stage list, whatever the candidates."""
    return block.list_by_list(lambda one: one.fused_prior)


@feature(
    FeatureSpec(
        name="stage_flags",
        group=Group.FIRST_STAGE,
        unit="0 none, 1 BM25, 2 dense, 3 both",
        range=(0.0, 3.0),
        higher_is_better=None,
        missing=None,
        needs=(Need.STAGES,),
        categorical=True,
    )
)
def stage_flags(block: CandidateBlock) -> FloatArray:
    """Which first stages have the document in their own list."""
    flags = block.constant(0.0)
    for number, stage in enumerate(STAGES):
        flags += 2**number * _listed(block, stage)
    return flags


@feature(
    FeatureSpec(
        name="found_by_both",
        group=Group.FIRST_STAGE,
        unit="0 or 1",
        range=(0.0, 1.0),
        higher_is_better=True,
        missing=None,
        needs=(Need.STAGES, Need.VECTORS),
    )
)
def found_by_both(block: CandidateBlock) -> FloatArray:
    """1 when BM25's own list and the dense stage's both hold the document."""
    both: FloatArray = (stages_found(block) == 2).astype(np.float64)
    return both


def _reciprocal_rank(block: CandidateBlock, stage: str) -> FloatArray:
    reciprocal: FloatArray = np.reciprocal(_ranks(block, stage))
    return reciprocal


def _listed(block: CandidateBlock, stage: str) -> BoolArray:
    return ~np.isnan(_ranks(block, stage))


def _ranks(block: CandidateBlock, stage: str) -> FloatArray:
    """float64 (candidates,); the rank from 1 in a stage's own list, NaN where it has none."""
    ranks = block.stage_ranks.get(stage)
    return block.constant(np.nan) if ranks is None else ranks
