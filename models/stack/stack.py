"""The stack: boosted trees over declared features and other rankers' scores."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.features.catalog import FEATURES, check_needs, reads_context, schema_hash
from lrat_rank.features.extract import FeatureMatrix, extract
from lrat_rank.features.forward import IntArray
from lrat_rank.features.prior import first_stage_prior
from lrat_rank.features.source import FeatureSource
from lrat_rank.files import atomic_folder, existing_file, write_json
from lrat_rank.models import nesting
from lrat_rank.models.first_stage import Index
from lrat_rank.models.lightgbm.library import Trees, open_trees
from lrat_rank.models.ranker import CandidateList, FloatArray, Ranker
from lrat_rank.models.ranker_folder import RECORD
from lrat_rank.models.stack.columns import base_columns, beside, heads
from lrat_rank.models.stack.options import StackRecord, read_record

BASES = "bases"
MODEL = "trees.model"


@dataclass(frozen=True)
class StackParts:
    """What a stack computes on the way to its scores.

    Attributes:
        matrix: Declared features and base columns, one row a document.
        offsets: float64 (rows,); scale·prior, what the trees start from.
        scores: float64 (rows,).
        heads: Positions of the documents the base rankers scored, one array a list.
    """

    matrix: FeatureMatrix
    offsets: FloatArray
    scores: FloatArray
    heads: list[IntArray]


class Stack:
    """Trees over declared features and the scores of base rankers.

    The base rankers look at the first stage's best `depth` documents of a list; the trees order
    all of them.

    Args:
        bases: Base rankers by name, in the order of their columns.
        trees: Over the columns.
        model: The trees as their library saves them.
        record: What it was trained on and how.
        index: The index the candidates come from.

    Attributes:
        bases: As given.
        trees: As given.
        record: As given.
    """

    def __init__(
        self,
        bases: Mapping[str, Ranker],
        trees: Trees,
        model: bytes,
        *,
        record: StackRecord,
        index: FeatureSource,
    ) -> None:
        self.bases, self.trees, self.record = dict(bases), trees, record
        self._model, self._index = model, index

    @property
    def reads_context(self) -> bool:
        """Whether a feature of its own is of what the agent knows, or a base ranker may read it."""
        bases = map(nesting.reads_context, self.bases.values())
        return reads_context(self.record.features) or any(bases)

    def score(self, lists: Sequence[CandidateList]) -> list[FloatArray]:
        """One float64 array a list, aligned with its `doc_ids`; higher is better.

        Raises:
            InputError: A doc_id is not in the index.
        """
        parts = self.parts(lists)
        return parts.matrix.split(parts.scores)

    def parts(self, lists: Sequence[CandidateList]) -> StackParts:
        """As `score`, with all that goes into it."""
        options = self.record.options
        stage_depth = options.trees.stage_depth
        priors = first_stage_prior(self._index, lists, depth=stage_depth)
        chosen = heads(lists, priors, options.depth)
        matrix = extract(self._index, lists, self.record.features, depth=stage_depth)
        columns = {
            name: _stacked(base_columns(base, lists, chosen)) for name, base in self.bases.items()
        }
        if lists:
            matrix = beside(matrix, columns)
        offsets = self.record.scale * np.concatenate(priors) if priors else np.empty(0)
        learned = self.trees.predict(matrix.values) if len(matrix.values) else np.empty(0)
        return StackParts(matrix, offsets, offsets + learned, chosen)

    def save(self, folder: Path | str) -> None:
        """Write the stack and its base rankers into a folder; an older ranker there is replaced.

        Raises:
            InputError: A base ranker was made in memory and cannot be saved.
        """
        with atomic_folder(folder, marker=RECORD) as new:
            for name, base in self.bases.items():
                if not hasattr(base, "save"):
                    raise InputError(
                        "base ranker", must="one that can be saved", got=type(base).__name__
                    )
                base.save(new / BASES / name)
            (new / MODEL).write_bytes(self._model)
            write_json(new / RECORD, self.record)

    @classmethod
    def load(cls, folder: Path | str, index: Index) -> Stack:
        """Open a saved stack over an index.

        Raises:
            InputError: The folder holds no stack or a damaged one, a feature is no longer what it
                was, or the index cannot serve one of them.
        """
        from lrat_rank.models.loading import load_ranker

        folder = Path(folder)
        record = read_record(folder)
        path = existing_file(folder / MODEL, "stack's trees")
        model = path.read_bytes()
        if hashlib.sha256(model).hexdigest() != record.model_sha256:
            raise InputError(
                "stack's trees", must=f"those {RECORD} describes", got="others", where=path
            )
        _check_features(record, folder / RECORD)
        check_needs(record.features, index)
        bases = {name: load_ranker(folder / BASES / name, index) for name in record.bases}
        trees = open_trees(record.options.trees, model, record.columns)
        return cls(bases, trees, model, record=record, index=index)


def _check_features(record: StackRecord, path: Path) -> None:
    known = set(FEATURES.names())
    missing = [name for name in record.features if name not in known]
    if missing or schema_hash(record.features) != record.schema_hash:
        raise InputError(
            "features",
            must="those the stack was trained on, defined as they were",
            got=f"no {', '.join(missing)}" if missing else "other definitions",
            where=path,
            do="Train the stack again with this version.",
        )


def _stacked(columns: Sequence[FloatArray]) -> FloatArray:
    return np.concatenate(columns) if columns else np.empty((0, 3), dtype=np.float32)
