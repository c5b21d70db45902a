"""What a LightGBM ranker's folder says about the model in it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.features.catalog import FEATURES, schema_difference, schema_hash
from lrat_rank.files import read_json
from lrat_rank.models.anchor.anchor import Anchor
from lrat_rank.models.lightgbm.options import Library, LightGBMOptions
from lrat_rank.models.lightgbm.search import Trial
from lrat_rank.models.ranker_folder import RECORD, read_ranker_record
from lrat_rank.models.usable_lists import LeftOut

MODEL_FILES = {
    Library.LIGHTGBM: "model.txt",
    Library.XGBOOST: "model.json",
    Library.CATBOOST: "model.cbm",
}


class BaseRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Which ranker another one went on from.

    Attributes:
        fingerprint: SHA-256 of its record, which holds the hash of its trees.
        rounds: Its trees: the first ones of the ranker that went on.
        n_lists: Lists it was trained on.
        index: Fingerprint of the index folder it was trained over; empty where there was none.
        base: What it went on from in its turn.
    """

    fingerprint: str
    rounds: int
    n_lists: int
    index: str
    base: BaseRecord | None = None

    @classmethod
    def of(cls, record: LightGBMRecord) -> BaseRecord:
        """A ranker's, from what its folder says of it."""
        # Written and read once: a whole number given for a fraction is told as a fraction then.
        told = msgspec.json.encode(msgspec.convert(msgspec.to_builtins(record), LightGBMRecord))
        return cls(
            fingerprint=hashlib.sha256(told).hexdigest(),
            rounds=record.rounds,
            n_lists=record.n_lists,
            index=record.index,
            base=record.base,
        )


class LightGBMRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What a ranker folder says about the model beside it.

    Attributes:
        kind: Who grew the trees: "lightgbm", "xgboost" or "catboost".
        version: Of this record's form.
        features: The columns the model was trained on, in order.
        schema_hash: Of their declarations.
        model_sha256: Of the model file.
        label_gain: The gain of each grade.
        options: How it was trained; after a search, with the settings it found.
        anchor: The first stage's part of the score; None for trees alone.
        base: The ranker it went on from, if any; `n_lists`, `options` and what was left out are of
            the lists it went on with.
        index: Fingerprint of the index folder it was trained over; empty where there was none.
        n_lists: Lists it was trained on.
        n_rows: Candidates in them.
        rounds: Trees, the base's among them; 0 where the first stage alone is better.
        held_out_lists: Lists that found the number of rounds, by trees that did not see them: all
            lists after cross-validation, 0 where the number was fixed.
        ndcg_first_stage: Their nDCG at the options' cutoff with `label_gain` as gains, by the first
            stage, or None.
        ndcg_base: The same by the base, or None.
        ndcg_model: The same by the model; the number of trees, and after a search their settings,
            were chosen on these lists, so it is a little too good.
        left_out: What the labels held that training could not use.
        importance: Each feature's total gain over all splits, largest first.
        trials: Settings that a search tried.
        warnings: What the user should know, in sentences.
    """

    kind: str
    version: int
    features: tuple[str, ...]
    schema_hash: str
    model_sha256: str
    label_gain: tuple[float, ...]
    options: LightGBMOptions
    anchor: Anchor | None
    n_lists: int
    n_rows: int
    rounds: int
    held_out_lists: int
    ndcg_first_stage: float | None
    ndcg_model: float | None
    left_out: LeftOut
    importance: dict[str, float]
    trials: tuple[Trial, ...] = ()
    warnings: tuple[str, ...] = ()
    index: str = ""
    base: BaseRecord | None = None
    ndcg_base: float | None = None


def read_record(folder: Path) -> LightGBMRecord:
    """The record of a ranker folder.

    Raises:
        InputError: The folder holds none, or one of another kind or version, or a damaged one.
    """
    kind = read_json(folder / RECORD).get("kind") if (folder / RECORD).is_file() else None
    known = kind if kind in list(Library) else Library.LIGHTGBM
    return read_ranker_record(folder, LightGBMRecord, str(known))


def check_schema(record: LightGBMRecord, path: Path) -> None:
    """Check that the record's features still exist and mean what they meant.

    Raises:
        InputError: Some are missing (they are named), or are defined otherwise.
    """
    known = FEATURES.names()
    check_columns(record.features, tuple(n for n in record.features if n in known), str(path))
    if schema_hash(record.features) != record.schema_hash:
        raise InputError(
            "features",
            must="defined as when the ranker was trained",
            got="other definitions under the same names",
            where=path,
            do="Train the ranker again with this version.",
        )


def check_columns(expected: Sequence[str], found: Sequence[str], where: str) -> None:
    """Check that columns are the ones a ranker was trained on.

    Raises:
        InputError: Some are missing, extra or moved; each is named.
    """
    difference = schema_difference(expected, found)
    if difference:
        raise InputError(
            "features",
            must="those the ranker was trained on, in that order",
            got=difference,
            where=where,
            do="Train the ranker again with this version.",
        )
