"""When a training ends, and which of its steps is kept."""

from __future__ import annotations

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.models.group_splits import LEAST_GROUPS


class StoppingOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Early stopping on nDCG@10 over validation lists, and the choice of the best step.

    Attributes:
        evaluations: How often an epoch is looked at; ≥ 1.
        patience: Training ends after so many looks without a better nDCG; ≥ 1.
        held_out: Share of the groups whose lists become validation lists where none are given, in
            [0, 1); 0 for none.
        least_groups: Labels with fewer groups than this hold nothing out; ≥ 2.
        depth: How long validation lists become by the first stage's own list of the query, where
            there is an index; 0 for the lists as they were shown. A ranker that is used on more
            documents than an agent was shown must be chosen by more, and every look scores them
            all: 30 cost three times what the usual ten shown do.
    """

    evaluations: int = 1
    patience: int = 3
    held_out: float = 0.1
    least_groups: int = LEAST_GROUPS
    depth: int = 30

    def __post_init__(self) -> None:
        at_least = {"evaluations": 1, "patience": 1, "least_groups": 2, "depth": 0}
        for name, least in at_least.items():
            if getattr(self, name) < least:
                raise InputError(name, must=f"at least {least}", got=getattr(self, name))
        if not 0 <= self.held_out < 1:
            raise InputError("held_out", must="at least 0 and below 1", got=self.held_out)
