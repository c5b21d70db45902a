"""Splits keep groups whole, whatever the groups are."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lrat_rank.models.group_splits import group_folds, hold_out

GROUPS = st.lists(st.integers(0, 15), min_size=1, max_size=60).map(
    lambda numbers: [f"g{number}" for number in numbers]
)


@given(GROUPS, st.floats(0.01, 0.9), st.integers(0, 9))
def test_a_share_of_the_groups_is_held_out_whole_and_never_all(groups, share, seed):
    train, held = hold_out(groups, share, seed=seed)
    assert sorted([*train, *held]) == list(range(len(groups)))
    assert train.tolist() == sorted(train)
    assert held.tolist() == sorted(held)
    kept, out = ({groups[place] for place in part.tolist()} for part in (train, held))
    assert kept.isdisjoint(out)
    assert kept
    if len(kept | out) > 1:
        assert len(out) == min(max(round(share * len(kept | out)), 1), len(kept | out) - 1)
    again = hold_out(groups, share, seed=seed)
    np.testing.assert_array_equal(again[1], held)


def test_another_seed_draws_other_groups():
    groups = [f"g{number}" for number in range(40)]
    drawn = {tuple(hold_out(groups, 0.2, seed=seed)[1].tolist()) for seed in range(5)}
    assert len(drawn) == 5


def test_nothing_is_held_out_of_too_few_groups_or_for_no_share():
    few = ["a", "a", "b", "c"]
    for found in (
        hold_out(few, 0.5, seed=0, least_groups=4),
        hold_out(few, 0.0, seed=0),
        hold_out(["a"] * 40, 0.5, seed=0),
    ):
        assert found[0].tolist() == list(range(len(found[0])))
        assert len(found[1]) == 0
    assert len(hold_out(few, 0.5, seed=0, least_groups=3)[1])


@given(GROUPS, st.integers(2, 6), st.integers(0, 9))
def test_every_list_is_in_one_fold_and_no_group_is_cut(groups, folds, seed):
    parts = group_folds(groups, folds, seed=seed)
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(groups)))
    assert len(parts) == min(folds, len(set(groups)))
    names = [{groups[place] for place in part.tolist()} for part in parts]
    assert sum(map(len, names)) == len(set(groups))
    assert all(names)
    sizes = sorted(len(part) for part in parts)
    largest = max(groups.count(name) for name in set(groups))
    assert sizes[-1] - sizes[0] <= largest
