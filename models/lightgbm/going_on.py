"""Whether a trained ranker can be gone on from, and what that settles."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from lrat_rank.errors import InputError
from lrat_rank.features.catalog import choose, schema_difference, source_has
from lrat_rank.features.source import FeatureSource
from lrat_rank.models.lightgbm.options import Library, LightGBMOptions
from lrat_rank.models.lightgbm.record import LightGBMRecord, check_schema, read_record
from lrat_rank.models.ranker_folder import RECORD


def read_base(folder: Path, index: FeatureSource) -> LightGBMRecord:
    """The record of a folder that is to be gone on from.

    Raises:
        InputError: It holds no ranker of LightGBM's trees on an anchor, its features are no longer
            what they were, or the index lacks what they are computed from.
    """
    record = read_record(folder)
    check_base(record, str(folder))
    check_schema(record, folder / RECORD)
    check_means(record, index, str(folder))
    return record


def check_base(record: LightGBMRecord, where: str | None = None) -> None:
    """Check that a ranker has an anchor and LightGBM's trees.

    Raises:
        InputError: It has not.
    """
    if record.options.library is not Library.LIGHTGBM:
        raise InputError(
            "base",
            must="a ranker of LightGBM's trees",
            got=f"one of {record.kind}",
            where=where,
            do="Train the base with --library lightgbm.",
        )
    if record.anchor is None:
        raise InputError(
            "base",
            must="trained with the anchor, whose scale it hands on",
            got="one without",
            where=where,
            do="Train the base without --no-anchor.",
        )


def check_means(record: LightGBMRecord, index: FeatureSource, where: str | None = None) -> None:
    """Check that an index has what a base's features are computed from.

    Raises:
        InputError: It lacks it for some, which are named.
    """
    lacking = [name for name in record.features if not source_has(name, index)]
    if lacking:
        encoder = index.text_vectors is None
        raise InputError(
            "index",
            must="one that has the means for every feature of the base",
            got=f"one without {'vectors' if encoder else 'token vectors'}, which these need: "
            + ", ".join(lacking),
            where=where,
            do=f"Make the index again with {'--encoder' if encoder else '--token-vectors'}, or "
            "train the base without these features.",
        )


def settled(
    record: LightGBMRecord, options: LightGBMOptions, index: FeatureSource
) -> LightGBMOptions:
    """The options with the base's columns and its depth of the first stages' lists.

    Raises:
        InputError: The options ask for what cannot go on from the base: other features, another
            library, no anchor, or monotone scores on trees that are not.
    """
    if options.library is not Library.LIGHTGBM:
        raise InputError("library", must="lightgbm with a base", got=options.library.value)
    if not options.anchor:
        raise InputError(
            "anchor", must="on with a base, whose score starts from the first stage's", got="off"
        )
    if options.monotone and record.rounds and not record.options.monotone:
        raise InputError(
            "monotone",
            must="off with a base that was trained without it, whose scores may fall already",
            got="on",
        )
    if options.features:
        difference = schema_difference(record.features, choose(options.features, index))
        if difference:
            raise InputError(
                "features",
                must="those of the base, in its order",
                got=difference,
                do="Leave the option out: the base's features are taken.",
            )
    depth = record.options.stage_depth
    return replace(options, features=record.features, stage_depth=depth)
