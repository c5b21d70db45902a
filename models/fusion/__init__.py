"""Several runs as one: by ranks or by normalised scores."""

from lrat_rank.models.fusion.fusing import (
    METHODS,
    FusionMethod,
    FusionOptions,
    fuse_runs,
    fused_tables,
    reciprocal_rank_fusion,
    score_tables,
)
from lrat_rank.models.fusion.normalising import NORMALISERS

__all__ = [
    "METHODS",
    "NORMALISERS",
    "FusionMethod",
    "FusionOptions",
    "fuse_runs",
    "fused_tables",
    "reciprocal_rank_fusion",
    "score_tables",
]
