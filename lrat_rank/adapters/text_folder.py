"""Which part of a ranker folder reads texts."""

from __future__ import annotations

from pathlib import Path

from lrat_rank.errors import InputError


def text_folder(folder: Path) -> Path:
    """The folder of the cross-encoder in a ranker folder, which needs no index.

    Of a cascade it is the second ranker, or else the first; of a stack the last base that is one.

    Raises:
        InputError: The folder holds no ranker, or none that reads texts.
    """
    from lrat_rank.models.loading import ranker_kind

    kind = ranker_kind(folder)
    found = _text_folder(folder, kind)
    if found is None:
        raise InputError(
            "ranker",
            must="one that reads texts: a cross-encoder, or a cascade with one",
            got=f"one of kind {kind}",
            where=folder,
            do="It scores the documents of its index: use it with the search tool.",
        )
    return found


def _text_folder(folder: Path, kind: str) -> Path | None:
    from lrat_rank.models.loading import ranker_kind

    if kind == "cross-encoder":
        return folder
    found = (_text_folder(part, ranker_kind(part)) for part in reversed(_parts(folder, kind)))
    return next((one for one in found if one is not None), None)


def _parts(folder: Path, kind: str) -> list[Path]:
    from lrat_rank.models.cascade.folder import FIRST, SECOND

    if kind == "cascade":
        return [folder / FIRST, folder / SECOND]
    if kind == "stack":
        from lrat_rank.models.stack.options import read_record
        from lrat_rank.models.stack.stack import BASES

        return [folder / BASES / name for name in read_record(folder).bases]
    return []
