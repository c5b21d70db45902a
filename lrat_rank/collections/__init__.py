"""Test collections: corpus, topics, qrels and runs, and the files they come in."""

from lrat_rank.collections.corpus import Document, read_corpus, write_corpus
from lrat_rank.collections.gains import Gains, read_gains, write_gains
from lrat_rank.collections.qrels import Qrels, read_qrels, write_qrels
from lrat_rank.collections.runs import (
    Ranking,
    Run,
    ScoredDocument,
    rank_by_score,
    read_run,
    write_run,
)
from lrat_rank.collections.topics import read_topics, write_topics

__all__ = [
    "Document",
    "Gains",
    "Qrels",
    "Ranking",
    "Run",
    "ScoredDocument",
    "rank_by_score",
    "read_corpus",
    "read_gains",
    "read_qrels",
    "read_run",
    "read_topics",
    "write_corpus",
    "write_gains",
    "write_qrels",
    "write_run",
    "write_topics",
]
