"""Browses over ranks: the test of their spread, against the textbook form of it."""

import numpy as np
import pytest

from lrat_rank.analysis.bias.browse_rates import Spread

RANKS = 10


def filled(seed: int) -> tuple[Spread, np.ndarray, np.ndarray]:
    """A spread over lists of several lengths, and its deviations and covariance."""
    draw = np.random.default_rng(seed)
    spread, off, covariance = Spread(RANKS), np.zeros(RANKS), np.zeros((RANKS, RANKS))
    for _ in range(draw.integers(200, 3000)):
        shown = np.arange(RANKS) < draw.choice([4, 7, RANKS])
        browsed = shown & (draw.random(RANKS) < draw.choice([0.1, 0.3]))
        spread.add(shown.astype(float), browsed.astype(float))
        n, b = shown.sum(), browsed.sum()
        share = shown / n
        off += browsed - b * share
        covariance += b * (n - b) / (n - 1) * (np.diag(share) - np.outer(share, share))
    return spread, off, covariance


@pytest.mark.parametrize("seed", range(12))
def test_ten_ranks_have_nine_degrees_of_freedom_however_many_lists_are_summed(seed):
    spread, off, covariance = filled(seed)
    test = spread.test()
    # The last rank follows from the others: without it the covariance can be inverted.
    textbook = off[:-1] @ np.linalg.solve(covariance[:-1, :-1], off[:-1])
    assert test.degrees == RANKS - 1
    assert test.statistic == pytest.approx(textbook)


def test_ranks_that_never_stand_in_one_list_are_not_compared():
    spread = Spread(4)
    for shown in ([1, 1, 0, 0], [0, 0, 1, 1]) * 500:
        spread.add(np.array(shown, float), np.array(shown, float) * [1, 0, 0, 1])
    assert spread.test().degrees == 2
