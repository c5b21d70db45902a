"""The LightGBM ranker: trees over declared features that correct the first stage's score."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from lrat_rank.errors import InputError
from lrat_rank.features.catalog import check_needs, reads_context, schema_hash
from lrat_rank.features.extract import FeatureMatrix, extract
from lrat_rank.features.source import FeatureSource
from lrat_rank.files import atomic_folder, existing_file, write_json
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.anchor.anchor import Anchor
from lrat_rank.models.lightgbm.base import Base
from lrat_rank.models.lightgbm.dataset import RankingData
from lrat_rank.models.lightgbm.going_on import check_base, check_means, settled
from lrat_rank.models.lightgbm.library import open_trees
from lrat_rank.models.lightgbm.options import LightGBMOptions
from lrat_rank.models.lightgbm.preparing import prepare
from lrat_rank.models.lightgbm.record import (
    MODEL_FILES,
    BaseRecord,
    LightGBMRecord,
    check_columns,
    check_schema,
    read_record,
)
from lrat_rank.models.lightgbm.search import Trial, search
from lrat_rank.models.lightgbm.training import Fitted, fit
from lrat_rank.models.ranker import CandidateList, FloatArray
from lrat_rank.models.ranker_folder import RECORD, VERSION
from lrat_rank.models.usable_lists import LeftOut


class LightGBMRanker:
    """Scores candidates: the first stage's score, scaled, and what trees over features add to it.

    Attributes:
        record: What it was trained on and how.
        trees: What adds to the first stage's score.
    """

    def __init__(self, model: bytes, record: LightGBMRecord, index: FeatureSource) -> None:
        self.record = record
        self._model = model
        self._index = index
        self.trees = open_trees(record.options, model, record.features)

    @property
    def reads_context(self) -> bool:
        """Whether a feature is of what the agent knows."""
        return reads_context(self.record.features)

    @classmethod
    def train(
        cls,
        lists: Sequence[LabelledList],
        index: FeatureSource,
        *,
        options: LightGBMOptions | None = None,
        validation: Sequence[LabelledList] | None = None,
        base: LightGBMRanker | None = None,
        index_fingerprint: str = "",
    ) -> LightGBMRanker:
        """Train on labelled lists.

        Args:
            lists: The labels; masked candidates and candidates the index lacks are left out.
            index: The index the candidates are in.
            options: How to train.
            validation: Lists whose nDCG stops the training; None to find the number of trees on
                `lists`. The search for settings does not see them.
            base: A ranker, trained on other lists, to go on from: new trees are added to its score,
                or none where held-out lists say that it is better as it is. Its features and its
                `stage_depth` stay. A guard around it is not part of it.
            index_fingerprint: Of the index's folder, for the record.

        Raises:
            InputError: No list orders anything, there is only one, the index cannot serve a
                feature, ranks are to be debiased in lists that were joined, or the base is none to
                go on from with these options.
        """
        options = options or LightGBMOptions()
        start = None
        if base is not None:
            check_base(base.record)
            check_means(base.record, index)
            options, start = settled(base.record, options, index), base.as_base()
        data, left_out = prepare(lists, index, options)
        held = None
        if validation is not None:
            held = prepare(validation, index, options, what="validation")[0]
        trials: list[Trial] = []
        if options.search_trials:
            options, trials = search(start.under(data) if start else data, options)
        table = options.gain_table(data.gains)
        fitted = fit(data, table, options, validation=held, base=start)
        record = _record(fitted, data, options=options, left_out=left_out, trials=trials)
        went_on = None if base is None else BaseRecord.of(base.record)
        record = replace(record, index=index_fingerprint, base=went_on)
        return cls(fitted.model, record, index)

    def as_base(self) -> Base:
        """What new trees go on from."""
        scale = self.record.anchor.scale if self.record.anchor else 0.0
        return Base(self.trees, self._model, self.record.rounds, scale)

    def score(self, lists: Sequence[CandidateList]) -> list[FloatArray]:
        """One float64 array a list, aligned with its `doc_ids`; higher is better.

        Raises:
            InputError: A doc_id is not in the index.
        """
        depth = self.record.options.stage_depth
        matrix = extract(self._index, lists, self.record.features, depth=depth)
        anchor = self.record.anchor
        offsets = anchor.offsets(self._index, lists) if anchor else []
        scores = self.predict(matrix)
        return matrix.split(scores + np.concatenate(offsets) if offsets else scores)

    def predict(self, matrix: FeatureMatrix) -> FloatArray:
        """What the trees add to the anchor's offset, float64 (rows,), for computed features.

        Raises:
            InputError: The columns are not those the model was trained on.
        """
        check_columns(self.record.features, matrix.names, "features")
        return self.trees.predict(matrix.values) if len(matrix.values) else np.empty(0)

    def contributions(self, matrix: FeatureMatrix) -> FloatArray:
        """What each feature adds to the score: SHAP values, float64 (rows, features).

        A row's values and a constant sum to `predict`'s score of it.

        Raises:
            InputError: The columns are not those the model was trained on.
        """
        check_columns(self.record.features, matrix.names, "features")
        if len(matrix.values) == 0:
            return np.empty((0, len(matrix.names)))
        return self.trees.contributions(matrix.values)

    def split_gains(self) -> FloatArray:
        """float64 (features,); what each feature's splits won in training."""
        return self.trees.split_gains(self.record.rounds)

    def offsets_of(self, data: RankingData) -> FloatArray:
        """The anchor's offsets of prepared lists, float64 (rows,); 0 without an anchor."""
        return (self.record.anchor.scale if self.record.anchor else 0.0) * data.priors

    def save(self, folder: Path | str) -> None:
        """Write the ranker into a folder; an older ranker there is replaced."""
        with atomic_folder(folder, marker=RECORD) as new:
            (new / MODEL_FILES[self.record.options.library]).write_bytes(self._model)
            write_json(new / RECORD, self.record)

    @classmethod
    def load(cls, folder: Path | str, index: FeatureSource) -> LightGBMRanker:
        """Open a saved ranker over an index; its scores are those it had when saved.

        Raises:
            InputError: The folder holds no ranker of trees or a damaged one, the features are no
                longer what they were, or the index cannot serve one of them.
            MissingExtraError: The library that grew the trees is not installed.
        """
        folder = Path(folder)
        record = read_record(folder)
        path = existing_file(folder / MODEL_FILES[record.options.library], "model of trees")
        model = path.read_bytes()
        if hashlib.sha256(model).hexdigest() != record.model_sha256:
            raise InputError(
                "model of trees", must=f"the one {RECORD} describes", got="another", where=path
            )
        check_schema(record, folder / RECORD)
        check_needs(record.features, index)
        ranker = cls(model, record, index)
        check_columns(record.features, ranker.trees.columns, str(path))
        return ranker


def _record(
    fitted: Fitted,
    data: RankingData,
    *,
    options: LightGBMOptions,
    left_out: LeftOut,
    trials: Sequence[Trial],
) -> LightGBMRecord:
    anchor = Anchor(scale=fitted.scale, depth=options.stage_depth) if options.anchor else None
    return LightGBMRecord(
        kind=options.library.value,
        version=VERSION,
        features=data.features.names,
        schema_hash=schema_hash(data.features.names),
        model_sha256=hashlib.sha256(fitted.model).hexdigest(),
        label_gain=options.gain_table(data.gains).label_gain,
        options=options,
        anchor=anchor,
        n_lists=len(data),
        n_rows=len(data.gains),
        rounds=fitted.rounds,
        held_out_lists=fitted.held_out_lists,
        ndcg_first_stage=fitted.ndcg_first_stage,
        ndcg_base=fitted.ndcg_base,
        ndcg_model=fitted.ndcg_model,
        left_out=left_out,
        importance=fitted.importance,
        trials=tuple(trials),
        warnings=fitted.warnings,
    )
