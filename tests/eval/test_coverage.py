"""What runs and qrels do not share is counted and named."""

import pytest

from lrat_rank.collections import Run, rank_by_score
from lrat_rank.collections.runs import RankColumn
from lrat_rank.errors import InputError
from lrat_rank.eval.coverage import coverage


def run_of(rankings):
    return Run(
        "a",
        {query: rank_by_score(list(hits), list(hits.values())) for query, hits in rankings.items()},
    )


def test_missing_and_extra_queries_are_named():
    run = run_of({"q1": {"d1": 1.0}, "q3": {}, "q9": {"d1": 1.0}})
    found = coverage(run, {"q1": {"d1": 1}, "q2": {"d1": 1}, "q3": {"d1": 1}})
    assert found.missing_query_ids == ("q2", "q3")
    assert found.extra_query_ids == ("q9",)


def test_judged_at_10_is_the_mean_share_over_the_queries_answered():
    ten_of_twelve = {f"d{rank}": -float(rank) for rank in range(12)}
    run = run_of({"q1": ten_of_twelve, "q2": {"d1": 2.0, "x": 1.0}})
    judged = {"q1": {"d0": 1, "d1": 0, "d10": 1, "d11": 1}, "q2": {"d1": 0}, "q3": {"d1": 1}}
    assert coverage(run, judged).judged_at_10 == pytest.approx((2 / 10 + 1 / 2) / 2)


def test_a_grade_of_zero_is_judged_and_an_absent_document_is_not():
    assert coverage(run_of({"q": {"d": 1.0}}), {"q": {"d": 0}}).judged_at_10 == 1.0
    assert coverage(run_of({"q": {"d": 1.0}}), {"q": {"e": 0}}).judged_at_10 == 0.0


def test_ties_that_can_change_a_value_are_named():
    run = run_of({"harmless": {"a": 1.0, "b": 1.0}, "harmful": {"a": 1.0, "b": 1.0}})
    judged = {"harmless": {"a": 1, "b": 1}, "harmful": {"a": 1}}
    assert coverage(run, judged).tied_query_ids == ("harmful",)


def test_scores_that_trec_eval_holds_equal_are_ties():
    run = run_of({"q": {"a": 1.0 + 1e-12, "b": 1.0}})
    assert coverage(run, {"q": {"a": 1}}).tied_query_ids == ("q",)


def test_scores_beyond_single_precision_are_ties_without_a_warning(recwarn):
    run = run_of({"q": {"a": 1e300, "b": 2e300}})
    assert coverage(run, {"q": {"a": 1}}).tied_query_ids == ("q",)
    assert not list(recwarn)


def test_no_query_in_common_names_both_sides_and_the_likeness():
    run = run_of({"Q301": {"a": 1.0}, "Q302": {"a": 1.0}})
    with pytest.raises(InputError) as caught:
        coverage(run, {"301": {"a": 1}, "302": {"a": 1}}, name="bm25")
    message = str(caught.value)
    assert "query ids of run bm25" in message
    assert "'301', '302'" in message
    assert "'Q301', 'Q302' ('Q301' looks like '301')" in message


def test_a_run_that_answers_nothing_is_refused():
    with pytest.raises(InputError, match="got none"):
        coverage(run_of({"q": {}}), {"q": {"a": 1}})


def test_documents_beyond_the_tenth_do_not_count_whatever_their_place_in_the_file():
    scores = {f"d{number}": float(number % 3) for number in range(30)}
    first_ten = [hit.doc_id for hit in Run.from_scores("a", {"q": scores}).rankings["q"][:10]]
    judged = {first_ten[0]: 1, first_ten[9]: 1} | {
        doc_id: 1 for doc_id in scores if doc_id not in first_ten
    }
    assert coverage(Run.from_scores("a", {"q": scores}), {"q": judged}).judged_at_10 == 0.2


@pytest.mark.parametrize(
    ("ours", "theirs"), [("q12", "12"), ("012", "12"), ("MB_b", "mb-B"), ("topic-7", "Topic 007")]
)
def test_ids_spelled_differently_on_both_sides_are_paired(ours, theirs):
    run = run_of({"both": {"d": 1.0}, ours: {"d": 1.0}})
    found = coverage(run, {"both": {"d": 1}, theirs: {"d": 1}, "else": {"d": 1}})
    assert found.alike_query_ids == ((ours, theirs),)


def test_ids_that_may_be_any_of_several_are_not_paired():
    run = run_of({"both": {"d": 1.0}, "12": {"d": 1.0}, "x9": {"d": 1.0}})
    judged = {one: {"d": 1} for one in ("both", "q12", "t12", "x8")}
    assert coverage(run, judged).alike_query_ids == ()


def test_documents_that_are_never_judged_show_the_nearest_one():
    run = run_of({"q": {"MS_001": 2.0, "MS_002": 1.0}})
    found = coverage(run, {"q": {"MS-002.txt": 1, "zzz": 1}})
    assert found.unmatched_doc_id is not None
    assert found.unmatched_doc_id[1] == "MS-002.txt"
    assert coverage(run, {"q": {"zzz": 1}}).unmatched_doc_id == ("MS_001", "")


def test_one_judged_document_at_any_depth_is_a_match():
    run = run_of({"q": {f"d{rank}": -float(rank) for rank in range(50)}})
    assert coverage(run, {"q": {"d49": 1}}).unmatched_doc_id is None


def test_what_the_rank_column_said_is_kept():
    ranks = RankColumn(not_from_one=("q",))
    run = Run.from_scores("a", {"q": {"d": 1.0}}, rank_column=ranks)
    assert coverage(run, {"q": {"d": 1}}).rank_column == ranks
