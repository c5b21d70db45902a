"""How the dense retriever is trained."""

from __future__ import annotations

import math

from lrat_rank.errors import InputError
from lrat_rank.models.intensity_use import IntensityUse
from lrat_rank.models.training_options import TrainingOptions


class DenseOptions(TrainingOptions, frozen=True, kw_only=True):
    """Options of `train_dense`.

    The steps are as in `TrainingOptions`; fp16 is not for them, since no gradient is scaled here.

    Attributes:
        base: "offline" for the packaged MiniLM, a folder, or a hub name; a sentence encoder.
        intensity: Where the relevance intensity enters. As gain, an example weighs the gain of its
            positive (the paper's weight); as weight, that of its list; none is plain InfoNCE.
        temperature: Divides the cosines; > 0.
        negatives: Documents of its own list an example shows as negatives, at most; ≥ 0.
        rejected_share: Share of those that rejected documents fill before any other is drawn, in
            [0, 1]. With 0 they are drawn like skipped ones.
        in_batch: Whether the documents of a batch's other examples are negatives too.
        near_duplicate: Word-set similarity from which two documents count as one text when false
            negatives are looked for, in (0, 1].
        patience: Epochs without a better validation figure after which training stops; ≥ 1.
        batch_examples: Examples a gradient is computed from at once, and that are each other's
            negatives.
        max_length: Tokens a text, at most; kept for inference.
        held_out: Share of the groups that are kept for validation where no validation lists are
            given and there are enough groups, in [0, 0.5]; 0 keeps none.
    """

    base: str = "offline"
    intensity: IntensityUse = IntensityUse()
    temperature: float = 0.02
    negatives: int = 9
    rejected_share: float = 1.0
    in_batch: bool = True
    near_duplicate: float = 0.9
    learning_rate: float = 2e-5
    patience: int = 1
    batch_examples: int = 16
    max_length: int = 256
    held_out: float = 0.1

    def __post_init__(self) -> None:
        super().__post_init__()
        at_least = {"negatives": 0, "patience": 1, "batch_examples": 1, "max_length": 3}
        for name, least in at_least.items():
            if getattr(self, name) < least:
                raise InputError(name, must=f"at least {least}", got=getattr(self, name))
        if not self.negatives and not (self.in_batch and self.batch_examples > 1):
            do = "Ask for negatives, or for in-batch ones from batches of two examples or more."
            raise InputError("negatives", must="from somewhere", got="none", do=do)
        for name, holds, must in (
            ("temperature", 0 < self.temperature < math.inf, "a finite number above 0"),
            ("rejected_share", 0 <= self.rejected_share <= 1, "in [0, 1]"),
            ("near_duplicate", 0 < self.near_duplicate <= 1, "above 0 and at most 1"),
            ("held_out", 0 <= self.held_out <= 0.5, "in [0, 0.5]"),
        ):
            if not holds:
                raise InputError(name, must=must, got=getattr(self, name))
