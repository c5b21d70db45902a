"""The labels of any number of trajectories in one pass: counts for all, labels for a chosen few.

β and μ belong to all trajectories together, so a chosen trajectory's drafts are kept as they are
and weighed when the pass is over. Reasoning lengths are whole numbers, and so the exact median and
mean utility come from their counts. States do not depend on β and μ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from lrat_rank.analysis.behaviour import Outcome
from lrat_rank.mining.drafting import Drafter
from lrat_rank.mining.fit import EVERYONE, Fit
from lrat_rank.mining.intensity import Intensity, Scale
from lrat_rank.mining.labels import Candidate, LabelledList, State
from lrat_rank.mining.options import IntensitySource, MiningOptions, Normalise
from lrat_rank.mining.report import Drop, LossReport
from lrat_rank.mining.weighing import sketch
from lrat_rank.trajectories.model import Trajectory

_ANY = Scale(Intensity(half_life=1.0, mean_utility=1.0))
OPENED = (State.RELEVANT, State.REJECTED, State.UNJUDGED)
"""The states that a document can get from having been opened."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """The draft lists of one trajectory, or why it gives none."""

    lists: tuple[LabelledList, ...] = ()
    refusal: Drop | None = None


@dataclass(slots=True)
class Labelling:
    """Filled trajectory by trajectory.

    Attributes:
        options: How to label; gains go by reasoning, fitted to all together, whatever it says.
        report: What became no label, and why.
        lists: Labelled lists.
        states: Candidates by state.
        verdicts: Opened documents of labelled lists by their state, a counter an outcome and agent.
        lengths: Tokens of reasoning of those documents, by state, with their counts.
        fitted: The lengths that β and μ are fitted to, with their counts.
        imputed: Relevant documents without reasoning of their own.
    """

    options: MiningOptions
    report: LossReport = field(default_factory=LossReport)
    lists: int = 0
    states: Counter[State] = field(default_factory=Counter)
    verdicts: dict[tuple[Outcome, str], Counter[State]] = field(default_factory=dict)
    lengths: dict[State, Counter[int]] = field(default_factory=dict)
    fitted: Counter[int] = field(default_factory=Counter)
    imputed: int = 0
    _latest: tuple[int, Intensity | None] | None = None

    def __post_init__(self) -> None:
        self.options = replace(
            self.options,
            intensity=IntensitySource.REASONING,
            normalise=Normalise.FILE,
            examination=None,
        )

    def see(self, trajectory: Trajectory, row: tuple[Outcome, str]) -> Drafted:
        """Label one trajectory, count it in `row`, and give its drafts.

        Raises:
            JudgeError: The judge is out of reach.
        """
        drafts = Drafter(self.options).drafts(trajectory, self.report)
        dropped = self.report.dropped_trajectories
        # Taken out again: the names of all that were dropped would grow with their number.
        refusal = dropped.pop()[-1] if dropped else None
        self.lists += len(drafts)
        for opened in (one for draft in drafts for one in sketch(draft).opened):
            if opened.tokens and (opened.relevant or opened.focal):
                self.fitted[opened.tokens] += 1
        seen: set[tuple[int, str]] = set()
        for candidate in (c for made in self._weighed(drafts, _ANY) for c in made.candidates):
            self.states[candidate.state] += 1
            self.imputed += candidate.evidence.imputed
            turn = candidate.evidence.turn
            if turn is not None and (turn, candidate.doc_id) not in seen:
                seen.add((turn, candidate.doc_id))
                self._count_opened(candidate, row)
        return Drafted(tuple(drafts), refusal)

    def _count_opened(self, candidate: Candidate, row: tuple[Outcome, str]) -> None:
        self.verdicts.setdefault(row, Counter())[candidate.state] += 1
        length = candidate.evidence.reasoning_length
        if length is not None:
            self.lengths.setdefault(candidate.state, Counter())[length] += 1

    def intensity(self) -> Intensity | None:
        """β and μ over everything seen so far; None where nothing was written after any browse."""
        total = self.fitted.total()
        if self._latest is None or self._latest[0] != total:
            self._latest = total, Intensity.fit(self.fitted.elements())
        return self._latest[1]

    def weighed(self, drafted: Drafted) -> list[LabelledList]:
        """The lists of one trajectory with the gains they have among all of them.

        The weight of a list and its grades depend on all other lists; they are not set here.
        """
        return self._weighed(drafted.lists, Scale(self.intensity()))

    def _weighed(self, drafts: Iterable[LabelledList], scale: Scale) -> list[LabelledList]:
        fit = Fit.scaled({EVERYONE: scale}, self.options)
        return [fit.labelled(draft) for draft in drafts]

    def gains(self) -> Counter[float]:
        """The gains of relevant documents with reasoning of their own, with their counts."""
        intensity = self.intensity()
        counted: Counter[float] = Counter()
        if intensity is not None:
            for length, count in self.lengths.get(State.RELEVANT, Counter()).items():
                counted[intensity.weight(length) or 0.0] += count
        return counted
