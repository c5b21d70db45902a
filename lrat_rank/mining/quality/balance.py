"""List weights on one scale."""

from __future__ import annotations

import math
from collections.abc import Sequence

from msgspec.structs import replace

from lrat_rank.mining.labels import LabelledList, State
from lrat_rank.mining.weighing import common_weight

_ALREADY = 1e-9


def balanced(lists: Sequence[LabelledList]) -> list[LabelledList]:
    """The lists with weights scaled so that those with something to order weigh 1 on average.

    The scale is taken from the lists that hold a relevant document and order something, and
    applied to all that hold a relevant document; a list without one keeps its weight, as when
    labels are mined. Lists that are on that scale already come back as they are.
    """
    mean = common_weight(
        [one.weight for one in lists if has_relevant(one) and one.orders_something]
    )
    if math.isclose(mean, 1.0, rel_tol=_ALREADY):
        return list(lists)
    return [replace(one, weight=one.weight / mean) if has_relevant(one) else one for one in lists]


def mean_gain(labelled: LabelledList) -> float | None:
    """The mean gain of the relevant documents; None without one."""
    gains = [c.gain for c in labelled.candidates if c.state is State.RELEVANT]
    return math.fsum(gains) / len(gains) if gains else None


def has_relevant(labelled: LabelledList) -> bool:
    """Whether a document is relevant."""
    return any(c.state is State.RELEVANT for c in labelled.candidates)
