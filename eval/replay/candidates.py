"""What the search tool could have shown: used documents among the first stage's candidates."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from lrat_rank.collections import Run
from lrat_rank.errors import InputError
from lrat_rank.eval.replay.measures import DEFAULT_REPLAY_MEASURES, parse_replay_measures
from lrat_rank.eval.replay.result import Replay
from lrat_rank.eval.replay.selection import ReplayedList, select_lists
from lrat_rank.eval.replay.systems import measure_runs, rerank_lists
from lrat_rank.eval.replay.units import Units
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.ranker import Ranker

JUDGED_DEPTH = 10
DEFAULT_CANDIDATE_MEASURES = (*DEFAULT_REPLAY_MEASURES, "R@10")


class FirstStage(Protocol):
    """Where candidates come from; `lrat_rank.models.first_stage.Index` is one."""

    def __contains__(self, doc_id: object, /) -> bool:
        """Whether there is a document of that doc_id."""
        ...

    def retrieve(self, queries: Mapping[str, str], stage: str, depth: int = 100) -> Run:
        """A run of the stage over query texts by query_id."""
        ...


@dataclass(frozen=True)
class CandidateReplay:
    """Used documents among what the tool could have shown.

    Attributes:
        stage: The first stage; `first_stage` is what its own order is called in both replays.
        depth: Candidates a query, at most.
        plain: Documents that the log did not show stand where they stand, without gain.
        condensed: Those documents are taken out, so that only documents of the log are compared.
        judged_at_10: System → share of the first ten candidates that the log showed and mining
            judged, in [0, 1]: mean over questions. How much the plain figures can know.
        found: Used documents that the first stage returned.
        not_found: Used documents that it did not; they count as below every candidate.
    """

    stage: str
    depth: int
    plain: Replay
    condensed: Replay
    judged_at_10: dict[str, float]
    found: int
    not_found: int

    @property
    def first_stage(self) -> str:
        """What the first stage's own order is called."""
        return self.plain.baseline


def replay_candidates(
    lists: Sequence[LabelledList],
    rankers: Mapping[str, Ranker],
    index: FirstStage,
    *,
    stage: str = "hybrid",
    depth: int = 100,
    measures: Sequence[str] = DEFAULT_CANDIDATE_MEASURES,
    seed: int = 0,
) -> CandidateReplay:
    """Retrieve candidates for every logged query, rerank them, and find the used documents.

    Args:
        lists: Labelled lists, of questions that no ranker was trained on.
        rankers: By name.
        index: What the queries are asked of.
        stage: Its first stage: bm25, dense or hybrid.
        depth: Candidates a query, ≥ 1.
        measures: Names that `parse_replay_measures` knows.
        seed: Of bootstraps and tests.

    Raises:
        InputError: No list holds a used document, the stage or a measure is unknown, or a ranker
            has the name of the first stage.
        LratRankError: A ranker broke down: a score is not a finite number.
    """
    if depth < 1:
        raise InputError("candidate depth", must="at least 1", got=depth)
    name = f"first stage ({stage})"
    if name in rankers:
        raise InputError("name of a ranker", must="another than the first stage's", got=repr(name))
    parsed = parse_replay_measures(measures)
    selected, left_out = select_lists(lists, known=index)
    first = index.retrieve({one.query_id: one.query for one in selected}, stage, depth)
    runs = {name: first, **rerank_lists(selected, first, rankers)}
    plain, condensed = (
        measure_runs(
            selected,
            runs,
            measures=parsed,
            baseline=name,
            left_out=left_out,
            judged_only=judged_only,
            seed=seed,
        )
        for judged_only in (False, True)
    )
    returned = [{hit.doc_id for hit in first.rankings[one.query_id]} for one in selected]
    found = sum(
        doc_id in there
        for one, there in zip(selected, returned, strict=True)
        for doc_id in one.used
    )
    return CandidateReplay(
        stage=stage,
        depth=depth,
        plain=plain,
        condensed=condensed,
        judged_at_10={name: _judged(selected, run) for name, run in runs.items()},
        found=found,
        not_found=sum(len(one.used) for one in selected) - found,
    )


def _judged(lists: Sequence[ReplayedList], run: Run) -> float:
    """The share of the first ten that are judged, those left aside taken out; mean of questions."""
    shares = [_share(run, one.query_id, one.gains, one.left_aside) for one in lists]
    return float(Units.of(lists).means(np.array(shares)[:, None]).mean())


def _share(run: Run, query_id: str, judged: Container[str], aside: Container[str]) -> float:
    top = [h.doc_id for h in run.rankings[query_id] if h.doc_id not in aside][:JUDGED_DEPTH]
    return sum(doc_id in judged for doc_id in top) / len(top) if top else 0.0
