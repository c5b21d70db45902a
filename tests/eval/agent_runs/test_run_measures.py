"""What one run did is counted as the published evaluations count it."""

import pytest

from lrat_rank.eval.agent_runs.measures import (
    documents_seen,
    evidence_recall,
    final_answer,
    successful_calls,
)
from lrat_rank.trajectories import browsecomp_run
from lrat_rank.trajectories.model import (
    Answer,
    Browse,
    Impression,
    OtherCall,
    Reasoning,
    Search,
    Trajectory,
)

RUN = Trajectory(
    "t",
    "Who?",
    (
        Reasoning("Hm."),
        Search("q", (Impression("a", 1), Impression("b", 2))),
        Search("q", failed=True),
        Browse("c", also=("d",)),
        Browse("x", failed=True),
        OtherCall("python"),
        Answer("Kelm"),
    ),
)


def test_steps_are_the_calls_that_a_browsecomp_record_counts_as_successful():
    calls = successful_calls(RUN)
    assert (calls.searches, calls.browses, calls.steps) == (1, 1, 3)
    assert calls.steps == sum(browsecomp_run(RUN)["tool_call_counts"].values())


def test_seen_is_shown_or_opened_and_nothing_that_failed():
    assert documents_seen(RUN) == {"a", "b", "c", "d"}


@pytest.mark.parametrize(
    ("evidence", "recall"),
    [(["a", "x"], 0.5), (["d"], 1.0), (["a", "a", "z", "z"], 0.5), (["x"], 0.0), ([], None)],
)
def test_evidence_recall_is_the_share_seen_of_distinct_documents(evidence, recall):
    assert evidence_recall(RUN, evidence) == recall


@pytest.mark.parametrize("status", ["error", "Timed out", "out-of-tokens", "INCOMPLETE"])
def test_what_a_run_that_broke_off_left_behind_is_no_answer(status):
    assert final_answer(Trajectory("t", "", (Answer("Kelm"),), status=status)) == ""


@pytest.mark.parametrize("status", [None, "completed", "out_of_steps", "anything else"])
def test_the_last_answer_counts(status):
    turns = (Answer("First"), Search("q"), Answer(" Kelm \n"))
    assert final_answer(Trajectory("t", "", turns, status=status)) == "Kelm"


def test_a_run_without_an_answer_has_none():
    assert final_answer(Trajectory("t", "", (Search("q"),))) == ""
