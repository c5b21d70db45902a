"""From one trajectory to its drafts: lists with states and lengths, gains still to come."""

from __future__ import annotations

from collections.abc import Container

from msgspec.structs import replace

from lrat_rank.mining.labels import Evidence, LabelledList, Provenance, State
from lrat_rank.mining.options import Correctness, IntensitySource, Mark, MiningOptions
from lrat_rank.mining.policies.base import Setting, Witness
from lrat_rank.mining.report import Drop, LossReport, Note
from lrat_rank.trajectories.model import Trajectory


class Drafter:
    """Makes the drafts of trajectories; holds nothing of one when it comes to the next.

    Args:
        options: How to mine.
        corpus_ids: Documents outside it become no candidates; None when the corpus is not known.
    """

    def __init__(self, options: MiningOptions, corpus_ids: Container[str] | None = None) -> None:
        self._options = options
        self._corpus_ids = corpus_ids

    def drafts(
        self, trajectory: Trajectory, report: LossReport, witness: Witness | None = None
    ) -> list[LabelledList]:
        """The drafts of one trajectory; what is left out is counted in `report`.

        `witness` is told every decision of the judge.

        Raises:
            JudgeError: The judge is out of reach.
        """
        options = self._options
        report.read(trajectory)
        wrong = trajectory.correct is False
        if wrong and options.correctness is Correctness.FILTER:
            report.drop_trajectory(trajectory, Drop.INCORRECT)
            return []
        reason = options.policy.refusal(trajectory)
        if reason is not None:
            report.drop_trajectory(trajectory, reason)
            return []
        setting = Setting(
            judge=options.judge,
            tokenizer=options.tokenizer,
            corpus_ids=self._corpus_ids,
            report=report,
            dwell=options.intensity is IntensitySource.DWELL,
            witness=witness,
        )
        less = wrong and options.correctness is Correctness.WEIGHT
        weight = options.wrong_weight if less else 1.0
        meta = Provenance(agent=trajectory.agent, retriever=trajectory.retriever)
        return [
            replace(self._masked(draft, report), weight=weight, meta=meta)
            for draft in options.policy.drafts(trajectory, setting)
        ]

    def _masked(self, draft: LabelledList, report: LossReport) -> LabelledList:
        """The draft with the browses that carry a masked mark made `unjudged`."""
        marks = self._options.masked
        if not marks:
            return draft
        doubtful = [c for c in draft.candidates if c.judged and marks & marks_of(c.evidence)]
        if not doubtful:
            return draft
        report.note(Note.MASKED, len(doubtful))
        candidates = tuple(
            replace(c, state=State.UNJUDGED) if c in doubtful else c for c in draft.candidates
        )
        return replace(draft, candidates=candidates)


def marks_of(evidence: Evidence) -> frozenset[Mark]:
    """The doubts about the reasoning of a browse.

    >>> sorted(marks_of(Evidence(turn=3, shared=True, truncated=True)))
    [<Mark.SHARED: 'shared'>, <Mark.TRUNCATED: 'truncated'>]
    """
    held = {
        Mark.BEFORE_ANSWER: evidence.before_answer,
        Mark.TRUNCATED: evidence.truncated,
        Mark.SHARED: evidence.shared,
    }
    return frozenset(mark for mark, holds in held.items() if holds)
