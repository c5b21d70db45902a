"""How long the agent thinks: log-normal lengths, which overlap between useful and other pages."""

from __future__ import annotations

import math
from random import Random

_SHORTEST, _LONGEST = 8, 400


def draw_words(rng: Random, mean: float, spread: float) -> int:
    """A length in words, from 8 to 400.

    Args:
        rng: Source of chance.
        mean: Of the log-normal distribution before its ends are cut.
        spread: Standard deviation of its logarithm.

    >>> draw_words(Random(0), 100.0, 0.0)
    100
    """
    location = math.log(max(mean, 1.0)) - spread**2 / 2
    return min(max(round(rng.lognormvariate(location, spread)), _SHORTEST), _LONGEST)
