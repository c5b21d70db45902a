"""Examples as one batch: queries, the batch's distinct documents, and who is whose negative."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from lrat_rank.models.dense.examples import ShownExample

_TEXTS_A_PASS = 32
"""Texts of like length the encoder reads at once: one long text must not pad a whole batch."""


class ContrastCollator:
    """Makes batches.

    Args:
        model: The sentence encoder, for its tokenizer.
        contents: doc_id → text.
        text_of: doc_id → the number of its text.
        in_batch: Whether the documents of other examples are negatives too.
    """

    def __init__(
        self, model: Any, contents: Mapping[str, str], text_of: Mapping[str, int], *, in_batch: bool
    ) -> None:
        self._model, self._contents, self._text_of = model, contents, text_of
        self._in_batch = in_batch

    def __call__(self, examples: Sequence[ShownExample]) -> dict[str, Any]:
        """A batch.

        Returns:
            `queries` and `documents` for `vectors_of`, `positives` int64 (examples,), `allowed`
            bool (examples, documents) and `labels`, the weights, float32 (examples,): the Trainer
            counts what a step follows by them.
        """
        doc_ids = list(dict.fromkeys(d for one in examples for d in (one.positive, *one.negatives)))
        column = {doc_id: number for number, doc_id in enumerate(doc_ids)}
        allowed = torch.zeros(len(examples), len(doc_ids), dtype=torch.bool)
        for row, one in enumerate(examples):
            if self._in_batch:
                unrelated = [self._text_of[doc_id] not in one.spared for doc_id in doc_ids]
                allowed[row] = torch.tensor(unrelated)
            allowed[row, [column[doc_id] for doc_id in (one.positive, *one.negatives)]] = True
        return {
            "queries": self._encoded([one.query for one in examples]),
            "documents": self._encoded([self._contents[doc_id] for doc_id in doc_ids]),
            "positives": torch.tensor([column[one.positive] for one in examples]),
            "allowed": allowed,
            "labels": torch.tensor([one.weight for one in examples], dtype=torch.float32),
        }

    def _encoded(self, texts: Sequence[str]) -> dict[str, Any]:
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        prompt = self._model.prompts.get(self._model.default_prompt_name)
        passes = [
            self._model.preprocess([texts[number] for number in some], prompt=prompt)
            for some in (order[i : i + _TEXTS_A_PASS] for i in range(0, len(order), _TEXTS_A_PASS))
        ]
        return {"passes": passes, "order": torch.tensor(order)}


def vectors_of(model: Any, texts: Mapping[str, Any]) -> Tensor:
    """Vectors (texts, d) of encoded texts, in the order the texts were given."""
    vectors = torch.cat([model(dict(part))["sentence_embedding"] for part in texts["passes"]])
    return vectors[torch.argsort(texts["order"])]
