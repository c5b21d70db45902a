"""The policy `paper`: what the text of the paper says.

Source: Learning to Retrieve from Agent Trajectories (arXiv 2604.04949), §4.1.4 and §5.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lrat_rank.mining.intensity import Scale
from lrat_rank.mining.judges.base import Verdict
from lrat_rank.mining.labels import Candidate, LabelledList, State
from lrat_rank.mining.policies.base import Setting
from lrat_rank.mining.policies.candidates import draft, evidence_of
from lrat_rank.mining.policies.reading import Read, read_documents
from lrat_rank.mining.policies.remembering import Recollection
from lrat_rank.mining.policies.showing import known, made_at_once, searches, shown
from lrat_rank.mining.report import Drop, Note
from lrat_rank.mining.weighing import Sketch, Worth, list_worth
from lrat_rank.trajectories.model import Search, Trajectory

COMPLETED = "completed"


class PaperPolicy:
    """Positives are the judged-relevant browses of the latest list D_t; negatives N_t, the rest.

    Only browses between a search and the next count as browses of its list. N_t is D_t without the
    documents opened after the search; a browse that is judged not relevant is neither positive nor
    negative. Documents read before the search are negatives, as the paper does not except them.

    Trajectories known to end in a wrong answer, or in a status other than `completed`, are
    dropped. Where the log does not know, the trajectory is kept and counted.
    """

    name = "paper"

    def refusal(self, trajectory: Trajectory) -> Drop | None:
        """Only correct and completed trajectories are mined."""
        if trajectory.correct is False:
            return Drop.INCORRECT
        if trajectory.status not in (None, COMPLETED):
            return Drop.INCOMPLETE
        return None if searches(trajectory) else Drop.NO_SEARCH

    def drafts(self, trajectory: Trajectory, setting: Setting) -> Iterator[LabelledList]:
        """One draft for each list with a judged-relevant browse."""
        report = setting.report
        report.note(Note.CORRECTNESS_UNKNOWN, trajectory.correct is None)
        reads = read_documents(trajectory, setting)
        recollection = Recollection(trajectory, reads)
        every = searches(trajectory)
        report.drop(Drop.SEARCH_FAILED, sum(search.failed for _, search in every))
        lists = [(turn, search) for turn, search in every if not search.failed]
        starts = [turn for turn, _ in lists]
        first = starts[0] if starts else len(trajectory.turns)
        report.drop(Drop.BROWSE_NOT_SHOWN, sum(read.turn < first for read in reads))
        ends = [*starts[1:], len(trajectory.turns)] if starts else []
        for (turn, search), end in zip(lists, ends, strict=True):
            between = [read for read in reads if turn < read.turn < end]
            inside = [
                read for read in between if not made_at_once(search, trajectory.turns[read.turn])
            ]
            report.drop(Drop.BROWSE_NOT_LATEST, len(between) - len(inside))
            positives = _positives(search, inside, setting)
            if not inside:
                report.drop(Drop.SEARCH_WITHOUT_BROWSE)
            if not positives:
                continue
            opened = {read.doc_id for read in reads if read.turn > turn}
            yield LabelledList(
                query_id=f"{trajectory.trajectory_id}-{turn}",
                query=search.query,
                context=recollection.before(turn),
                trajectory_id=trajectory.trajectory_id,
                group=trajectory.group,
                candidates=tuple(_candidates(search, positives, opened, setting)),
            )

    def worth(self, sketched: Sketch, scale: Scale, without_reasoning: float | None) -> Worth:
        """Gains are intensities; a list weighs the mean gain of its relevant documents."""
        return list_worth(sketched, scale, without_reasoning)


def _positives(search: Search, reads: Sequence[Read], setting: Setting) -> dict[str, list[Read]]:
    """The judged-relevant reads of a list by document; what falls out is counted."""
    documents = shown(search)
    positives: dict[str, list[Read]] = {}
    for read in reads:
        if read.doc_id not in documents:
            setting.report.drop(Drop.BROWSE_NOT_LATEST)
        elif not setting.knows(read.doc_id):
            setting.report.drop(Drop.BROWSE_NOT_IN_CORPUS)
        elif read.verdict is Verdict.USES:
            positives.setdefault(read.doc_id, []).append(read)
        elif not read.failed:
            setting.report.drop(Drop.BROWSE_NOT_POSITIVE)
    return positives


def _candidates(
    search: Search, positives: dict[str, list[Read]], opened: set[str], setting: Setting
) -> Iterator[Candidate]:
    for doc_id, impression in known(search, setting).items():
        if doc_id in positives:
            yield draft(impression, State.RELEVANT, evidence_of(positives[doc_id]))
        elif doc_id not in opened:
            yield draft(impression, State.SKIPPED)
