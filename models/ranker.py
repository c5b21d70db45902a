"""What a ranker is: candidates in, one score each out, in the order they came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from lrat_rank.features.candidates import CandidateList

__all__ = ["CandidateList", "FloatArray", "Ranker"]

FloatArray = npt.NDArray[np.floating]


@runtime_checkable
class Ranker(Protocol):
    """Anything that scores candidates.

    Order, ties and cut-offs are not its business: `lrat_rank.collections.rank_by_score` makes
    the order.
    """

    def score(self, lists: Sequence[CandidateList]) -> list[FloatArray]:
        """One float array a list, aligned with its `doc_ids`; higher is better.

        A list's scores do not depend on the other lists of the call.
        """
        ...
