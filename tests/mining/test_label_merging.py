"""Merging: states, gains and weights of joined lists, whatever the order of the file."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from quality_lists import gains, label_files, made, states

from lrat_rank.errors import InputError
from lrat_rank.mining.labels import LabelledList, check
from lrat_rank.mining.quality.merging import Merged, merge_queries, merge_sessions
from lrat_rank.mining.quality.query_options import QueryOptions

RULES = ["relevant", "majority", "drop"]
WAYS = ["session", "exact", "minhash", "exact across", "minhash across"]


def merged(lists: list[LabelledList], way: str, rule: str = "relevant") -> Merged:
    if way == "session":
        return merge_sessions(lists, conflicts=QueryOptions.named(conflicts=rule).conflicts)
    similarity, _, across = way.partition(" ")
    options = QueryOptions.named(
        similarity=similarity, threshold=0.6, conflicts=rule, across_groups=bool(across)
    )
    return merge_queries(lists, options)


def joined(*lists: LabelledList, rule: str = "relevant") -> LabelledList:
    (only,) = merge_sessions(lists, conflicts=QueryOptions.named(conflicts=rule).conflicts).lists
    return only


def told(lists: list[LabelledList]) -> dict[str, tuple[object, ...]]:
    """What must be equal, by query_id; weights to twelve digits."""
    return {
        one.query_id: (one.query, one.group, one.trajectory_id, one.context, one.candidates)
        for one in lists
    }


def weights(lists: list[LabelledList]) -> dict[str, float]:
    return {one.query_id: one.weight for one in lists}


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        ("a+", "a.", "relevant"),
        ("a+", "a-", "relevant"),
        ("ar", "a+", "relevant"),
        ("a.", "a-", "rejected"),
        ("ar", "a-", "rejected"),
        ("a?", "a-", "rejected"),
        ("a.", "a?", "unjudged"),
        ("ar", "a?", "unjudged"),
        ("a.", "ar", "already_read"),
        ("a.", "a.", "skipped"),
    ],
)
def test_the_stronger_state_wins_in_either_order(first, second, state):
    there = joined(made(first, turn=0), made(second, turn=1))
    back = joined(made(second, turn=0), made(first, turn=1))
    assert states(there) == states(back) == {"a": state}


def test_a_session_list_is_asked_by_the_question_and_shows_documents_as_they_were_met():
    late = made("c. a+2 b.", "later", turn=5)
    early = made("b+0.5 a.", "early", turn=2)
    session = joined(late, early)
    assert (session.query, session.query_id) == ("Who was it?", "t-session")
    assert [(c.doc_id, c.rank) for c in session.candidates] == [("b", 1), ("a", 2), ("c", 3)]
    assert gains(session) == {"b": 0.5, "a": 2.0, "c": 0.0}
    assert session.context.turn == 2
    assert session.context.previous_queries == ()
    assert all(c.evidence.merged for c in session.candidates)
    assert [c.grade for c in session.candidates] == [1, 2, 0]


def test_the_session_list_of_a_single_list_keeps_the_ranks_that_were_shown():
    one = made("a+ b.")
    shown = tuple(replace(c, rank=c.rank + 2) for c in one.candidates)
    session = joined(replace(one, candidates=shown))
    assert [(c.rank, c.evidence.merged) for c in session.candidates] == [(3, False), (4, False)]


def test_the_gain_is_the_largest_and_not_the_sum():
    assert gains(joined(made("a+0.5", turn=0), made("a+1.5 b.", turn=1)))["a"] == 1.5


def test_trajectories_without_a_question_give_no_session_list():
    result = merge_sessions([made("a+", run="x"), made("a+", run="y", question="")])
    assert [one.trajectory_id for one in result.lists] == ["x"]
    assert result.without_question == ["y"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("relevant", {"a": "relevant", "b": "relevant"}),
        ("majority", {"a": "skipped", "b": "unjudged"}),
        ("drop", {}),
    ],
)
def test_conflicts_follow_the_rule_and_are_told(rule, expected):
    lists = [made("a+ b+ c.", turn=0), made("a. b-", turn=1), made("a. b?", turn=2)]
    result = merged(lists, "exact", rule)
    (one,) = result.lists
    assert states(one) == {**expected, "c": "skipped"}
    assert {c.doc_id: c.kinds for c in result.conflicts} == {
        "a": ["relevant and skipped"],
        "b": ["relevant and rejected"],
    }
    assert [c.rank for c in one.candidates] == list(range(1, len(one.candidates) + 1))


def test_a_list_whose_documents_all_conflict_is_counted_and_left_out():
    result = merged([made("a+", turn=0), made("a.", turn=1)], "exact", "drop")
    assert (result.lists, result.emptied) == ([], 1)


def test_lists_of_two_groups_stay_apart_unless_asked_for():
    lists = [made("a+ b.", run="x", group="1"), made("b+", run="y", group="2")]
    assert len(merged(lists, "exact").lists) == 2
    assert len(merged(lists, "exact across").lists) == 1


def test_joining_groups_joins_every_list_of_them():
    lists = [
        made("a+ b.", "one", run="x", group="1"),
        made("a+ b.", "one", run="y", group="2"),
        made("a+ b.", "other", run="y", turn=1, group="2"),
        made("a+ b.", "other", run="z", group="3"),
        made("a+ b.", "else", run="x", turn=2, group="1"),
        made("a+ b.", "apart", run="w", group="4"),
    ]
    result = merged(lists, "exact across")
    assert {one.query: one.group == "4" for one in result.lists} == {
        "one": False,
        "other": False,
        "else": False,
        "apart": True,
    }
    assert len({one.group for one in result.lists}) == 2
    assert list(result.joined_groups.values()) == [("1", "2", "3")]


def test_what_a_list_counts_for_beside_its_gains_is_kept():
    def worth(weight: float) -> LabelledList:
        return replace(made("a+2 b.", turn=0), weight=weight)

    other = made("a+ b.", "else", run="o", group="o")
    heavy = merged([worth(4.0), made("a+ b+2", turn=1), other], "exact").lists
    light = merged([worth(1.0), made("a+ b+2", turn=1), other], "exact").lists
    assert heavy[0].weight / heavy[1].weight > light[0].weight / light[1].weight


def test_a_threshold_out_of_range_is_refused():
    with pytest.raises(InputError, match="threshold must be above 0"):
        QueryOptions(threshold=0.0)


@given(label_files(), st.sampled_from(WAYS), st.sampled_from(RULES))
@settings(max_examples=60, deadline=None)
def test_merging_twice_is_merging_once(lists, way, rule):
    once = merged(lists, way, rule)
    twice = merged(once.lists, way, rule)
    assert told(twice.lists) == told(once.lists)
    assert weights(twice.lists) == pytest.approx(weights(once.lists))
    assert twice.grade_table == once.grade_table


@given(label_files(), st.sampled_from(WAYS), st.sampled_from(RULES), st.randoms())
@settings(max_examples=60, deadline=None)
def test_merging_does_not_depend_on_the_order_of_the_file(lists, way, rule, chance):
    shuffled = list(lists)
    random.Random(chance.random()).shuffle(shuffled)
    one, other = merged(lists, way, rule), merged(shuffled, way, rule)
    assert told(one.lists) == told(other.lists)
    assert weights(one.lists) == pytest.approx(weights(other.lists))
    assert {c.query_id: c.members for c in one.clusters} == {
        c.query_id: c.members for c in other.clusters
    }


@given(label_files(), st.sampled_from(WAYS), st.sampled_from(RULES))
@settings(max_examples=60, deadline=None)
def test_what_comes_out_keeps_the_contract_and_cuts_no_group(lists, way, rule):
    result = merged(lists, way, rule)
    ids = [one.query_id for one in result.lists]
    assert len(set(ids)) == len(ids)
    for one in result.lists:
        check(one, "here")
        assert sorted(c.rank for c in one.candidates) == list(range(1, len(one.candidates) + 1))
    source = {one.query_id: one.group for one in lists}
    members = {cluster.query_id: cluster.members for cluster in result.clusters}
    home: dict[str, set[str]] = {}
    for one in result.lists:
        alone = one.query_id.replace("-session", f"-{one.context.turn}")
        for member in members.get(one.query_id, [alone]):
            home.setdefault(source[member], set()).add(one.group)
    assert all(len(groups) == 1 for groups in home.values())


@given(label_files(), st.sampled_from(WAYS))
@settings(max_examples=40, deadline=None)
def test_lists_that_order_something_weigh_one_on_average(lists, way):
    ordering = [one.weight for one in merged(lists, way).lists if one.orders_something]
    assert not ordering or sum(ordering) / len(ordering) == pytest.approx(1.0)


def test_of_two_wordings_as_frequent_the_same_leads_wherever_it_stands():
    lists = [
        made("a+ b.", "red fox den map"),
        made("a. b+", "red fox den map old", turn=1),
        made("b+ c.", "new red fox den map", turn=2),
    ]
    there, back = merged(lists, "minhash"), merged(lists[::-1], "minhash")
    assert {one.query for one in there.lists} == {one.query for one in back.lists}
    assert told(there.lists) == told(back.lists)
    assert len(there.lists) < len(lists)


def test_a_joined_list_was_made_for_no_single_browse():
    (browsed,) = made("a+").candidates
    focal = replace(browsed, evidence=replace(browsed.evidence, focal=True))
    lists = [replace(made("a+", turn=turn), candidates=(focal,)) for turn in (0, 1)]
    assert not joined(*lists).candidates[0].evidence.focal
    assert joined(lists[0]).candidates[0].evidence.focal
