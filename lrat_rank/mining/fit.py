"""What belongs to the whole file: half-lives, the balance of list weights, the grades."""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from msgspec.structs import replace

from lrat_rank.mining.grades import GradeTable
from lrat_rank.mining.intensity import Intensity, Scale
from lrat_rank.mining.labels import Candidate, LabelledList, Provenance
from lrat_rank.mining.options import MiningOptions, Normalise
from lrat_rank.mining.weighing import Sketch, sketch, with_gain

EVERYONE = ""
"""The key of the scale that all agents share."""


@dataclass(frozen=True)
class Fit:
    """Fitted to all the sketches of a file; makes each of its drafts a labelled list.

    Attributes:
        options: How the drafts were made.
        scales: By agent, or one for all.
        balance: The mean raw weight of the lists with something to order.
        table: The grades and their gains.
    """

    options: MiningOptions
    scales: dict[str, Scale]
    balance: float
    table: GradeTable

    @classmethod
    def of(cls, sketches: Iterable[Sketch], options: MiningOptions) -> Fit:
        """Fit to sketches; `sketches` is gone through twice and need not be in memory."""
        scales = _scales(sketches, options)
        gains = array("d")
        ordering = array("d")
        for sketched in sketches:
            scale = scales[_key(sketched.agent, options)]
            worth = options.policy.worth(sketched, scale, options.without_reasoning)
            gains.extend(gain for gain in worth.gains if gain)
            if worth.balanced and worth.orders:
                ordering.append(worth.weight)
        balance = math.fsum(ordering) / len(ordering) if ordering else 1.0
        table = GradeTable.fit(gains, levels=options.grade_levels)
        # Where every list that orders something counts for nothing, so may the others.
        return cls(options, scales, balance or 1.0, table)

    def finished(self, sketched: Sketch, candidate: Callable[[int], Candidate]) -> Finished:
        """What a draft becomes.

        Args:
            sketched: Its sketch.
            candidate: Gives the candidate at a place, from 0.
        """
        options = self.options
        scale = self.scales[_key(sketched.agent, options)]
        worth = options.policy.worth(sketched, scale, options.without_reasoning)
        opened: dict[int, Candidate] = {}
        for one, gain in zip(sketched.opened, worth.gains, strict=True):
            weighed = with_gain(candidate(one.place), gain, scale, options.examination)
            if weighed.gain:
                weighed = replace(weighed, grade=self.table.grade(weighed.gain))
            opened[one.place] = weighed
        weight = worth.weight / self.balance if worth.balanced else worth.weight
        lost = sum(gain is None for gain in worth.gains)
        return Finished(opened, weight, worth.orders, lost)

    def labelled(self, draft: LabelledList) -> LabelledList:
        """The draft with gains, grades, its weight, and how it was made."""
        finished = self.finished(
            sketch(draft, self.options.examination), draft.candidates.__getitem__
        )
        candidates = list(draft.candidates)
        for place, candidate in finished.opened.items():
            candidates[place] = candidate
        return replace(
            draft,
            candidates=tuple(candidates),
            weight=finished.weight,
            meta=self.provenance(draft.meta),
        )

    def provenance(self, meta: Provenance) -> Provenance:
        """How the lists of an agent were made; `meta` names the agent and the retriever."""
        scale = self.scales[_key(meta.agent, self.options)]
        return _provenance(self.options, scale, meta.agent, meta.retriever)


@dataclass(frozen=True, slots=True)
class Finished:
    """What a draft becomes: all that changes.

    Attributes:
        opened: The candidates with gains and grades, by place.
        weight: Of the list, ≥ 0.
        orders: Whether two judged candidates differ in gain.
        lost: Candidates that were relevant and are `unjudged`, for want of reasoning.
    """

    opened: dict[int, Candidate]
    weight: float
    orders: bool
    lost: int


@lru_cache(maxsize=1024)
def _provenance(options: MiningOptions, scale: Scale, agent: str, retriever: str) -> Provenance:
    intensity = scale.reasoning or scale.dwell
    return Provenance(
        agent=agent,
        retriever=retriever,
        policy=options.policy.name,
        judge=options.judge.name,
        tokenizer=options.tokenizer.name,
        half_life=intensity.half_life if intensity else None,
        mean_utility=intensity.mean_utility if intensity else None,
    )


def _key(agent: str, options: MiningOptions) -> str:
    return agent if options.normalise is Normalise.AGENT else EVERYONE


def _scales(sketches: Iterable[Sketch], options: MiningOptions) -> dict[str, Scale]:
    tokens: dict[str, array[int]] = defaultdict(lambda: array("q"))
    seconds: dict[str, array[float]] = defaultdict(lambda: array("d"))
    agents: dict[str, None] = {}
    for sketched in sketches:
        key = _key(sketched.agent, options)
        agents[key] = None
        for opened in sketched.opened:
            if not (opened.relevant or opened.focal):
                continue
            if opened.tokens:
                tokens[key].append(opened.tokens)
            elif opened.seconds:
                seconds[key].append(opened.seconds)
    return {key: Scale(Intensity.fit(tokens[key]), Intensity.fit(seconds[key])) for key in agents}
