"""Whether an index holds documents of the kind a ranker was trained on."""

from __future__ import annotations

import math
from dataclasses import dataclass

import msgspec
import numpy as np

from lrat_rank.features.forward import FloatArray
from lrat_rank.features.source import FeatureSource

TERMS = 1000
"""Most frequent terms a profile remembers."""
PROBES = ("when was the bridge over the river built", "a method for sorting records in memory")
"""Texts that every encoder is asked for; what it says of them tells encoders apart."""
_QUANTILES = np.linspace(0.05, 0.95, 10)

TOLERANCE: dict[str, tuple[float, float]] = {
    "vocabulary": (0.10, 0.20),
    "text lengths": (0.25, 0.75),
    "titles": (0.10, 0.50),
    "encoder": (0.02, 0.20),
}
"""Part → (difference up to which trust is full, difference from which there is none).

A sample of a collection differs from the rest in vocabulary by less than .03; one topic of four
from the other three by .06 to .31; another collection by .215 to .467 (see docs/guard.md).
"""


class CorpusProfile(msgspec.Struct, frozen=True, kw_only=True):
    """A collection in a few numbers.

    Attributes:
        n_documents: Documents.
        n_tokens: Terms in their titles and texts, repeats counted.
        terms: Share of those that each of the most frequent terms has.
        lengths: log(1 + terms of the text), at ten quantiles from 5 % to 95 %.
        titled: Share of documents with a title.
        probes: What the encoder makes of `PROBES`: unit vectors; None without an encoder.
    """

    n_documents: int
    n_tokens: int
    terms: dict[str, float]
    lengths: tuple[float, ...]
    titled: float
    probes: tuple[tuple[float, ...], ...] | None

    @classmethod
    def of(cls, source: FeatureSource) -> CorpusProfile:
        """The profile of an index."""
        forward = source.forward
        counts = forward.title.collection_frequency + forward.text.collection_frequency
        total = int(counts.sum())
        best = np.argsort(-counts, kind="stable")[:TERMS]
        names = list(forward.vocabulary)
        vectors = source.encode_queries(PROBES)
        return cls(
            n_documents=forward.n_documents,
            n_tokens=total,
            terms={names[n]: float(counts[n]) / max(total, 1) for n in best.tolist()},
            lengths=_length_quantiles(source),
            titled=float((forward.title.lengths > 0).mean()) if forward.n_documents else 0.0,
            probes=None
            if vectors is None
            else tuple(tuple(np.round(v, 4).astype(float).tolist()) for v in vectors),
        )


@dataclass(frozen=True)
class CorpusShift:
    """How far a collection is from the one of training.

    Attributes:
        differences: Part of `TOLERANCE` → difference, ≥ 0.
    """

    differences: dict[str, float]

    @property
    def trust(self) -> float:
        """In [0, 1]: that of the part which differs most."""
        return min(self._trusts().values())

    @property
    def outside(self) -> tuple[str, ...]:
        """The parts that cost trust, the worst first."""
        trusts = self._trusts()
        return tuple(sorted((p for p, t in trusts.items() if t < 1), key=lambda p: trusts[p]))

    def _trusts(self) -> dict[str, float]:
        return {
            part: min(max((TOLERANCE[part][1] - found) / _width(part), 0.0), 1.0)
            for part, found in self.differences.items()
        }


def corpus_shift(trained: CorpusProfile, source: FeatureSource) -> CorpusShift:
    """Compare an index with the one a ranker was trained over.

    Differences: the Jensen–Shannon divergence in bits of the term shares, less what a sample of the
    index's size would show; the mean absolute difference of the log length quantiles; the
    difference of the shares of titled documents; 1 − the encoder's cosine with the trained one's,
    1 where only one of the two has an encoder or their widths differ.

    Source: Lin, "Divergence measures based on the Shannon entropy", IEEE Transactions on
    Information Theory 1991, for the divergence.
    """
    forward = source.forward
    counts = forward.title.collection_frequency + forward.text.collection_frequency
    total = max(int(counts.sum()), 1)
    rows = [forward.vocabulary.get(term) for term in trained.terms]
    shares = np.array([0.0 if row is None else float(counts[row]) / total for row in rows])
    divergence = term_divergence(np.array(list(trained.terms.values())), shares)
    sampling = len(rows) * (1 / total + 1 / max(trained.n_tokens, 1)) / (8 * math.log(2))
    lengths = np.abs(np.array(_length_quantiles(source)) - np.array(trained.lengths))
    titled = float((forward.title.lengths > 0).mean()) if forward.n_documents else 0.0
    return CorpusShift(
        {
            "vocabulary": max(divergence - sampling, 0.0),
            "text lengths": float(lengths.mean()),
            "titles": abs(titled - trained.titled),
            "encoder": _encoder_difference(trained, source),
        }
    )


def term_divergence(first: FloatArray, second: FloatArray) -> float:
    """Jensen–Shannon divergence in bits, in [0, 1]; what shares lack to 1 is one more term.

    >>> term_divergence(np.array([0.5, 0.5]), np.array([0.5, 0.5]))
    0.0
    >>> round(term_divergence(np.array([1.0, 0.0]), np.array([0.0, 1.0])), 6)
    1.0
    """
    parts = [np.append(p, max(1.0 - float(p.sum()), 0.0)) for p in (first, second)]
    middle = (parts[0] + parts[1]) / 2

    def entropy(shares: FloatArray) -> float:
        there = shares[shares > 0]
        return float(-(there * np.log2(there)).sum())

    return max(entropy(middle) - (entropy(parts[0]) + entropy(parts[1])) / 2, 0.0)


def _width(part: str) -> float:
    return TOLERANCE[part][1] - TOLERANCE[part][0]


def _length_quantiles(source: FeatureSource) -> tuple[float, ...]:
    lengths = source.forward.text.lengths
    if len(lengths) == 0:
        return tuple(np.zeros(len(_QUANTILES)).tolist())
    return tuple(np.quantile(np.log1p(lengths), _QUANTILES).tolist())


def _encoder_difference(trained: CorpusProfile, source: FeatureSource) -> float:
    vectors = source.encode_queries(PROBES)
    if trained.probes is None and vectors is None:
        return 0.0
    if trained.probes is None or vectors is None:
        return 1.0
    before = np.array(trained.probes)
    if before.shape != vectors.shape:
        return 1.0
    norms = np.linalg.norm(before, axis=1) * np.linalg.norm(vectors, axis=1)
    if not norms.all():
        return float((before != vectors).any())
    return float(max(1.0 - ((before * vectors).sum(axis=1) / norms).min(), 0.0))
