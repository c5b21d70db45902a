"""Runs: what a system returned for each query, best first, and the files they come in."""

from lrat_rank.collections.runs.files import read_run, write_run
from lrat_rank.collections.runs.formats import AUTO, RUN_FORMATS, RunFormat
from lrat_rank.collections.runs.model import (
    LazyRankings,
    Ranking,
    Run,
    ScoredDocument,
    rank_by_score,
)
from lrat_rank.collections.runs.rank_column import RankColumn

__all__ = [
    "AUTO",
    "RUN_FORMATS",
    "LazyRankings",
    "RankColumn",
    "Ranking",
    "Run",
    "RunFormat",
    "ScoredDocument",
    "rank_by_score",
    "read_run",
    "write_run",
]
