"""Vectors of every word piece and passage of every document, small enough to keep.

A late-interaction feature compares each word piece of the query with each of a document, and the
query with each sentence. Encoding documents when a query comes would take seconds a list; here
they were encoded when the index was made, and are kept as bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt

import numpy as np
import numpy.typing as npt

from lrat_rank.features.forward import FloatArray, IntArray

ByteArray = npt.NDArray[np.int8]


def to_bytes(vectors: FloatArray) -> tuple[ByteArray, FloatArray]:
    """Directions as small integers, and what to multiply them by to have length 1 again.

    The largest integer is chosen so that an inner product of two such vectors stays below 2²⁴:
    then float32 holds every partial sum exactly, and a matrix product gives the same value
    wherever a vector stands in the matrix.

    Args:
        vectors: float (n, d) of any length.

    Returns:
        int8 (n, d) and float32 (n,); both zero for a zero vector. The inner product of two byte
        vectors times both scales is their cosine.

    >>> whole, scale = to_bytes(np.array([[3.0, 4.0], [0.0, 0.0]]))
    >>> whole.tolist(), (whole[0] * scale[0]).astype(float).round(3).tolist(), float(scale[1])
    ([[95, 127], [0, 0]], [0.599, 0.801], 0.0)
    """
    whole = np.rint(_stretched(vectors)).astype(np.int8)
    return whole, _to_unit(whole).astype(np.float32)


def to_two_bytes(vectors: FloatArray) -> tuple[ByteArray, ByteArray, FloatArray]:
    """As `to_bytes`, and a second integer for what rounding to the first leaves.

    For queries, which are compared and not kept. An encoder's vectors differ in the last digits
    with the texts that are encoded beside them; a single rounding makes of that a whole step, one
    part in a hundred of an entry, and the same query would have other features in other company.

    Returns:
        int8 (n, d), int8 (n, d) and float64 (n,). The unit vector is
        scale · (first + second / `fine(d)`).

    >>> first, second, scale = to_two_bytes(np.array([[3.0, 4.0]]))
    >>> ((first + second / fine(2)) * scale).round(4).tolist()
    [[0.6, 0.8]]
    """
    stretched = _stretched(vectors)
    first = np.rint(stretched)
    second = np.rint((stretched - first) * fine(vectors.shape[1]))
    return (
        first.astype(np.int8),
        second.astype(np.int8),
        _to_unit(first + second / fine(vectors.shape[1])),
    )


def fine(width: int) -> int:
    """Steps of the second integer of `to_two_bytes` that are one step of the first."""
    return 2 * _highest(width)


def _highest(width: int) -> int:
    return min(127, isqrt(2**24 // max(width, 1)))


def _stretched(vectors: FloatArray) -> FloatArray:
    """float64; each vector with its largest entry at the largest integer."""
    vectors = vectors.astype(np.float64)
    peak = np.abs(vectors).max(axis=1, initial=0.0, keepdims=True)
    stretched: FloatArray = vectors * (_highest(vectors.shape[1]) / np.where(peak > 0, peak, 1.0))
    return stretched


def _to_unit(vectors: FloatArray | ByteArray) -> FloatArray:
    """float64 (n,); what makes each vector's length 1, zero for a zero vector."""
    length = np.sqrt(np.square(vectors.astype(np.float64)).sum(axis=1))
    scale: FloatArray = np.divide(1.0, length, out=np.zeros_like(length), where=length > 0)
    return scale


@dataclass(frozen=True)
class VectorRows:
    """Any number of vectors a document.

    Attributes:
        vectors: int8 (n, d); directions, see `to_bytes`.
        scales: float32 (n,); what makes a direction a unit vector.
        extents: int64 (documents, 2); where a document's vectors start, and how many it has.
    """

    vectors: ByteArray
    scales: FloatArray
    extents: IntArray

    def best(self, rows: IntArray, queries: FloatArray) -> Matches:
        """Compare the vectors of some documents with some vectors of a query.

        Args:
            rows: int64 (candidates,).
            queries: float (m, d).
        """
        starts, lengths = self.extents[rows].T
        ends = np.cumsum(lengths)
        firsts = ends - lengths
        at = np.repeat(starts - firsts, lengths) + np.arange(ends[-1] if len(ends) else 0)
        first, second, scale = to_two_bytes(queries)
        both = np.concatenate((first, second)).astype(np.float32)
        products, rest = np.split(both @ self.vectors[at].astype(np.float32).T, 2)
        products += rest / np.float32(fine(queries.shape[1]))
        cosines = products * scale[:, None].astype(np.float32) * self.scales[at]
        return Matches(np.clip(cosines, -1.0, 1.0, out=cosines), firsts, lengths)


@dataclass(frozen=True)
class Matches:
    """Cosines between a query's vectors and those of several documents.

    Attributes:
        cosines: float32 (m, n); the documents' vectors stand one document after the other.
        firsts: int64 (candidates,); where each document's vectors start.
        lengths: int64 (candidates,); how many each has.
    """

    cosines: FloatArray
    firsts: IntArray
    lengths: IntArray

    def of_query(self) -> FloatArray:
        """float32 (m, candidates); each query vector's best match, NaN without vectors."""
        best = np.full((len(self.cosines), len(self.firsts)), np.nan, dtype=np.float32)
        some = self.lengths > 0
        if some.any() and len(best):
            # Documents without vectors take no room, so each stretch ends where the next begins.
            best[:, some] = np.maximum.reduceat(self.cosines, self.firsts[some], axis=1)
        return best

    def of_documents(self) -> FloatArray:
        """float64 (candidates,); mean over a document's vectors of the best match in the query."""
        if len(self.cosines) == 0:
            return np.full(len(self.firsts), np.nan)
        owner = np.repeat(np.arange(len(self.firsts)), self.lengths)
        total = np.bincount(owner, self.cosines.max(axis=0), len(self.firsts))
        return np.where(self.lengths > 0, total / np.maximum(self.lengths, 1), np.nan)


@dataclass(frozen=True)
class QueryPieces:
    """A query as the encoder reads it.

    Attributes:
        vectors: float32 (m, d); its word pieces, without the encoder's marks, reduced like the
            documents'.
        idf: float32 (m,), > 0; how rare each piece is in the collection.
    """

    vectors: FloatArray
    idf: FloatArray


@dataclass(frozen=True)
class TokenIndex:
    """The collection's word pieces, sentences and windows as vectors.

    Attributes:
        tokens: One vector a word piece, reduced to fewer dimensions.
        sentences: One vector a sentence (the title is one): the mean over its pieces.
        windows: One vector a stretch of pieces; stretches overlap by half.
    """

    tokens: VectorRows
    sentences: VectorRows
    windows: VectorRows
