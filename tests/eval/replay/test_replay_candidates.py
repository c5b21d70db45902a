"""Used documents among what the first stage returns."""

import math

import pytest
from replay_lists import InOrder, listed

from lrat_rank.collections import Run, rank_by_score
from lrat_rank.errors import InputError
from lrat_rank.eval.replay import replay_candidates

MEASURES = ["nDCG@3", "RR", "R@2", "MeanRank", "FirstRank", "LastRank"]


class Stage:
    """Returns the documents of a text, by query; has the documents a to z."""

    def __init__(self, **returned: str) -> None:
        self.returned = returned

    def __contains__(self, doc_id: object) -> bool:
        return isinstance(doc_id, str) and doc_id.islower()

    def retrieve(self, queries, stage, depth=100):
        assert stage == "bm25"
        return Run(
            stage,
            {
                q: rank_by_score(text := self.returned.get(q, ""), range(len(text), 0, -1))[:depth]
                for q in queries
            },
        )


def replayed(lists, stage, *, order="", depth=10):
    rankers = {"new": InOrder(order)} if order else {}
    return replay_candidates(lists, rankers, stage, stage="bm25", depth=depth, measures=MEASURES)


def means(found, system):
    return {name: one.value for name, one in found.system(system).means.items()}


def test_documents_never_shown_stand_in_plain_figures_and_not_in_condensed_ones():
    found = replayed([listed("a. b+")], Stage(q="xyab"), order="yba")
    assert means(found.plain, "first stage (bm25)")["FirstRank"] == 4
    assert means(found.condensed, "first stage (bm25)")["FirstRank"] == 2
    assert means(found.plain, "new")["FirstRank"] == 2
    assert means(found.condensed, "new")["FirstRank"] == 1
    assert found.judged_at_10 == {"first stage (bm25)": 0.5, "new": 0.5}
    assert (found.found, found.not_found) == (1, 0)


def test_used_documents_that_the_first_stage_misses_stand_below_all():
    found = replayed([listed("a+ b+ c.")], Stage(q="bxc"))
    ideal = 1 + 1 / math.log2(3)
    assert means(found.plain, found.first_stage) == pytest.approx(
        {"nDCG@3": 1 / ideal, "RR": 1, "R@2": 0.5, "MeanRank": 2.5, "FirstRank": 1, "LastRank": 4}
    )
    assert (found.found, found.not_found) == (1, 1)


def test_a_query_that_finds_nothing_counts_nothing_found():
    found = replayed([listed("a+ b.")], Stage(), order="ab")
    for system in (found.first_stage, "new"):
        assert means(found.plain, system) == {
            "nDCG@3": 0, "RR": 0, "R@2": 0, "MeanRank": 1, "FirstRank": 1, "LastRank": 1
        }  # fmt: skip
    assert found.judged_at_10[found.first_stage] == 0


def test_masked_documents_are_taken_out_of_both():
    found = replayed([listed("r? a. b+")], Stage(q="rxb"))
    assert means(found.plain, found.first_stage)["FirstRank"] == 2
    assert means(found.condensed, found.first_stage)["FirstRank"] == 1
    assert found.judged_at_10[found.first_stage] == 0.5


def test_documents_read_before_the_search_are_taken_out_where_the_list_does_not_judge_them():
    found = replayed([listed("a. b+", read="yb")], Stage(q="yxba"), order="ybxa")
    for system, first in ((found.first_stage, 2), ("new", 1)):
        assert means(found.plain, system)["FirstRank"] == first
        assert means(found.condensed, system)["FirstRank"] == 1
        assert found.judged_at_10[system] == pytest.approx(2 / 3)


def test_candidates_are_as_many_as_asked_for():
    found = replayed([listed("a. b+")], Stage(q="xyzb"), depth=3)
    assert found.not_found == 1
    with pytest.raises(InputError, match="candidate depth must be at least 1"):
        replayed([listed("a. b+")], Stage(), depth=0)
