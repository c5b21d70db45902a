"""All features there are: choosing among them, and a fingerprint of what they mean."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.features import dense, document, first_stage, lexical, position, query
from lrat_rank.features.source import FeatureSource
from lrat_rank.features.spec import FEATURES, Group, Need
from lrat_rank.registry import nearest

__all__ = [
    "FEATURES",
    "MODULES",
    "check_needs",
    "choose",
    "names",
    "schema_difference",
    "schema_hash",
    "source_has",
]

MODULES = (first_stage, lexical, position, dense, document, query)
"""Importing these fills the registry; a new module of features is added here."""


def names() -> list[str]:
    """Every feature's name, in an order that does not depend on which module came in first."""
    place = {module.__name__: number for number, module in enumerate(MODULES)}

    def module_of(name: str) -> int:
        return place.get(FEATURES.get(name).compute.__module__, len(place))

    return sorted(FEATURES.names(), key=module_of)


def choose(wanted: Sequence[str] | None, source: FeatureSource) -> tuple[str, ...]:
    """Names and group names to feature names, in the order asked for, each once.

    Args:
        wanted: Features or groups; None for every feature the index has the means for.
        source: The index they will be computed from.

    Raises:
        InputError: A name is unknown (the nearest is suggested), or a feature named needs vectors
            and the index has no encoder.
    """
    if wanted is None:
        return tuple(name for name in names() if source_has(name, source))
    chosen = tuple(dict.fromkeys(name for asked in wanted for name in _expand(asked)))
    check_needs(chosen, source)
    return chosen


def _expand(asked: str) -> list[str]:
    groups = [group.value for group in Group]
    if asked in groups:
        return [name for name in names() if FEATURES.get(name).spec.group == asked]
    known = names()
    if asked in known:
        return [asked]
    hint = nearest(asked, known + groups)
    raise InputError(
        "feature",
        must=f"a group ({', '.join(groups)}) or a feature's name",
        got=repr(asked),
        do=f"Did you mean {hint}?" if hint else None,
    )


def source_has(name: str, source: FeatureSource) -> bool:
    """Whether an index has what the feature is computed from."""
    return Need.VECTORS not in FEATURES.get(name).spec.needs or source.text_vectors is not None


def check_needs(chosen: Sequence[str], source: FeatureSource) -> None:
    """Check that an index has what these features are computed from.

    Raises:
        InputError: Some need vectors, and the index has none.
    """
    lacking = [name for name in chosen if not source_has(name, source)]
    if lacking:
        raise InputError(
            "index",
            must=f"made with an encoder, for the features {', '.join(lacking)}",
            got="one without",
            do="Make the index again with --encoder, or leave these features out.",
        )


def schema_hash(chosen: Sequence[str]) -> str:
    """SHA-256 (hex) over the ordered declarations; it changes when values would.

    Raises:
        InputError: A name is unknown.
    """
    specs = [asdict(FEATURES.get(name).spec) for name in chosen]
    # A better citation does not change what a model was trained on.
    meaning = [{key: value for key, value in spec.items() if key != "source"} for spec in specs]
    return hashlib.sha256(msgspec.json.encode(meaning, order="sorted")).hexdigest()


def schema_difference(expected: Sequence[str], found: Sequence[str]) -> str | None:
    """In words, which features are missing, extra or moved; None when the two are equal.

    >>> schema_difference(["a", "b", "c"], ["c", "a", "d"])
    'missing b; extra d; moved a, c'
    """
    missing = [name for name in expected if name not in found]
    extra = [name for name in found if name not in expected]
    both = [name for name in expected if name in found]
    moved = [name for name in both if expected.index(name) != list(found).index(name)]
    parts = (("missing", missing), ("extra", extra), ("moved", moved))
    return "; ".join(f"{word} {', '.join(some)}" for word, some in parts if some) or None
