"""What the encoder makes of every word piece of a text, before it takes their mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.features.forward import FloatArray, IntArray
from lrat_rank.models.first_stage.encoder import Encoder
from lrat_rank.models.precision import Precision

MOST_PARTS = 4
"""A text longer than the encoder reads at once is cut into so many parts; the rest is left out."""


@dataclass(frozen=True)
class TokenStates:
    """One text, read by the encoder.

    Attributes:
        vector: float32 (d,); the unit vector of the text's beginning, as `Encoder.encode` has it.
        states: float32 (n, d); one a word piece, without the encoder's own marks.
        pieces: int64 (n,); ids of the word pieces.
        starts: int64 (n,); the character where each piece begins.
    """

    vector: FloatArray
    states: FloatArray
    pieces: IntArray
    starts: IntArray


def read_texts(
    encoder: Encoder,
    texts: Sequence[str],
    *,
    parts: int = MOST_PARTS,
    precision: Precision = Precision.AUTO,
) -> Iterator[TokenStates]:
    """Read texts with an encoder, each to the end or `parts` times as far as it reads at once.

    Raises:
        InputError: The encoder has no word pieces to show: it is no transformer, or puts words of
            its own before a text.
    """
    tokenizer, most = encoder.tokenizer, encoder.longest
    cut = [_parts(tokenizer, text, most, parts) for text in texts]
    flat = [
        text[start:] if end is None else text[start:end]
        for text, spans in zip(texts, cut, strict=True)
        for start, end in spans
    ]
    outputs = encoder.outputs(flat, precision=precision)
    place = 0
    for spans in cut:
        read = [
            _states(encoder, tokenizer, most, flat[place + number], outputs[place + number], start)
            for number, (start, _) in enumerate(spans)
        ]
        place += len(spans)
        yield TokenStates(
            read[0].vector,
            np.concatenate([one.states for one in read]),
            np.concatenate([one.pieces for one in read]),
            np.concatenate([one.starts for one in read]),
        )


def _parts(tokenizer: Any, text: str, most: int, parts: int) -> list[tuple[int, int | None]]:
    """Character spans; the first is open at its end, as the encoder itself cuts it there."""
    room = most - tokenizer.num_special_tokens_to_add()
    if len(text) <= room:
        return [(0, None)]
    read = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
    offsets = read["offset_mapping"]
    spans: list[tuple[int, int | None]] = [(0, None)]
    for first in range(room, min(len(offsets), room * parts), room):
        spans.append((offsets[first][0], offsets[min(first + room, len(offsets)) - 1][1]))
    return spans


def _states(
    encoder: Encoder, tokenizer: Any, most: int, text: str, output: dict[str, Any], start: int
) -> TokenStates:
    read = tokenizer(
        text,
        truncation=True,
        max_length=most,
        return_offsets_mapping=True,
        return_special_tokens_mask=True,
    )
    # By numpy, like all that is done with a text: where torch and numpy take turns, each waits for
    # the threads that the other keeps spinning.
    inside = _array(output["attention_mask"]) != 0
    ids = _array(output["input_ids"])[inside]
    if ids.tolist() != read["input_ids"]:
        raise InputError(
            "encoder for token vectors",
            must="one that reads a text as it is",
            got=f"{encoder.name}, which puts words of its own before it",
            do="Make the index with --no-token-vectors.",
        )
    own = np.array(read["special_tokens_mask"]) == 0
    states = _array(output["token_embeddings"].float())[inside]
    vector = _array(output["sentence_embedding"].float())
    return TokenStates(
        vector / max(float(np.linalg.norm(vector)), 1e-12),
        states[own],
        ids[own].astype(np.int64),
        start + np.array([begin for begin, _ in read["offset_mapping"]], dtype=np.int64)[own],
    )


def _array(tensor: Any) -> np.ndarray:
    found: np.ndarray = tensor.cpu().numpy()
    return found
