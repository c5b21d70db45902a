"""Which of several settings validation chooses, and when it chooses to change nothing."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.models.ranker import FloatArray


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """What one setting reached on validation lists.

    Attributes:
        setting: What was tried, in words or as a number.
        ndcg: Mean nDCG@10 over groups, each group the mean of its lists; in [0, 1].
        gain: By how much that is above the fallback's.
        standard_error: Of `gain` over groups; None with fewer than two groups.
    """

    setting: str
    ndcg: float
    gain: float
    standard_error: float | None


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A setting and what it was chosen from.

    Attributes:
        place: Position of the chosen setting; 0 is the fallback.
        figures: One a setting, the fallback first.
        n_lists: Validation lists.
        n_groups: Groups of them.
    """

    place: int
    figures: tuple[Figure, ...]
    n_lists: int
    n_groups: int

    @property
    def chosen(self) -> Figure:
        """The chosen setting's figure."""
        return self.figures[self.place]


def choose(
    values: FloatArray, groups: Sequence[str], settings: Sequence[str], *, margin: float = 1.0
) -> Choice:
    """Choose the setting with the best mean, where it beats the fallback by a margin.

    Lists of one group are not independent, so each group counts as one, with the mean of its
    lists. The setting of the largest mean is taken (the earlier of two equal ones) when its gain
    over setting 0 is above `margin` standard errors, paired by group; otherwise setting 0 stands.

    Args:
        values: float64 (settings, lists); nDCG of each list under each setting.
        groups: The group of each list.
        settings: Their names; the first is the fallback.
        margin: Standard errors, ≥ 0.

    Raises:
        InputError: There is no list.

    >>> better = np.array([[0.2, 0.4, 0.3], [0.4, 0.7, 0.5]])
    >>> choose(better, ["a", "b", "c"], ["off", "on"]).place
    1
    >>> choose(better[:, :1], ["a"], ["off", "on"]).place  # one group shows no spread
    0
    """
    if len(groups) == 0:
        raise InputError("validation lists", must="at least one that orders something", got="none")
    names, which = np.unique(np.asarray(groups), return_inverse=True)
    counts = np.bincount(which)
    means = np.stack([np.bincount(which, row) / counts for row in values])
    gains = means - means[0]
    errors = gains.std(axis=1, ddof=1) / np.sqrt(len(names)) if len(names) > 1 else None
    figures = tuple(
        Figure(
            setting=setting,
            ndcg=float(means[n].mean()),
            gain=float(gains[n].mean()),
            standard_error=None if errors is None else float(errors[n]),
        )
        for n, setting in enumerate(settings)
    )
    best = int(np.argmax(means.mean(axis=1)))
    gain, error = figures[best].gain, figures[best].standard_error
    wins = error is not None and gain > max(margin * error, 1e-12)
    return Choice(
        place=best if wins else 0, figures=figures, n_lists=len(groups), n_groups=len(names)
    )
