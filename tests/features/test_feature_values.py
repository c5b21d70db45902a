"""Feature values against other libraries, brute force, and numbers worked out by hand."""

import math

import numpy as np
import pytest
from fake_index import FakeIndex, asked, random_documents, random_queries

from lrat_rank.features.extract import extract

DOCUMENTS = {
    "fox": ("red fox", "the red fox jumps over one lazy dog"),
    "dog": ("lazy dog", "one dog sleeps while another dog eats red meat beside the fox"),
    "cat": ("", "cats sleep"),
    "void": ("", ""),
}
EVERY = list(DOCUMENTS)


@pytest.fixture(scope="module")
def index():
    return FakeIndex(DOCUMENTS)


def values(index, query, name, doc_ids=EVERY, **options):
    return extract(index, [asked(query, doc_ids)], [name], **options).values[:, 0]


def expect(got, wanted):
    np.testing.assert_allclose(got, np.array(wanted, dtype=np.float64), rtol=1e-6)


def test_bm25_equals_the_bm25s_library():
    index = FakeIndex(random_documents(80))
    for query in random_queries(40):
        ours = values(index, query, "bm25_score", index.doc_ids)
        np.testing.assert_allclose(ours, index.bm25_oracle(query), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("field", [0, 1])
def test_bm25_of_a_field_equals_bm25_of_a_collection_of_that_field_alone(field):
    documents = random_documents(60)
    index = FakeIndex(documents)
    alone = FakeIndex({doc_id: ("", both[field]) for doc_id, both in documents.items()})
    name = ("title_bm25", "text_bm25")[field]
    for query in random_queries(20):
        ours = values(index, query, name, index.doc_ids)
        present = np.array([bool(both[field]) for both in documents.values()])
        assert np.isnan(ours[~present]).all()
        oracle = alone.bm25_oracle(query)[present]
        np.testing.assert_allclose(ours[present], oracle, rtol=1e-5, atol=1e-5)


def test_margin_and_share_are_taken_from_the_best_candidate(index):
    score = values(index, "red fox", "bm25_score")
    expect(values(index, "red fox", "bm25_margin"), score - score.max())
    expect(values(index, "red fox", "bm25_share"), score / score.max())


def test_dirichlet_is_the_smoothed_log_likelihood(index):
    # Texts hold 8 + 12 + 2 words; "red" twice (once each in fox and dog), "dog" three times.
    def by_hand(tf_red, tf_dog, length):
        red = math.log((tf_red + 2000 * 2 / 22) / (length + 2000))
        dog = math.log((tf_dog + 2000 * 3 / 22) / (length + 2000))
        return 2 * red + dog

    wanted = [by_hand(1, 1, 8), by_hand(1, 2, 12), by_hand(0, 0, 2), math.nan]
    expect(values(index, "red dog red unicorn", "text_dirichlet"), wanted)


def test_dirichlet_is_missing_when_the_field_never_holds_the_query(index):
    assert np.isnan(values(index, "jumps", "title_dirichlet")).all()
    assert not np.isnan(values(index, "red", "title_dirichlet")[0])


def test_coverage_weighs_terms_by_idf_and_counts_unknown_ones(index):
    def idf(df):
        return math.log(1 + (4 - df + 0.5) / (df + 0.5))

    red, jumps, unicorn = idf(2), idf(1), idf(0)
    whole = red + jumps + unicorn
    query = "red jumps unicorn red"
    expect(values(index, query, "query_in_text"), [(red + jumps) / whole, red / whole, 0, math.nan])
    expect(values(index, query, "query_in_title"), [red / whole, 0, math.nan, math.nan])
    expect(values(index, query, "title_in_query"), [red / (red + idf(2)), 0, math.nan, math.nan])


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("the red fox", [1, 0]),
        ("fox red", [0, 0]),
        ("red red fox lazy dog", [1, 1]),
        ("unicorn red", [0, 0]),
        ("red", [0, 0]),
        ("unicorn gryphon", [0, 0]),
        ("", [0, 0]),
    ],
)
def test_an_exact_title_stands_whole_and_in_order(index, query, wanted):
    expect(values(index, query, "exact_title"), [*wanted, math.nan, math.nan])


def test_a_title_of_other_words_does_not_match_unknown_query_words():
    index = FakeIndex({"a": ("one two", "w01"), "b": ("w01", "w02")})
    expect(values(index, "unknown unheard", "exact_title", ["a", "b"]), [0, 0])


def test_bigrams_count_neighbours_in_order(index):
    # Query pairs: red-fox, fox-jumps, jumps-unicorn; "fox red" stands nowhere.
    expect(values(index, "red fox jumps unicorn", "text_bigrams"), [2 / 3, 0, 0, math.nan])
    expect(values(index, "red fox jumps unicorn", "title_bigrams"), [1 / 3, 0, math.nan, math.nan])
    assert np.isnan(values(index, "red", "text_bigrams")).all()


def test_bigrams_do_not_reach_over_an_unknown_word(index):
    expect(values(index, "red unicorn fox", "text_bigrams"), [0, 0, 0, math.nan])


def test_bigrams_behind_many_unknown_words_are_counted():
    # More pairs than the square of the known terms: their numbers must have room.
    index = FakeIndex({"twice": ("", "red red"), "once": ("", "red fox")})
    query = " ".join(f"unheard{number}" for number in range(30)) + " red red"
    for _ in range(20):
        expect(values(index, query, "text_bigrams", ["twice", "once"]), [1 / 31, 0])


def test_distance_window_and_first_match_by_hand(index):
    # fox: the red fox jumps over one lazy dog; dog: one dog sleeps while another dog eats red ...
    nan = math.nan
    expect(values(index, "fox dog", "text_min_distance"), [5, 6, nan, nan])
    expect(values(index, "red dog one", "text_window_density"), [3 / 7, 3 / 8, nan, nan])
    expect(values(index, "dog red", "text_first_match"), [1, 1, nan, nan])


def brute_force(words, query):
    """Minimal distance and minimal window over all spans of a text."""
    at = [(i, w) for i, w in enumerate(words) if w in query]
    held = {w for _, w in at}
    if len(held) < 2:
        return math.nan, math.nan
    distance = min(abs(i - j) for i, v in at for j, w in at if v != w)
    spans = [(i, j) for i in range(len(words)) for j in range(i, len(words))]
    window = min(j - i + 1 for i, j in spans if held <= set(words[i : j + 1]))
    return distance, len(held) / window


def test_proximity_equals_brute_force():
    documents = random_documents(60, seed=3)
    index = FakeIndex(documents)
    for query in random_queries(15, seed=4):
        brute = [brute_force(text.split(), set(query.split())) for _, text in documents.values()]
        distance = values(index, query, "text_min_distance", index.doc_ids)
        density = values(index, query, "text_window_density", index.doc_ids)
        expect(distance, [one for one, _ in brute])
        expect(density, [one for _, one in brute])


def test_ranks_come_from_the_stages_own_lists():
    index = FakeIndex(random_documents(60))
    query = "w01 w02 w03"
    hits = index.stage_hits([query], 10)
    for stage in ("bm25", "dense"):
        got = values(index, query, f"{stage}_reciprocal_rank", index.doc_ids, depth=10)
        wanted = np.full(60, np.nan)
        wanted[hits[stage].rows[0]] = 1 / np.arange(1, 11)
        expect(got, wanted)
    listed = [set(hits[stage].rows[0].tolist()) for stage in ("bm25", "dense")]
    found = values(index, query, "stages_found", index.doc_ids, depth=10)
    assert found.tolist() == [sum(row in rows for rows in listed) for row in range(60)]


def test_fusion_sums_over_the_lists_that_hold_the_document():
    index = FakeIndex(random_documents(60))
    query = "w01 w02 w03"
    got = values(index, query, "rrf_score", index.doc_ids, depth=10)
    wanted = np.zeros(60)
    for hits in index.stage_hits([query], 10).values():
        wanted[hits.rows[0]] += 1 / (60 + np.arange(1, 11))
    expect(got, wanted)


def test_cosines_are_those_of_the_vectors(index):
    query = index.encode_queries(["red fox"])[0]
    text = index.text_vectors @ query
    title = index.title_vectors @ query
    text[3] = title[2:] = math.nan
    got = extract(index, [asked("red fox", EVERY)], ["dense", "dense_margin"]).values
    np.testing.assert_allclose(got[:, 0], text, rtol=1e-5)
    np.testing.assert_allclose(got[:, 1], title, rtol=1e-5)
    np.testing.assert_allclose(got[:, 2], title - text, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(got[:, 3], text - np.nanmax(text), rtol=1e-4, atol=1e-6)


def test_document_features_by_hand(index):
    nan = math.nan
    expect(values(index, "", "title_length"), [2, 2, 0, 0])
    expect(values(index, "", "text_length"), [8, 12, 2, 0])
    expect(values(index, "", "text_distinct_share"), [1, 11 / 12, 1, nan])
    once = math.log(1 + 3.5 / 1.5)
    twice = math.log(1 + 2.5 / 2.5)
    expect(values(index, "", "text_idf_max"), [once, once, once, nan])
    expect(values(index, "", "text_idf_mean"), [(2 * once + 6 * twice) / 8, dog_mean(), once, nan])
    expect(values(index, "", "title_idf_mean"), [twice, twice, nan, nan])


def dog_mean():
    # one, dog, dog, red, the, fox are in both documents; six other words in this one alone.
    return (6 * math.log(1 + 3.5 / 1.5) + 6 * math.log(1 + 2.5 / 2.5)) / 12


def test_query_features_by_hand(index):
    unknown, once = math.log(1 + 4.5 / 0.5), math.log(1 + 3.5 / 1.5)
    query = "jumps unicorn jumps"
    expect(values(index, query, "query_length"), [3] * 4)
    expect(values(index, query, "query_idf_mean"), [(unknown + once) / 2] * 4)
    expect(values(index, query, "query_idf_max"), [unknown] * 4)
    expect(values(index, query, "query_unknown_share"), [0.5] * 4)
