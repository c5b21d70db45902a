"""Logged lists in the order of trained rankers: where do the documents agents used land?"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from lrat_rank.errors import InputError
from lrat_rank.eval.replay.logged import LOGGED, logged_run
from lrat_rank.eval.replay.measures import DEFAULT_REPLAY_MEASURES, parse_replay_measures
from lrat_rank.eval.replay.result import Replay
from lrat_rank.eval.replay.selection import select_lists
from lrat_rank.eval.replay.systems import measure_runs, rerank_lists
from lrat_rank.mining.examination import ExaminationTable
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.ranker import Ranker


def replay(
    lists: Sequence[LabelledList],
    rankers: Mapping[str, Ranker],
    *,
    measures: Sequence[str] = DEFAULT_REPLAY_MEASURES,
    baseline: str = LOGGED,
    known: Container[str] | None = None,
    examination: ExaminationTable | None = None,
    seed: int = 0,
) -> Replay:
    """Rerank every logged list and measure where its used documents stand.

    A ranker scores all documents of the list, as it would behind the search tool; those that were
    already read or that nobody judged are then taken out of every system's order. Lists without a
    used document are counted, not scored. Figures are means over questions (`group`).

    Args:
        lists: Labelled lists, of questions that no ranker was trained on.
        rankers: By name; the order as logged is always there too, as `logged`.
        measures: Names that `parse_replay_measures` knows.
        baseline: The system that `Replay.changes` compares with.
        known: The documents the rankers know, such as their index; None for all.
        examination: How likely each logged rank was looked at, for labels that do not say.
        seed: Of bootstraps and tests.

    Raises:
        InputError: No list holds a used document, a query_id comes twice, a measure or baseline is
            unknown, or a ranker is named `logged`.
        LratRankError: A ranker broke down: a score is not a finite number.
    """
    if LOGGED in rankers:
        raise InputError("name of a ranker", must="another than the log's", got=repr(LOGGED))
    if baseline not in {LOGGED, *rankers}:
        names = ", ".join([LOGGED, *rankers])
        raise InputError("baseline", must=f"one of {names}", got=repr(baseline))
    parsed = parse_replay_measures(measures)
    selected, left_out = select_lists(lists, known=known, examination=examination)
    logged = logged_run(selected)
    runs = {LOGGED: logged, **rerank_lists(selected, logged, rankers)}
    return measure_runs(
        selected, runs, measures=parsed, baseline=baseline, left_out=left_out, seed=seed
    )
