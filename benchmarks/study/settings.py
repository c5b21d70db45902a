"""Options of a ranker, changed by dotted names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec

from lrat_rank.models.cross_encoder.context_text import ContextTemplate
from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
from lrat_rank.models.cross_encoder.sampling import SamplingOptions
from lrat_rank.models.cross_encoder.stopping_options import StoppingOptions
from lrat_rank.models.cross_encoder.text import PairTemplate
from lrat_rank.models.dense.options import DenseOptions
from lrat_rank.models.intensity_use import IntensityUse
from lrat_rank.models.lightgbm.options import LightGBMOptions
from lrat_rank.models.warm_up.options import WarmUpOptions

from .budget import Budget

Options = TypeVar("Options", bound=msgspec.Struct)


PAIR_TOKENS = 128
"""Tokens a cross-encoder reads of a query and a document, at most."""
LABEL_RATE = 1e-5
"""Peak learning rate on labels of a cross-encoder that is warmed up; chosen on validation lists of
the first fold of musique, of 1e-5 and 5e-5."""


def lightgbm_options(
    budget: Budget,
    intensity: str = "both",
    seed: int = 0,
    changes: Mapping[str, object] = MappingProxyType({}),
) -> LightGBMOptions:
    """The defaults of the package but for a seed, threads and the changes."""
    use = IntensityUse.parse(intensity)
    options = LightGBMOptions(intensity=use, seed=seed, threads=budget.threads)
    return changed(options, changes)


def cross_encoder_options(
    budget: Budget, intensity: str, seed: int, changes: Mapping[str, object], base: Path
) -> CrossEncoderOptions:
    """A warmed-up MiniLM, with as many lists and passes as the budget allows."""
    options = CrossEncoderOptions(
        base=str(base),
        intensity=IntensityUse.parse(intensity),
        epochs=budget.epochs,
        learning_rate=LABEL_RATE,
        max_length=PAIR_TOKENS,
        sampling=SamplingOptions(list_size=8),
        stopping=StoppingOptions(held_out=0.15, least_groups=10, evaluations=2),
        precision=budget.precision,
        seed=seed,
    )
    return changed(options, changes)


def dense_options(
    budget: Budget, intensity: str, seed: int, changes: Mapping[str, object]
) -> DenseOptions:
    """The packaged MiniLM, with five negatives of its own list an example."""
    options = DenseOptions(
        intensity=IntensityUse.parse(intensity),
        epochs=budget.epochs,
        negatives=5,
        max_length=192,
        precision=budget.precision,
        seed=seed,
    )
    return changed(options, changes)


_MISSING: dict[str, Callable[[], Any]] = {"template": PairTemplate, "warm_up": WarmUpOptions}
"""What a field that is None becomes before one of its fields is changed."""


def changed(options: Options, changes: Mapping[str, object]) -> Options:
    """The options with some of them changed; `sampling.depth` is the field of a field.

    A field that is None becomes the default of its kind before one of its fields is changed, and
    a text for `template.context` is parsed.

    >>> changed(CrossEncoderOptions(), {"sampling.depth": 7, "layer_decay": 0.5}).sampling.depth
    7
    """
    for name, value in changes.items():
        options = _with(options, name.split("."), value)
    return options


def _with(options: Any, path: list[str], value: object) -> Any:
    first, *rest = path
    current = getattr(options, first)
    if rest:
        current = _MISSING[first]() if current is None else current
        return msgspec.structs.replace(options, **{first: _with(current, rest, value)})
    if isinstance(current, ContextTemplate):
        value = ContextTemplate.parse(str(value))
    return msgspec.structs.replace(options, **{first: value})
