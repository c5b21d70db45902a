"""Memo: what is made once, and forgotten before it grows without end."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from lrat_rank.collections import analyzer
from lrat_rank.collections.analyzer import Analyzer
from lrat_rank.memo import Memo


def test_each_text_is_made_once():
    asked = []
    memo = Memo(lambda text: asked.append(text) or len(text), most=10)
    assert [memo[text] for text in ("ab", "a", "ab", "a")] == [2, 1, 2, 1]
    assert asked == ["ab", "a"]


def test_never_more_than_the_most_are_kept():
    memo = Memo(len, most=3)
    sizes = []
    for number in range(50):
        assert memo[f"{number:03}"] == 3
        sizes.append(len(memo))
    assert max(sizes) == 3


def test_what_could_not_be_made_is_not_kept():
    def make(text):
        raise ValueError(text)

    memo = Memo(make, most=2)
    with pytest.raises(ValueError, match="ab"):
        memo["ab"]
    assert not memo


def test_a_long_text_is_made_anew_and_not_kept():
    memo = Memo(len, most=10)
    assert [memo["a" * 64], memo["a" * 65], memo["a" * 65]] == [64, 65, 65]
    assert list(memo) == ["a" * 64]


def test_threads_that_make_it_forget_get_their_own_values():
    memo = Memo(str.upper, most=2)
    texts = [f"{letter}{number}" for number in range(20_000) for letter in "abcd"]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            found = [
                threads.submit(lambda part: [memo[text] for text in part], texts[number::4])
                for number in range(4)
            ]
            made = [one.result() for one in found]
    finally:
        sys.setswitchinterval(before)
    assert made == [[text.upper() for text in texts[number::4]] for number in range(4)]


def test_ever_new_words_do_not_fill_the_memory_of_an_analyzer(monkeypatch):
    monkeypatch.setattr(analyzer, "_MOST_STEMS", 5)
    few = Analyzer("english")
    for number in range(40):
        text = f"poets{number} writing odes"
        assert few.terms(text) == Analyzer("english").terms(text)
        assert len(few._stems) <= 5
