"""First stages: BM25, dense and hybrid retrieval over an index folder."""

from lrat_rank.models.first_stage.index import STAGES, Index, IndexOptions

__all__ = ["STAGES", "Index", "IndexOptions"]
