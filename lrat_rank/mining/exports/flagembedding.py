"""Training rows for FlagEmbedding's embedders and rerankers.

Both read JSON Lines through `datasets`, from files named .json or .jsonl (others are passed over in
silence): `query` (str), `pos` and `neg` (lists of str, neither empty), and for knowledge
distillation `pos_scores` and `neg_scores` (numbers, one a text). Further columns do no harm. An
instruction for the query is given on their command line.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.files import write_jsonl
from lrat_rank.mining.exports.base import ExportSource, ExportSummary
from lrat_rank.mining.exports.examples import Example, trainer_examples
from lrat_rank.mining.labels import Candidate


class RerankerRow(msgspec.Struct, frozen=True, kw_only=True):
    """Positives with their gains as scores, and negatives with score 0, the hardest first."""

    query: str
    pos: list[str]
    neg: list[str]
    pos_scores: list[float]
    neg_scores: list[float]
    pos_id: list[str]
    neg_id: list[str]


class EmbedderRow(RerankerRow, frozen=True, kw_only=True):
    """One positive; `reweight_rate` is the row's weight in LRAT's fork of the trainer."""

    reweight_rate: float


def write_embedder(source: ExportSource, out: Path) -> ExportSummary:
    """Write one row for each relevant document of each list that has a negative.

    Raises:
        InputError: FlagEmbedding would pass over a file of that name, or there are no rows.
    """
    summary = ExportSummary(files=[out])
    rows = (
        EmbedderRow(**_columns(example, [positive], source), reweight_rate=example.weight(positive))
        for example in trainer_examples(source, summary)
        for positive in example.positives
    )
    write_jsonl(_named_json(out), summary.counted(rows))
    return summary


def write_reranker(source: ExportSource, out: Path) -> ExportSummary:
    """Write one row for each list that has a positive and a negative; errors as above."""
    summary = ExportSummary(files=[out])
    rows = (
        RerankerRow(**_columns(example, example.positives, source))
        for example in trainer_examples(source, summary)
    )
    write_jsonl(_named_json(out), summary.counted(rows))
    return summary


def _columns(example: Example, positives: list[Candidate], source: ExportSource) -> dict[str, Any]:
    pos_id = [c.doc_id for c in positives]
    neg_id = [c.doc_id for c in example.negatives]
    return {
        "query": example.labelled.query,
        "pos": [source.text(doc_id) for doc_id in pos_id],
        "neg": [source.text(doc_id) for doc_id in neg_id],
        "pos_scores": [c.gain for c in positives],
        "neg_scores": [0.0] * len(neg_id),
        "pos_id": pos_id,
        "neg_id": neg_id,
    }


def _named_json(out: Path) -> Path:
    if out.suffix not in (".json", ".jsonl"):
        raise InputError(
            "--out",
            must="named .jsonl or .json: FlagEmbedding passes over other files",
            got=repr(out.name),
        )
    return out
