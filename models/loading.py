"""Any trained ranker from its folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lrat_rank.errors import InputError
from lrat_rank.files import read_json
from lrat_rank.models.first_stage import Index
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


LOADERS: Registry[Loader] = Registry("ranker kind")
LOADERS.add("lightgbm", _lightgbm)
LOADERS.add("cross-encoder", _cross_encoder)
LOADERS.add("cascade", _cascade)


def load_ranker(folder: Path | str, index: Index) -> Ranker:
    """Load a ranker folder, bound to the index its candidates come from.

    Raises:
        InputError: The folder holds no ranker.
    """
    folder = Path(folder)
    return LOADERS.get(ranker_kind(folder))(folder, index)


def ranker_kind(folder: Path) -> str:
    """The kind of ranker a folder holds.

    A Hugging Face checkpoint folder without `ranker.json` is taken for a cross-encoder.

    Raises:
        InputError: The folder holds no ranker.
    """
    if (folder / RECORD).is_file():
        return str(read_json(folder / RECORD, "ranker").get("kind"))
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
