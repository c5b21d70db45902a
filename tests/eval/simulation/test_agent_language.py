"""What the simulated agent writes and reads: queries, reasoning, names with slips of spelling."""

from collections import Counter
from random import Random

import pytest

from lrat_rank.eval.simulation import World, simulate
from lrat_rank.eval.simulation.facts import RELATIONS
from lrat_rank.eval.simulation.names import NameMaker
from lrat_rank.eval.simulation.query_forms import QUERY_FORMS, Request, choose_form
from lrat_rank.eval.simulation.reading import is_evidence, mentions, snippet_match
from lrat_rank.eval.simulation.relations import Kind, Relation
from lrat_rank.eval.simulation.spelling import misspell
from lrat_rank.eval.simulation.thoughts import Tone, after_reading
from lrat_rank.trajectories.model import Reasoning, Search

REQUEST = Request("Where did the poet Ana Lorvik die?", "the poet Ana Lorvik")


@pytest.mark.parametrize("form", QUERY_FORMS, ids=lambda form: form.name)
def test_every_form_names_the_subject_when_no_word_is_dropped(form):
    query = form.write(REQUEST, Random("a"), 0.0)
    assert "Ana Lorvik" in query


def test_dropping_words_never_empties_a_query():
    for form in QUERY_FORMS:
        assert form.write(REQUEST, Random("a"), 1.0).split()


def test_a_form_is_not_used_twice_in_a_row():
    rng, last = Random("a"), None
    for _ in range(200):
        form = choose_form(rng, last=last)
        assert form is not last
        last = form


def test_forms_come_by_their_shares():
    rng = Random("a")
    counts = Counter(choose_form(rng, last=None).name for _ in range(4000))
    for form in QUERY_FORMS:
        assert counts[form.name] / 4000 == pytest.approx(form.share, abs=0.03)


def test_queries_of_one_world_are_varied(world: World, tool):
    queries = [
        turn.query
        for run in simulate(world.questions[:40], tool)
        for turn in run.turns
        if isinstance(turn, Search)
    ]
    asked = {hop.query for question in world.questions for hop in question.hops}
    assert 0.1 < sum(query in asked for query in queries) / len(queries) < 0.7


def test_a_name_is_recognised_in_spite_of_a_slip():
    rng = Random("a")
    names = NameMaker(rng, people=40)
    towns = [names.place() for _ in range(60)]
    found = sum(mentions(misspell(rng, town), f"Fog is common in {town}.") for town in towns)
    assert found / len(towns) > 0.85


def test_another_name_is_not_taken_for_it():
    assert not mentions("Ana Lorvik", "Ana Tessund was a poet.")


def test_evidence_needs_both_the_answer_and_the_subject():
    assert is_evidence(REQUEST, "Kelmby", "Ana Lorvik died in Kelmby.")
    assert not is_evidence(REQUEST, "Kelmby", "Ana Lorvik died far away.")
    assert not is_evidence(REQUEST, "Kelmby", "Tor Massek died in Kelmby.")


def test_the_snippet_score_lies_between_0_and_1_and_grows_with_the_words_held():
    none = snippet_match(REQUEST, "A town by the sea.")
    some = snippet_match(REQUEST, "Ana Lorvik was a painter.")
    whole = snippet_match(REQUEST, "The poet Ana Lorvik did die here.")
    assert 0.0 == none < some < whole == 1.0


@pytest.mark.parametrize("words", [20, 60, 150])
def test_reasoning_reaches_its_length_within_a_sentence(words):
    text = " ".join(f"Sentence number {n} of the page says little." for n in range(9))
    lengths = [
        len(
            after_reading(
                Random(str(seed)),
                text=text,
                subject="Ana Lorvik",
                value="Kelmby",
                words=words,
                tone=Tone.USEFUL,
            ).split()
        )
        for seed in range(40)
    ]
    assert sum(lengths) / len(lengths) == pytest.approx(words, abs=6)


def test_braces_in_a_document_are_quoted_as_they_are():
    said = after_reading(
        Random("a"), text="Set {x} here.", subject="a {y}", value=None, words=400, tone=Tone.USELESS
    )
    assert "Set {x} here." in said


def test_reasoning_is_never_empty_and_rarely_repeats(world: World, tool):
    texts = [
        turn.text
        for run in simulate(world.questions[:40], tool)
        for turn in run.turns
        if isinstance(turn, Reasoning)
    ]
    assert all(text.strip() for text in texts)
    long = [text for text in texts if len(text.split()) > 30]
    assert len(set(long)) > 0.95 * len(long)


@pytest.mark.parametrize("kind", Kind)
def test_every_relation_is_worded_in_many_ways_with_its_places_to_fill(kind):
    for relation in RELATIONS[kind]:
        assert relation.subject is kind
        assert_places(relation)


def assert_places(relation: Relation) -> None:
    assert len(relation.statements) >= 4
    assert len(relation.questions) >= 2
    assert all("{s}" in text and "{o}" in text for text in relation.statements)
    assert all(
        "{s}" in text and "{o}" not in text
        for text in [*relation.questions, *relation.phrases, *relation.gaps]
    )
    assert all(
        "{o}" in text and "{s}" not in text
        for text in [*relation.lookups, *relation.lookup_phrases]
    )
    assert not set(relation.statements) & set(relation.gaps)
