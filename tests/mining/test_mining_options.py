"""What the mining options do to labels: dwell time, agents apart, wrong runs, masks, correction."""

import math

import pytest
from hand_made import WordJudge, search

from lrat_rank.errors import InputError
from lrat_rank.mining.examination import ExaminationTable
from lrat_rank.mining.labels import LabelledList, State
from lrat_rank.mining.miner import MiningOptions, mine
from lrat_rank.mining.report import Note
from lrat_rank.trajectories.model import Answer, Browse, Reasoning, Search, Trajectory

WORDS = "word " * 400


def thought(tokens: int, **marks: bool) -> Reasoning:
    return Reasoning(WORDS[: 5 * tokens].strip(), **marks)


def trajectory(*turns, name="t", **facts) -> Trajectory:
    return Trajectory(name, f"Question {name}?", turns, **facts)


def mined(*trajectories, **options):
    return mine(trajectories, MiningOptions.named(judge=WordJudge(), **options))


def only(labels) -> LabelledList:
    (labelled,) = labels.lists
    return labelled


def states(labelled: LabelledList) -> dict[str, State]:
    return {candidate.doc_id: candidate.state for candidate in labelled.candidates}


def test_a_batch_shares_the_reasoning_after_it_even_around_a_search():
    together = mined(
        trajectory(
            Search("first", search("q", "a b c").impressions),
            Browse("a", batch=1),
            Search("second", search("q", "d").impressions, batch=1),
            Browse("b", batch=1),
            thought(40),
        )
    )
    evidence = {c.doc_id: c.evidence for c in only(together).candidates}
    assert [evidence[d].reasoning_length for d in "ab"] == [20, 20]
    assert evidence["a"].shared
    apart = mined(
        trajectory(
            Search("first", search("q", "a b c").impressions),
            Browse("a"),
            Search("second", search("q", "d").impressions),
            Browse("b"),
            thought(40),
        ),
        missing_reasoning="mean",
    )
    lengths = {c.doc_id: c.evidence.reasoning_length for c in only(apart).candidates}
    assert (lengths["a"], lengths["b"]) == (None, 40)


def test_a_browse_owes_nothing_to_a_list_it_was_made_beside():
    labels = mined(
        trajectory(
            Search("seen", search("q", "a b").impressions),
            Search("beside", search("q", "a c").impressions, batch=1),
            Browse("a", batch=1),
            thought(20),
        )
    )
    assert only(labels).query == "seen"


def test_withheld_reasoning_ends_a_block_and_is_unjudged():
    class Silent(WordJudge):
        """Says nothing about nothing."""

        def decide(self, case):
            from lrat_rank.mining.judges import Decision, Verdict

            return super().decide(case) if case.reasoning else Decision(Verdict.UNKNOWN)

    turns = (
        search("q", "a b c"),
        Browse("a"),
        Reasoning("", withheld=True),
        Browse("b"),
        thought(30),
    )
    labels = mine([trajectory(*turns)], MiningOptions(judge=Silent()))
    assert states(only(labels)) == {
        "a": State.UNJUDGED,
        "b": State.RELEVANT,
        "c": State.SKIPPED,
    }
    assert labels.report.notes[Note.WITHHELD_REASONING] == 1
    assert not only(labels).candidates[1].evidence.shared


def stay(doc_id: str, at: float, seconds: float) -> tuple:
    """A visit without reasoning, and the search that ends it."""
    return Browse(doc_id, at=at, returned=at + 1), Search("next", at=at + 1 + seconds)


def test_dwell_stands_in_only_where_reasoning_is_missing():
    turns = (
        search("q", "a b c d"),
        *stay("a", 0, 10),
        *stay("b", 100, 40),
        Browse("c", at=200, returned=201),
        thought(20),
        Search("next", at=900),
        Browse("d"),  # nobody knows when
    )
    labels = mined(trajectory(*turns), intensity="dwell")
    labelled = only(labels)
    by_doc = {candidate.doc_id: candidate for candidate in labelled.candidates}
    assert [by_doc[d].evidence.dwell for d in "abcd"] == [10, 40, None, None]
    assert labels.report.notes[Note.DWELL] == 2
    # seconds and tokens have half-lives of their own: 25 s and 20 tokens
    utilities = [1 - 2 ** (-10 / 25), 1 - 2 ** (-40 / 25)]
    mean = sum(utilities) / 2
    gains = [by_doc[d].gain for d in "abc"]
    assert gains == pytest.approx([utilities[0] / mean, utilities[1] / mean, 1.0])
    assert labelled.meta.half_life == 20


def test_without_the_option_dwell_is_nothing():
    labels = mined(trajectory(search("q", "a b"), *stay("a", 0, 10)))
    assert all(c.gain == 0 and c.evidence.dwell is None for c in only(labels).candidates)


def two_agents() -> list[Trajectory]:
    return [
        trajectory(
            search("q", "a b"), Browse("a"), thought(tokens), name=f"{agent}{n}", agent=agent
        )
        for agent, lengths in {"terse": (5, 10, 20), "verbose": (50, 100, 200)}.items()
        for n, tokens in enumerate(lengths)
    ]


def test_agents_are_fitted_apart_on_request():
    apart = mined(*two_agents(), normalise="agent")
    gains = [labelled.candidates[0].gain for labelled in apart.lists]
    assert gains[:3] == pytest.approx(gains[3:])
    assert {labelled.meta.half_life for labelled in apart.lists} == {10, 100}
    together = mined(*two_agents())
    assert {labelled.meta.half_life for labelled in together.lists} == {35}
    assert together.lists[1].candidates[0].gain < together.lists[4].candidates[0].gain


def test_a_wrong_answer_is_ignored_weighed_or_dropped():
    runs = [
        trajectory(search("q", "a b"), Browse("a"), thought(10), name=name, correct=correct)
        for name, correct in {"right": True, "wrong": False, "unknown": None}.items()
    ]
    assert [labelled.weight for labelled in mined(*runs).lists] == [1, 1, 1]
    weighed = mined(*runs, correctness="weight", wrong_weight=0.25)
    assert [labelled.weight for labelled in weighed.lists] == pytest.approx([4 / 3, 1 / 3, 4 / 3])
    kept = mined(*runs, correctness="filter")
    assert [labelled.trajectory_id for labelled in kept.lists] == ["right", "unknown"]


MARKED = {
    "before-answer": (Browse("a"), thought(10), Answer("42")),
    "truncated": (Browse("a"), thought(10, truncated=True), Search("next")),
    "shared": (Browse("a"), Browse("b"), thought(10), Search("next")),
}


@pytest.mark.parametrize("mark", MARKED)
def test_a_mark_masks_the_browses_that_carry_it_and_no_others(mark):
    run = trajectory(search("q", "a b c"), *MARKED[mark])
    for name in MARKED:
        labels = mined(run, masked=[name])
        expected = State.UNJUDGED if name == mark else State.RELEVANT
        assert states(only(labels))["a"] is expected
        assert labels.report.notes[Note.MASKED] == (expected is State.UNJUDGED) * (
            2 if mark == "shared" else 1
        )


def test_examination_divides_gains_and_is_told():
    run = trajectory(search("q", "a b c"), Browse("b"), thought(10), Search("next"))
    table = ExaminationTable(examination=(1.0, 0.25))
    corrected = only(mined(run, examination=table)).candidates[1]
    assert (corrected.gain, corrected.evidence.examination) == (4.0, 0.25)
    plain = only(mined(run)).candidates[1]
    assert (plain.gain, plain.evidence.examination) == (1.0, None)


def test_every_gain_and_weight_stays_finite_when_wrong_runs_count_for_nothing():
    run = trajectory(search("q", "a b"), Browse("a"), thought(10), correct=False)
    labelled = only(mined(run, correctness="weight", wrong_weight=0.0))
    assert labelled.weight == 0
    assert math.isfinite(labelled.candidates[0].gain)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"masked": ["before-anser"]}, "Did you mean before-answer"),
        ({"intensity": "time"}, "one of reasoning, dwell"),
        ({"normalise": "agents"}, "Did you mean agent"),
        ({"wrong_weight": 2.0}, "between 0 and 1"),
    ],
)
def test_a_mistyped_option_is_told(option, message):
    with pytest.raises(InputError, match=message):
        MiningOptions.named(**option)
