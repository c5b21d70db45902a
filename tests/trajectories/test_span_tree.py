"""Who stands above whom, in trees that are whole, broken, or no trees at all."""

import random
import time

from lrat_rank.trajectories.traces.span_tree import (
    in_order,
    nearest_above,
    outermost,
    parent_places,
)


def climbed(parents, wanted, start):
    """The first wanted one above, found step by step."""
    at, walked = parents[start], set()
    while at is not None and at not in walked:
        if wanted[at]:
            return at
        walked.add(at)
        at = parents[at]
    return None


def test_the_nearest_is_the_one_a_climb_finds():
    chance = random.Random(0)
    for _ in range(300):
        count = chance.randint(1, 9)
        parents = [chance.choice([None, *range(count)]) for _ in range(count)]
        wanted = [chance.random() < 0.4 for _ in range(count)]
        expected = [climbed(parents, wanted, start) for start in range(count)]
        assert nearest_above(parents, wanted) == expected


def test_the_outermost_is_the_top_of_the_chain_and_a_ring_has_none():
    assert outermost([None, 0, 1, 1]) == [None, 0, 0, 0]
    assert outermost([1, 0, 1]) == [None, None, None]
    assert outermost([]) == []


def test_a_span_that_comes_twice_stands_where_it_came_first():
    assert parent_places([("a", ""), ("a", ""), ("b", "a"), ("", "b")]) == [None, None, 0, 2]


def test_spans_that_began_together_keep_their_order():
    assert in_order(["a", "b", "c"], [2.0, 1.0, 1.0]) == ["b", "c", "a"]


def test_a_long_chain_takes_no_long_time():
    count = 100_000
    parents = [None, *range(count - 1)]
    began = time.perf_counter()
    above = nearest_above(parents, [True] * count)
    assert outermost(above)[1:] == [0] * (count - 1)
    assert time.perf_counter() - began < 5
