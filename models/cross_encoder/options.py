"""How the cross-encoder is trained."""

from __future__ import annotations

import math

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.models.cross_encoder.text import PairTemplate
from lrat_rank.models.intensity_use import IntensityUse
from lrat_rank.models.precision import Precision


class CrossEncoderOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Options of `train_cross_encoder`.

    Attributes:
        base: "offline" for the packaged MiniLM, a checkpoint folder, or a hub name. An encoder
            gets a new head; a cross-encoder with one logit is trained further.
        loss: A name of `lrat_rank.models.losses.LOSSES`.
        temperature: Divides the scores inside the loss; > 0.
        intensity: Where the relevance intensity enters.
        epochs: Passes over the lists.
        learning_rate: Peak of the linear schedule. The default suits a small model and some hundred
            lists; a larger model, or many thousand lists, wants a tenth of it.
        warmup: Share of the steps that lead up to it, in [0, 1).
        weight_decay: AdamW's.
        dropout: Of the encoder while it trains, in [0, 1); its checkpoint's own comes back after.
        batch_lists: Lists a gradient is computed from at once.
        accumulate: Such batches an optimiser step.
        list_size: Documents of a list an epoch shows, at most; ≥ 2.
        unrelated: How many of those come from lists of other groups, as negatives; ≥ 0, and at
            least 2 documents stay the list's own. A logged list holds only what a first stage
            thought relevant; a reranker of longer lists meets worse, and must know it.
        max_length: Tokens a pair, at most; kept for inference.
        template: What the model reads of queries and documents; kept for inference.
        precision: "auto" (the quicker one here, by measurement), "float32" or "bf16".
        seed: Of the new head, the order of the lists, the negatives and the dropout.
    """

    base: str = "offline"
    loss: str = "softmax"
    temperature: float = 1.0
    intensity: IntensityUse = IntensityUse()
    epochs: int = 2
    learning_rate: float = 2e-4
    warmup: float = 0.1
    weight_decay: float = 0.01
    dropout: float = 0.0
    batch_lists: int = 8
    accumulate: int = 1
    list_size: int = 8
    unrelated: int = 3
    max_length: int = 256
    template: PairTemplate = PairTemplate()
    precision: str = "auto"
    seed: int = 0

    def __post_init__(self) -> None:
        at_least = {"epochs": 1, "batch_lists": 1, "accumulate": 1, "list_size": 2, "seed": 0}
        for name, least in at_least.items():
            if getattr(self, name) < least:
                raise InputError(name, must=f"at least {least}", got=getattr(self, name))
        if not 0 <= self.unrelated <= self.list_size - 2:
            must = f"between 0 and {self.list_size - 2} (list_size - 2)"
            raise InputError("unrelated", must=must, got=self.unrelated)
        for name in ("warmup", "dropout"):
            if not 0 <= getattr(self, name) < 1:
                raise InputError(name, must="at least 0 and below 1", got=getattr(self, name))
        for name in ("learning_rate", "temperature"):
            if not (getattr(self, name) > 0 and math.isfinite(getattr(self, name))):
                raise InputError(name, must="a finite number above 0", got=getattr(self, name))
        if not (self.weight_decay >= 0 and math.isfinite(self.weight_decay)):
            raise InputError("weight_decay", must="a finite number ≥ 0", got=self.weight_decay)
        Precision.parse(self.precision)
