"""What a ranker is: candidates in, one score each out, in the order they came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class CandidateList:
    """A query and the documents to order for it.

    `doc_ids` name documents of the index the ranker was loaded with.
    """

    query_id: str
    query: str
    doc_ids: tuple[str, ...]


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
