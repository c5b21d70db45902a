"""First stages: BM25, dense and hybrid retrieval over an index folder."""

from lrat_rank.models.first_stage.index import STAGES, Index
from lrat_rank.models.first_stage.options import IndexOptions

__all__ = ["STAGES", "Index", "IndexOptions"]
