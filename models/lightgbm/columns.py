"""What the features' declarations tell the trees about their columns."""

from __future__ import annotations

from collections.abc import Sequence

from lrat_rank.features.catalog import FEATURES
from lrat_rank.features.spec import FeatureSpec


def directions(names: Sequence[str]) -> list[int]:
    """1 a column that is better when higher, −1 one that is better when lower, else 0.

    Categories have no direction, nor have columns that are not declared.

    >>> directions(["bm25_score", "my_own"])
    [1, 0]
    """
    return [0 if spec is None else spec.monotone for spec in map(_declared, names)]


def categorical(names: Sequence[str]) -> list[int]:
    """Positions of the columns whose values are categories."""
    specs = map(_declared, names)
    return [place for place, spec in enumerate(specs) if spec is not None and spec.categorical]


def _declared(name: str) -> FeatureSpec | None:
    return FEATURES.get(name).spec if name in FEATURES.names() else None
