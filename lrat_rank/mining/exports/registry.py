"""The export targets by name."""

from __future__ import annotations

from collections.abc import Callable

from lrat_rank.mining.exports.base import Exporter
from lrat_rank.mining.exports.flagembedding import FlagEmbeddingExporter
from lrat_rank.mining.exports.qrels import QrelsExporter
from lrat_rank.mining.exports.sentence_transformers import SentenceTransformersExporter
from lrat_rank.registry import Registry

EXPORTERS: Registry[Callable[[], Exporter]] = Registry("export target")
EXPORTERS.add("qrels", QrelsExporter)
EXPORTERS.add("flagembedding", FlagEmbeddingExporter)
EXPORTERS.add("sentence-transformers", SentenceTransformersExporter)
