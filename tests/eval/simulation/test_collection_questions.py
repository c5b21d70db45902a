"""Questions over any collection: what is read, what is derived, what is refused."""

import json

import pytest

from lrat_rank.errors import InputError
from lrat_rank.eval.simulation import (
    evidence_of,
    questions_from_hops,
    questions_from_qrels,
    simulate,
)

RECORD = {
    "_id": "q1",
    "question": "Who led the company that made the Kelm press?",
    "answer": "Ana Lor",
    "hops": [
        {"query": "What company made the Kelm press?", "docid": "d1", "answer": "Tor Mills"},
        {"query": "Who led Tor Mills ?", "docid": "d2", "answer": "Ana Lor"},
    ],
}


@pytest.fixture
def hops_file(tmp_path):
    def write(*records):
        path = tmp_path / "hops.jsonl"
        lines = [r if isinstance(r, str) else json.dumps(r) for r in records]
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


def without(name: str) -> dict:
    return {key: value for key, value in RECORD.items() if key != name}


def with_hops(*hops: object) -> dict:
    return {**RECORD, "hops": list(hops)}


def test_hops_become_a_question_with_its_evidence(hops_file):
    (question,) = questions_from_hops(hops_file(RECORD))
    assert (question.question_id, question.text) == ("q1", RECORD["question"])
    assert question.answer == "Ana Lor"
    assert [hop.doc_ids for hop in question.hops] == [("d1",), ("d2",)]
    assert evidence_of([question]) == {"q1": {"d1", "d2"}}
    assert all(hop.labelled for hop in question.hops)


@pytest.mark.parametrize(
    ("query", "before", "subject", "follows"),
    [
        ("Who led Tor Mills ?", ["Tor Mills"], "Tor Mills", 1),
        ("Where does Tor lie, and Tor Mills?", ["Tor Mills", "Tor"], "Tor Mills", 2),
        ("Who led the Church of Kelm in 1900?", ["Tor"], "Church of Kelm", 0),
        ("Who ruled the USSR in 1914?", ["US", "19"], "USSR", 0),
        ("Who ruled the US's fleet?", ["US"], "US", 1),
        ("Who led R&B Co. (Tor)?", ["R&B Co."], "R&B Co.", 1),
        ("Ana Lor citizenship", [], "Ana Lor", 0),
        ("What is The Long Road about?", [], "Long Road", 0),
        ("where was the battle of mine creek fought", [], "mine creek fought", 0),
        ("What?", [], "What?", 0),
    ],
)
def test_the_subject_is_an_earlier_answer_or_the_longest_name_or_run_of_words(
    hops_file, query, before, subject, follows
):
    earlier = [{"query": "x y", "docid": "d", "answer": answer} for answer in before]
    last = {"query": query, "docid": "d9", "answer": "z"}
    (question,) = questions_from_hops(hops_file(with_hops(*earlier, last)))
    hop = question.hops[-1]
    assert (hop.subject, hop.follows) == (subject, follows)
    assert hop.subject in hop.query


def test_a_hop_may_have_several_documents(hops_file):
    hop = {**RECORD["hops"][0], "docid": ["d1", 7, "d1"]}
    (question,) = questions_from_hops(hops_file(with_hops(hop)))
    assert question.hops[0].doc_ids == ("d1", "7")


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (without("_id"), "an id under one of _id"),
        (without("question"), "question must be text; got None"),
        (without("hops"), "hops must be a list of objects, at least one; got None"),
        (with_hops(), "hops must be a list of objects"),
        (with_hops("d1"), "hops must be a list of objects"),
        (with_hops({"query": " ", "docid": "d", "answer": "a"}), r"query must be text.*hop 1"),
        (RECORD | {"question": "?"}, "question must be worded, with a letter or digit"),
        (with_hops({"query": "…?", "docid": "d", "answer": "a"}), r"must be worded.*hop 1"),
        (with_hops({"query": "q", "docid": "d"}), r"answer must be text.*hop 1"),
        (with_hops({"query": "q", "answer": "a"}), "hop must be an object with an id under"),
        (with_hops({"query": "q", "docid": [], "answer": "a"}), "docid must be one id or more"),
        ("{", "hops"),
    ],
)
def test_a_malformed_line_is_named(hops_file, record, message):
    with pytest.raises(InputError, match=message) as error:
        questions_from_hops(hops_file(RECORD | {"_id": "q0"}, record))
    assert "hops.jsonl:2" in str(error.value)


def test_an_id_that_comes_twice_and_an_empty_file_are_refused(hops_file):
    with pytest.raises(InputError, match="_id must be unique"):
        questions_from_hops(hops_file(RECORD, RECORD))
    with pytest.raises(InputError, match="got an empty file"):
        questions_from_hops(hops_file())


def test_a_topic_becomes_a_question_of_as_many_hops_as_it_has_relevant_documents():
    topics = {"1": "methods of sorting large files on tape", "2": "no relevant document here"}
    qrels = {"1": {"a": 2, "b": 1, "c": 0, "d": -1}, "3": {"a": 1}}
    (question,) = questions_from_qrels(topics, qrels, aspects=5)
    assert question.evidence == {"a", "b"}
    assert len(question.hops) == 2
    assert question.hops[0].query == topics["1"]
    assert all(hop.subject in hop.query for hop in question.hops)


def test_the_aspects_deal_out_the_words_of_the_topic():
    qrels = {"1": dict.fromkeys("abcdef", 1)}
    (question,) = questions_from_qrels({"1": "sorting large files on tape"}, qrels, aspects=3)
    assert [hop.query for hop in question.hops[1:]] == ["sorting large", "files tape"]


def test_topics_without_relevant_documents_and_no_aspects_are_refused():
    with pytest.raises(InputError, match="some that have relevant documents"):
        questions_from_qrels({"1": "a"}, {"2": {"d": 1}})
    with pytest.raises(InputError, match=r"must be worded.*query 7"):
        questions_from_qrels({"7": "?"}, {"7": {"d": 1}})
    with pytest.raises(InputError, match="aspects must be at least 1"):
        questions_from_qrels({"1": "a"}, {"1": {"d": 1}}, aspects=0)


@pytest.mark.parametrize("text", ["Who is it?", "1", "of - the"])
def test_a_question_of_no_words_that_carry_meaning_is_never_searched_blank(tool, text):
    questions = questions_from_qrels({"1": text}, {"1": {"d1": 1, "d2": 1}})
    runs = [run for seed in range(20) for run in simulate(questions, tool, seed=seed)]
    assert all(turn.query.strip() for run in runs for turn in run.turns if hasattr(turn, "query"))


def test_a_topic_is_right_when_enough_different_relevant_documents_were_read(world, tool):
    topics, qrels = world.topics("training"), {}
    for query_id, text in topics.items():
        hits = tool.search(text, 6)
        qrels[query_id] = {hit.doc_id: 1 for hit in hits[1::2]}
    questions = questions_from_qrels(topics, qrels, aspects=2)
    runs = list(simulate(questions[:60], tool))
    assert {run.correct for run in runs} == {True, False}
    for question, run in zip(questions, runs, strict=False):
        opened = {turn.doc_id for turn in run.turns if hasattr(turn, "doc_id")}
        assert not run.correct or len(opened & question.evidence) >= len(question.hops)
