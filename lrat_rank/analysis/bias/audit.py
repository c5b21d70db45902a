"""The position-bias audit: what logs say about whether agents browse by rank.

One pass over trajectories, in memory that does not grow with them. See docs/bias.md for what each
figure assumes. Every figure comes with a sentence that says when the data are too few to tell.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lrat_rank.analysis.bias.browse_rates import RankRate, Spread, SpreadTest, browse_curve
from lrat_rank.analysis.bias.comparisons import PairCounts, harvest_wins, swap_wins
from lrat_rank.analysis.bias.examination import ExaminationEstimate, RankComparisons
from lrat_rank.analysis.bias.impressions import CountedList, LeftOut, counted_lists
from lrat_rank.analysis.bias.known_relevance import KnownRelevance, Relevance
from lrat_rank.analysis.bias.verdicts import (
    examination_verdict,
    matched_verdict,
    uniform_verdict,
)
from lrat_rank.errors import InputError
from lrat_rank.mining.examination import CAP, ExaminationTable
from lrat_rank.trajectories.model import Trajectory
from lrat_rank.trajectories.questions import folded

RANDOMISED = "randomised"
HARVESTED = "harvested"
_MOST_AGENTS = 20
_DEEPEST = 100


@dataclass(frozen=True, slots=True)
class AuditOptions:
    """How to audit.

    Attributes:
        depth: Ranks beyond it are left out; from 2 to 100.
        replicates: Of the bootstrap behind the intervals of examination, ≥ 100.
        seed: Of the bootstrap; the same seed and order of trajectories give the same intervals.
        most_pairs: Query–document pairs, and question–document pairs, to hold at most, ≥ 1.
    """

    depth: int = 20
    replicates: int = 400
    seed: int = 0
    most_pairs: int = 200_000

    def __post_init__(self) -> None:
        for name, least in {"depth": 2, "replicates": 100, "most_pairs": 1}.items():
            if getattr(self, name) < least:
                raise InputError(name, must=f"at least {least}", got=getattr(self, name))
        if self.depth > _DEEPEST:
            raise InputError("depth", must=f"at most {_DEEPEST}", got=self.depth)


@dataclass(frozen=True, slots=True)
class BiasAudit:
    """What the logs say about position bias.

    Attributes:
        trajectories: Runs read.
        searches: Their searches that did not fail.
        impressions: Those that count.
        browses: Those of them that were browsed.
        left_out: Impressions that do not count, by reason.
        agents: Whose runs these are, in the order they came; the first 20.
        curve: Browse rate by rank.
        uniform: Whether, inside a list, browses are spread evenly over ranks.
        matched: Whether they are, among documents of a list that are known to be equally relevant.
        matched_by: What that relevance is known from.
        randomised: Examination from lists in which the tool drew places at random; None where
            there are none.
        harvested: Examination from queries whose list came in several orders; None where there
            are none.
        verdicts: What all this comes to, in plain sentences.
    """

    trajectories: int
    searches: int
    impressions: int
    browses: int
    left_out: dict[str, int]
    agents: tuple[str, ...]
    curve: tuple[RankRate, ...]
    uniform: SpreadTest
    matched: SpreadTest
    matched_by: str
    randomised: ExaminationEstimate | None
    harvested: ExaminationEstimate | None
    verdicts: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The audit as plain values, for JSON."""
        return dataclasses.asdict(self)

    def table(self, *, cap: float = CAP) -> ExaminationTable | None:
        """Examination by rank for `mine --examination`; None where neither estimate can be told.

        Randomised lists are trusted before harvested ones. Ranks between two that can be told are
        interpolated on the scale of logarithms. An examination above rank 1's is set to 1, because
        a table never makes a positive count less.

        Args:
            cap: No gain is multiplied by more.
        """
        for estimate in (self.randomised, self.harvested):
            if estimate is not None and estimate.enough:
                ranks = np.arange(1, estimate.ranks[-1] + 1)
                logs = np.interp(ranks, estimate.ranks, np.log(estimate.examination))
                agent = self.agents[0] if len(self.agents) == 1 else ""
                return ExaminationTable(
                    examination=tuple(np.minimum(np.exp(logs), 1.0).tolist()),
                    method=estimate.method,
                    agent=agent,
                    cap=cap,
                )
        return None


def audit_bias(
    trajectories: Iterable[Trajectory],
    options: AuditOptions | None = None,
    *,
    relevance: Relevance | None = None,
) -> BiasAudit:
    """Audit trajectories for position bias.

    Args:
        trajectories: Read once; any number.
        options: How to audit.
        relevance: Judged grades to compare documents of equal relevance by; None to go by what
            earlier runs of the same question opened.
    """
    audit = BiasAuditor(options or AuditOptions(), relevance)
    for trajectory in trajectories:
        audit.add(trajectory)
    return audit.result()


class BiasAuditor:
    """The audit in the making, for callers that read trajectories for other ends too."""

    def __init__(self, options: AuditOptions, relevance: Relevance | None = None) -> None:
        self._options = options
        depth = options.depth
        self._shown, self._browsed = np.zeros(depth), np.zeros(depth)
        self._uniform = Spread(depth)
        self._known = KnownRelevance(depth, options.most_pairs, relevance)
        self._swaps = self._comparisons()
        self._queries: PairCounts[int] = PairCounts(options.most_pairs)
        self._left_out: Counter[LeftOut] = Counter()
        self._agents: dict[str, None] = {}
        self._trajectories = self._searches = 0

    def _comparisons(self) -> RankComparisons:
        options = self._options
        return RankComparisons(options.depth, replicates=options.replicates, seed=options.seed)

    def add(self, trajectory: Trajectory) -> None:
        """Count one trajectory."""
        lists = list(counted_lists(trajectory, self._options.depth, self._left_out))
        self._trajectories += 1
        self._searches += len(lists)
        if trajectory.agent and len(self._agents) < _MOST_AGENTS:
            self._agents[trajectory.agent] = None
        for one in lists:
            shown, browsed = np.zeros((2, self._options.depth))
            for shot in one.shots:
                shown[shot.rank - 1] += 1
                browsed[shot.rank - 1] += shot.browsed
            self._shown += shown
            self._browsed += browsed
            self._uniform.add(shown, browsed)
        self._known.add(trajectory, lists)
        self._swaps.add(swap_wins(lists, self._options.depth))
        self._count_queries(lists)

    def _count_queries(self, lists: Iterable[CountedList]) -> None:
        """Count the first impression of each query–document pair of a run.

        What an agent does with a second one depends on what it did with the first.
        """
        seen: set[tuple[str, str]] = set()
        for one in lists:
            query = folded(one.query)
            for shot in one.shots:
                if (query, shot.doc_id) not in seen:
                    seen.add((query, shot.doc_id))
                    self._queries.add(query, shot.doc_id, shot.rank, browsed=shot.browsed)

    def result(self) -> BiasAudit:
        """The audit of everything counted so far."""
        known = self._known.spread
        randomised = self._swaps.estimate(RANDOMISED)
        harvest = self._comparisons()
        for documents in self._queries.keys.values():
            harvest.add(harvest_wins(documents, self._options.depth))
        harvested = harvest.estimate(HARVESTED)
        left_out = {str(reason): count for reason, count in sorted(self._left_out.items())}
        full = self._known.left_out + self._queries.left_out
        uniform = uniform_verdict(self._uniform.test())
        matched = matched_verdict(known.test(), self._known.basis)
        randomised = examination_verdict(randomised)
        harvested = examination_verdict(harvested)
        return BiasAudit(
            trajectories=self._trajectories,
            searches=self._searches,
            impressions=int(self._shown.sum()),
            browses=int(self._browsed.sum()),
            left_out=left_out | ({"beyond the bound on pairs": full} if full else {}),
            agents=tuple(self._agents),
            curve=browse_curve(self._shown, self._browsed, known),
            uniform=uniform,
            matched=matched,
            matched_by=self._known.basis,
            randomised=randomised if randomised.units else None,
            harvested=harvested if harvested.units else None,
            verdicts=(
                uniform.verdict,
                matched.verdict,
                randomised.verdict,
                harvested.verdict,
                *self._cautions(),
            ),
        )

    def _cautions(self) -> list[str]:
        if len(self._agents) < 2:
            return []
        return [
            f"The runs of {len(self._agents)} agents are mixed, and each may have a bias of its "
            "own; audit them one by one."
        ]
