"""What searches showed, and what the agent knew: the parts of a trajectory that policies share."""

from __future__ import annotations

from collections.abc import Sequence

from lrat_rank.mining.labels import Context
from lrat_rank.mining.policies.base import Setting
from lrat_rank.mining.report import Drop
from lrat_rank.trajectories.model import (
    Answer,
    Browse,
    Impression,
    Reasoning,
    Search,
    Trajectory,
    Turn,
)

MOST_QUERIES, MOST_READ = 100, 500
"""What a context holds at most, the latest: else the labels of a run grow with its square."""


def searches(trajectory: Trajectory) -> list[tuple[int, Search]]:
    """(turn, search) of every search, failed ones too."""
    return [(turn, s) for turn, s in enumerate(trajectory.turns) if isinstance(s, Search)]


def made_at_once(search: Search, turn: Turn) -> bool:
    """Whether a call was made in the same message as a search, before its list was seen."""
    if search.batch is None or isinstance(turn, Reasoning | Answer):
        return False
    return search.batch == turn.batch


def shown(search: Search) -> dict[str, Impression]:
    """The impressions of a list by document; of a document shown twice, the first."""
    impressions = {impression.doc_id: impression for impression in search.impressions}
    if len(impressions) < len(search.impressions):
        impressions = {}
        for impression in search.impressions:
            impressions.setdefault(impression.doc_id, impression)
    return impressions


def known(search: Search, setting: Setting) -> dict[str, Impression]:
    """`shown`, without documents that are not in the corpus; those are counted as dropped."""
    everything = shown(search)
    if setting.corpus_ids is None:
        return everything
    kept = {doc_id: shot for doc_id, shot in everything.items() if setting.knows(doc_id)}
    setting.report.drop(Drop.SHOWN_NOT_IN_CORPUS, len(everything) - len(kept))
    return kept


def context_of(trajectory: Trajectory, turn: int) -> Context:
    """What the agent knew when it made the search at `turn`."""
    before = trajectory.turns[:turn]
    opened = [b for b in before if isinstance(b, Browse) and not b.failed]
    documents = dict.fromkeys(doc_id for b in opened for doc_id in (b.doc_id, *b.also))
    return Context(
        turn=turn,
        question=trajectory.question,
        reasoning=_latest_reasoning(before),
        previous_queries=tuple(s.query for s in before if isinstance(s, Search))[-MOST_QUERIES:],
        read_doc_ids=tuple(documents)[-MOST_READ:],
    )


def _latest_reasoning(turns: Sequence[Turn]) -> str:
    end = len(turns)
    while end and not isinstance(turns[end - 1], Reasoning):
        end -= 1
    start = end
    while start and isinstance(turns[start - 1], Reasoning):
        start -= 1
    return "\n".join(turn.text for turn in turns[start:end] if isinstance(turn, Reasoning))
