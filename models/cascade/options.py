"""How the two stages of a cascade work together."""

from __future__ import annotations

import math

import msgspec

from lrat_rank.errors import InputError


class CascadeOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How the two stages work together.

    Attributes:
        depth: How many of the first ranker's best the second one scores, at most; ≥ 1.
        blend: Share of the second ranker's standardised score among those, in [0, 1]; the rest is
            the first ranker's. 1 lets the second ranker decide alone; with 0 it is not asked. The
            default was chosen on the validation questions of the demo's world, among .3, .5 and .7.
        margin: With a number ≥ 0, the second ranker looks at the best `keep`, and below them only
            at documents less than this behind the last of those in the first ranker's score; so it
            reads more where the first one is undecided. None for the best `depth` always.
        keep: The best that the second ranker looks at whatever the margin; ≥ 1.
    """

    depth: int = 20
    blend: float = 0.7
    margin: float | None = None
    keep: int = 10

    def __post_init__(self) -> None:
        if self.depth < 1:
            raise InputError("cascade depth", must="at least 1", got=self.depth)
        if not 0 <= self.blend <= 1:
            raise InputError("cascade blend", must="in [0, 1]", got=self.blend)
        if self.keep < 1:
            raise InputError("cascade keep", must="at least 1", got=self.keep)
        if self.margin is not None and not (self.margin >= 0 and math.isfinite(self.margin)):
            raise InputError("cascade margin", must="a finite number ≥ 0", got=self.margin)
