"""The invented encyclopedia: the same for a seed, true to its facts, neither easy nor hopeless."""

import hashlib
import os
import subprocess
import sys
from collections import Counter
from itertools import combinations

import numpy as np
import pytest

from lrat_rank.errors import InputError
from lrat_rank.eval.simulation import Split, World, build_world

FINGERPRINT = """
import hashlib
from lrat_rank.eval.simulation import build_world
print(hashlib.sha256(repr(build_world(3, 300, 40)).encode()).hexdigest())
"""


def test_a_seed_gives_the_same_world_in_every_process():
    here = hashlib.sha256(repr(build_world(3, 300, 40)).encode()).hexdigest()
    another = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    there = subprocess.run(
        [sys.executable, "-c", FINGERPRINT],
        env={**os.environ, "PYTHONHASHSEED": another},
        capture_output=True,
        text=True,
        check=True,
    )
    assert there.stdout.strip() == here


def test_another_seed_gives_another_world():
    assert build_world(1, 200, 10).documents != build_world(2, 200, 10).documents


@pytest.mark.parametrize("size", [200, 437])
def test_the_corpus_has_the_size_asked_for(size):
    assert len(build_world(0, size, 10).documents) == size


def test_ids_are_unique(world: World):
    assert len({document.doc_id for document in world.documents}) == len(world.documents)
    assert len({question.question_id for question in world.questions}) == len(world.questions)


def test_documents_have_a_title_and_40_to_120_words(world: World):
    lengths = [len(document.contents.split()) for document in world.documents]
    assert all(document.title for document in world.documents)
    assert min(lengths) >= 40
    assert max(lengths) <= 120


def test_every_supporting_document_states_the_answer(world: World):
    contents = {document.doc_id: document.contents for document in world.documents}
    for question in world.questions:
        for hop in question.hops:
            assert hop.doc_ids
            assert all(hop.answer in contents[doc_id] for doc_id in hop.doc_ids)


def test_the_subject_stands_in_its_sub_question(world: World):
    hops = [hop for question in world.questions for hop in question.hops]
    assert all(hop.subject in hop.query for hop in hops)


def test_a_question_names_its_first_subject_and_hides_the_ones_between(world: World):
    for question in world.questions:
        assert question.hops[0].subject in question.text
        frame = question.text.replace(question.hops[0].subject, "")
        assert all(hop.answer not in frame for hop in question.hops)
        assert len({hop.answer for hop in question.hops}) == len(question.hops)
        assert question.answer == question.hops[-1].answer


def test_no_two_splits_ask_about_the_same_entity(world: World):
    asked = {
        split: {entity for question in world.asked(split) for entity in question.entity_ids}
        for split in Split
    }
    assert all(asked.values())
    for left, right in combinations(Split, 2):
        assert asked[left].isdisjoint(asked[right])


def test_questions_are_shared_out_60_15_25(world: World):
    sizes = Counter(question.split for question in world.questions)
    assert sizes == {Split.TRAINING: 72, Split.VALIDATION: 18, Split.TEST: 30}


def test_questions_have_two_or_three_hops(world: World):
    assert {len(question.hops) for question in world.questions} == {2, 3}


def test_topics_and_qrels_speak_of_the_same_queries(world: World):
    topics, qrels = world.topics("test"), world.qrels("test")
    assert list(topics) == list(qrels)
    assert len(topics) == sum(len(question.hops) for question in world.asked("test"))
    known = {document.doc_id for document in world.documents}
    for judged in qrels.values():
        assert set(judged.values()) == {1}
        assert known.issuperset(judged)


def test_names_are_shared_and_pages_of_every_kind_exist(world: World):
    titles = Counter(document.title for document in world.documents)
    texts = [document.text for document in world.documents]
    assert any(count > 3 for count in titles.values())
    assert any(title.endswith(("(film)", "(novel)", "(opera)", "(painting)")) for title in titles)
    assert any(title.endswith("(disambiguation)") for title in titles)
    assert any(title.startswith("List of ") for title in titles)
    assert any("is a stub" in text for text in texts)


def test_bm25_finds_much_and_far_from_all_on_test_sub_questions(world: World, tool):
    ideal_of, gains = world.qrels("test"), []
    for query_id, query in world.topics("test").items():
        shown = [hit.doc_id in ideal_of[query_id] for hit in tool.search(query, 10)]
        ideal = sum(1 / np.log2(rank + 2) for rank in range(min(10, len(ideal_of[query_id]))))
        gains.append(sum(hit / np.log2(rank + 2) for rank, hit in enumerate(shown)) / ideal)
    chance = 10 / len(world.documents)
    assert 20 * chance < np.mean(gains) < 0.85


def test_sub_questions_and_evidence_often_share_no_word_but_the_name(world: World):
    contents = {document.doc_id: document.contents.lower() for document in world.documents}
    silent = 0
    hops = list(world.sub_questions("test").values())
    for hop in hops:
        words = hop.query.replace(hop.subject, "").lower().strip("?").split()
        told = [word for word in words if len(word) > 4]
        silent += not any(word in contents[hop.doc_ids[0]] for word in told)
    assert silent > 0.3 * len(hops)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_documents": 100}, "n_documents must be from 200 to 20,000; got 100."),
        ({"n_documents": 10**6}, "n_documents must be from 200 to 20,000; got 1000000."),
        ({"n_questions": 0}, "n_questions must be at least 1; got 0."),
    ],
)
def test_a_size_out_of_range_is_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        build_world(**arguments)


def test_more_questions_than_the_facts_allow_are_refused():
    with pytest.raises(InputError, match=r"n_questions must be small enough for \d+ \w+ questions"):
        build_world(0, 200, 20_000)
