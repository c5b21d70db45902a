"""Continuous gains as integer grades, with the table that leads back.

LightGBM and TREC qrels want integers; the intensity is a float. The table keeps what the integers
mean, so that the gain LightGBM optimises is the gain that was mined.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.files import read_json, write_json


class GradeTable(msgspec.Struct, frozen=True):
    """Grades 0…n−1 and their gains: `label_gain[grade]`, increasing, `label_gain[0] == 0`."""

    label_gain: tuple[float, ...]

    @classmethod
    def fit(cls, gains: Iterable[float], *, levels: int = 32) -> GradeTable:
        """A table of at most `levels` grades (grade 0 included) for these gains.

        With few distinct gains each is its own grade; with more, positive gains are cut at equal
        shares of the observations and a grade's gain is the mean of its share.

        Args:
            gains: Floats ≥ 0.
            levels: ≥ 2.

        >>> GradeTable.fit([0.0, 2.0, 0.5, 0.5]).label_gain
        (0.0, 0.5, 2.0)
        >>> GradeTable.fit([0, 1, 2, 3, 4], levels=3).label_gain
        (0.0, 1.5, 3.5)

        Raises:
            InputError: `levels` is below 2.
        """
        if levels < 2:
            raise InputError("grade levels", must="at least 2", got=levels)
        positive = np.sort([gain for gain in gains if gain > 0])
        if len(np.unique(positive)) < levels:
            return cls((0.0, *np.unique(positive).tolist()))
        shares = [share.mean() for share in np.array_split(positive, levels - 1)]
        return cls((0.0, *np.unique(shares).tolist()))

    def grade(self, gain: float) -> int:
        """The grade whose gain is nearest; gain 0 is grade 0, a positive gain never is.

        >>> table = GradeTable((0.0, 0.5, 2.0))
        >>> [table.grade(g) for g in (0.0, 0.1, 1.9, 9.0)]
        [0, 1, 2, 2]
        """
        if gain <= 0 or len(self.label_gain) == 1:
            return 0
        levels = np.asarray(self.label_gain[1:])
        return int(np.abs(levels - gain).argmin()) + 1


def table_path(labels: Path | str) -> Path:
    """Where the table of a labelled-list or qrels file lies: beside it.

    >>> table_path("labels.jsonl").name
    'labels.jsonl.gains.json'
    """
    labels = Path(labels)
    return labels.with_name(f"{labels.name}.gains.json")


def write_table(labels: Path | str, table: GradeTable) -> Path:
    """Write the table beside the file whose grades it explains; its path."""
    path = table_path(labels)
    write_json(path, table)
    return path


def read_table(labels: Path | str) -> GradeTable | None:
    """The table beside a labelled-list file; None when there is none.

    Raises:
        InputError: The file holds something else, or gains that do not rise from 0.
    """
    path = table_path(labels)
    if not path.exists():
        return None
    try:
        table = msgspec.convert(read_json(path, "gain table"), GradeTable)
    except msgspec.ValidationError as error:
        raise InputError(
            "gain table", must='{"label_gain": [0.0, …]}', got=str(error), where=path
        ) from error
    gains = table.label_gain
    rising = all(low < high < float("inf") for low, high in pairwise(gains))
    if not gains or gains[0] != 0 or not rising:
        raise InputError("label_gain", must="finite and rising from 0", got=gains, where=path)
    return table
