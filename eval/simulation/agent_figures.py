"""What agents did, in the figures that are published of agents.

Searches, browses, transitions and lengths are counted by `lrat_rank.analysis`; what a judge keeps
is measured with the judge `cues` on the reasoning the agents wrote. A document is *evidence* when
it answers a hop of its question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from lrat_rank.analysis.behaviour import Action, Behaviour, Outcome, RunCounts
from lrat_rank.eval.simulation.targets import Figure
from lrat_rank.mining.judges import JUDGES, Verdict
from lrat_rank.mining.policies.base import Setting
from lrat_rank.mining.policies.reading import Read, read_documents
from lrat_rank.mining.report import LossReport
from lrat_rank.mining.tokenizers import WhitespaceTokenizer
from lrat_rank.trajectories.model import Trajectory

Evidence = Mapping[str, Collection[str]]
"""question_id → the documents that answer any of its hops."""

_OUTCOMES = (Outcome.CORRECT, Outcome.INCORRECT)
_STEPS = (Action.SEARCH, Action.BROWSE)


def agent_figures(trajectories: Iterable[Trajectory], evidence: Evidence) -> dict[Figure, float]:
    """Every figure that the runs give; one that would be a mean over nothing is left out.

    Transitions are between searches and browses: a search or browse that the answer or the end
    follows does not count.
    """
    tokenizer = WhitespaceTokenizer()
    behaviour = Behaviour(tokenizer)
    setting = Setting(JUDGES.get("cues")(), tokenizer, None, LossReport())
    reads: dict[bool, list[Read]] = {True: [], False: []}
    for trajectory in trajectories:
        behaviour.see(trajectory)
        answering = evidence.get(trajectory.question_id or trajectory.trajectory_id, ())
        for read in read_documents(trajectory, setting):
            reads[read.doc_id in answering].append(read)
    figures: dict[Figure, float] = {}
    for outcome in _OUTCOMES:
        figures.update(_of_runs(behaviour, outcome))
        figures.update(_transitions(behaviour.transitions.get(outcome, Counter()), outcome))
    figures.update(_of_reads(reads[True], "evidence"))
    figures.update(_of_reads(reads[False], "other"))
    return figures


def _of_runs(behaviour: Behaviour, outcome: Outcome) -> Iterator[tuple[Figure, float]]:
    counts = RunCounts()
    for (of, _), own in behaviour.runs.items():
        if of is outcome:
            counts.add(own)
    if counts.trajectories:
        yield Figure(f"searches, {outcome}"), counts.searches / counts.trajectories
        yield Figure(f"browses, {outcome}"), counts.browses / counts.trajectories
    if counts.searches:
        yield Figure(f"browses per search, {outcome}"), counts.browses / counts.searches
    if counts.reasoned:
        yield Figure(f"reasoning tokens, {outcome}"), counts.reasoning_tokens / counts.reasoned


def _transitions(
    counts: Mapping[tuple[Action, Action], int], outcome: Outcome
) -> Iterator[tuple[Figure, float]]:
    for before in _STEPS:
        total = sum(counts[before, after] for after in _STEPS)
        for after in _STEPS:
            if total:
                figure = Figure(f"{after} after {before}, {outcome}")
                yield figure, counts[before, after] / total


def _of_reads(reads: Sequence[Read], kind: str) -> Iterator[tuple[Figure, float]]:
    lengths = [read.length for read in reads if read.length is not None]
    if lengths:
        yield Figure(f"reasoning tokens, {kind}"), sum(lengths) / len(lengths)
    if reads:
        kept = sum(read.verdict is Verdict.USES for read in reads)
        yield Figure(f"kept by judge, {kind}"), kept / len(reads)
