"""Policy `paper` follows the paper's text: D_t, its next-turn browses, and the rest of D_t."""

from hand_made import mined, run, search, states

from lrat_rank.trajectories.model import Browse, Reasoning


def test_negatives_are_the_unbrowsed_documents_of_the_latest_list():
    labels = mined(
        "paper",
        run(
            search("q1", "a b"),
            search("q2", "c d e f"),
            Browse("c"),
            Reasoning("good"),
            Browse("d"),
            Reasoning("in vain"),
            search("q3", "e g"),
            Browse("e"),
            Reasoning("good"),
        ),
    )
    # d was opened in vain and e is opened later: neither is a negative of q2.
    assert states(labels) == [
        {"c": "relevant", "f": "skipped"},
        {"e": "relevant", "g": "skipped"},
    ]


def test_a_browse_from_an_older_list_gives_nothing():
    labels = mined("paper", run(search("q1", "a b"), search("q2", "c"), Browse("a")))
    assert labels.lists == []
    drops = labels.report.to_dict()["drops"]
    assert drops["browse of a document that is not in the latest list"] == 1


def test_a_document_read_before_the_search_is_a_negative_as_the_paper_excepts_none():
    turns = (search("q1", "a b"), Browse("a"), Reasoning("good"), search("q2", "a c"), Browse("c"))
    labels = mined("paper", run(*turns, Reasoning("good")))
    assert states(labels)[1] == {"a": "skipped", "c": "relevant"}


def test_only_correct_and_completed_trajectories_count_and_the_unknown_are_noted():
    turns = (search("q", "a b"), Browse("a"), Reasoning("good"))
    labels = mined(
        "paper",
        run(*turns, trajectory_id="wrong", correct=False),
        run(*turns, trajectory_id="stopped", correct=True, status="max_steps"),
        run(*turns, trajectory_id="right", correct=True, status="completed"),
        run(*turns, trajectory_id="unknown"),
    )
    assert [made.trajectory_id for made in labels.lists] == ["right", "unknown"]
    report = labels.report.to_dict()
    assert report["drops"] == {
        "trajectory with a wrong answer": 1,
        "trajectory that did not complete": 1,
    }
    assert report["notes"] == {"trajectory whose correctness is not known": 1}
