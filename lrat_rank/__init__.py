"""lrat-rank: rerankers trained on what search agents did."""

__version__ = "0.1.0"
