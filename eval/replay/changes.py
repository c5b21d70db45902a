"""How far a system differs from another, question by question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lrat_rank.eval.replay.estimates import FloatArray
from lrat_rank.eval.statistics.corrections import holm
from lrat_rank.eval.statistics.differences import ROUNDING
from lrat_rank.eval.statistics.intervals import Interval, bootstrap_intervals
from lrat_rank.eval.statistics.significance import randomization_tests


@dataclass(frozen=True, slots=True)
class Change:
    """One measure of a system, minus that of another, over questions.

    Attributes:
        system: The system.
        baseline: What it is compared with.
        measure: Name of the measure.
        difference: Mean over questions; below 0 is the better side for ranks.
        interval: 95 % bootstrap interval of it.
        above: Questions on which the system's value is higher.
        same: Questions on which both are the same (within 1e-12).
        below: Questions on which the system's value is lower.
        p: Two-sided, by the randomisation test; None where there is one question.
        p_holm: The same, corrected for the systems that are compared on the measure.
    """

    system: str
    baseline: str
    measure: str
    difference: float
    interval: Interval
    above: int
    same: int
    below: int
    p: float | None
    p_holm: float | None


def changes(
    baseline: str, values: Mapping[str, Mapping[str, FloatArray]], *, seed: int = 0
) -> list[Change]:
    """Every other system against the baseline, measure by measure.

    Args:
        baseline: A key of `values`.
        values: System → measure → (questions,), the same measures and questions for all.
        seed: Of bootstrap and test.

    >>> better = {"logged": {"RR": np.array([0.5, 0.2])}, "new": {"RR": np.array([1.0, 0.2])}}
    >>> [change] = changes("logged", better)
    >>> change.difference, change.above, change.same, change.p
    (0.25, 1, 1, 1.0)
    """
    others = [name for name in values if name != baseline]
    pairs = [(measure, name) for measure in values[baseline] for name in others]
    if not pairs:
        return []
    differences = np.column_stack([values[n][m] - values[baseline][m] for m, n in pairs])
    differences[np.abs(differences) <= ROUNDING] = 0.0
    intervals = bootstrap_intervals(differences, seed=seed)
    tested = len(differences) > 1
    p_values = randomization_tests(differences, seed=seed).tolist() if tested else []
    families = range(0, len(p_values), len(others))
    corrected = [p for start in families for p in holm(p_values[start : start + len(others)])]
    return [
        Change(
            system=name,
            baseline=baseline,
            measure=measure,
            difference=float(column.mean()),
            interval=intervals[place],
            above=int((column > 0).sum()),
            same=int((column == 0).sum()),
            below=int((column < 0).sum()),
            p=p_values[place] if tested else None,
            p_holm=corrected[place] if tested else None,
        )
        for place, ((measure, name), column) in enumerate(zip(pairs, differences.T, strict=True))
    ]
