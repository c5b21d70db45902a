"""Chunks of a training step: every pair once, within the budget, and no cutting is cheaper."""

from itertools import combinations, pairwise

import numpy as np
import pytest

from lrat_rank.models.cross_encoder.chunks import chunks_of_like_length

CALL = 0.075


def cost(chunks: list[list[int]], lengths: list[int], budget: int) -> float:
    """Padded tokens, and what the calls cost beside them; infinite beyond the budget."""
    sizes = [len(chunk) * max(lengths[place] for place in chunk) for chunk in chunks]
    beyond = any(size > budget and len(one) > 1 for size, one in zip(sizes, chunks, strict=True))
    return float("inf") if beyond else sum(sizes) + CALL * budget * len(chunks)


def every_cutting(lengths: list[int]):
    """All ways to cut the pairs, sorted by length."""
    order = sorted(range(len(lengths)), key=lambda place: -lengths[place])
    for count in range(len(order)):
        for cuts in combinations(range(1, len(order)), count):
            yield [order[a:b] for a, b in pairwise([0, *cuts, len(order)])]


@pytest.mark.parametrize("budget", [1, 50, 400, 10_000])
def test_every_pair_is_in_one_chunk_within_the_budget(budget):
    lengths = np.random.default_rng(1).integers(3, 60, size=80).tolist()
    chunks = chunks_of_like_length(lengths, budget)
    assert sorted(place for chunk in chunks for place in chunk) == list(range(80))
    assert cost(chunks, lengths, budget) < float("inf")
    firsts = [lengths[chunk[0]] for chunk in chunks]
    assert firsts == sorted(firsts, reverse=True)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("budget", [40, 300, 1000])
def test_no_other_cutting_costs_less(seed, budget):
    lengths = np.random.default_rng(seed).integers(3, 120, size=9).tolist()
    found = cost(chunks_of_like_length(lengths, budget), lengths, budget)
    assert found == pytest.approx(min(cost(cut, lengths, budget) for cut in every_cutting(lengths)))
