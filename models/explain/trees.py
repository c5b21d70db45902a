"""Boosted trees explained: what each column adds."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from lrat_rank.models.explain.explanation import Contribution
from lrat_rank.models.ranker import FloatArray


def contributions(
    names: Sequence[str], values: FloatArray, added: FloatArray
) -> tuple[Contribution, ...]:
    """Columns with what they add, the largest first; those that add nothing are left out.

    Args:
        names: The columns.
        values: float (columns,); NaN is missing.
        added: float (columns,); SHAP values.
    """
    order = np.argsort(-np.abs(added), kind="stable").tolist()
    return tuple(
        Contribution(
            feature=names[n],
            value=None if math.isnan(values[n]) else float(values[n]),
            contribution=float(added[n]),
        )
        for n in order
        if added[n] != 0
    )
