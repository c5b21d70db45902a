"""The LightGBM ranker: lambdarank over declared features, saved as text."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.features.catalog import check_needs, schema_hash
from lrat_rank.features.extract import FeatureMatrix, extract
from lrat_rank.features.source import FeatureSource
from lrat_rank.files import atomic_folder, existing_file, write_json
from lrat_rank.mining.grades import GradeTable
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.lightgbm.dataset import RankingData, build_ranking_data, check_shown_ranks
from lrat_rank.models.lightgbm.options import LightGBMOptions
from lrat_rank.models.lightgbm.record import (
    KIND,
    MODEL,
    LightGBMRecord,
    check_columns,
    check_schema,
    read_record,
)
from lrat_rank.models.lightgbm.training import Fitted, fit
from lrat_rank.models.ranker import CandidateList, FloatArray
from lrat_rank.models.ranker_folder import RECORD, VERSION
from lrat_rank.models.usable_lists import LeftOut, training_lists


class LightGBMRanker:
    """Scores candidates with boosted trees over their features.

    Attributes:
        record: What it was trained on and how.
    """

    def __init__(self, model: str, record: LightGBMRecord, index: FeatureSource) -> None:
        import lightgbm

        self.record = record
        self._model = model
        self._index = index
        self._booster: Any = lightgbm.Booster(model_str=model)

    @classmethod
    def train(
        cls,
        lists: Sequence[LabelledList],
        index: FeatureSource,
        *,
        options: LightGBMOptions | None = None,
        validation: Sequence[LabelledList] | None = None,
    ) -> LightGBMRanker:
        """Train on labelled lists.

        Args:
            lists: The labels; masked candidates and candidates the index lacks are left out.
            index: The index the candidates are in.
            options: How to train.
            validation: Lists whose nDCG stops the training; None to hold out a share of `lists`.

        Raises:
            InputError: No list orders anything, the lists are too few to split on, the index cannot
                serve a feature, or ranks are to be debiased in lists that were joined.
        """
        options = options or LightGBMOptions()
        if options.position_debias:
            check_shown_ranks(lists)
        data, left_out = _data(lists, index, options, "labels")
        held = None if validation is None else _data(validation, index, options, "validation")[0]
        table = GradeTable.fit(data.gains, levels=options.levels)
        fitted = fit(data, table, options, validation=held)
        record = _record(fitted, data, left_out, table=table, options=options)
        return cls(fitted.model, record, index)

    def score(self, lists: Sequence[CandidateList]) -> list[FloatArray]:
        """One float64 array a list, aligned with its `doc_ids`; higher is better.

        Raises:
            InputError: A doc_id is not in the index.
        """
        depth = self.record.options.stage_depth
        matrix = extract(self._index, lists, self.record.features, depth=depth)
        return matrix.split(self.predict(matrix))

    def predict(self, matrix: FeatureMatrix) -> FloatArray:
        """Scores float64 (rows,) of features that are already computed.

        Raises:
            InputError: The columns are not those the model was trained on.
        """
        check_columns(self.record.features, matrix.names, "features")
        if len(matrix.values) == 0:
            return np.empty(0)
        threads = self.record.options.threads
        scores: FloatArray = self._booster.predict(matrix.values, num_threads=threads)
        return scores

    def save(self, folder: Path | str) -> None:
        """Write the ranker into a folder; an older ranker there is replaced."""
        with atomic_folder(folder, marker=RECORD) as new:
            (new / MODEL).write_text(self._model, encoding="utf-8")
            write_json(new / RECORD, self.record)

    @classmethod
    def load(cls, folder: Path | str, index: FeatureSource) -> LightGBMRanker:
        """Open a saved ranker over an index; its scores are those it had when saved.

        Raises:
            InputError: The folder holds no LightGBM ranker or a damaged one, the features are no
                longer what they were, or the index cannot serve one of them.
        """
        folder = Path(folder)
        record = read_record(folder)
        path = existing_file(folder / MODEL, "LightGBM model")
        model = path.read_bytes()
        if hashlib.sha256(model).hexdigest() != record.model_sha256:
            raise InputError(
                "LightGBM model", must=f"the one {RECORD} describes", got="another", where=path
            )
        check_schema(record, folder / RECORD)
        check_needs(record.features, index)
        ranker = cls(model.decode("utf-8"), record, index)
        check_columns(record.features, tuple(ranker._booster.feature_name()), str(path))
        return ranker


def _data(
    lists: Sequence[LabelledList], index: FeatureSource, options: LightGBMOptions, what: str
) -> tuple[RankingData, LeftOut]:
    usable, left_out = training_lists(lists, index, options.intensity, what)
    names = options.features or None
    return build_ranking_data(usable, index, names, depth=options.stage_depth), left_out


def _record(
    fitted: Fitted,
    data: RankingData,
    left_out: LeftOut,
    *,
    table: GradeTable,
    options: LightGBMOptions,
) -> LightGBMRecord:
    return LightGBMRecord(
        kind=KIND,
        version=VERSION,
        features=data.features.names,
        schema_hash=schema_hash(data.features.names),
        model_sha256=hashlib.sha256(fitted.model.encode()).hexdigest(),
        label_gain=table.label_gain,
        options=options,
        n_lists=len(data),
        n_rows=len(data.gains),
        rounds=fitted.rounds,
        held_out_lists=fitted.held_out_lists,
        held_out_ndcg=fitted.held_out_ndcg,
        left_out=left_out,
        importance=fitted.importance,
    )
