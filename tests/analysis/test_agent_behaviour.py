"""What agents did is counted right, and by outcome and agent."""

import pytest
from invented_runs import analysis, ordinary, run, shown

from lrat_rank.analysis.behaviour import MOST_AGENTS, OTHER_AGENTS, Behaviour
from lrat_rank.mining.tokenizers import WhitespaceTokenizer
from lrat_rank.trajectories.model import Answer, Browse, OtherCall, Reasoning, Search


def test_a_row_holds_the_means_of_its_runs():
    one = run(
        shown("q", "a b"),
        Reasoning("Let us see."),
        Browse("a", also=("b",)),
        Reasoning("useful " * 10),
        shown("r", "c"),
        OtherCall("python"),
        Answer("done"),
        correct=True,
    )
    two = run(shown("q", "a"), Browse("a"), name="u", correct=True)
    (row,) = analysis(one, two).outcome_rows()
    assert (row.outcome, row.agent, row.trajectories) == ("correct", "all", 2)
    assert (row.steps, row.searches, row.browses) == (3.0, 1.5, 1.5)
    assert row.browses_per_search == 1.0
    assert row.searches_followed == pytest.approx(2 / 3)
    assert row.reasoning_tokens == 5.0
    assert row.answered == 0.5


def test_a_mean_over_nothing_is_none_and_not_zero():
    (row,) = analysis(run(Answer("guessed"))).outcome_rows()
    assert row.browses_per_search is None
    assert row.searches_followed is None
    assert row.reasoning_tokens is None
    assert row.relevant is None


def test_outcomes_come_first_then_their_agents_and_all_runs_last():
    rows = [(row.outcome, row.agent) for row in analysis(*ordinary(6)).outcome_rows()]
    assert rows[:3] == [("correct", "all"), ("correct", "agent-0"), ("correct", "agent-1")]
    assert rows[-1] == ("all", "all")
    assert len(rows) == 3 * 3 + 1


def test_the_rows_of_the_outcomes_add_up_to_the_last():
    rows = analysis(*ordinary(9)).outcome_rows()
    parts = [row for row in rows[:-1] if row.agent == "all"]
    assert sum(row.trajectories for row in parts) == rows[-1].trajectories == 9
    assert sum(row.verdicts for row in parts) == rows[-1].verdicts


def test_transitions_leave_reasoning_out_and_end_every_run():
    one = run(shown("q", "a"), Reasoning("hm"), Browse("a"), Search("r"), Answer("x"))
    two = run(shown("q", "a"), name="u")
    found = {(t.source, t.to): (t.count, t.share) for t in analysis(one, two).transitions()}
    assert found == {
        ("start", "search"): (2, 1.0),
        ("search", "browse"): (1, pytest.approx(1 / 3)),
        ("search", "answer"): (1, pytest.approx(1 / 3)),
        ("search", "stop"): (1, pytest.approx(1 / 3)),
        ("browse", "search"): (1, 1.0),
    }


def test_shares_of_what_follows_an_action_sum_to_one():
    for outcome in (None, *analysis(*ordinary()).behaviour.transitions):
        shares: dict[str, float] = {}
        for one in analysis(*ordinary()).transitions(outcome):
            shares[one.source] = shares.get(one.source, 0.0) + one.share
        assert list(shares.values()) == pytest.approx([1.0] * len(shares))


def test_agents_beyond_the_bound_share_a_row():
    behaviour = Behaviour(WhitespaceTokenizer())
    for number in range(MOST_AGENTS + 5):
        behaviour.see(run(shown("q", "a"), agent=f"agent-{number}"))
    agents = {agent for _, agent in behaviour.runs}
    assert len(agents) == MOST_AGENTS + 1
    assert behaviour.runs[next(k for k in behaviour.runs if k[1] == OTHER_AGENTS)].trajectories == 5


def test_failed_searches_are_no_empty_lists():
    behaviour = analysis(run(Search("q", failed=True), Search("r"), shown("s", "a b"))).behaviour
    assert behaviour.failed_searches == 1
    assert behaviour.list_sizes == {0: 1, 2: 1}
