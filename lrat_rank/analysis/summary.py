"""Every number of the report: sums become rows, shares and distributions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from lrat_rank.analysis.arms import ArmComparison
from lrat_rank.analysis.behaviour import Action, Behaviour, Outcome, RunCounts
from lrat_rank.analysis.bias import BiasAudit
from lrat_rank.analysis.density import histogram, median
from lrat_rank.analysis.labelling import Labelling
from lrat_rank.analysis.viewer import RunView
from lrat_rank.mining.intensity import Intensity
from lrat_rank.mining.labels import State
from lrat_rank.mining.report import Drop, Note
from lrat_rank.trajectories.report import ReadReport

FORMAT = "lrat-rank-analysis"
ALL = "all"
"""Stands for every outcome, or every agent."""
GAIN_BINS = 20
_SKIPPED_NAMED = 20


class OutcomeRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the outcome table; a mean or share over nothing is None.

    Attributes:
        outcome: correct, incorrect, unknown or all.
        agent: Its name, or all.
        trajectories: Runs.
        steps: Calls a run, on average.
        searches: Searches a run, on average.
        browses: Documents opened a run, on average.
        browses_per_search: Documents opened for each search.
        searches_followed: Share of searches whose next action is a browse.
        reasoning_tokens: Of an opened document with reasoning, on average.
        relevant: Share judged relevant among opened documents with a verdict.
        verdicts: Those documents.
        answered: Share of runs that end in an answer.
    """

    outcome: str
    agent: str
    trajectories: int
    steps: float | None
    searches: float | None
    browses: float | None
    browses_per_search: float | None
    searches_followed: float | None
    reasoning_tokens: float | None
    relevant: float | None
    verdicts: int
    answered: float | None


class Transition(msgspec.Struct, frozen=True, kw_only=True, rename={"source": "from", "to": "to"}):
    """How often one action followed another; `share` of all that followed `source`."""

    source: str
    to: str
    count: int
    share: float


@dataclass(slots=True)
class Analysis:
    """Everything the report is made from.

    Attributes:
        behaviour: What the agents did.
        labelling: What the labels say.
        audit: Whether browsing depends on the rank.
        arms: The arms of an A/B test, where the logs name any.
        reading: What was read, and what could not be.
        runs: The trajectories shown in full.
        unshown: Chosen trajectories that did not fit into the page.
        paths: What was analysed, as it was named.
    """

    behaviour: Behaviour
    labelling: Labelling
    audit: BiasAudit
    arms: ArmComparison
    reading: ReadReport
    runs: Sequence[RunView] = ()
    unshown: int = 0
    paths: Sequence[str] = field(default_factory=tuple)

    @property
    def trajectories(self) -> int:
        """Runs analysed."""
        return sum(counts.trajectories for counts in self.behaviour.runs.values())

    @property
    def intensity(self) -> Intensity | None:
        """The fitted half-life and mean utility."""
        return self.labelling.intensity()

    def outcome_rows(self) -> list[OutcomeRow]:
        """Each outcome over all agents, then each agent in it; all runs last."""
        runs = self.behaviour.runs
        rows: list[OutcomeRow] = []
        for outcome in Outcome:
            agents = sorted(agent for own, agent in runs if own is outcome)
            keys = [(outcome, agent) for agent in agents]
            if agents:
                rows.append(self._row(outcome.value, ALL, keys))
            if len({agent for _, agent in runs}) > 1:
                rows += [self._row(key[0].value, key[1], [key]) for key in keys]
        return [*rows, self._row(ALL, ALL, list(runs))] if len(rows) > 1 else rows

    def _row(self, outcome: str, agent: str, keys: Sequence[tuple[Outcome, str]]) -> OutcomeRow:
        total = RunCounts()
        verdicts: Counter[State] = Counter()
        for key in keys:
            total.add(self.behaviour.runs[key])
            verdicts.update(self.labelling.verdicts.get(key, {}))
        judged = verdicts[State.RELEVANT] + verdicts[State.REJECTED]
        runs = total.trajectories
        return OutcomeRow(
            outcome=outcome,
            agent=agent,
            trajectories=runs,
            steps=_over(total.steps, runs),
            searches=_over(total.searches, runs),
            browses=_over(total.browses, runs),
            browses_per_search=_over(total.browses, total.searches),
            searches_followed=_over(total.searches_followed, total.searches),
            reasoning_tokens=_over(total.reasoning_tokens, total.reasoned),
            relevant=_over(verdicts[State.RELEVANT], judged),
            verdicts=judged,
            answered=_over(total.answered, runs),
        )

    def transitions(self, outcome: Outcome | None = None) -> list[Transition]:
        """What followed what, over the runs of one outcome or of all."""
        counts: Counter[tuple[Action, Action]] = Counter()
        for own, counted in self.behaviour.transitions.items():
            if outcome in (None, own):
                counts.update(counted)
        left: Counter[Action] = Counter()
        for (source, _), count in counts.items():
            left[source] += count
        order = list(Action)
        return [
            Transition(source=a.value, to=b.value, count=count, share=count / left[a])
            for (a, b), count in sorted(
                counts.items(), key=lambda item: [order.index(action) for action in item[0]]
            )
        ]

    def gain_bins(self) -> list[tuple[float, float, int]]:
        """(from, to, documents) over the range a gain can have: from 0 to 1/μ."""
        intensity = self.intensity
        if intensity is None:
            return []
        return histogram(self.labelling.gains(), GAIN_BINS, 1 / intensity.mean_utility)

    def to_dict(self) -> dict[str, Any]:
        """Every number of the report as plain values; texts of runs are not among them."""
        intensity = self.intensity
        lengths = self.behaviour.lengths
        return {
            "format": FORMAT,
            "version": 1,
            **self._setting(),
            "trajectories": self.trajectories,
            "timed_trajectories": self.behaviour.timed,
            "outcomes": msgspec.to_builtins(self.outcome_rows()),
            "transitions": {
                name: msgspec.to_builtins(self.transitions(outcome))
                for name, outcome in self._outcomes()
            },
            "list_sizes": _counts(self.behaviour.list_sizes),
            "failed_searches": self.behaviour.failed_searches,
            "reasoning": {
                "half_life": intensity.half_life if intensity else None,
                "mean_utility": intensity.mean_utility if intensity else None,
                "by_outcome": {o.value: _spread(lengths[o]) for o in Outcome if o in lengths},
                "by_state": {s.value: _spread(c) for s, c in self.labelling.lengths.items()},
            },
            "labels": {
                "lists": self.labelling.lists,
                "states": {state.value: self.labelling.states[state] for state in State},
                "imputed_gains": self.labelling.imputed,
                "gain_bins": [
                    {"from": low, "to": high, "documents": count}
                    for low, high, count in self.gain_bins()
                ],
                "drops": {d.value: n for d in Drop if (n := self.labelling.report.drops[d])},
                "notes": {d.value: n for d in Note if (n := self.labelling.report.notes[d])},
            },
            "position": self.audit.to_dict(),
            "arms": self.arms.to_dict(),
            "shown_trajectories": [run.trajectory_id for run in self.runs],
        }

    def _outcomes(self) -> Iterator[tuple[str, Outcome | None]]:
        yield ALL, None
        yield from ((o.value, o) for o in Outcome if o in self.behaviour.transitions)

    def _setting(self) -> dict[str, Any]:
        options, reading = self.labelling.options, self.reading
        return {
            "policy": options.policy.name,
            "judge": options.judge.name,
            "tokenizer": options.tokenizer.name,
            "reading": {
                "files": reading.files,
                "skipped": reading.skipped_by_reason.total(),
                "first_skipped": [
                    {"where": s.where, "reason": s.reason} for s in reading.skipped[:_SKIPPED_NAMED]
                ],
                "turns": dict(reading.turns),
                "failed": dict(reading.failed),
                "unplaced": dict(reading.unplaced),
            },
        }


def _over(amount: float, count: int) -> float | None:
    return amount / count if count else None


def _counts(counts: Mapping[int, int]) -> dict[str, int]:
    return {str(number): counts[number] for number in sorted(counts)}


def _spread(counts: Mapping[int, int]) -> dict[str, Any]:
    return {
        "documents": sum(counts.values()),
        "median": median(counts),
        "counts": _counts(counts),
    }
