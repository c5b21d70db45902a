"""What is remembered is what a search would answer, and it is searched for once."""

import numpy as np
import pytest

from lrat_rank.features.source import StageHits
from lrat_rank.models.first_stage.remembered_hits import RememberedHits


class Counting:
    """A search of two stages that notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    def __call__(self, queries, depth):
        self.asked += [(query, depth) for query in queries]
        return {stage: self.hits(stage, queries, depth) for stage in ("bm25", "dense")}

    @staticmethod
    def hits(stage, queries, depth):
        draws = [np.random.default_rng([*f"{stage} {query}".encode()]) for query in queries]
        rows = [draw.permutation(50)[:depth] for draw in draws]
        return StageHits(rows, [np.arange(float(depth), 0, -1) for _ in draws])


def same(found, queries, depth):
    for stage, hits in found.items():
        expected = Counting.hits(stage, queries, depth)
        for name in ("rows", "scores"):
            theirs, ours = getattr(expected, name), getattr(hits, name)
            np.testing.assert_array_equal(np.stack(ours), np.stack(theirs))
    assert sorted(found) == ["bm25", "dense"]


def test_each_query_and_depth_is_searched_for_once_and_answered_alike():
    search = Counting()
    remembered = RememberedHits(search)
    for queries, depth in ([("a", "b", "a"), 5], [("b", "c"), 5], [("c", "a"), 5], [("a",), 3]):
        same(remembered(queries, depth), queries, depth)
    assert search.asked == [("a", 5), ("b", 5), ("c", 5), ("a", 3)]
    assert remembered([], 5) == {stage: StageHits([], []) for stage in ("bm25", "dense")}


def test_what_is_kept_stays_below_its_bound_and_the_answers_stay_right():
    search = Counting()
    remembered = RememberedHits(search, most=40)
    queries = [f"q{number}" for number in range(10)]
    same(remembered(queries, 5), queries, 5)
    assert remembered._held <= 40
    same(remembered(queries[::-1], 5), queries[::-1], 5)
    assert len(search.asked) > len(queries)


def test_a_list_that_is_remembered_cannot_be_changed():
    remembered = RememberedHits(Counting())
    with pytest.raises(ValueError, match="read-only"):
        remembered(["a"], 5)["bm25"].rows[0][0] = 9


def test_an_index_searches_for_a_query_once(bm25_index, monkeypatch):
    asked = []
    search = type(bm25_index._bm25).search

    def watched(self, queries, depth):
        asked.extend(queries)
        return search(self, queries, depth)

    monkeypatch.setattr(type(bm25_index._bm25), "search", watched)
    query = "a query that no other test asks of this index"
    first = bm25_index.stage_hits([query], 7)
    again = bm25_index.stage_hits([query, query], 7)
    assert len(asked) == 1
    np.testing.assert_array_equal(again["bm25"].rows[1], first["bm25"].rows[0])
