"""Which runs the page shows, and how much of each."""

import tracemalloc

import msgspec
import pytest
from invented_runs import analysis, ordinary, run, shown

from lrat_rank.analysis.behaviour import Outcome
from lrat_rank.analysis.choice import Choice
from lrat_rank.analysis.viewer import (
    LONGEST_NAME,
    LONGEST_SNIPPET,
    LONGEST_TEXT,
    MOST_SHOWN,
    MOST_TURNS,
    run_view,
    within_budget,
)
from lrat_rank.errors import InputError
from lrat_rank.pipeline.analyze import Shown, analyze
from lrat_rank.trajectories.model import Browse, Impression, Reasoning, Search


def names(made) -> list[str]:
    return [view.trajectory_id for view in made.runs]


def test_the_choice_does_not_depend_on_the_order_of_the_runs():
    runs = ordinary(40)
    assert set(names(analysis(*runs, show=7))) == set(names(analysis(*reversed(runs), show=7)))


def test_every_outcome_gets_its_turn():
    choice = Choice[str](3)
    for number in range(100):
        choice.offer(f"c{number}", Outcome.CORRECT, "correct")
    choice.offer("i", Outcome.INCORRECT, "incorrect")
    assert sorted(choice.chosen()) == ["correct", "correct", "incorrect"]


def test_few_runs_are_all_shown_in_the_order_they_came():
    assert names(analysis(*ordinary(8))) == [f"r{n}" for n in range(8)]


def test_no_more_is_held_than_can_be_shown():
    choice = Choice[int](2)
    for number in range(1000):
        choice.offer(str(number), Outcome.UNKNOWN, number)
    assert sum(len(kept) for kept in choice._kept.values()) == 2


def test_memory_does_not_grow_with_the_number_of_runs():
    def runs():
        for number in range(80):
            page = Browse("a", f"{number} " * 50_000)
            yield run(shown("q", "a b"), page, Reasoning("useful"), name=f"n{number}")

    tracemalloc.start()
    assert len(analyze(runs(), shown=Shown(2)).runs) == 2
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 80 * 150_000 / 2  # the texts are 80 × 150,000 characters and more


def test_named_runs_are_shown_and_an_unknown_name_is_refused():
    wanted = Shown(30, frozenset({"r3", "r7"}))
    assert names(analyze(ordinary(), shown=wanted)) == ["r3", "r7"]
    with pytest.raises(InputError, match="'absent'"):
        analyze(ordinary(), shown=Shown(30, frozenset({"r3", "absent"})))


def test_showing_none_is_allowed_and_fewer_is_not():
    assert names(analysis(*ordinary(3), show=0)) == []
    with pytest.raises(InputError, match="0 or more"):
        Shown(-1)


def test_long_texts_names_and_lists_are_cut_and_say_by_how_much():
    hits = tuple(Impression("x" * 999, n, None, "s" * 999) for n in range(1, MOST_SHOWN + 6))
    one = run(Search("q" * 9999, hits), Browse("x" * 999, "t" * 9999), Reasoning("r" * 9999))
    search, browse, reasoning = run_view(one, []).turns
    for view in (search.text, browse.documents[0].text, reasoning.text):
        assert len(view.text) == LONGEST_TEXT
        assert view.cut == 9999 - LONGEST_TEXT
    assert len(search.documents) == MOST_SHOWN
    assert search.unshown == 5
    assert search.documents[0].text.cut == 999 - LONGEST_SNIPPET
    assert len(search.documents[0].doc_id) == LONGEST_NAME + 1


def test_the_middle_of_a_long_run_is_left_out_and_its_end_is_kept():
    view = run_view(run(*(Reasoning(str(n)) for n in range(500))), [])
    assert len(view.turns) == MOST_TURNS
    assert view.skipped_turns == 500 - MOST_TURNS
    assert view.turns[0].text.text == "0"
    assert (view.turns[-1].turn, view.turns[-1].text.text) == (499, "499")


def test_all_runs_together_stay_within_the_budget():
    views = analysis(*ordinary(12)).runs
    size = len(msgspec.json.encode(views[0])) * 3
    kept = within_budget(views, size)
    assert 0 < len(kept) < 12
    assert sum(len(msgspec.json.encode(view)) for view in kept) <= size


def test_a_lone_surrogate_does_not_stop_the_report():
    view = run_view(run(shown("\ud800", "a"), Reasoning("\udfff")), [])
    assert b"?" in msgspec.json.encode(view)
