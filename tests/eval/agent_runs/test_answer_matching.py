"""Two ways to write one answer are equal, and two answers are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrat_rank.errors import InputError
from lrat_rank.eval.agent_runs.matching import MATCHES, AnswerCase
from lrat_rank.eval.agent_runs.normalising import normalised

SAME = [
    ("the Anglican Communion", "Anglican communion."),
    ("Zoë Café", "Zoe Cafe\u0301"),
    ("Ｋelm", "kelm"),
    ("ﬁne", "fine"),
    ("Straße", "STRASSE"),
    ("U.S.A.", "USA"),
    ("O’Brien", "O'Brien"),
    ("Jean-Paul Sartre", "Jean–Paul Sartre"),
    ("1,234,567", "1234567"),
    ("35", "35.0"),
    ("-3.0", "−3.00"),
    (".5", "0.5"),
    ("5 %", "5.0％"),
    ("O−", "O-"),
    ("type AB–", "Type AB-"),
    ("10²", "10^2"),
    ("10⁻³ m", "10^−3 m"),
    ("35 km²", "35 km2"),
    ("2½", "2 1/2"),
    ("∞", " ∞ "),
    ("Kelm—Arl", "Kelm–Arl"),
    ("−5", "-5"),
    ("٣٥", "35"),
    ("$5 million", "5 million"),
    ("“The Who”", "Who"),
    ("1990–1995", "1990-1995"),
    ("a  b\tc", "a b c"),
    ("Vitamin A", "vitamin a"),
    ("A", "a"),
]
DIFFERENT = [
    ("O-", "O"),
    ("O-", "O+"),
    ("AB−", "AB"),
    ("Python 3.10", "Python 3.1"),
    ("10²", "102"),
    ("2³", "23"),
    ("10⁻³", "10-3"),
    ("2½", "21/2"),
    ("5%", "5"),
    ("∞", "−∞"),
    ("∞", "?"),
    ("3.14", "314"),
    ("-5", "5"),
    ("C++", "C"),
    ("C++", "C#"),
    ("Vitamin A", "Vitamin"),
    ("A", "The"),
    ("12", "1 2"),
    ("1,23", "123"),
    ("Kelm, in Arl", "Kelm"),
    ("2", "two"),
    ("हिन्दी", "हन्द"),
    ("й", "и"),
    ("35.05", "35.5"),
    ("", "Kelm"),
]


def decided(match: str, response: str, *references: str) -> bool | None:
    return MATCHES.get(match).decide(AnswerCase("", response, references)).correct


@pytest.mark.parametrize(("left", "right"), SAME)
def test_normalised_is_equal_where_only_the_writing_differs(left, right):
    assert decided("normalised", left, right) is True
    assert decided("normalised", right, left) is True


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_normalised_keeps_what_tells_answers_apart(left, right):
    assert decided("normalised", left, right) is False
    assert decided("normalised", right, left) is False


@given(st.text(max_size=40) | st.text("a5.,'-+#%^² ½—", max_size=12))
def test_normalising_twice_changes_nothing_more(text):
    once = normalised(text)
    assert once == " ".join(once.split())
    assert normalised(once) == once


def test_a_contained_answer_is_not_equal_and_contains_is_a_match_of_its_own():
    prose = "After a long search I am sure that it was Ana Lor of Kelm, a poet."
    assert decided("normalised", prose, "Ana Lor") is False
    assert decided("exact", prose, "Ana Lor") is False
    assert decided("contains", prose, "Ana Lor") is True
    assert decided("contains", prose, "Lor Ana") is False
    assert decided("contains", "Analore", "Ana") is False


def test_contains_reads_the_stated_answer_alone_where_there_is_one():
    assert decided("contains", "Not Kelm.\nExact Answer: Arl", "Kelm") is False


def test_exact_wants_every_character():
    assert decided("exact", "Exact Answer: Ana Lor", "Ana Lor") is True
    assert decided("exact", "Exact Answer: ana lor", "Ana Lor") is False


def test_any_alias_will_do():
    assert decided("normalised", "NYC", "New York City", "N.Y.C.") is True


@pytest.mark.parametrize("match", ["normalised", "contains"])
def test_a_reference_of_punctuation_alone_is_met_by_nothing(match):
    assert decided(match, "...", "?!") is False


def test_an_unknown_match_is_answered_with_the_nearest():
    with pytest.raises(InputError, match=r"Did you mean normalised\?"):
        MATCHES.get("normalized")
