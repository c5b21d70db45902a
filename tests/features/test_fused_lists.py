"""Fusion of the first stages' lists, many queries at a time."""

import numpy as np
import pytest

from lrat_rank.features.prior import QUERIES_AT_A_TIME, RRF_K, FusedList, fuse_hits
from lrat_rank.features.source import StageHits

DOCUMENTS = 60
ORDER = np.random.default_rng(0).permutation(DOCUMENTS)


def hits_of(lists: dict[str, list[np.ndarray]]) -> dict[str, StageHits]:
    return {
        stage: StageHits(rows, [np.zeros(len(one), np.float32) for one in rows])
        for stage, rows in lists.items()
    }


def drawn(queries: int, stages: tuple[str, ...] = ("bm25", "dense")) -> dict[str, list[np.ndarray]]:
    """Lists of 0 to 30 documents; every fifth query finds nothing."""
    draw = np.random.default_rng(queries)
    return {
        stage: [
            draw.permutation(DOCUMENTS)[: draw.integers(0, 31) if number % 5 else 0]
            for number in range(queries)
        ]
        for stage in stages
    }


def by_hand(lists: dict[str, list[np.ndarray]], number: int, depth: int) -> list[tuple[int, float]]:
    """Rows and scores of a fused list, best first."""
    scores: dict[int, float] = {}
    for rows in lists.values():
        for rank, row in enumerate(rows[number].tolist(), start=1):
            scores[row] = scores.get(row, 0.0) + 1 / (RRF_K + rank)
    rounded = [(row, round(score, 12)) for row, score in scores.items()]
    return sorted(rounded, key=lambda one: (-one[1], -ORDER[one[0]]))[:depth]


def listed(fused: FusedList) -> list[tuple[int, float]]:
    return list(zip(fused.listed.tolist(), fused.scores[fused.best].tolist(), strict=True))


@pytest.mark.parametrize("queries", [1, 7, QUERIES_AT_A_TIME + 3])
@pytest.mark.parametrize("stages", [("bm25",), ("bm25", "dense")])
def test_a_batch_gives_each_query_its_own_list(queries, stages):
    lists = drawn(queries, stages)
    found = fuse_hits(hits_of(lists), 10, ORDER)
    assert len(found) == queries
    for number, fused in enumerate(found):
        expected = by_hand(lists, number, 10)
        assert [row for row, _ in listed(fused)] == [row for row, _ in expected]
        assert [score for _, score in listed(fused)] == pytest.approx(
            [score for _, score in expected], abs=1e-11
        )


def test_ranks_are_those_of_the_stages_own_lists():
    lists = drawn(7)
    for number, fused in enumerate(fuse_hits(hits_of(lists), 10, ORDER)):
        for stage, rows in lists.items():
            own = {row: rank for rank, row in enumerate(rows[number].tolist(), start=1)}
            expected = [own.get(row, np.nan) for row in fused.rows.tolist()]
            np.testing.assert_array_equal(fused.ranks[stage], expected)


def test_documents_that_no_stage_lists_have_no_place():
    [fused] = fuse_hits(hits_of({"bm25": [np.array([4, 2])]}), 10, ORDER)
    assert fused.places(np.array([2, 3, 4, 59])).tolist() == [0, -1, 1, -1]
    [nothing] = fuse_hits(hits_of({"bm25": [np.array([], dtype=np.int64)]}), 10, ORDER)
    assert nothing.places(np.array([2, 3])).tolist() == [-1, -1]
    assert nothing.prior(np.array([2, 3])).tolist() == [0, 0]


def test_no_queries_give_no_lists():
    assert fuse_hits({}, 10, ORDER) == []
    assert fuse_hits(hits_of({"bm25": [], "dense": []}), 10, ORDER) == []
