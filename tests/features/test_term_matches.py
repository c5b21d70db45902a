"""The look-up of a query's terms, with terms that share a cell of its table and with none."""

import numpy as np
import pytest

from lrat_rank.features.term_matches import find_matches, slot_table

FAR_APART = 2**20


def found(known: np.ndarray, tokens: np.ndarray) -> tuple[list[int], list[int], bool]:
    table, alone = slot_table(known)
    place, slot = np.empty((2, len(tokens)), dtype=np.int64)
    count = find_matches(tokens.astype(np.int32), table, alone, place, slot)
    return place[:count].tolist(), slot[:count].tolist(), alone


@pytest.mark.parametrize("count", [0, 1, 5, 40, 400])
@pytest.mark.parametrize("step", [1, 64, FAR_APART // 256])
def test_every_match_is_found_and_no_other(count, step):
    draw = np.random.default_rng(count + step)
    vocabulary = step * np.arange(1000)
    known = np.sort(draw.choice(vocabulary, count, replace=False))
    tokens = draw.choice(vocabulary, 300)
    slots = {term: slot for slot, term in enumerate(known.tolist())}
    expected = [(i, slots[term]) for i, term in enumerate(tokens.tolist()) if term in slots]
    places, matched, _ = found(known, tokens)
    assert list(zip(places, matched, strict=True)) == expected


def test_terms_that_share_a_cell_in_every_table_allowed_stand_behind_each_other():
    known = FAR_APART * np.arange(4)
    places, slots, alone = found(known, np.array([FAR_APART, 1, 0, 3 * FAR_APART, 2]))
    assert (places, slots, alone) == ([0, 2, 3], [1, 0, 3], False)


def test_a_table_grows_with_the_query_and_not_with_the_distance_of_its_terms():
    for known in (FAR_APART * np.arange(2), np.arange(0, 3000 * 64, 64)):
        table, _ = slot_table(known)
        assert table.shape[1] <= 2 * 64 * len(known)
