"""What a feature declares about itself, and the registry it stands in."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from lrat_rank.features.block import CandidateBlock
from lrat_rank.features.forward import FloatArray
from lrat_rank.registry import Registry


class Group(StrEnum):
    """What a feature looks at."""

    FIRST_STAGE = "first_stage"
    LEXICAL = "lexical"
    DENSE = "dense"
    DOCUMENT = "document"
    QUERY = "query"


class Need(StrEnum):
    """What a feature is computed from."""

    TERMS = "terms"
    """The forward index."""
    STAGES = "stages"
    """The first stages' own lists for the query."""
    VECTORS = "vectors"
    """The encoder's vectors of query and documents."""


@dataclass(frozen=True, kw_only=True)
class FeatureSpec:
    """A feature's declaration.

    Attributes:
        unit: Of the value, in words.
        range: Lowest and highest possible value, both included.
        higher_is_better: Whether more of it speaks for the document; None where it does not say.
        missing: What NaN means; None when the value is never missing.
        needs: What it is computed from.
        source: Where the definition comes from.
        version: Raised whenever the same name starts to mean other values.
    """

    name: str
    group: Group
    unit: str
    range: tuple[float, float]
    higher_is_better: bool | None
    missing: str | None
    needs: tuple[Need, ...]
    source: str = ""
    version: int = 1


Compute = Callable[[CandidateBlock], FloatArray]


@dataclass(frozen=True)
class Feature:
    """A declaration with its function: one query's candidates in, float (candidates,) out."""

    spec: FeatureSpec
    compute: Compute

    @property
    def summary(self) -> str:
        """The first line of the function's docstring."""
        return (inspect.getdoc(self.compute) or "").partition("\n")[0]


FEATURES: Registry[Feature] = Registry("feature")
"""Filled by the modules that `lrat_rank.features.catalog` imports; look features up there."""


def feature(spec: FeatureSpec) -> Callable[[Compute], Compute]:
    """Decorator that puts a function into `FEATURES` under its declaration's name."""

    def add(compute: Compute) -> Compute:
        FEATURES.add(spec.name, Feature(spec, compute))
        return compute

    return add
