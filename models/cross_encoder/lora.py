"""Low-rank adapters on an encoder's layers, for bases too large to train whole."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import msgspec

from lrat_rank.errors import InputError, require
from lrat_rank.models.cross_encoder.layers import find_layers


class LoraOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Low-rank adapters.

    Attributes:
        rank: Of each adapter; ≥ 1.
        alpha: An adapter's output is multiplied by alpha/rank; > 0.
        dropout: Before each adapter, in [0, 1).
    """

    rank: int = 16
    alpha: float = 32.0
    dropout: float = 0.0

    def __post_init__(self) -> None:
        if self.rank < 1:
            raise InputError("lora rank", must="at least 1", got=self.rank)
        if not (self.alpha > 0 and math.isfinite(self.alpha)):
            raise InputError("lora alpha", must="a finite number above 0", got=self.alpha)
        if not 0 <= self.dropout < 1:
            raise InputError("lora dropout", must="at least 0 and below 1", got=self.dropout)


def add_adapters(model: Any, options: LoraOptions, *, frozen: int) -> Callable[[], None]:
    """Put adapters on all linear maps of an encoder's layers; only they and the head then train.

    The adapters change nothing before the first step.

    Args:
        model: A sequence-classification model; changed in place.
        options: Of the adapters.
        frozen: How many of the lowest layers get none.

    Returns:
        What to call after training: it adds the adapters into the weights and takes them away, so
        that the model is an ordinary checkpoint again.

    Raises:
        MissingExtraError: peft is not installed.
        InputError: The encoder's layers cannot be told apart.

    Source: Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", ICLR 2022.
    """
    from torch.nn import Linear

    peft = require("peft", extra="lora")
    stack = find_layers(model)
    paths = tuple(f"{path}." for path in stack.layer_paths(frozen + 1))
    targets = [
        name
        for name, module in model.named_modules()
        if isinstance(module, Linear) and name.startswith(paths)
    ]
    if not targets:
        raise InputError("freeze_layers", must="below the number of layers, with lora", got=frozen)
    config = peft.LoraConfig(
        r=options.rank,
        lora_alpha=options.alpha,
        lora_dropout=options.dropout,
        target_modules=targets,
    )
    tuner = peft.LoraModel(model, config, "default")
    inside = {id(parameter) for parameter in model.base_model.parameters()}
    for parameter in model.parameters():
        if id(parameter) not in inside:
            parameter.requires_grad_(True)

    def merge() -> None:
        tuner.merge_and_unload()

    return merge
