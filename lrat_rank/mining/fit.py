"""What belongs to the whole file: half-lives, the balance of list weights, the grades."""

from __future__ import annotations

import dataclasses
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from msgspec.structs import replace

from lrat_rank.mining.examination import ExaminationTable
from lrat_rank.mining.grades import GradeTable
from lrat_rank.mining.intensity import Intensity, Scale
from lrat_rank.mining.labels import Candidate, LabelledList, Provenance
from lrat_rank.mining.options import MiningOptions, Normalise
from lrat_rank.mining.policies.base import Policy
from lrat_rank.mining.weighing import Sketch, Worth, common_weight, sketch, with_gain

NO_GRADES = GradeTable((0.0,))
EVERYONE = ""
"""The key of the scale that all agents share."""


@dataclass(frozen=True)
class Fit:
    """Fitted to all the sketches of a file; makes each of its drafts a labelled list.

    It holds neither judge nor tokenizer, only their names, so that it is small to send to workers.

    Attributes:
        policy: Weighs the lists.
        without_reasoning: See `Policy.worth`.
        examination: How likely each rank is looked at; None leaves gains as they are.
        by_agent: Whether `scales` are by agent; else one is for all.
        scales: What a browse weighs.
        stamp: How the lists were made, apart from what differs between agents.
        balance: The mean raw weight of the lists with something to order.
        table: The grades and their gains.
    """

    policy: Policy
    without_reasoning: float | None
    examination: ExaminationTable | None
    by_agent: bool
    scales: dict[str, Scale]
    stamp: Provenance
    balance: float = 1.0
    table: GradeTable = NO_GRADES

    @classmethod
    def of(cls, sketches: Iterable[Sketch], options: MiningOptions) -> Fit:
        """Fit to sketches; `sketches` is gone through twice and need not be in memory."""
        by_agent = options.normalise is Normalise.AGENT
        unbalanced = cls.scaled(_scales(sketches, by_agent=by_agent), options)
        gains = array("d")
        ordering = array("d")
        for sketched in sketches:
            worth = unbalanced.worth(sketched)
            gains.extend(gain for gain in worth.gains if gain)
            if worth.balanced and worth.orders:
                ordering.append(worth.weight)
        table = GradeTable.fit(gains, levels=options.grade_levels)
        return dataclasses.replace(unbalanced, balance=common_weight(ordering), table=table)

    @classmethod
    def scaled(cls, scales: dict[str, Scale], options: MiningOptions) -> Fit:
        """Scales that are known, with weights not yet balanced and no grades."""
        return cls(
            policy=options.policy,
            without_reasoning=options.without_reasoning,
            examination=options.examination,
            by_agent=options.normalise is Normalise.AGENT,
            scales=scales,
            stamp=Provenance(
                policy=options.policy.name,
                judge=options.judge.name,
                tokenizer=options.tokenizer.name,
            ),
        )

    def scale(self, agent: str) -> Scale:
        """What a browse of an agent weighs."""
        return self.scales[agent if self.by_agent else EVERYONE]

    def worth(self, sketched: Sketch) -> Worth:
        """Gains and weight of a list; the weight not yet balanced."""
        return self.policy.worth(sketched, self.scale(sketched.agent), self.without_reasoning)

    def finished(self, sketched: Sketch, candidate: Callable[[int], Candidate]) -> Finished:
        """What a draft becomes.

        Args:
            sketched: Its sketch.
            candidate: Gives the candidate at a place, from 0.
        """
        scale = self.scale(sketched.agent)
        worth = self.worth(sketched)
        opened: dict[int, Candidate] = {}
        for one, gain in zip(sketched.opened, worth.gains, strict=True):
            weighed = with_gain(candidate(one.place), gain, scale, self.examination)
            if weighed.gain:
                weighed = replace(weighed, grade=self.table.grade(weighed.gain))
            opened[one.place] = weighed
        weight = worth.weight / self.balance if worth.balanced else worth.weight
        lost = sum(gain is None for gain in worth.gains)
        return Finished(opened, weight, worth.orders, lost)

    def labelled(self, draft: LabelledList) -> LabelledList:
        """The draft with gains, grades, its weight, and how it was made."""
        finished = self.finished(sketch(draft, self.examination), draft.candidates.__getitem__)
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
        scale = self.scale(meta.agent)
        return _stamped(self.stamp, scale.reasoning or scale.dwell, meta.agent, meta.retriever)


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
def _stamped(
    stamp: Provenance, intensity: Intensity | None, agent: str, retriever: str
) -> Provenance:
    return replace(
        stamp,
        agent=agent,
        retriever=retriever,
        half_life=intensity.half_life if intensity else None,
        mean_utility=intensity.mean_utility if intensity else None,
    )


def _scales(sketches: Iterable[Sketch], *, by_agent: bool) -> dict[str, Scale]:
    tokens: dict[str, array[int]] = defaultdict(lambda: array("q"))
    seconds: dict[str, array[float]] = defaultdict(lambda: array("d"))
    agents: dict[str, None] = {}
    for sketched in sketches:
        key = sketched.agent if by_agent else EVERYONE
        agents[key] = None
        for opened in sketched.opened:
            if not (opened.relevant or opened.focal):
                continue
            if opened.tokens:
                tokens[key].append(opened.tokens)
            elif opened.seconds:
                seconds[key].append(opened.seconds)
    return {key: Scale(Intensity.fit(tokens[key]), Intensity.fit(seconds[key])) for key in agents}
