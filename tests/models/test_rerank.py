"""Reranking a run: the ranker orders the head, and nothing is lost on the way."""

from collections.abc import Sequence

import numpy as np
import pytest

from lrat_rank.collections import Run, rank_by_score
from lrat_rank.errors import LratRankError
from lrat_rank.models.ranker import CandidateList
from lrat_rank.models.rerank import rerank, warn_of_depth


class ByLength:
    """Scores a document by the length of its id, with a factor."""

    def __init__(self, factor: float = 1.0) -> None:
        self.factor = factor

    def score(self, lists: Sequence[CandidateList]) -> list[np.ndarray]:
        return [np.array([self.factor * len(d) for d in one.doc_ids]) for one in lists]


RUN = Run(
    "first",
    {
        "q1": rank_by_score(["a", "bbb", "cc"], [3.0, 2.0, 1.0]),
        "q2": rank_by_score(["dd"], [1.0]),
        "q3": [],
    },
)
QUERIES = {"q1": "one", "q3": "three"}


def ids(run: Run, query_id: str) -> list[str]:
    return [hit.doc_id for hit in run.rankings[query_id]]


def test_the_ranker_decides_the_order() -> None:
    second = rerank(RUN, QUERIES, ByLength(), tag="second")
    assert ids(second, "q1") == ["bbb", "cc", "a"]
    assert second.tag == "second"


def test_documents_below_the_depth_are_left_out() -> None:
    assert ids(rerank(RUN, QUERIES, ByLength(), depth=2), "q1") == ["bbb", "a"]


def test_a_query_without_a_text_keeps_its_ranking() -> None:
    second = rerank(RUN, QUERIES, ByLength())
    assert second.rankings["q2"] == RUN.rankings["q2"]
    assert list(second.rankings) == list(RUN.rankings)


@pytest.mark.parametrize("factor", [float("nan"), float("inf")])
def test_a_score_that_orders_nothing_stops_with_a_name(factor: float) -> None:
    with pytest.raises(LratRankError, match="ByLength gave document 'a' of query 'q1'"):
        rerank(RUN, QUERIES, ByLength(factor))


def test_only_depths_the_first_stage_has_no_opinion_of_are_warned_of(capsys) -> None:
    warn_of_depth(100)
    assert capsys.readouterr().err == ""
    warn_of_depth(101)
    assert "loses their order" in capsys.readouterr().err
