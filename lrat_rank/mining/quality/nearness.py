"""Which texts are near-duplicates of which: leaders, and the texts that follow them.

Near is not transitive: a chain of small steps leads anywhere. So there are no chains here. The
texts are gone through in a fixed order; each follows the nearest leader that is near enough (the
earlier one on a tie), and without one becomes a leader itself. Every follower is near to its own
leader, no two leaders are near to each other, and a second run over the leaders changes nothing.

Texts that name different numbers are never near: "Nobel Prize 1914" and "Nobel Prize 1915" share
most of their words and nearly all of their vector, and ask for different documents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from lrat_rank.mining.quality.wording import numbers

if TYPE_CHECKING:
    from datasketch import MinHash, MinHashLSH

Vectors = npt.NDArray[np.float32]
Leaders = list[int]
"""For each text the place of its leader: its own place when it leads."""
Near = Callable[[Sequence[str]], Leaders]
"""Leaders of distinct normal texts, in the order of preference."""

_PERMUTATIONS = 128
_SEED = 1
_FOUND = 0.99
"""A pair just near enough is found with at least this probability, where 128 hashes can."""
_BLOCK = 1024


class Similarity(StrEnum):
    """What makes two queries near-duplicates."""

    EXACT = "exact"
    """Their normal texts are equal."""
    MINHASH = "minhash"
    """The Jaccard similarity of their shingles reaches the threshold."""
    EMBEDDING = "embedding"
    """The cosine of their vectors reaches the threshold."""


class Shingles(StrEnum):
    """What a text is cut into for Jaccard similarity."""

    WORDS = "words"
    """Its words, in any order."""
    CHARACTERS = "characters"
    """Runs of four characters: forgives spelling, and needs no spaces between words."""


def shingles(normal: str, kind: Shingles = Shingles.WORDS) -> frozenset[str]:
    """The set of a normal text's shingles; a text shorter than one is its own.

    >>> sorted(shingles("the red fox"))
    ['fox', 'red', 'the']
    >>> sorted(shingles("a fox", Shingles.CHARACTERS))
    [' fox', 'a fo']
    """
    if kind is Shingles.WORDS:
        return frozenset(normal.split())
    return frozenset(normal[at : at + 4] for at in range(max(1, len(normal) - 3)))


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the shingles of both that both have, in [0, 1].

    >>> jaccard(frozenset("abc"), frozenset("bcd"))
    0.5
    """
    return len(one & other) / len(one | other) if one or other else 1.0


def leaders_by_text(texts: Sequence[str]) -> Leaders:
    """Every distinct text leads itself."""
    return list(range(len(texts)))


def leaders_by_minhash(texts: Sequence[str], *, threshold: float, kind: Shingles) -> Leaders:
    """Leaders by Jaccard similarity ≥ `threshold`, in (0, 1].

    MinHash finds the candidates, and their similarity is computed from the shingles themselves.
    Whether a pair is found depends on the pair alone, never on the texts around it.
    """
    index = MinHashIndex(threshold=threshold, kind=kind)
    leaders: Leaders = []
    for place, (text, sketched) in enumerate(zip(texts, index.sketches(texts), strict=True)):
        leader = index.nearest(text, sketched)
        leaders.append(place if leader is None else leader)
        if leader is None:
            index.add(place, text, sketched)
    return leaders


class MinHashIndex:
    """Texts that can be asked for the nearest one; see `leaders_by_minhash`."""

    def __init__(self, *, threshold: float, kind: Shingles) -> None:
        from datasketch import MinHashLSH

        self._threshold = threshold
        self._kind = kind
        self._buckets: MinHashLSH = MinHashLSH(num_perm=_PERMUTATIONS, params=_bands(threshold))
        self._texts: dict[int, str] = {}

    def sketches(self, texts: Sequence[str]) -> Iterator[MinHash]:
        """The MinHash of each text."""
        from datasketch import MinHash

        sets = ([s.encode() for s in sorted(shingles(text, self._kind))] for text in texts)
        yield from MinHash.generator(sets, num_perm=_PERMUTATIONS, seed=_SEED)

    def add(self, place: int, text: str, sketched: MinHash) -> None:
        """Add a text under its place."""
        self._buckets.insert(place, sketched, check_duplication=False)
        self._texts[place] = text

    def nearest(self, text: str, sketched: MinHash) -> int | None:
        """The place of the nearest text that is near enough; None without one."""
        own, named = shingles(text, self._kind), numbers(text)
        found = [
            (-similarity, place)
            for place in self._buckets.query(sketched)
            if numbers(self._texts[place]) == named
            if (similarity := jaccard(own, shingles(self._texts[place], self._kind)))
            >= self._threshold
        ]
        return min(found)[1] if found else None


def _bands(threshold: float) -> tuple[int, int]:
    """Bands, and rows a band: as many rows as leave a pair at the threshold likely to be found.

    A pair of similarity s shares a bucket with probability 1 − (1 − s^rows)^bands (Leskovec,
    Rajaraman and Ullman, Mining of Massive Datasets, §3.4.2).
    """
    for rows in range(_PERMUTATIONS // 2, 1, -1):
        bands = _PERMUTATIONS // rows
        if 1 - (1 - threshold**rows) ** bands >= _FOUND:
            return bands, rows
    return _PERMUTATIONS, 1


def leaders_by_vectors(texts: Sequence[str], vectors: Vectors, *, threshold: float) -> Leaders:
    """Leaders by cosine ≥ `threshold`.

    Args:
        texts: Normal texts, in the order of preference.
        vectors: float32 (texts, d), unit length.
        threshold: In (0, 1].

    >>> apart = np.array([[1, 0], [0.8, 0.6], [0, 1]], dtype=np.float32)
    >>> leaders_by_vectors(["a", "b", "c"], apart, threshold=0.7)
    [0, 0, 2]
    """
    named = [numbers(text) for text in texts]
    leaders: Leaders = []
    leading: list[int] = []
    for start in range(0, len(texts), _BLOCK):
        block = vectors[start : start + _BLOCK]
        before = len(leading)
        to_leaders = block @ vectors[leading].T
        to_block = block @ block.T
        for row in range(len(block)):
            own = start + row
            inside = [leader - start for leader in leading[before:]]
            cosines = np.concatenate([to_leaders[row], to_block[row, inside]])
            near = np.flatnonzero(cosines >= threshold)
            near = near[np.argsort(-cosines[near], kind="stable")]
            leader = next((leading[n] for n in near if named[leading[n]] == named[own]), own)
            leaders.append(leader)
            if leader == own:
                leading.append(own)
    return leaders
