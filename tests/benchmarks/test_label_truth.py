"""What labels of simulated agents say beside the judgements."""

from label_truth import relevant, states, table
from study.material import Material
from study.tasks import Task
from study_collection import place_of, write_collection

from lrat_rank.mining.labels import Candidate, Context, LabelledList, State


def a_list(group: str, told: dict[str, State]) -> LabelledList:
    candidates = tuple(
        Candidate(doc_id=doc_id, rank=rank, state=state, gain=float(state is State.RELEVANT))
        for rank, (doc_id, state) in enumerate(told.items(), start=1)
    )
    return LabelledList(
        query_id=group,
        query="where?",
        context=Context(turn=0),
        trajectory_id=group,
        group=group,
        candidates=candidates,
    )


def test_a_document_counts_once_a_question_and_one_useful_showing_is_enough():
    once = {"a": State.SKIPPED, "b": State.REJECTED, "c": State.SKIPPED, "d": State.UNJUDGED}
    again = {"a": State.RELEVANT, "b": State.SKIPPED, "c": State.SKIPPED, "d": State.SKIPPED}
    lists = [a_list("run 1", once), a_list("run 2", again), a_list("other", {"a": State.SKIPPED})]
    found = states(lists, {"run 1": "q", "run 2": "q", "other": "p"})
    assert found == {
        ("q", "a"): State.RELEVANT,
        ("q", "b"): State.REJECTED,
        ("q", "c"): State.SKIPPED,
        ("q", "d"): State.UNJUDGED,
        ("p", "a"): State.SKIPPED,
    }


def test_relevant_to_a_question_is_what_any_of_its_queries_was_judged_to_need():
    question_of = {"1": "q", "1-hop": "q", "2": "p"}
    whole = Task("questions", (), {"1": {"a": 1, "b": 0}, "2": {"c": 2}}, question_of)
    steps = Task("sub-questions", (), {"1-hop": {"d": 1}}, question_of)
    assert relevant([whole, steps]) == {("q", "a"), ("q", "d"), ("p", "c")}


def test_the_table_counts_what_agents_of_a_collection_did(tmp_path):
    write_collection(tmp_path, "some", seed=3, documents=220, questions=8)
    head, _, row = table([Material("some", place_of(tmp_path))])
    assert head == "| collection | useful | opened in vain | shown, not opened |"
    name, *cells = row.strip("| ").split(" | ")
    shares, counts = zip(*(cell.split("% of ") for cell in cells), strict=True)
    assert name == "some"
    assert all(int(count) > 0 for count in counts)
    useful, in_vain, skipped = map(float, shares)
    assert useful > max(in_vain, skipped)
