"""Text to terms."""

import bm25s.stopwords
import pytest
import Stemmer

from lrat_rank.collections.analyzer import Analyzer
from lrat_rank.errors import InputError

TEXT = "The RUNNERS were running; Ünal's x1 naïve résumés, 3.14 a b_c!"


def test_terms_are_the_stems_of_words_that_are_no_stop_words():
    stem = Stemmer.Stemmer("english").stemWord
    words = ["the", "runners", "were", "running", "ünal", "x1", "naïve", "résumés", "14", "b_c"]
    expected = [stem(word) for word in words if word not in bm25s.stopwords.STOPWORDS_EN]
    assert Analyzer("english").terms(TEXT) == expected


def test_no_language_keeps_every_word():
    assert Analyzer("none").terms("The Runners a THE") == ["the", "runners", "the"]


def test_what_was_seen_before_changes_nothing():
    analyzer = Analyzer("english")
    first = analyzer.terms(TEXT)
    analyzer.terms("running the runners")
    assert analyzer.terms(TEXT) == first == Analyzer("english").terms(TEXT)


@pytest.mark.parametrize(
    ("language", "text", "terms"),
    [("german", "die Häuser", ["haus"]), ("french", "les maisons", ["maison"])],
)
def test_languages_have_their_own_stop_words_and_stems(language, text, terms):
    assert Analyzer(language).terms(text) == terms


@pytest.mark.parametrize("text", ["", " \n", "a ! ?", "的"])
def test_a_text_without_words_has_no_terms(text):
    assert Analyzer("english").terms(text) == []


def test_an_unknown_language_names_the_known_ones():
    with pytest.raises(InputError, match=r"language must be none or english, .*; got klingon"):
        Analyzer("klingon")
