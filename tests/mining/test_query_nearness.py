"""Near-duplicate queries: normal texts, and leaders without chains."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrat_rank.mining.quality.nearness import (
    Shingles,
    jaccard,
    leaders_by_minhash,
    leaders_by_vectors,
    shingles,
)
from lrat_rank.mining.quality.wording import normal_text, numbers

VOCABULARY = ["red", "blue", "fox", "den", "of", "the", "1914"]
WORDS = st.lists(
    st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=6).map(" ".join),
    unique=True,
    max_size=12,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What's the  Red Fox?", "whats the red fox"),
        ("ﬁne\u00a0print", "fine print"),
        ("Caf\u0065\u0301", "CAF\u00c9"),
        ("\uff32\uff25\uff24 fox", "red fox"),
        ("red-fox / den", "red fox den"),
        ('"red fox" AND den.', "red fox and den"),
    ],
)
def test_what_changes_no_meaning_changes_no_normal_text(one, other):
    assert normal_text(one) == normal_text(other)


@pytest.mark.parametrize(
    ("one", "other"), [("C++", "C#"), ("3.5 km", "35 km"), ("?", "!"), ("1,5", "15"), ("a", "b")]
)
def test_what_changes_the_meaning_is_kept(one, other):
    assert normal_text(one) != normal_text(other)


@given(st.text())
def test_a_normal_text_is_its_own_normal_text(text):
    assert normal_text(normal_text(text)) == normal_text(text)


@given(WORDS, st.sampled_from(Shingles), st.sampled_from([0.4, 0.6, 0.8, 1.0]))
@settings(max_examples=50, deadline=None)
def test_followers_are_near_their_leader_and_leaders_are_apart(texts, kind, threshold):
    leaders = leaders_by_minhash(texts, threshold=threshold, kind=kind)
    for place, leader in enumerate(leaders):
        assert leaders[leader] == leader
        assert numbers(texts[place]) == numbers(texts[leader])
        near = jaccard(shingles(texts[place], kind), shingles(texts[leader], kind))
        assert near >= threshold


def test_minhash_finds_what_all_pairs_find():
    rng = np.random.default_rng(0)
    words = [f"w{number}" for number in range(12)]
    texts = list(dict.fromkeys(" ".join(rng.choice(words, 6, replace=False)) for _ in range(200)))
    found = leaders_by_minhash(texts, threshold=0.7, kind=Shingles.WORDS)
    leading: list[int] = []
    wanted = []
    for place, text in enumerate(texts):
        sets = [(jaccard(shingles(text), shingles(texts[n])), -n) for n in leading]
        near = [(s, n) for s, n in sets if s >= 0.7 and numbers(texts[-n]) == numbers(text)]
        wanted.append(-max(near)[1] if near else place)
        if not near:
            leading.append(place)
    assert found == wanted
    assert len(set(found)) < len(texts)


def test_a_chain_of_small_steps_does_not_join_its_ends():
    turns = np.deg2rad([0, 20, 40, 60])
    vectors = np.stack([np.cos(turns), np.sin(turns)], axis=1).astype(np.float32)
    near = float(np.cos(np.deg2rad(25)))
    assert leaders_by_vectors(["a", "b", "c", "d"], vectors, threshold=near) == [0, 0, 2, 2]


def test_the_nearest_leader_is_followed_and_not_the_first():
    turns = np.deg2rad([0, 50, 30])
    vectors = np.stack([np.cos(turns), np.sin(turns)], axis=1).astype(np.float32)
    near = float(np.cos(np.deg2rad(35)))
    assert leaders_by_vectors(["a", "b", "c"], vectors, threshold=near) == [0, 1, 1]


@pytest.mark.parametrize("count", [3, 1030])
def test_other_numbers_are_never_near_and_blocks_do_not_matter(count):
    vectors = np.tile(np.array([[1, 0]], dtype=np.float32), (count, 1))
    texts = [f"fox {number % 2}" for number in range(count)]
    assert leaders_by_vectors(texts, vectors, threshold=0.9) == [n % 2 for n in range(count)]


def test_no_texts_have_no_leaders():
    assert leaders_by_vectors([], np.zeros((0, 2), dtype=np.float32), threshold=0.5) == []
