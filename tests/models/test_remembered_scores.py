"""Remembered scores are the ranker's own, and nothing is asked twice."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from ranker_fakes import ByChance, asked_lists

from lrat_rank.mining.labels import Context
from lrat_rank.models.ranker import CandidateList
from lrat_rank.models.remembered_scores import RememberedScores


class Watched:
    """Knows its own context, and remembers what it was asked; breaks down when told to."""

    def __init__(self) -> None:
        self.asked: Counter = Counter()
        self.broken = False

    def score(self, lists):
        if self.broken:
            raise OSError("out of order")
        for one in lists:
            self.asked.update((one.query, one.context, doc_id) for doc_id in one.doc_ids)
        added = [one.context.turn if one.context else 0 for one in lists]
        return [more + of for more, of in zip(added, ByChance().score(lists), strict=True)]


def parts(one: CandidateList, *cuts: slice) -> list[CandidateList]:
    return [replace(one, doc_ids=one.doc_ids[cut]) for cut in cuts]


def test_overlapping_lists_are_scored_as_the_ranker_scores_them_and_each_document_once():
    first, second = asked_lists(2, seed=1)
    ranker = Watched()
    remembered = RememberedScores(ranker)
    for lists in (
        [*parts(first, slice(20)), second],
        parts(first, slice(10, 30), slice(5), slice(0)),
        [replace(first, doc_ids=first.doc_ids[::-1]), second],
        [],
    ):
        found = remembered.score(lists)
        assert len(found) == len(lists)
        for of, expected in zip(found, ByChance().score(lists), strict=True):
            np.testing.assert_array_equal(of, expected)
    assert set(ranker.asked.values()) == {1}
    assert len(ranker.asked) == len({*first.doc_ids}) + len({*second.doc_ids})


def test_what_the_agent_knew_makes_another_question():
    [one] = asked_lists(1, seed=2)
    lists = [one, *(replace(one, context=Context(turn=turn)) for turn in (1, 2))]
    remembered = RememberedScores(Watched())
    for _ in range(2):
        plain, after_one, after_two = remembered.score(lists)
        np.testing.assert_allclose(after_one, plain + 1)
        np.testing.assert_allclose(after_two, plain + 2)


def test_a_ranker_that_broke_down_is_asked_again():
    [one] = asked_lists(1, seed=3)
    ranker = Watched()
    remembered = RememberedScores(ranker)
    ranker.broken = True
    with pytest.raises(OSError, match="out of order"):
        remembered.score([one])
    ranker.broken = False
    np.testing.assert_array_equal(remembered.score([one])[0], ByChance().score([one])[0])
