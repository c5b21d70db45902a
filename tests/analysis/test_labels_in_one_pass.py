"""The report's labels are the miner's, though only a few runs are held."""

from collections import Counter

import pytest
from invented_runs import analysis, ordinary, run, shown

from lrat_rank.analysis.reasons import labels_by_turn
from lrat_rank.mining.labels import State
from lrat_rank.mining.miner import mine
from lrat_rank.mining.options import MiningOptions
from lrat_rank.mining.policies import POLICIES
from lrat_rank.trajectories.model import Browse, Reasoning

USEFUL = Reasoning("This confirms the answer, which is what I need.")


@pytest.fixture(params=POLICIES.names())
def options(request: pytest.FixtureRequest) -> MiningOptions:
    return MiningOptions.named(policy=request.param)


def test_half_life_and_states_are_those_of_mining(options):
    made, mined = analysis(*ordinary(), options=options), mine(ordinary(), options)
    states = Counter(c.state for labelled in mined.lists for c in labelled.candidates)
    assert made.labelling.lists == len(mined.lists) > 0
    assert +made.labelling.states == states
    assert made.intensity is not None
    assert made.intensity.half_life == mined.lists[0].meta.half_life
    assert made.intensity.mean_utility == pytest.approx(mined.lists[0].meta.mean_utility)


def test_gains_in_the_viewer_are_those_of_mining_all_runs(options):
    made, mined = analysis(*ordinary(), show=4, options=options), mine(ordinary(), options)
    gains = {
        (labelled.trajectory_id, c.evidence.turn, c.doc_id): c.gain
        for labelled in mined.lists
        for c in labelled.candidates
        if c.state is State.RELEVANT
    }
    shown_gains = {
        (view.trajectory_id, turn.turn, document.doc_id): document.gain
        for view in made.runs
        for turn in view.turns
        if turn.kind == "browse"
        for document in turn.documents
        if document.state == "relevant"
    }
    assert len(made.runs) == 4
    assert shown_gains
    assert shown_gains == {key: pytest.approx(gains[key]) for key in shown_gains}


def test_the_gain_distribution_holds_every_relevant_document_with_reasoning():
    made, mined = analysis(*ordinary()), mine(ordinary())
    gains = [c.gain for m in mined.lists for c in m.candidates if c.state is State.RELEVANT]
    assert sorted(made.labelling.gains().elements()) == pytest.approx(sorted(gains))
    assert sum(count for _, _, count in made.gain_bins()) == len(gains)


def test_a_document_is_labelled_where_it_was_shown_and_where_it_was_opened():
    one = run(shown("q", "a b"), Browse("b"), USEFUL, shown("r", "b c"), Browse("c"), USEFUL)
    labels = labels_by_turn(one, mine([one]).lists)
    assert {key: label.state for key, label in labels.items()} == {
        (0, "a"): "skipped",
        (0, "b"): "relevant",
        (1, "b"): "relevant",
        (3, "b"): "already_read",
        (3, "c"): "relevant",
        (4, "c"): "relevant",
    }
    assert labels[0, "b"].why.startswith("Opened in turn 2 · judge: “")
    assert labels[0, "b"].gain == labels[1, "b"].gain == 1.0
    assert labels[0, "a"].gain is None


def test_a_refused_run_says_why_it_gives_no_labels():
    wrong = run(shown("q", "a"), Browse("a"), USEFUL, correct=False)
    (view,) = analysis(wrong, options=MiningOptions.named(policy="paper")).runs
    assert view.refusal == "trajectory with a wrong answer"
    assert "wrong answer" in view.turns[0].documents[0].why
    assert view.turns[0].documents[0].state == ""


def test_a_list_nothing_was_opened_from_says_so():
    (view,) = analysis(run(shown("q", "a"), shown("r", "b"), Browse("b"), USEFUL)).runs
    assert view.turns[0].documents[0].state == ""
    assert "nothing it showed was opened" in view.turns[0].documents[0].why


def test_names_of_refused_runs_are_not_gathered():
    made = analysis(*(run(Reasoning("hm"), name=f"n{i}") for i in range(50)), show=1)
    assert made.labelling.report.dropped_trajectories == []
    assert sum(made.labelling.report.drops.values()) == 50
