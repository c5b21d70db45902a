"""The export targets by name. Their writers are imported when they are asked for."""

from __future__ import annotations

from lrat_rank.mining.exports.base import Need, Target
from lrat_rank.registry import Registry

EXPORTERS: Registry[Target] = Registry("export target")
EXPORTERS.add(
    "qrels", Target("TREC qrels, with the gains behind the grades beside them", "qrels:write")
)
EXPORTERS.add(
    "gains", Target("gains of judged documents, for measures such as gnDCG@10", "gains:write")
)
EXPORTERS.add(
    "beir",
    Target(
        "a BEIR folder: corpus, queries and graded qrels",
        "beir:write",
        Need.TEXTS,
        frozenset({"split", "all_documents"}),
    ),
)
EXPORTERS.add(
    "svmlight",
    Target(
        "features as SVMlight/LETOR lines with qids, from an index",
        "feature_files:write_svmlight",
        Need.FEATURES,
    ),
)
EXPORTERS.add(
    "lightgbm",
    Target(
        "features as a table with query and weight files, from an index",
        "feature_files:write_lightgbm",
        Need.FEATURES,
    ),
)
EXPORTERS.add(
    "lrat-train",
    Target("the rows of the LRAT-Train data set, read by import", "lrat_train:write", Need.TEXTS),
)
EXPORTERS.add(
    "flagembedding",
    Target("rows for FlagEmbedding's embedders", "flagembedding:write_embedder", Need.TEXTS),
)
EXPORTERS.add(
    "flagembedding-reranker",
    Target("rows for FlagEmbedding's rerankers", "flagembedding:write_reranker", Need.TEXTS),
)
EXPORTERS.add(
    "sentence-transformers",
    Target(
        "lists for the listwise losses of its cross-encoders",
        "sentence_transformers:write_lists",
        Need.TEXTS,
    ),
)
EXPORTERS.add(
    "sentence-transformers-triplets",
    Target(
        "anchor, positive, negative for its embedders",
        "sentence_transformers:write_triplets",
        Need.TEXTS,
    ),
)
EXPORTERS.add("parquet", Target("the labelled lists as one Parquet file", "columns:write_parquet"))
EXPORTERS.add(
    "datasets",
    Target(
        "the labelled lists as a Hugging Face dataset folder, and to the hub",
        "columns:write_dataset",
        options=frozenset({"push_to_hub", "private"}),
    ),
)
