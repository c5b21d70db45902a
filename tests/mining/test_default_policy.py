"""Policy `default` says what the trajectory says: masks where it is silent, negatives where not."""

import pytest
from hand_made import mined, run, search, states

from lrat_rank.mining.miner import Correctness, MiningOptions, mine
from lrat_rank.trajectories.model import Answer, Browse, Reasoning


def test_a_browse_belongs_to_the_most_recent_search_that_showed_the_document():
    labels = mined(
        "default",
        run(
            search("q1", "a b"),
            search("q2", "a c"),
            search("q3", "d"),
            Browse("a"),
            Reasoning("ok"),
        ),
    )
    assert [made.query for made in labels.lists] == ["q2"]
    assert states(labels) == [{"a": "relevant", "c": "skipped"}]
    assert labels.report.to_dict()["drops"] == {"search without a browse": 2}


def test_a_document_read_before_the_search_is_masked():
    labels = mined(
        "default",
        run(
            search("q1", "a b"),
            Browse("a"),
            Reasoning("good"),
            search("q2", "a c"),
            Browse("c"),
            Reasoning("good"),
        ),
    )
    assert states(labels)[1] == {"a": "already_read", "c": "relevant"}
    assert not next(c for c in labels.lists[1].candidates if c.doc_id == "a").judged


@pytest.mark.parametrize(
    ("said", "state"), [("good", "unjudged"), ("unclear", "unjudged"), ("in vain", "skipped")]
)
def test_a_document_the_agent_came_back_for_is_no_negative_unless_it_was_rejected(said, state):
    labels = mined(
        "default",
        run(
            search("q1", "a b"),
            Browse("a"),
            Reasoning("good"),
            search("q2", "b c"),
            Browse("b"),
            Reasoning(said),
        ),
    )
    assert states(labels)[0] == {"a": "relevant", "b": state}


def test_a_failed_judge_never_becomes_a_label():
    labels = mined("default", run(search("q", "a b"), Browse("a"), Reasoning("unclear")))
    assert states(labels) == [{"a": "unjudged", "b": "skipped"}]
    assert labels.lists[0].candidates[0].gain == 0
    assert not labels.lists[0].candidates[0].judged


def test_a_failed_browse_is_masked_and_the_reasoning_is_not_about_it():
    labels = mined(
        "default", run(search("q", "a b"), Browse("a", failed=True), Browse("b"), Reasoning("x y"))
    )
    assert states(labels) == [{"a": "unjudged", "b": "relevant"}]
    assert labels.lists[0].candidates[1].evidence.reasoning_length == 2
    assert not labels.lists[0].candidates[1].evidence.shared


@pytest.mark.parametrize("failures", [(True, False), (False, True)])
def test_a_document_that_came_back_at_the_second_try_or_the_first_was_read(failures):
    tries = [Browse("a", failed=failed) for failed in failures]
    labels = mined("default", run(search("q", "a b"), *tries, Reasoning("x y")))
    assert states(labels) == [{"a": "relevant", "b": "skipped"}]
    assert labels.lists[0].candidates[0].evidence.reasoning_length == 2


def test_a_relevant_document_without_reasoning_gets_the_mean_of_the_others():
    labels = mined(
        "default",
        run(
            search("q1", "a b c d"),
            Browse("a"),
            Reasoning("one"),
            Browse("b"),
            Reasoning("one two three"),
            search("q2", "e"),  # an action, so that the reading of c stays without a word
            Browse("c"),
            search("q3", "f"),
        ),
    )
    gains = {c.doc_id: c.gain for c in labels.lists[0].candidates}
    assert gains["c"] == pytest.approx((gains["a"] + gains["b"]) / 2)
    assert gains["a"] < gains["c"] < gains["b"]
    assert states(labels)[0]["c"] == "relevant"


def test_missing_reasoning_is_never_silently_a_weight_of_one():
    labels = mined(
        "default",
        run(search("q1", "a b"), Browse("a"), search("q2", "c d"), Browse("c"), Reasoning("good")),
    )
    assert states(labels)[0] == {"a": "unjudged", "b": "skipped"}
    assert labels.report.to_dict()["notes"]["browse without reasoning"] == 1


def test_documents_opened_together_share_the_reasoning_evenly():
    labels = mined(
        "default",
        run(search("q", "a b c d"), Browse("a", also=("b",)), Browse("c"), Reasoning("w " * 9)),
    )
    evidence = [c.evidence for c in labels.lists[0].candidates[:3]]
    assert [e.reasoning_length for e in evidence] == [3, 3, 3]
    assert all(e.shared for e in evidence)


def test_consecutive_reasoning_turns_are_one_text_up_to_the_next_action():
    labels = mined(
        "default",
        run(
            search("q", "a b"),
            Browse("a"),
            Reasoning("one two"),
            Reasoning("three"),
            search("r", "c"),
            Reasoning("not about a"),
        ),
    )
    assert labels.lists[0].candidates[0].evidence.reasoning_length == 3


def test_repeated_browses_of_a_document_add_up():
    labels = mined(
        "default",
        run(
            search("q", "a b"),
            Browse("a"),
            Reasoning("in vain"),
            Browse("a"),
            Reasoning("now it helps"),
        ),
    )
    evidence = labels.lists[0].candidates[0].evidence
    assert states(labels) == [{"a": "relevant", "b": "skipped"}]
    assert (evidence.turn, evidence.reasoning_length) == (1, 5)


@pytest.mark.parametrize(
    ("after", "marked"), [((Answer("a"),), True), ((), True), ((search("r", "z"),), False)]
)
def test_reasoning_before_the_answer_is_marked(after, marked):
    labels = mined("default", run(search("q", "a b"), Browse("a"), Reasoning("so"), *after))
    assert labels.lists[0].candidates[0].evidence.before_answer is marked


def test_browses_without_a_place_are_counted_and_dropped():
    labels = mined(
        "default",
        run(Browse("y"), Reasoning("good"), search("q", "a b x"), Browse("x"), Browse("a")),
        corpus="a b y",
    )
    assert states(labels) == [{"a": "unjudged", "b": "skipped"}]
    assert labels.report.to_dict()["drops"] == {
        "browse of a document that no search had shown": 1,
        "browse of a document that is not in the corpus": 1,
        "shown document that is not in the corpus": 1,
    }


def test_the_context_is_what_the_agent_knew_when_it_searched():
    labels = mined(
        "default",
        run(
            Reasoning("first"),
            search("q1", "a b"),
            Browse("a", also=("b",)),
            Browse("c", failed=True),
            Reasoning("then"),
            Reasoning("and so"),
            search("q2", "d e"),
            Browse("d"),
            Reasoning("later"),
        ),
    )
    context = labels.lists[1].context
    assert (context.turn, context.question) == (6, "Who was it?")
    assert context.reasoning == "then\nand so"
    assert context.previous_queries == ("q1",)
    assert context.read_doc_ids == ("a", "b")


def test_known_wrong_trajectories_are_filtered_only_when_asked():
    wrong = run(search("q", "a b"), Browse("a"), Reasoning("good"), correct=False)
    unknown = run(search("q", "a b"), Browse("a"), Reasoning("good"), trajectory_id="u")
    assert len(mined("default", wrong, unknown).lists) == 2
    filtered = mined("default", wrong, unknown, correctness=Correctness.FILTER)
    assert [made.trajectory_id for made in filtered.lists] == ["u"]
    assert filtered.report.to_dict()["dropped_trajectories"][0]["trajectory_id"] == "t"


def test_a_document_shown_twice_in_a_list_keeps_its_first_rank():
    labels = mined("default", run(search("q", "a b a"), Browse("b"), Reasoning("good")))
    assert [(c.doc_id, c.rank) for c in labels.lists[0].candidates] == [("a", 1), ("b", 2)]


def test_a_log_without_reasoning_gives_labels_when_the_user_says_what_a_browse_is_worth():
    options = MiningOptions.named(judge="none", missing_reasoning="mean")
    labels = mine([run(search("q1", "a b"), Browse("a"))], options)
    [relevant, skipped] = labels.lists[0].candidates
    assert (relevant.state, relevant.gain, relevant.evidence.imputed) == ("relevant", 1.0, True)
    assert (skipped.state, skipped.gain) == ("skipped", 0.0)
    assert labels.lists[0].meta.half_life is None
