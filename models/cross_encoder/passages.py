"""Long documents read in passages: overlapping windows of tokens, the best of which counts.

Source: Dai and Callan, "Deeper Text Understanding for IR with Contextual Neural Language Modeling",
SIGIR 2019, §3 (MaxP): a document's score is that of its best passage; passages overlap.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lrat_rank.features.forward import IntArray
from lrat_rank.models.cross_encoder.pairs import EncodedPair, PairTokenizer, TokenIds
from lrat_rank.models.ranker import FloatArray

OVERLAP = 0.25
"""Share of a passage that the next one repeats."""

Window = tuple[int, int]
"""The first token of a passage, and the one after its last."""


@dataclass(frozen=True)
class PassagePairs:
    """Pairs of queries with the passages of documents.

    Attributes:
        pairs: All passages' pairs, document after document.
        first: int64 (documents,); the position of each document's first pair.
        tokens: (documents,) × (tokens in some passage, tokens of the document).
    """

    pairs: list[EncodedPair]
    first: IntArray
    tokens: list[tuple[int, int]]

    def best(self, logits: FloatArray) -> FloatArray:
        """Each document's highest logit, float (documents,), of float (pairs,)."""
        if not len(self.first):
            return logits
        highest: FloatArray = np.maximum.reduceat(logits, self.first)
        return highest


def windows(length: int, room: int, most: int, starts: Sequence[int] = ()) -> list[Window]:
    """Where a document's passages begin and end.

    The first `most` windows of at most `room` tokens, each beginning `OVERLAP` of the room before
    the end of the one before it, at the start of a word. The last one that is needed reaches back
    as far as it has room.

    Args:
        length: Tokens of the document, ≥ 0.
        room: Tokens of a passage, at most; ≥ 1.
        most: Passages, at most; ≥ 1.
        starts: Tokens that begin a word, ascending; any token may where it is empty.

    >>> windows(10, 4, most=5)
    [(0, 4), (3, 7), (6, 10)]
    >>> windows(10, 4, most=2), windows(3, 4, most=2)
    ([(0, 4), (3, 7)], [(0, 3)])
    >>> windows(10, 4, most=5, starts=[0, 2, 5, 8])
    [(0, 4), (2, 6), (5, 9), (8, 10)]
    """
    found = [(0, min(room, length))]
    step_back = int(OVERLAP * room)
    while len(found) < most and found[-1][1] < length:
        begun, ended = found[-1]
        wanted = ended - step_back
        is_last = wanted + room >= length
        if is_last:
            wanted = length - room
        at = _word_start(max(wanted, begun + 1), range(begun + 1, ended + 1), starts, after=is_last)
        found.append((at, min(at + room, length)))
    return found


def passage_pairs(
    tokenizer: PairTokenizer,
    queries: Sequence[TokenIds],
    texts: Sequence[str],
    which: Sequence[tuple[int, int]],
    most: int,
) -> PassagePairs:
    """The pairs of queries and documents, long documents in passages.

    Args:
        tokenizer: Makes ids and pairs.
        queries: Token ids.
        texts: Of documents.
        which: (query, text) of each pair asked for, by position.
        most: Passages a document, at most. With 1 a long document is cut as the tokenizer cuts it.
    """
    documents = tokenizer.tokenize(texts)
    starts: dict[int, Sequence[int]] = {}
    pairs: list[EncodedPair] = []
    first, tokens = [], []
    for query, text in which:
        ids = documents[text]
        room = tokenizer.room_for(queries[query], ids)
        first.append(len(pairs))
        if room >= len(ids) or most == 1:
            pairs.append(tokenizer.pair(queries[query], ids))
            tokens.append((min(room, len(ids)), len(ids)))
            continue
        if text not in starts:
            starts[text] = tokenizer.word_starts(texts[text])
        cut = windows(len(ids), room, most, starts[text])
        pairs += [tokenizer.pair(queries[query], ids[start:end]) for start, end in cut]
        tokens.append((cut[-1][1], len(ids)))
    return PassagePairs(pairs, np.array(first, dtype=np.int64), tokens)


def _word_start(wanted: int, allowed: range, starts: Sequence[int], *, after: bool) -> int:
    """The start of a word nearest before the wanted token (after it), else after it (before it).

    The token itself where no word begins in the range.
    """
    up_to = bisect_right(starts, wanted)
    before = starts[up_to - 1] if up_to else -1
    behind = before if before == wanted else starts[up_to] if up_to < len(starts) else -1
    for at in (behind, before) if after else (before, behind):
        if at in allowed:
            return at
    return wanted
