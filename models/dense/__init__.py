"""The dense retriever: a sentence encoder fine-tuned on labelled lists, and the ranker it makes."""

from lrat_rank.models.dense.options import DenseOptions

__all__ = ["DenseOptions"]
