"""All features there are: choosing among them, and a fingerprint of what they mean."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.features import (
    context,
    dense,
    document,
    duplicates,
    first_stage,
    late_interaction,
    lexical,
    name_agreement,
    order,
    position,
    query,
    within_list,
)
from lrat_rank.features.source import FeatureSource
from lrat_rank.features.spec import FEATURES, Group, Need
from lrat_rank.registry import nearest

__all__ = [
    "DEFAULT",
    "FEATURES",
    "MODULES",
    "check_needs",
    "choose",
    "names",
    "reads_context",
    "schema_difference",
    "schema_hash",
    "source_has",
]

DEFAULT = "default"
"""Stands, among the names asked for, for what is taken where none is asked for."""

MODULES = (
    first_stage,
    lexical,
    position,
    order,
    name_agreement,
    dense,
    late_interaction,
    document,
    query,
    within_list,
    duplicates,
    context,
)
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
        wanted: Features or groups; None, and the name `default`, stand for every feature the index
            has the means for, but those of the agent's state (group `context`): a ranker that runs
            where no context is given would meet nothing but missing values in them.
        source: The index they will be computed from.

    Raises:
        InputError: A name is unknown (the nearest is suggested), or a feature named needs vectors
            and the index has no encoder.
    """
    if wanted is None:
        return _default(source)
    expanded = [_default(source) if asked == DEFAULT else _expand(asked) for asked in wanted]
    chosen = tuple(dict.fromkeys(name for some in expanded for name in some))
    check_needs(chosen, source)
    return chosen


def _default(source: FeatureSource) -> tuple[str, ...]:
    return tuple(
        name
        for name in names()
        if source_has(name, source) and FEATURES.get(name).spec.group != Group.CONTEXT
    )


def _expand(asked: str) -> list[str]:
    known = FEATURES.names()
    if asked in known:
        return [asked]
    groups = [group.value for group in Group]
    if asked in groups:
        return [name for name in names() if FEATURES.get(name).spec.group == asked]
    hint = nearest(asked, [*known, *groups, DEFAULT])
    raise InputError(
        "feature",
        must=f"{DEFAULT}, a group ({', '.join(groups)}) or a feature's name",
        got=repr(asked),
        do=f"Did you mean {hint}?" if hint else None,
    )


def source_has(name: str, source: FeatureSource) -> bool:
    """Whether an index has what the feature is computed from."""
    needs = FEATURES.get(name).spec.needs
    if Need.TOKEN_VECTORS in needs and source.token_index is None:
        return False
    return Need.VECTORS not in needs or source.text_vectors is not None


def check_needs(chosen: Sequence[str], source: FeatureSource) -> None:
    """Check that an index has what these features are computed from.

    Raises:
        InputError: Some need vectors, and the index has none.
    """
    lacking = [name for name in chosen if not source_has(name, source)]
    if not lacking:
        return
    encoder = source.text_vectors is None
    raise InputError(
        "index",
        must=f"made with {'an encoder' if encoder else 'token vectors'}, for the features "
        + ", ".join(lacking),
        got="one without",
        do=f"Make the index again with {'--encoder' if encoder else '--token-vectors'}, or leave "
        "these features out.",
    )


def reads_context(chosen: Sequence[str]) -> bool:
    """Whether one of these features is of what the agent knows."""
    return any(Need.CONTEXT in FEATURES.get(name).spec.needs for name in chosen)


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
