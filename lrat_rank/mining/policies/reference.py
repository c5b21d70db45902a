"""The policy `reference`: row for row what the builder published with the paper emits.

It makes one list for each browse. Searches gather in a *window* until a run of browses holds one
that satisfied; the window then closes. It differs from the paper's text in that negatives come from
the whole window and not from one list, browses judged not relevant give rows too, a useful document
that is shown again in a later window is a negative there, and a row without reasoning weighs 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lrat_rank.mining.intensity import Scale
from lrat_rank.mining.judges.base import Decision, Verdict
from lrat_rank.mining.labels import Candidate, Evidence, LabelledList, State
from lrat_rank.mining.policies.base import Setting
from lrat_rank.mining.policies.candidates import draft
from lrat_rank.mining.policies.reading import CaseBook
from lrat_rank.mining.policies.remembering import Recollection
from lrat_rank.mining.policies.showing import known, searches
from lrat_rank.mining.report import Drop, Note
from lrat_rank.mining.weighing import Sketch, Worth, row_worth
from lrat_rank.trajectories.calls.tool_names import is_browse
from lrat_rank.trajectories.model import (
    Answer,
    Browse,
    Impression,
    OtherCall,
    Reasoning,
    Search,
    Trajectory,
    Turn,
)


@dataclass(frozen=True, slots=True)
class _Opened:
    """One browse of a run; `reasoning` is the next turn's text, or empty."""

    doc_id: str
    turn: int
    reasoning: str
    decision: Decision
    before_answer: bool
    truncated: bool

    @property
    def verdict(self) -> Verdict:
        """What the reasoning says about the document."""
        return self.decision.verdict


@dataclass(slots=True)
class _Window:
    """What happened since the last satisfied run.

    Attributes:
        lists: What each search showed, oldest first.
        query: The latest (turn, query), or None before the first search.
        unsatisfied: Documents opened in vain in earlier runs, oldest first.
        undecided: Documents opened in earlier runs that got no verdict.
    """

    lists: list[dict[str, Impression]] = field(default_factory=list)
    query: tuple[int, str] | None = None
    unsatisfied: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)

    def impressions(self) -> dict[str, Impression]:
        """Each shown document where it was shown last; the latest list first, each in its order."""
        everything: dict[str, Impression] = {}
        for impressions in reversed(self.lists):
            everything.update({d: i for d, i in impressions.items() if d not in everything})
        return everything


class ReferencePolicy:
    """Latest query, all unread documents of the window as negatives, a list for every browse.

    The builder knows two verdicts. A browse whose verdict is unknown has no counterpart there: it
    gives no list, is nobody's negative, and does not close the window.
    """

    name = "reference"

    def refusal(self, trajectory: Trajectory) -> Drop | None:
        """Neither correctness nor status matters to the builder."""
        return None if searches(trajectory) else Drop.NO_SEARCH

    def drafts(self, trajectory: Trajectory, setting: Setting) -> Iterator[LabelledList]:
        """One draft for each browse whose document the window showed."""
        window = _Window()
        cases, recollection = CaseBook(trajectory), Recollection(trajectory)
        turn = 0
        while turn < len(trajectory.turns):
            step = trajectory.turns[turn]
            if isinstance(step, Search):
                window.lists.append(cases.shown[turn])
                window.query = (turn, step.query)
                known(step, setting)
            if not _opens(step):
                turn += 1
                continue
            run, turn = _run(trajectory.turns, turn, cases, setting)
            impressions = window.impressions()
            for opened in run:
                yield from _row(trajectory, window, impressions, run, opened, recollection, setting)
            for opened in run:
                if opened.verdict is Verdict.USES:
                    recollection.learn(opened.doc_id, turn)
            window.unsatisfied += [o.doc_id for o in run if o.verdict is Verdict.REJECTS]
            window.undecided += [o.doc_id for o in run if o.verdict is Verdict.UNKNOWN]
            if any(opened.verdict is Verdict.USES for opened in run):
                window = _Window()

    def worth(self, sketched: Sketch, scale: Scale, without_reasoning: float | None) -> Worth:
        """Gain and weight of a list are the reweight rate of its browse."""
        return row_worth(sketched, scale, without_reasoning)


def _opens(turn: Turn) -> bool:
    """Whether the turn belongs to a run: a browse, or a call of a browse tool without an id."""
    return isinstance(turn, Browse) or (isinstance(turn, OtherCall) and is_browse(turn.tool))


def _run(
    turns: Sequence[Turn], start: int, cases: CaseBook, setting: Setting
) -> tuple[list[_Opened], int]:
    """The browses that follow each other, each with one reasoning turn at most; and the end."""
    run: list[_Opened] = []
    turn = start
    while turn < len(turns) and _opens(turns[turn]):
        step = turns[turn]
        if not isinstance(step, Browse):
            turn += 1
            continue
        setting.report.drop(Drop.BROWSE_FURTHER, len(step.also))
        following = turns[turn + 1] if turn + 1 < len(turns) else None
        reasoning = following.text if isinstance(following, Reasoning) else ""
        setting.report.note(Note.MISSING_REASONING, not reasoning)
        end = turn + 2 if isinstance(following, Reasoning) else turn + 1
        run.append(
            _Opened(
                doc_id=step.doc_id,
                turn=turn,
                reasoning=reasoning,
                decision=cases.decision(step.doc_id, turn, reasoning, setting),
                before_answer=end == len(turns) or isinstance(turns[end], Answer),
                truncated=isinstance(following, Reasoning) and following.truncated,
            )
        )
        turn = end
    return run, turn


def _row(
    trajectory: Trajectory,
    window: _Window,
    impressions: dict[str, Impression],
    run: Sequence[_Opened],
    opened: _Opened,
    recollection: Recollection,
    setting: Setting,
) -> Iterator[LabelledList]:
    """The list of one browse, or nothing when the browse cannot give one."""
    if window.query is None or opened.doc_id not in impressions:
        setting.report.drop(Drop.BROWSE_NOT_SHOWN)
    elif not setting.knows(opened.doc_id):
        setting.report.drop(Drop.BROWSE_NOT_IN_CORPUS)
    elif opened.verdict is Verdict.UNKNOWN:
        setting.report.drop(Drop.BROWSE_NOT_POSITIVE)
    else:
        turn, query = window.query
        length = setting.length(opened.reasoning)
        evidence = Evidence(
            turn=opened.turn,
            reasoning_length=length,
            before_answer=opened.before_answer and length is not None,
            truncated=opened.truncated,
            focal=True,
            why=opened.decision.why,
        )
        satisfied = opened.verdict is Verdict.USES
        state = State.RELEVANT if satisfied else State.REJECTED
        focal = draft(impressions[opened.doc_id], state, evidence)
        yield LabelledList(
            query_id=f"{trajectory.trajectory_id}-{turn}-{opened.turn}",
            query=query,
            context=recollection.before(turn),
            trajectory_id=trajectory.trajectory_id,
            group=trajectory.group,
            candidates=(focal, *_negatives(window, run, opened, impressions, setting)),
        )


def _negatives(
    window: _Window,
    run: Sequence[_Opened],
    opened: _Opened,
    impressions: dict[str, Impression],
    setting: Setting,
) -> list[Candidate]:
    """Documents read in vain, the nearest first; then the unread ones, the latest list first."""
    satisfied = {other.doc_id for other in run if other.verdict is Verdict.USES}
    satisfied.add(opened.doc_id)
    rejected = [other.doc_id for other in run if other.verdict is Verdict.REJECTS]
    in_vain = dict.fromkeys([*reversed(rejected), *reversed(window.unsatisfied)])
    aside = {o.doc_id for o in run if o.verdict is Verdict.UNKNOWN}.union(
        window.undecided, satisfied, in_vain
    )
    # A document read in vain may never have been shown: it ranks below everything that was.
    below = 1 + max(impression.rank for impression in impressions.values()) if in_vain else 0
    corpus = setting.corpus_ids
    return [
        *(
            draft(impressions.get(doc_id) or Impression(doc_id, below), State.REJECTED)
            for doc_id in in_vain
            if doc_id not in satisfied and setting.knows(doc_id)
        ),
        *[
            draft(impression, State.SKIPPED)
            for doc_id, impression in impressions.items()
            if doc_id not in aside and (corpus is None or doc_id in corpus)
        ],
    ]
