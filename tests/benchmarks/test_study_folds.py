"""Folds: no question is in two parts, and no training list is about a tested question."""

from types import SimpleNamespace

import pytest
from study.contest_split import Split
from study.folds import (
    about,
    check_unseen,
    fold_of_questions,
    joined,
    questions_of_groups,
    some_questions,
)
from study.states import with_sessions
from study_lists import runs

from lrat_rank.eval.simulation import Hop, Question

NAMES = [f"q{number}" for number in range(23)]


def question(name: str, *queries: str) -> Question:
    hops = tuple(
        Hop(query=query, doc_ids=("d",), answer="", subject=query, follows=0) for query in queries
    )
    return Question(name, name, hops)


def test_every_question_is_in_one_fold_and_folds_are_of_like_size():
    fold_of = fold_of_questions(NAMES, 5, seed=0)
    assert set(fold_of) == set(NAMES)
    sizes = [list(fold_of.values()).count(fold) for fold in range(5)]
    assert sorted(sizes) == [4, 4, 5, 5, 5]


def test_folds_depend_on_the_seed_and_on_nothing_else():
    again = fold_of_questions(NAMES[::-1], 5, seed=0)
    assert fold_of_questions(NAMES, 5, seed=0) == again
    assert fold_of_questions(NAMES, 5, seed=1) != again


def test_questions_that_share_a_sub_question_are_one_and_so_in_one_fold():
    found = joined(
        [
            question("b", "who rules Kelm?", "where is Kelm?"),
            question("a", "Where is  Kelm?"),
            question("c", "who sings?"),
            question("d", "who sings?", "WHO RULES KELM?"),
            question("e", "something else"),
        ]
    )
    assert found == {"a": "a", "b": "a", "c": "a", "d": "a", "e": "e"}


def test_training_lists_of_a_fold_are_about_other_questions_session_lists_too():
    lists = runs(questions=10)
    question_of = questions_of_groups(lists, {f"q{n}": f"q{n}" for n in range(10)})
    fold_of = fold_of_questions(question_of.values(), 5, seed=0)
    every = with_sessions(lists)
    for fold in range(5):
        tested = {name for name, number in fold_of.items() if number == fold}
        training = about(every, set(fold_of) - tested, question_of)
        check_unseen(training, tested, question_of)
        ids = {one.query_id for one in training}
        rest = [one for one in every if one.query_id not in ids]
        assert {question_of[one.group] for one in rest} == tested
        assert len(training) == len(every) * 4 // 5


def test_a_planted_leak_is_caught():
    lists = runs(questions=4)
    question_of = questions_of_groups(lists, {f"q{n}": f"q{n}" for n in range(4)})
    with pytest.raises(AssertionError, match="1 tested questions have training lists, q2"):
        check_unseen(lists, {"q2", "elsewhere"}, question_of)


def test_a_larger_set_of_training_questions_keeps_those_of_a_smaller_one():
    few, more = some_questions(NAMES, 5, seed=3), some_questions(NAMES, 12, seed=3)
    assert len(few) == 5
    assert few < more < set(NAMES)


def test_a_contests_questions_learn_choose_or_are_tested_and_each_is_tested_once():
    lists = runs(questions=12)
    units = {f"q{n}" for n in range(12)}
    home = SimpleNamespace(
        units=units,
        cues=lists,
        question_of=questions_of_groups(lists, {name: name for name in units}),
    )
    splits = [Split(home, fold) for fold in range(5)]

    def questions(part):
        return {home.question_of[one.group] for one in part}

    for split in splits:
        parts = [questions(split.learning), questions(split.choosing), split.tested]
        assert sum(map(len, parts)) == len(units)
        assert set.union(*parts) == units
        assert questions(split.training) == parts[0] | parts[1]
    tested = [name for split in splits for name in split.tested]
    assert sorted(tested) == sorted(units)
