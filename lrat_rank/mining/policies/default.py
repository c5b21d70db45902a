"""The policy `default`: what a trajectory says, and nothing it does not say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lrat_rank.mining.intensity import Scale
from lrat_rank.mining.judges.base import Verdict
from lrat_rank.mining.labels import Candidate, LabelledList, State
from lrat_rank.mining.policies.base import Setting
from lrat_rank.mining.policies.candidates import draft, evidence_of, state_of
from lrat_rank.mining.policies.reading import Read, read_documents
from lrat_rank.mining.policies.remembering import Recollection
from lrat_rank.mining.policies.showing import known, made_at_once, searches, shown
from lrat_rank.mining.report import Drop
from lrat_rank.mining.weighing import Sketch, Worth, list_worth
from lrat_rank.trajectories.model import Impression, Trajectory


class DefaultPolicy:
    """One list for each search that led to a browse.

    A browse belongs to the most recent search that showed the document. Of the other documents of
    that list, those read before the search are `already_read`; those read after it through another
    list, and not rejected there, are `unjudged` (they are no negatives: the agent came back for
    them); the rest are `skipped`.
    """

    name = "default"

    def refusal(self, trajectory: Trajectory) -> Drop | None:
        """A trajectory without a search has no lists."""
        return None if searches(trajectory) else Drop.NO_SEARCH

    def drafts(self, trajectory: Trajectory, setting: Setting) -> Iterator[LabelledList]:
        """One draft for each search with a browse, in the order of the searches."""
        reads = read_documents(trajectory, setting)
        recollection = Recollection(trajectory, reads)
        by_search = _attribute(trajectory, reads, setting)
        for turn, search in searches(trajectory):
            if search.failed:
                setting.report.drop(Drop.SEARCH_FAILED)
            elif turn not in by_search:
                setting.report.drop(Drop.SEARCH_WITHOUT_BROWSE)
            else:
                candidates = [
                    _candidate(impression, turn, by_search[turn], reads)
                    for impression in known(search, setting).values()
                ]
                yield LabelledList(
                    query_id=f"{trajectory.trajectory_id}-{turn}",
                    query=search.query,
                    context=recollection.before(turn),
                    trajectory_id=trajectory.trajectory_id,
                    group=trajectory.group,
                    candidates=tuple(candidates),
                )

    def worth(self, sketched: Sketch, scale: Scale, without_reasoning: float | None) -> Worth:
        """Gains are intensities; a list weighs the mean gain of its relevant documents."""
        return list_worth(sketched, scale, without_reasoning)


def _attribute(
    trajectory: Trajectory, reads: Sequence[Read], setting: Setting
) -> dict[int, list[Read]]:
    """The reads by the turn of the most recent search that had shown the document."""
    lists = [(turn, search, shown(search)) for turn, search in searches(trajectory)]
    by_search: dict[int, list[Read]] = {}
    for read in reads:
        browse = trajectory.turns[read.turn]
        seen = (
            turn
            for turn, search, documents in lists
            if turn < read.turn and read.doc_id in documents and not made_at_once(search, browse)
        )
        turn = max(seen, default=None)
        if turn is None:
            setting.report.drop(Drop.BROWSE_NOT_SHOWN)
        elif not setting.knows(read.doc_id):
            setting.report.drop(Drop.BROWSE_NOT_IN_CORPUS)
        else:
            by_search.setdefault(turn, []).append(read)
    return by_search


def _candidate(
    impression: Impression, turn: int, here: Sequence[Read], reads: Sequence[Read]
) -> Candidate:
    doc_id = impression.doc_id
    own = [read for read in here if read.doc_id == doc_id]
    if own:
        return draft(impression, state_of(own), evidence_of(own))
    elsewhere = [read for read in reads if read.doc_id == doc_id and not read.failed]
    if any(read.turn < turn for read in elsewhere):
        return draft(impression, State.ALREADY_READ)
    if any(read.verdict is not Verdict.REJECTS for read in elsewhere):
        return draft(impression, State.UNJUDGED)
    return draft(impression, State.SKIPPED)
