"""Names, numbers and order of a query's words, by hand and by brute force."""

import math
from itertools import pairwise

import numpy as np
import pytest
from fake_index import FakeIndex, asked, random_documents, random_queries

from lrat_rank.features.extract import extract
from lrat_rank.features.wording import Asked, asked_kind, names_in

DOCUMENTS = {
    "bank": ("Bank of England", "the bank of england was founded in 1694 with 42 men"),
    "ana": ("Ana Lor", "lor met ana in 1694 and 1701"),
    "plain": ("", "england has banks"),
    "void": ("", ""),
}
EVERY = list(DOCUMENTS)
nan = math.nan


def values(query, name, documents=DOCUMENTS):
    index = FakeIndex(documents)
    return extract(index, [asked(query, list(documents))], [name]).values[:, 0].tolist()


def expect(got, wanted):
    np.testing.assert_allclose(got, wanted, rtol=1e-6)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("When was the Bank of England founded?", ["Bank of England"]),
        ("did Ana Lor meet O'Neil", ["Ana Lor", "O'Neil"]),
        ("When the Beatles split", ["Beatles"]),
        ("ALL CAPITALS", []),
        ("nothing here", []),
        ("What", []),
        ("", []),
    ],
)
def test_names_are_runs_of_capitalised_words(query, names):
    assert names_in(query) == names


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("When did it end", Asked.TIME),
        ("in what year was it", Asked.TIME),
        ("population of Ghent", Asked.QUANTITY),
        ("How old is she", Asked.QUANTITY),
        ("whenever", Asked.OTHER),
    ],
)
def test_the_kind_of_answer_follows_the_wording(query, kind):
    assert asked_kind(query) is kind
    assert values(query, "query_asks") == [float(kind)] * 4


def test_names_and_numbers_found_by_hand():
    query = "when did Ana Lor leave the Bank of England in 1694 or 1999"
    expect(values(query, "names_in_title"), [1 / 2, 1 / 2, nan, nan])
    expect(values(query, "names_in_text"), [1 / 2, 1 / 2, 0, nan])
    expect(values(query, "numbers_found"), [1 / 2, 1 / 2, 0, 0])
    expect(values("Unheard Name of England", "names_in_text"), [0, 0, 0, nan])
    assert np.isnan(values("no name", "names_in_text")).all()
    assert np.isnan(values("no number, but 7", "numbers_found")).all()


def test_numbers_and_cues_by_hand():
    expect(values("", "text_numbers"), [2, 2, 0, 0])
    expect(values("", "text_years"), [1, 2, 0, 0])
    expect(values("when was it", "answer_cue"), [1, 1, 0, 0])
    expect(values("how many men", "answer_cue"), [1, 1, 0, 0])
    assert np.isnan(values("who was it", "answer_cue")).all()
    expect(values("when", "answer_cue", {"a": ("", "no 42 year"), "b": ("", "in 1850")}), [0, 1])


def test_runs_and_order_by_hand():
    documents = {
        "same": ("", "so red fox jumps high"),
        "turned": ("", "jumps fox red"),
        "split": ("", "red fox then fox jumps"),
        "one": ("", "fox fox"),
        "none": ("", "nothing else"),
        "void": ("", ""),
    }
    query = "red fox jumps"
    expect(values(query, "text_longest_run", documents), [1, 1 / 3, 2 / 3, 1 / 3, 0, nan])
    expect(values(query, "text_order_agreement", documents), [1, 0, 1, nan, nan, nan])
    assert np.isnan(values("", "text_longest_run", documents)).all()


def test_close_pairs_stand_within_eight_terms_in_any_order():
    gap = " ".join(["xx"] * 6)
    documents = {
        "near": ("", f"fox {gap} red jumps"),
        "far": ("", f"fox {gap} xx red jumps"),
        "void": ("", ""),
    }
    # Pairs: red-fox and fox-jumps. In "near", eight terms hold fox and red, and nine fox and jumps.
    expect(values("red fox jumps", "text_close_pairs", documents), [1 / 2, 0, nan])
    assert np.isnan(values("red red", "text_close_pairs", documents)).all()


def brute_force(words, query, reach):
    pairs = {frozenset(pair) for pair in pairwise(query) if len(set(pair)) == 2}
    near = {frozenset((a, b)) for i, a in enumerate(words) for b in words[i + 1 : i + reach]}
    follows = set(pairwise(query))
    longest = run = 0
    for place, word in enumerate(words):
        linked = run and place and (words[place - 1], word) in follows
        run = (run + 1 if linked else 1) if word in query else 0
        longest = max(longest, run)
    share = len(pairs & near) / len(pairs) if pairs and words else nan
    return share, min(longest, len(query)) / len(query) if words and query else nan


def test_close_pairs_and_runs_equal_brute_force():
    documents = random_documents(60, seed=5)
    index = FakeIndex(documents)
    for query in random_queries(20, seed=6):
        found = extract(
            index, [asked(query, index.doc_ids)], ["text_close_pairs", "text_longest_run"]
        ).values
        wanted = [brute_force(text.split(), query.split(), 8) for _, text in documents.values()]
        np.testing.assert_allclose(found, np.array(wanted), rtol=1e-6)
