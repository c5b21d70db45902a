"""What a feature declares about itself, and the registry it stands in."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps

from lrat_rank.features.block import CandidateBlock
from lrat_rank.features.forward import FloatArray
from lrat_rank.features.list_block import ListBlock
from lrat_rank.registry import Registry


class Group(StrEnum):
    """What a feature looks at."""

    FIRST_STAGE = "first_stage"
    LEXICAL = "lexical"
    DENSE = "dense"
    DOCUMENT = "document"
    QUERY = "query"
    LATE_INTERACTION = "late_interaction"
    NAMES = "names"
    WITHIN_LIST = "within_list"
    CONTEXT = "context"


class Need(StrEnum):
    """What a feature is computed from."""

    TERMS = "terms"
    """The forward index."""
    STAGES = "stages"
    """The first stages' own lists for the query."""
    VECTORS = "vectors"
    """The encoder's vectors of query and documents."""
    TOKEN_VECTORS = "token_vectors"
    """Its vectors of word pieces and passages."""
    CONTEXT = "context"
    """What the agent knew when it searched."""


@dataclass(frozen=True, kw_only=True)
class FeatureSpec:
    """A feature's declaration.

    Attributes:
        unit: Of the value, in words.
        range: Lowest and highest possible value, both included.
        higher_is_better: Whether more of it speaks for the document; None where it does not say.
        missing: What NaN means; None when the value is never missing.
        needs: What it is computed from.
        categorical: Whether the values are names of kinds, as whole numbers, and not amounts.
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
    categorical: bool = False
    source: str = ""
    version: int = 1

    @property
    def monotone(self) -> int:
        """Which way the value may move a score: 1 up only, −1 down only, 0 either way."""
        if self.higher_is_better is None or self.categorical:
            return 0
        return 1 if self.higher_is_better else -1


Compute = Callable[[CandidateBlock], FloatArray]
ComputeOfList = Callable[[ListBlock], FloatArray]


@dataclass(frozen=True)
class Feature:
    """A declaration with its function: lists of candidates in, float (candidates,) out."""

    spec: FeatureSpec
    compute: Compute

    def of(self, block: CandidateBlock) -> FloatArray:
        """The block's values, computed once: other features build on some of them."""
        values = block.computed.get(self.spec.name)
        if values is None:
            values = block.computed[self.spec.name] = self.compute(block)
        return values

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


def list_feature(spec: FeatureSpec) -> Callable[[ComputeOfList], ComputeOfList]:
    """As `feature`, for a function of one query with its candidates."""

    def add(compute: ComputeOfList) -> ComputeOfList:
        @wraps(compute)
        def list_by_list(block: CandidateBlock) -> FloatArray:
            return block.list_by_list(compute)

        feature(spec)(list_by_list)
        return compute

    return add
