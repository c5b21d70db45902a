"""How the cross-encoder is trained."""

from __future__ import annotations

import math

from lrat_rank.errors import InputError
from lrat_rank.models.context_dropout import check_context_dropout
from lrat_rank.models.cross_encoder.distillation import Distillation
from lrat_rank.models.cross_encoder.lora import LoraOptions
from lrat_rank.models.cross_encoder.sampling import SamplingOptions
from lrat_rank.models.cross_encoder.stopping_options import StoppingOptions
from lrat_rank.models.cross_encoder.text import PairTemplate
from lrat_rank.models.intensity_use import IntensityUse
from lrat_rank.models.training_options import TrainingOptions
from lrat_rank.models.warm_up.options import WarmUpOptions


class CrossEncoderOptions(TrainingOptions, frozen=True, kw_only=True):
    """Options of `train_cross_encoder`; the steps are as in `TrainingOptions`.

    Attributes:
        base: "offline" for the packaged MiniLM, a checkpoint folder, or a hub name. An encoder
            gets a new head that starts at 0; a cross-encoder with one logit is trained further.
        loss: As `lrat_rank.models.losses.parse_loss` reads it; one that takes gains.
        intensity: Where the relevance intensity enters.
        anchor: Whether the score is the first stage's plus what the model learns, so that training
            starts at the first stage's order. It needs an index.
        learning_rate: The default suits an encoder that gets a new head and some hundred lists,
            see `suited_rate` for a cross-encoder that is trained further; a larger model, or
            many thousand lists, wants a tenth of it.
        head_learning_rate: That of the head; `learning_rate` when None.
        layer_decay: The rate of each layer is this times that of the layer above; in (0, 1].
        freeze_layers: How many of the lowest layers stay as they are, and the embeddings with
            them; 0 freezes nothing.
        lora: Low-rank adapters in place of the layers' own weights; None trains those.
        dropout: Of the encoder while it trains, in [0, 1); its checkpoint's own comes back after.
        batch_lists: Lists a gradient is computed from at once, over all processes.
        gradient_checkpointing: Whether activations are computed again in the backward pass, which
            takes a third longer and far less memory.
        sampling: Which documents of a list an epoch shows.
        warm_up: Lists made from the corpus alone, to train on before the labels; None for none.
        distillation: How much a teacher counts, where one is given.
        stopping: When training ends, and which of its steps is kept.
        max_length: Tokens a pair, at most; kept for inference.
        template: What the model reads of queries and documents; kept for inference. When None,
            what the base was trained with here, or the query and the title and text.
        context_dropout: The probability that an epoch reads a list without its context, in [0, 1],
            where the template reads one: so the ranker works where a tool passes none.
    """

    base: str = "offline"
    loss: str = "softmax"
    intensity: IntensityUse = IntensityUse()
    anchor: bool = True
    learning_rate: float = 2e-4
    head_learning_rate: float | None = None
    layer_decay: float = 1.0
    freeze_layers: int = 0
    lora: LoraOptions | None = None
    dropout: float = 0.0
    batch_lists: int = 8
    gradient_checkpointing: bool = False
    sampling: SamplingOptions = SamplingOptions()
    warm_up: WarmUpOptions | None = None
    distillation: Distillation = Distillation()
    stopping: StoppingOptions = StoppingOptions()
    max_length: int = 256
    template: PairTemplate | None = None
    context_dropout: float = 0.3

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, least in (("batch_lists", 1), ("freeze_layers", 0)):
            if getattr(self, name) < least:
                raise InputError(name, must=f"at least {least}", got=getattr(self, name))
        if not 0 <= self.dropout < 1:
            raise InputError("dropout", must="at least 0 and below 1", got=self.dropout)
        check_context_dropout(self.context_dropout)
        head = self.head_learning_rate
        if head is not None and not (head > 0 and math.isfinite(head)):
            raise InputError("head_learning_rate", must="a finite number above 0", got=head)
        if not 0 < self.layer_decay <= 1:
            raise InputError("layer_decay", must="above 0 and at most 1", got=self.layer_decay)

    @property
    def reads(self) -> PairTemplate:
        """The template, by default the plain one."""
        return self.template or PairTemplate()
