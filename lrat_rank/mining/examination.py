"""How likely each rank is looked at: what gains are divided by (`weighing`).

A document is opened only where it is looked at. Under the position-based model the two are
independent, P(browse) = P(look at the rank) · P(open it when it is seen), so a positive from a
rank that is seldom looked at stands for several that nobody saw. Dividing its gain by the
examination of its rank counts those too: sums of such gains are unbiased. Only positives are
weighted; a document that was not opened says nothing about whether it was seen.

Source: Joachims, Swaminathan and Schnabel, "Unbiased Learning-to-Rank with Biased Feedback",
WSDM 2017: the inverse-propensity estimator of ranking from partial feedback, with propensities
clipped.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.files import read_json, write_json

CAP = 10.0


class ExaminationTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Examination by rank, as `analyze` writes it into `examination.json`.

    Attributes:
        examination: `examination[k − 1]` is the probability, in (0, 1], that rank k is looked at,
            divided by that of rank 1; the first is 1.
        method: How it was estimated: `randomised`, `harvested`, or a word of the user's own.
        agent: Whose browses it was estimated from; empty where they are several.
        cap: No gain is multiplied by more than this, ≥ 1: a rank that is hardly ever looked at
            would otherwise let one browse outweigh all others.
    """

    examination: tuple[float, ...]
    method: str = ""
    agent: str = ""
    cap: float = CAP

    def __post_init__(self) -> None:
        if not self.examination:
            raise InputError("examination", must="one number a rank", got="none")
        wrong = [value for value in self.examination if not 0 < value <= 1]
        if wrong:
            raise InputError("examination", must="in (0, 1]", got=wrong[0])
        if self.examination[0] != 1:
            raise InputError("examination of rank 1", must="1", got=self.examination[0])
        if not 1 <= self.cap < float("inf"):
            raise InputError("examination cap", must="a finite number ≥ 1", got=self.cap)

    def at(self, rank: int) -> float:
        """The examination of a rank (from 1), not below 1 / `cap`.

        Ranks beyond the table have its last value.

        >>> table = ExaminationTable(examination=(1.0, 0.5, 0.04), cap=10.0)
        >>> [table.at(rank) for rank in (1, 2, 3, 9)]
        [1.0, 0.5, 0.1, 0.1]
        """
        known = self.examination[min(rank, len(self.examination)) - 1]
        return max(known, 1 / self.cap)

    def weight(self, rank: int) -> float:
        """What a gain at a rank is multiplied by: min(1 / examination, cap).

        >>> ExaminationTable(examination=(1.0, 0.5)).weight(2)
        2.0
        """
        return 1 / self.at(rank)


def write_examination(path: Path | str, table: ExaminationTable) -> None:
    """Write the table as JSON, whole or not at all."""
    write_json(path, table)


def read_examination(path: Path | str) -> ExaminationTable:
    """Read a table.

    Raises:
        InputError: The file is missing, or holds something else than a table.
    """
    try:
        return msgspec.convert(read_json(path, "examination table"), ExaminationTable, strict=True)
    except msgspec.ValidationError as error:
        raise InputError(
            "examination table",
            must='{"examination": [1.0, …], "method": …, "cap": …}',
            got=str(error),
            where=path,
            do="Make the file with: lrat-rank analyze TRAJECTORIES --out DIR",
        ) from error
    except InputError as error:
        if error.where is not None:
            raise
        raise InputError(error.what, must=error.must, got=error.got, where=path) from error
