"""How a challenger is trained, by kind of ranker."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lrat_rank.pipeline.train import train_cross_encoder, train_lightgbm
from lrat_rank.registry import Registry

Trainer = Callable[[Path, Path, Path, int], object]
"""(labels, index, ranker folder to write, seed)."""

TRAINERS: Registry[Trainer] = Registry("ranker")


@TRAINERS.register("lightgbm")
def _lightgbm(labels: Path, index: Path, out: Path, seed: int) -> object:
    from lrat_rank.models.lightgbm.options import LightGBMOptions

    return train_lightgbm(labels, index, out, LightGBMOptions(seed=seed), validation=None)


@TRAINERS.register("cross-encoder")
def _cross_encoder(labels: Path, index: Path, out: Path, seed: int) -> object:
    from lrat_rank.models.cross_encoder.options import CrossEncoderOptions

    return train_cross_encoder(labels, index, out, CrossEncoderOptions(seed=seed), validation=None)
