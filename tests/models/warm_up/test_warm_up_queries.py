"""Queries made from a document: what they say, and what is hidden of it."""

import numpy as np
import pytest
from made_corpus import COMMON, documents

from lrat_rank.collections import Document
from lrat_rank.collections.analyzer import Analyzer
from lrat_rank.features.forward import ForwardIndex
from lrat_rank.models.warm_up.queries import phrases_query, sentence_query, title_query
from lrat_rank.models.warm_up.salient import salient_query, salient_units

MADE = documents()
FORWARD = ForwardIndex.build([(d.title, d.text) for d in MADE], Analyzer("none"))


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("seed", range(5))
def test_the_sentence_asked_for_is_not_in_the_text_that_is_read(seed):
    asked = 0
    for document in MADE:
        query = sentence_query(document, FORWARD, rng(seed))
        if query is None:
            continue
        asked += 1
        read = query.reading.of(document)
        assert query.text in document.text
        assert query.text.lower() not in read.text.lower()
        assert read.title == document.title
        # All the rest is still there, word for word.
        rest = document.text.replace(query.text, " ").split()
        assert read.text.split() == rest
        other = Document("other", document.text)
        assert query.reading.of(other) == other
    assert asked > 30


def test_a_document_of_one_sentence_or_none_gives_no_sentence():
    assert sentence_query(Document("a", "Bake lomi nura seti vozu bali."), FORWARD, rng()) is None
    assert sentence_query(Document("a", ""), FORWARD, rng()) is None
    no_ends = " ".join(MADE[0].text.replace(".", "").split())
    assert sentence_query(Document("a", no_ends), FORWARD, rng()) is None


def test_a_sentence_that_comes_twice_is_hidden_both_times_or_not_asked():
    first, second = MADE[0].text.split(". ")[:2]
    twice = Document("a", f"{first}. {second}. {first}.")
    found = [sentence_query(twice, FORWARD, rng(seed)) for seed in range(10)]
    assert any(query is not None for query in found)
    for query in found:
        assert query is None or query.text not in query.reading.of(twice).text


def test_a_title_is_hidden_with_all_other_titles_and_needs_a_text_to_stand_for():
    titled = next(d for d in MADE if d.title and len(d.text) > 80)
    query = title_query(titled, FORWARD, rng())
    assert query.text == titled.title
    assert all(query.reading.of(document).title == "" for document in MADE)
    assert all(query.reading.of(document).text == document.text for document in MADE)
    assert title_query(Document("a", titled.text), FORWARD, rng()) is None
    assert title_query(Document("a", "bake lomi", titled.title), FORWARD, rng()) is None
    assert title_query(Document("a", titled.text, "!?"), FORWARD, rng()) is None


@pytest.mark.parametrize("seed", range(5))
def test_phrases_are_words_of_the_document_in_its_order_none_twice(seed):
    for document in MADE:
        query = phrases_query(document, FORWARD, rng(seed))
        if not document.contents:
            assert query is None
            continue
        words = query.text.split()
        assert 1 <= len(words) <= 6
        assert len({word.lower() for word in words}) == len(words)
        place = -1
        spoken = document.contents.replace(".", " ").split()
        for word in words:
            place = spoken.index(word, place + 1)


def test_rare_words_are_asked_for_more_often_than_common_ones():
    document = next(d for d in MADE if len(d.text) > 150)
    terms = FORWARD.term_ids(document.contents)
    rare = np.median(FORWARD.idf[terms])
    asked = [phrases_query(document, FORWARD, rng(seed)).text for seed in range(100)]
    found = np.concatenate([FORWARD.idf[FORWARD.term_ids(text)] for text in asked])
    assert (found > rare).mean() > 0.75


def test_a_phrase_that_comes_back_is_worth_as_much_more():
    one, other, third = COMMON[:3]
    words, units = salient_units(f"{one} {other} {third} {one} {other}", FORWARD)
    assert words[:2] == [one, other]
    once = salient_units(f"{one} {other} {third}", FORWARD)[1]
    assert units[0, 1] == pytest.approx(2 * once[0, 1])
    assert (3, 4) not in units


def test_text_that_nothing_tells_apart_asks_nothing():
    assert salient_query("", FORWARD, rng()) == ""
    assert salient_query("unheard of", FORWARD, rng()) == ""
