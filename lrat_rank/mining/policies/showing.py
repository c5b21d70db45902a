"""What searches showed: the part of a trajectory that policies share."""

from __future__ import annotations

from lrat_rank.mining.policies.base import Setting
from lrat_rank.mining.report import Drop
from lrat_rank.trajectories.model import (
    Answer,
    Impression,
    Reasoning,
    Search,
    Trajectory,
    Turn,
)


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
