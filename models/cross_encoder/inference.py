"""Scores of many pairs: batches of like length, in the quicker precision, in the order asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial, wraps
from typing import Any

import msgspec
import numpy as np
import torch

from lrat_rank.errors import InputError
from lrat_rank.models.cross_encoder.few_shapes import Batch, few_shapes
from lrat_rank.models.cross_encoder.pairs import EncodedPair, PairTokenizer, length_batches
from lrat_rank.models.precision import Precision
from lrat_rank.models.ranker import FloatArray
from lrat_rank.models.side_by_side import side_by_side
from lrat_rank.progress import track

_TOKENS_A_BATCH = {"cpu": 2048}
"""On a processor small batches keep the activations near; larger ones are no quicker."""
_TOKENS_A_BATCH_ELSEWHERE = 65_536
_MANY = 1000
"""From this many pairs on, progress is shown."""


class ScoringOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How pairs are scored; none of it is part of the model.

    Attributes:
        precision: "auto" (the quicker one here, by measurement), "float32", "bf16", or "fp16",
            which only accelerators have.
        tokens_a_batch: Padded tokens a batch, at most; 0 for what suits the device.
        passages: A document too long to be read at once is read in so many overlapping passages at
            most, ≥ 1, and its best one counts; 1 cuts it.
    """

    precision: str = "auto"
    tokens_a_batch: int = 0
    passages: int = 1

    def __post_init__(self) -> None:
        Precision.parse(self.precision)
        if self.tokens_a_batch < 0:
            raise InputError("tokens_a_batch", must="at least 0", got=self.tokens_a_batch)
        if self.passages < 1:
            raise InputError("passages", must="at least 1", got=self.passages)


def token_budget(device: torch.device) -> int:
    """Padded tokens a batch that suit a device."""
    return _TOKENS_A_BATCH.get(device.type, _TOKENS_A_BATCH_ELSEWHERE)


def score_encoded(
    model: Any,
    pairs: Sequence[EncodedPair],
    tokenizer: PairTokenizer,
    options: ScoringOptions,
) -> FloatArray:
    """Raw logits float32 (pairs,), in the order of the pairs.

    The batch a pair falls into does not matter, but for rounding: masked padding has no share in
    any attention.

    Args:
        model: A sequence-classification model with one logit; one in training goes on as before.
        pairs: What to score.
        tokenizer: Pads them.
        options: Precision and batch size.
    """
    device = model.device
    keep_head_in_float32(model)
    scores = np.empty(len(pairs), dtype=np.float32)
    budget = options.tokens_a_batch or token_budget(device)
    batches = _batches([len(pair.input_ids) for pair in pairs], budget, tokenizer, device)
    precision = Precision.parse(options.precision).resolve(device)

    def run(batch: Batch) -> FloatArray:
        features = tokenizer.pad([pairs[position] for position in batch.positions], batch.width)
        logits = model(**{name: tensor.to(device) for name, tensor in features.items()}).logits
        found: FloatArray = logits[:, 0].float().cpu().numpy()
        return found

    within = partial(_inference, precision, device)
    with _evaluating(model), closing(side_by_side(run, batches, device, within)) as done:
        shown = track(done, "Scoring batches", total=len(batches)) if len(pairs) >= _MANY else done
        for batch, logits in shown:
            scores[batch.positions] = logits
    return scores


@contextmanager
def _evaluating(model: Any) -> Iterator[None]:
    """A model in training without dropout and with fused attention; both are restored afterwards.

    Others, which threads may share, are left as they are.
    """
    if not model.training:
        yield
        return
    attention = model.config._attn_implementation
    fused = attention == "eager" and getattr(model, "_supports_sdpa", False)
    try:
        model.eval()
        if fused:
            model.set_attn_implementation("sdpa")
        yield
    finally:
        if fused:
            model.set_attn_implementation(attention)
        model.train()


@contextmanager
def _inference(precision: Precision, device: torch.device) -> Iterator[None]:
    """Held over many batches, so that the weights are cast once and not once a batch.

    Autocast keeps them under `torch.no_grad`; in `torch.inference_mode` it keeps nothing.
    """
    with torch.no_grad(), precision.context(device):
        yield


def _batches(
    lengths: Sequence[int], budget: int, tokenizer: PairTokenizer, device: torch.device
) -> list[Batch]:
    if device.type == "cpu":
        return few_shapes(lengths, budget, tokenizer.max_length)
    # An accelerator keeps nothing for each shape, and its calls are dear against its tokens.
    return [
        Batch(batch, max(lengths[position] for position in batch))
        for batch in length_batches(lengths, budget)
    ]


def keep_head_in_float32(model: Any) -> None:
    """Let the layers after the encoder compute in float32 under autocast; safe to repeat.

    They cost next to nothing, and a logit rounded to bfloat16's eight bits ties documents that
    the model tells apart.
    """
    encoder = model.base_model
    head = [module for module in model.children() if module is not encoder]
    pooler = getattr(encoder, "pooler", None)
    for module in [*head, *([pooler] if pooler is not None else [])]:
        if not hasattr(module.forward, "in_float32"):
            module.forward = _in_float32(module.forward)


def _in_float32(forward: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(forward)
    def call(states: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
        with torch.autocast(states.device.type, enabled=False):
            return forward(states.float(), *args, **kwargs)

    call.in_float32 = True  # type: ignore[attr-defined]
    return call
