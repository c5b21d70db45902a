"""Shown lists as one batch of tensors, padded once and as little as can be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from lrat_rank.models.cross_encoder.chunks import chunks_of_like_length
from lrat_rank.models.cross_encoder.dataset import ShownList
from lrat_rank.models.cross_encoder.pairs import PairTokenizer
from lrat_rank.models.ranker import FloatArray


class ListCollator:
    """Puts lists into one batch.

    The pairs of all lists are cut into chunks of like length, so that one long document does not
    make every other pair of the batch as long as itself.

    Args:
        tokenizer: Pads the pairs.
        budget: Padded tokens a chunk, at most.
    """

    def __init__(self, tokenizer: PairTokenizer, budget: int) -> None:
        self._tokenizer, self._budget = tokenizer, budget

    def __call__(self, lists: Sequence[ShownList]) -> dict[str, Any]:
        """One batch.

        Returns:
            chunks: Model inputs, a dictionary each.
            places: int64 (pairs,); where each pair's logit stands among those of all chunks.
            gains: float32 (lists, documents), 0 where padded.
            mask: bool (lists, documents), False where padded.
            offsets: float32 (lists, documents), what the scores start from; 0 where padded.
            teacher: float32 (lists, documents), a teacher's scores, 0 where padded; only where
                every list has them.
            labels: float32 (lists,), the lists' weights. The Trainer counts what stands under this
                name over all batches of an optimiser step: here, lists.
        """
        pairs = [pair for one in lists for pair in one.pairs]
        chunks = chunks_of_like_length([len(pair.input_ids) for pair in pairs], self._budget)
        widest = max(len(one.pairs) for one in lists)
        mask = torch.zeros(len(lists), widest, dtype=torch.bool)
        for row, one in enumerate(lists):
            mask[row, : len(one.pairs)] = True
        order = np.concatenate([np.array(chunk) for chunk in chunks])
        taught = [one.teacher for one in lists if one.teacher is not None]
        batch = {
            "chunks": [self._tokenizer.pad([pairs[i] for i in chunk]) for chunk in chunks],
            "places": torch.from_numpy(np.argsort(order)),
            "gains": _padded([one.gains for one in lists], widest),
            "offsets": _padded([one.offsets for one in lists], widest),
            "mask": mask,
            "labels": torch.tensor([one.weight for one in lists], dtype=torch.float32),
        }
        return batch | ({"teacher": _padded(taught, widest)} if len(taught) == len(lists) else {})


def _padded(rows: Sequence[FloatArray], width: int) -> torch.Tensor:
    padded = torch.zeros(len(rows), width)
    for row, values in enumerate(rows):
        padded[row, : len(values)] = torch.from_numpy(values)
    return padded


def scores_of_batch(model: Any, batch: dict[str, Any]) -> torch.Tensor:
    """Logits float32 (lists, documents) of a batch made by `ListCollator`; 0 where padded."""
    logits = torch.cat([model(**chunk).logits[:, 0].float() for chunk in batch["chunks"]])
    mask: torch.Tensor = batch["mask"]
    empty = torch.zeros(mask.shape, dtype=logits.dtype, device=logits.device)
    return empty.masked_scatter(mask, logits[batch["places"]])
