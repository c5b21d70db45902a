"""A replay gives rankers each list with the context it was logged with."""

from overlap_index import OverlapIndex
from replay_lists import InOrder, listed

from lrat_rank.eval.replay import replay, replay_candidates

LISTS = [
    listed("1+ 2. 4.", "a", previous=("odes",), read=("2",)),
    listed("2+ 1. 4.", "b", group="other"),
]


def test_the_logged_context_reaches_every_ranker():
    first, second = InOrder("124"), InOrder("421")
    replay(LISTS, {"first": first, "second": second})
    logged = {one.query_id: one.context for one in LISTS}
    for ranker in (first, second):
        assert {one.query_id: one.context for one in ranker.seen} == logged


def test_candidates_of_the_first_stage_are_ranked_in_the_same_context():
    ranker = InOrder("12")
    asked = [listed("1+ 2.", f"poet odes {n}", previous=("x",) * n) for n in range(2)]
    replay_candidates(asked, {"ranker": ranker}, Poets(), stage="bm25")
    assert [one.context for one in ranker.seen] == [one.context for one in asked]
    assert all(len(one.doc_ids) > 2 for one in ranker.seen)


class Poets(OverlapIndex):
    """Answers every query with the documents on poets and odes."""

    def retrieve(self, queries, stage, depth):
        return super().retrieve(dict.fromkeys(queries, "poet odes"), stage, depth)
