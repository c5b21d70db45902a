"""Several orders of the same lists, measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lrat_rank.collections import Run
from lrat_rank.eval.replay.estimates import FloatArray, ratio_estimates
from lrat_rank.eval.replay.measures import ReplayMeasure
from lrat_rank.eval.replay.placement import place
from lrat_rank.eval.replay.propensity import propensity_report
from lrat_rank.eval.replay.result import Replay, SystemReplay
from lrat_rank.eval.replay.selection import LeftOut, ReplayedList, Stratum
from lrat_rank.eval.replay.units import Units
from lrat_rank.models.ranker import Ranker
from lrat_rank.models.rerank import rerank

_BY_QUESTION, _BY_WEIGHT = "by question", "by weight"


def rerank_lists(
    lists: Sequence[ReplayedList], run: Run, rankers: Mapping[str, Ranker]
) -> dict[str, Run]:
    """The run in the order of every ranker, which is given the context each list was logged with.

    Raises:
        LratRankError: A ranker broke down: a score is not a finite number.
    """
    queries = {one.query_id: one.query for one in lists}
    contexts = {one.query_id: one.context for one in lists if one.context is not None}
    depth = max(map(len, run.rankings.values()))
    return {
        name: rerank(run, queries, ranker, contexts=contexts, depth=depth, tag=name)
        for name, ranker in rankers.items()
    }


def measure_runs(
    lists: Sequence[ReplayedList],
    runs: Mapping[str, Run],
    *,
    measures: Sequence[ReplayMeasure],
    baseline: str,
    left_out: LeftOut,
    judged_only: bool = False,
    seed: int = 0,
) -> Replay:
    """Measure every run's order of the lists.

    Args:
        lists: What is scored.
        runs: By name; each ranks every list.
        measures: As `parse_replay_measures` gives them.
        baseline: The run that the others are compared with.
        left_out: What selecting the lists left out.
        judged_only: Take documents out that the log did not show (condensed lists).
        seed: Of bootstraps and tests.
    """
    units = Units.of(lists)
    placements = {
        name: place(lists, run.rankings, judged_only=judged_only) for name, run in runs.items()
    }
    values = {
        name: {one.name: one.values(placement) for one in measures}
        for name, placement in placements.items()
    }
    return Replay(
        lists=tuple(lists),
        units=units,
        measures=tuple(measures),
        systems=_summaries(values, lists, units, seed=seed),
        baseline=baseline,
        left_out=left_out,
        propensity=propensity_report(placements, units, seed=seed),
        seed=seed,
    )


def _summaries(
    values: Mapping[str, dict[str, FloatArray]],
    lists: Sequence[ReplayedList],
    units: Units,
    *,
    seed: int,
) -> tuple[SystemReplay, ...]:
    """Every system's figures, all of them from the same bootstrap draws of questions."""
    cuts = _cuts(lists, units)
    columns = np.column_stack([column for one in values.values() for column in one.values()])
    estimates = iter(
        ratio_estimates(
            np.hstack([units.sums(columns * weight[:, None]) for weight in cuts.values()]),
            np.hstack(
                [
                    np.repeat(units.sums(weight[:, None]), columns.shape[1], axis=1)
                    for weight in cuts.values()
                ]
            ),
            seed=seed,
        )
    )
    found = {
        cut: {name: {m: next(estimates) for m in one} for name, one in values.items()}
        for cut in cuts
    }
    return tuple(
        SystemReplay(
            name=name,
            values=by_measure,
            means=found[_BY_QUESTION][name],
            weighted=found[_BY_WEIGHT][name],
            strata={cut: found[cut][name] for cut in cuts if isinstance(cut, Stratum)},
        )
        for name, by_measure in values.items()
    )


def _cuts(lists: Sequence[ReplayedList], units: Units) -> dict[str, FloatArray]:
    """What each list counts in each mean: float64 (lists,)."""
    cuts = {
        _BY_QUESTION: units.shares(np.ones(len(lists))),
        _BY_WEIGHT: np.array([one.weight for one in lists]),
    }
    for stratum in Stratum:
        inside = np.array([stratum in one.strata for one in lists], dtype=np.float64)
        if inside.any():
            cuts[stratum] = units.shares(inside)
    return cuts
