"""Query–document pairs as token ids: each text tokenised once, pairs put together from the ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import torch

from lrat_rank.errors import InputError
from lrat_rank.features.forward import BoolArray
from lrat_rank.models.cross_encoder.parts import Part, Text, parts_of

TokenIds = list[int]


class EncodedPair(NamedTuple):
    """A pair as a model reads it.

    Attributes:
        input_ids: Token ids with the special ones.
        token_type_ids: Which text each token belongs to, in the tokenizer's numbering.
    """

    input_ids: TokenIds
    token_type_ids: TokenIds


@dataclass(frozen=True)
class _Layout:
    """The special tokens around a pair's two texts, and the token types of all parts.

    Attributes:
        specials: Token ids before, between and after the two texts.
        special_types: Their token types.
        text_types: The token types of the first and of the second text.
    """

    specials: tuple[TokenIds, TokenIds, TokenIds]
    special_types: tuple[TokenIds, TokenIds, TokenIds]
    text_types: tuple[int, int]

    @property
    def length(self) -> int:
        """How many special tokens a pair has."""
        return sum(len(ids) for ids in self.specials)


class PairTokenizer:
    """Token ids of pairs, exactly those the tokenizer itself makes, with every text read once.

    A pair that is too long loses tokens of its longer text first, so a query survives whole as
    long as it takes less than half of the room.

    Args:
        tokenizer: A fast Hugging Face tokenizer.
        max_length: Tokens a pair, at most, with the special ones.

    Raises:
        InputError: The tokenizer makes pairs in some other way than text by text, or `max_length`
            leaves no room for text.
    """

    def __init__(self, tokenizer: Any, max_length: int) -> None:
        if not getattr(tokenizer, "is_fast", False):
            raise InputError(
                "tokenizer", must="a fast one (tokenizer.json)", got=type(tokenizer).__name__
            )
        if tokenizer.pad_token_id is None:
            raise InputError(
                "tokenizer",
                must="one with a padding token",
                got=type(tokenizer).__name__,
                do="Set pad_token in the checkpoint's tokenizer_config.json.",
            )
        self._tokenizer = tokenizer
        self.max_length = max_length
        self._layout = _read_layout(tokenizer)
        if max_length < self._layout.length + 2:
            raise InputError(
                "max_length", must=f"at least {self._layout.length + 2}", got=max_length
            )
        self._check()

    def tokenize(self, texts: Sequence[Text]) -> list[TokenIds]:
        """Token ids of each text, without special tokens, in one call for all.

        A text in parts has the ids of its parts one after the other, each cut to its budget.
        """
        if not texts:
            return []
        parts = [parts_of(text) for text in texts]
        pieces = [part.text for of_text in parts for part in of_text]
        encoded = self._tokenizer(pieces, add_special_tokens=False, verbose=False)
        ids = iter(encoded["input_ids"])
        return [
            [token for part in of_text for token in _within_budget(next(ids), part)]
            for of_text in parts
        ]

    def pair(self, query: TokenIds, document: TokenIds) -> EncodedPair:
        """The pair of two tokenised texts, cut to `max_length`."""
        n_query, n_document = shortened(len(query), len(document), self._room)
        before, between, after = self._layout.specials
        types = self._layout.special_types
        first, second = self._layout.text_types
        return EncodedPair(
            before + self._cut(query, n_query) + between + self._cut(document, n_document) + after,
            types[0] + [first] * n_query + types[1] + [second] * n_document + types[2],
        )

    def cuts(self, query: TokenIds, document: TokenIds) -> bool:
        """Whether the pair of two tokenised texts loses tokens."""
        return len(query) + len(document) > self._room

    def room_for(self, query: TokenIds, document: TokenIds) -> int:
        """Tokens of a document that fit beside a query; all of a short one."""
        return shortened(len(query), len(document), self._room)[1]

    def word_starts(self, text: str) -> list[int]:
        """Which of a text's tokens begin a word; empty where the tokenizer knows no words."""
        encoded = self._tokenizer(text, add_special_tokens=False, verbose=False)
        owners = encoded.encodings[0].word_ids
        if None in owners or len(set(owners)) < 2:
            return []
        return [at for at, owner in enumerate(owners) if at == 0 or owner != owners[at - 1]]

    def span_kept(self, query: Text, document: str) -> tuple[int, int]:
        """Where the part of a document that its pair keeps begins and ends, in characters."""
        encoded = self._tokenizer(
            document, add_special_tokens=False, return_offsets_mapping=True, verbose=False
        )
        spans = encoded["offset_mapping"]
        n_query = len(self.tokenize([query])[0])
        kept = self._cut(list(range(len(spans))), shortened(n_query, len(spans), self._room)[1])
        if len(kept) == len(spans):
            return 0, len(document)
        first, last = kept[0], kept[-1]
        start = 0 if first == 0 else spans[first][0]
        return start, len(document) if last == len(spans) - 1 else spans[last][1]

    def pad(self, pairs: Sequence[EncodedPair], width: int = 0) -> dict[str, torch.Tensor]:
        """Tensors int64 (pairs, tokens) as the model takes them, equal to the tokenizer's.

        The tokens are those of the longest pair, or `width` where that is more.

        The tokenizer's own `pad` takes about ten times as long, which a quick model would wait for.
        """
        tokenizer = self._tokenizer
        lengths = np.array([len(pair.input_ids) for pair in pairs])
        widest = max(int(lengths.max()), width)
        columns = np.arange(widest)
        filled = columns < lengths[:, None]
        if tokenizer.padding_side == "left":
            filled = columns >= widest - lengths[:, None]
        wanted = {"input_ids": ([pair.input_ids for pair in pairs], tokenizer.pad_token_id)}
        if "token_type_ids" in tokenizer.model_input_names:
            types = [pair.token_type_ids for pair in pairs]
            wanted["token_type_ids"] = (types, tokenizer.pad_token_type_id)
        tensors = {name: _padded(rows, filled, value) for name, (rows, value) in wanted.items()}
        if "attention_mask" in tokenizer.model_input_names:
            tensors["attention_mask"] = torch.from_numpy(filled.astype(np.int64))
        return tensors

    @property
    def _room(self) -> int:
        return self.max_length - self._layout.length

    def _cut(self, ids: TokenIds, length: int) -> TokenIds:
        if self._tokenizer.truncation_side == "left":
            return ids[len(ids) - length :]
        return ids[:length]

    def _check(self) -> None:
        for query, document in (("a", "b"), ("b " * self.max_length, "a b " * self.max_length)):
            expected = self._tokenizer(
                query, document, truncation=True, max_length=self.max_length, verbose=False
            )
            if self.pair(*self.tokenize([query, document])).input_ids != expected["input_ids"]:
                raise InputError(
                    "tokenizer",
                    must="one that puts pairs together from separately tokenised texts",
                    got=type(self._tokenizer).__name__,
                )


def _within_budget(ids: TokenIds, part: Part) -> TokenIds:
    if part.budget is None or len(ids) <= part.budget:
        return ids
    return ids[len(ids) - part.budget :] if part.keep_end else ids[: part.budget]


def shortened(first: int, second: int, room: int) -> tuple[int, int]:
    """How many tokens of two texts fit, the longer one giving way first.

    >>> shortened(10, 300, 100), shortened(70, 300, 101), shortened(10, 20, 100)
    ((10, 90), (50, 51), (10, 20))
    """
    if first + second <= room:
        return first, second
    shorter = min(first, second, room // 2)
    return (shorter, room - shorter) if first <= second else (room - shorter, shorter)


def length_batches(lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Positions in batches of like length, longest first, each within a budget of padded tokens.

    Args:
        lengths: Tokens of each pair.
        budget: (pairs of a batch) · (its longest pair) is at most this; a longer pair stands alone.

    >>> length_batches([3, 9, 4, 10], budget=20)
    [[3, 1], [2, 0]]
    """
    batches: list[list[int]] = []
    widest = 0
    for position in np.argsort(-np.asarray(lengths, dtype=np.int64), kind="stable").tolist():
        if batches and widest * (len(batches[-1]) + 1) <= budget:
            batches[-1].append(position)
        else:
            batches.append([position])
            widest = lengths[position]
    return batches


def _padded(rows: Sequence[TokenIds], filled: BoolArray, value: int) -> torch.Tensor:
    padded = np.full(filled.shape, value, dtype=np.int64)
    padded[filled] = np.fromiter(chain.from_iterable(rows), dtype=np.int64)
    return torch.from_numpy(padded)


def _read_layout(tokenizer: Any) -> _Layout:
    encoded = tokenizer("a", "b", verbose=False)
    ids, owners = encoded["input_ids"], encoded.encodings[0].sequence_ids
    types = encoded.get("token_type_ids") or encoded.encodings[0].type_ids
    first = [position for position, owner in enumerate(owners) if owner == 0]
    second = [position for position, owner in enumerate(owners) if owner == 1]
    if not first or not second or first[-1] > second[0]:
        raise InputError(
            "tokenizer",
            must="one that puts a query before a document",
            got=type(tokenizer).__name__,
        )
    cuts = ((0, first[0]), (first[-1] + 1, second[0]), (second[-1] + 1, len(ids)))
    specials = tuple(list(ids[start:stop]) for start, stop in cuts)
    special_types = tuple(list(types[start:stop]) for start, stop in cuts)
    return _Layout(
        (specials[0], specials[1], specials[2]),
        (special_types[0], special_types[1], special_types[2]),
        (types[first[0]], types[second[0]]),
    )
