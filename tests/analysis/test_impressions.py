"""What counts as shown, and what as browsed: each rule on the smallest run that needs it."""

from collections import Counter

import pytest

from lrat_rank.analysis.bias.impressions import LeftOut, counted_lists
from lrat_rank.trajectories.model import Browse, Impression, Reasoning, Search, Trajectory


def search(documents, *, propensity=None, **fields):
    shown = tuple(
        Impression(d, rank, propensity=(propensity or {}).get(rank))
        for rank, d in enumerate(documents.split(), start=1)
    )
    return Search("q", shown, **fields)


def counted(*turns, depth=20):
    """What counts, as `document@rank` with `!` where browsed, a list each; and what does not."""
    left_out = Counter()
    lists = counted_lists(Trajectory("t", "Who?", turns), depth, left_out)
    return [
        " ".join(f"{s.doc_id}@{s.rank}{'!' * s.browsed}" for s in one.shots) for one in lists
    ], dict(left_out)


@pytest.mark.parametrize(
    ("turns", "shots"),
    [
        ([search("a b"), Browse("b")], ["a@1 b@2!"]),
        ([search("a b"), Reasoning("Hm."), Browse("b", also=("a",))], ["a@1! b@2!"]),
        ([search("a b"), Browse("elsewhere")], ["a@1 b@2"]),
        ([Browse("a"), search("b c"), Browse("c")], ["b@1 c@2!"]),
        ([search("a b", failed=True), search("b a"), Browse("a")], ["b@1 a@2!"]),
        ([search("a b"), Browse("b", failed=True)], ["a@1 b@2!"]),
        ([search("a a b"), Browse("b")], ["a@1 b@3!"]),
    ],
)
def test_an_impression_is_browsed_when_its_document_is_opened_after_it(turns, shots):
    assert counted(*turns) == (shots, {})


def test_a_list_of_one_document_leaves_nothing_to_choose():
    shots, left_out = counted(search("a"), Browse("a"), search("b c"), Browse("c"))
    assert shots == ["", "b@1 c@2!"]
    assert left_out == {LeftOut.ALONE: 1}


def test_a_browse_belongs_to_the_most_recent_search_that_showed_the_document():
    shots, left_out = counted(search("a b"), search("c b"), search("d e"), Browse("b"))
    assert shots == ["a@1 b@2", "c@1 b@2!", "d@1 e@2"]
    assert left_out == {}


@pytest.mark.parametrize("failed", [False, True])
def test_what_was_opened_before_does_not_count_again(failed):
    shots, left_out = counted(
        search("a b"), Browse("a", failed=failed), search("c a"), Browse("a"), Browse("c")
    )
    assert shots == ["a@1! b@2", "c@1!"]
    assert left_out == {LeftOut.OPENED_BEFORE: 1}


def test_a_list_cannot_have_led_to_a_browse_of_its_own_message():
    shots, left_out = counted(search("a b", batch=1), Browse("b", batch=1))
    assert shots == ["a@1"]
    assert left_out == {LeftOut.OPENED_BEFORE: 1}


def test_a_browse_of_a_searchs_message_belongs_to_the_search_before():
    shots, _ = counted(search("a b"), search("c b", batch=1), Browse("b", batch=1))
    assert shots == ["a@1 b@2!", "c@1"]


def test_a_document_that_searches_of_one_message_share_does_not_count():
    shots, left_out = counted(search("a b", batch=1), search("b c", batch=1), Browse("b"))
    assert shots == ["a@1", "c@2"]
    assert left_out == {LeftOut.SHOWN_IN_PARALLEL: 2}


def test_ranks_below_the_depth_do_not_count():
    shots, left_out = counted(search("a b c"), Browse("c"), depth=2)
    assert shots == ["a@1 b@2"]
    assert left_out == {LeftOut.TOO_DEEP: 1}


def test_places_in_play_are_known_even_where_their_documents_do_not_count():
    left_out = Counter()
    turns = (Browse("a"), search("a b c", propensity={1: 0.5, 2: 1.0, 3: 0.5}))
    (one,) = counted_lists(Trajectory("t", "", turns), 20, left_out)
    assert one.slots == {1: 0.5, 3: 0.5}
    assert [shot.doc_id for shot in one.shots] == ["b", "c"]
