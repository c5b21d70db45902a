"""A ranker with its guard: the first stage's order where the ranker cannot be believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lrat_rank.features.source import FeatureSource
from lrat_rank.models.blending.blend import blended
from lrat_rank.models.guard.corpus import corpus_shift
from lrat_rank.models.guard.guard import Guard
from lrat_rank.models.guard.signature import FirstStage, signatures
from lrat_rank.models.ranker import CandidateList, FloatArray, Ranker
from lrat_rank.progress import say

_LISTS_AT_A_TIME = 512
_NAMED = 4
"""Reasons that one line names, at most."""


@dataclass(frozen=True, slots=True)
class Believed:
    """How far the guard believes its ranker for one list.

    Attributes:
        share: τ in [0, 1], the ranker's share of the score: blend · trust.
        trust: In [0, 1]; that of the collection times that of the query.
        outside: What lies outside of training, the worst first.
        prior: The first stage's scores float64 (documents,).
    """

    share: float
    trust: float
    outside: tuple[str, ...]
    prior: FloatArray


class GuardedRanker:
    """Scores (1 − τ)·z(prior) + τ·z(ranker's score), with τ = blend · trust of the list.

    A list's trust comes from its query and the index, not from the lists beside it. Where τ is 0
    the ranker is not even asked.

    Args:
        inner: The ranker.
        guard: How far to believe it.
        index: The index the candidates come from.

    Attributes:
        inner: As given.
        guard: As given.
        corpus: How far the index is from the one of training.
        lists: How many lists were scored so far under which trust: "full", "lowered" or "none".
    """

    def __init__(self, inner: Ranker, guard: Guard, index: FeatureSource) -> None:
        self.inner, self.guard, self._index = inner, guard, index
        self.corpus = corpus_shift(guard.corpus, index)
        self.lists: Counter[str] = Counter()
        self._told = False

    def score(self, lists: Sequence[CandidateList]) -> list[FloatArray]:
        """See `Ranker.score`; says once a call for how many lists trust fell, and why.

        Raises:
            InputError: A doc_id is unknown.
        """
        believed = self.believed(lists)
        asked = [n for n, one in enumerate(believed) if one.share > 0]
        scores = self.inner.score([lists[n] for n in asked]) if asked else []
        given = dict(zip(asked, scores, strict=True))
        self._report(believed)
        return [
            blended(one.prior, given.get(number, one.prior), one.share)
            for number, one in enumerate(believed)
        ]

    def believed(self, lists: Sequence[CandidateList]) -> list[Believed]:
        """How far the ranker is believed for each list.

        Raises:
            InputError: A doc_id is unknown.
        """
        found: list[Believed] = []
        for start in range(0, len(lists), _LISTS_AT_A_TIME):
            found += self._believed(lists[start : start + _LISTS_AT_A_TIME])
        return found

    def _believed(self, lists: Sequence[CandidateList]) -> list[Believed]:
        stage = FirstStage.of(self._index, [one.query for one in lists])
        priors = stage.priors(self._index, lists)
        trusts: FloatArray = np.full(len(lists), self.corpus.trust)
        outside: list[tuple[str, ...]] = [()] * len(lists)
        # What is not believed at all need not be looked at closer.
        if self.guard.blend * self.corpus.trust > 0:
            values = signatures(self._index, lists, stage)
            trusts = trusts * self.guard.shift.trust(values)
            outside = self.guard.shift.outside(values)
        return [
            Believed(self.guard.blend * trust, trust, self.corpus.outside + names, prior)
            for trust, names, prior in zip(trusts.tolist(), outside, priors, strict=True)
        ]

    def _report(self, believed: Sequence[Believed]) -> None:
        counts = Counter(_word(one.trust) for one in believed)
        self.lists.update(counts)
        if self.guard.blend == 0:
            if not self._told:
                say("The guard keeps the first stage's order: validation saw nothing better.")
            self._told = True
            return
        fell = [one for one in believed if one.trust < 1]
        if not fell:
            return
        why = Counter(name.replace("_", " ") for one in fell for name in one.outside)
        reasons = ", ".join(name for name, _ in why.most_common(_NAMED)) or "far from training"
        parts = []
        if counts["none"]:
            parts.append(f"kept the first stage's order for {counts['none']}")
        if counts["lowered"]:
            parts.append(f"lowered the ranker's share for {counts['lowered']}")
        queries = "query" if len(believed) == 1 else "queries"
        say(f"The guard {' and '.join(parts)} of {len(believed)} {queries}: {reasons}.")


def _word(trust: float) -> str:
    if trust >= 1:
        return "full"
    return "lowered" if trust > 0 else "none"
