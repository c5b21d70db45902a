"""Any trained ranker from its folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lrat_rank.errors import InputError
from lrat_rank.files import read_json
from lrat_rank.models.calibration.calibrated import CalibratedRanker
from lrat_rank.models.calibration.folder import read_calibration
from lrat_rank.models.dense.record import RECORD as DENSE_RECORD
from lrat_rank.models.first_stage import Index
from lrat_rank.models.guard.guard import read_guard
from lrat_rank.models.guard.guarded import GuardedRanker
from lrat_rank.models.ranker import Ranker
from lrat_rank.models.ranker_folder import RECORD
from lrat_rank.registry import Registry

Loader = Callable[[Path, Index], Ranker]


def _lightgbm(folder: Path, index: Index) -> Ranker:
    from lrat_rank.models.lightgbm.ranker import LightGBMRanker

    return LightGBMRanker.load(folder, index)


def _cross_encoder(folder: Path, index: Index) -> Ranker:
    from lrat_rank.models.cross_encoder.ranker import CrossEncoderRanker

    return CrossEncoderRanker.load(folder, index)


def _cascade(folder: Path, index: Index) -> Ranker:
    from lrat_rank.models.cascade import Cascade

    return Cascade.load(folder, index)


def _dense(folder: Path, index: Index) -> Ranker:
    from lrat_rank.models.dense.ranker import DenseRanker

    return DenseRanker.load(folder, index)


def _stack(folder: Path, index: Index) -> Ranker:
    from lrat_rank.models.stack.stack import Stack

    return Stack.load(folder, index)


LOADERS: Registry[Loader] = Registry("ranker kind")
LOADERS.add("lightgbm", _lightgbm)
LOADERS.add("xgboost", _lightgbm)
LOADERS.add("catboost", _lightgbm)
LOADERS.add("cross-encoder", _cross_encoder)
LOADERS.add("cascade", _cascade)
LOADERS.add("dense", _dense)
LOADERS.add("stack", _stack)


@dataclass(frozen=True)
class RankerUse:
    """How a ranker folder is used, beside the ranker itself.

    Attributes:
        guard: Whether a guard that stands in the folder is put around the ranker.
        calibrated: Whether scores are probabilities, by the calibration in the folder.
    """

    guard: bool = True
    calibrated: bool = False


def load_for_use(folder: Path | str, index: Index, use: RankerUse) -> Ranker:
    """Load a ranker folder as it is to be used.

    Raises:
        InputError: As `load_ranker`; or a calibration is asked for and there is none.
    """
    ranker = load_ranker(folder, index, guard=use.guard)
    if not use.calibrated:
        return ranker
    calibration = read_calibration(folder, guard=use.guard)
    if calibration is None:
        raise InputError(
            "ranker",
            must="one with a calibration",
            got="one without",
            where=folder,
            do="Make it with: lrat-rank calibrate",
        )
    return CalibratedRanker(ranker, calibration)


def load_ranker(folder: Path | str, index: Index, *, guard: bool = True) -> Ranker:
    """Load a ranker folder, bound to the index its candidates come from.

    Args:
        folder: The ranker's.
        index: Of the candidates.
        guard: Whether a guard that stands in the folder is put around the ranker.

    Raises:
        InputError: The folder holds no ranker, or a damaged guard.
    """
    folder = Path(folder)
    ranker = LOADERS.get(ranker_kind(folder))(folder, index)
    found = read_guard(folder) if guard else None
    return ranker if found is None else GuardedRanker(ranker, found, index)


def ranker_kind(folder: Path) -> str:
    """The kind of ranker a folder holds.

    A Hugging Face checkpoint folder without `ranker.json` is taken for a cross-encoder.

    Raises:
        InputError: The folder holds no ranker.
    """
    if (folder / RECORD).is_file():
        return str(read_json(folder / RECORD, "ranker").get("kind"))
    if (folder / DENSE_RECORD).is_file():
        return "dense"
    if (folder / "config.json").is_file():
        return "cross-encoder"
    raise InputError(
        "ranker",
        must="a folder made by lrat-rank train, or a Hugging Face checkpoint",
        got=_what_it_is(folder),
        where=folder,
    )


def _what_it_is(folder: Path) -> str:
    if not folder.exists():
        return "nothing there"
    if folder.is_file():
        return "a file"
    return (
        "an index folder" if (folder / "manifest.json").exists() else f"a folder without {RECORD}"
    )
