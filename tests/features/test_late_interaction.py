"""Word pieces and passages: bytes keep cosines, and the best matches are the best matches."""

import numpy as np
import pytest
from fake_index import FakeIndex, asked, random_documents, random_queries

from lrat_rank.features.extract import extract
from lrat_rank.features.token_index import VectorRows, to_bytes, to_two_bytes


@pytest.fixture(scope="module")
def index():
    return FakeIndex(random_documents(40))


def unit(vectors):
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def decoded(index, rows, row):
    start, length = rows.extents[row]
    return rows.vectors[start : start + length] * rows.scales[start : start + length, None]


@pytest.mark.parametrize("width", [1, 16, 128, 384, 2048])
def test_bytes_keep_cosines(width):
    vectors = np.random.default_rng(0).normal(size=(50, width)) * 3
    whole, scales = to_bytes(vectors)
    assert whole.dtype == np.int8
    back = whole * scales[:, None]
    np.testing.assert_allclose(np.linalg.norm(back, axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(back @ back.T, unit(vectors) @ unit(vectors).T, atol=0.025)


@pytest.mark.parametrize("width", [128, 384, 1024, 4096])
def test_an_inner_product_of_bytes_is_exact_in_float32(width):
    # The worst case: every entry at its largest.
    whole, _ = to_bytes(np.ones((2, width)))
    product = (whole.astype(np.float32) @ whole.T.astype(np.float32))[0, 1]
    assert int(product) == int(whole[0].astype(np.int64) @ whole[1].astype(np.int64))
    assert product <= 2**24


@pytest.mark.parametrize("width", [1, 128, 384, 4096])
def test_the_second_byte_of_a_query_has_the_range_of_the_first(width):
    # Entries half a step off are as far from a whole one as can be.
    steps = np.arange(width) % 127 + 0.5
    first, second, _ = to_two_bytes(np.stack((steps, -steps)))
    highest = np.abs(to_bytes(np.ones((1, width)))[0]).max()
    assert np.abs(first.astype(int)).max() <= highest
    assert np.abs(second.astype(int)).max() <= highest


@pytest.mark.parametrize("width", [128, 384, 4096])
def test_the_last_digits_of_a_query_are_the_last_digits_of_its_cosines(width):
    draw = np.random.default_rng(width)
    documents, queries = draw.normal(size=(30, width)), unit(draw.normal(size=(200, width)))
    rows = VectorRows(*to_bytes(documents), np.array([[0, 30]]))
    near = queries * (1 + 1e-7 * draw.normal(size=queries.shape))
    one, other = (rows.best(np.array([0]), of).cosines for of in (queries, near))
    assert np.abs(one - other).max() < 1e-5
    np.testing.assert_allclose(one, queries @ (rows.vectors * rows.scales[:, None]).T, atol=1e-3)


def test_a_cosine_is_the_same_wherever_its_document_stands():
    draw = np.random.default_rng(0)
    vectors, query = draw.normal(size=(97, 384)), draw.normal(size=(5, 384))
    rows = VectorRows(*to_bytes(vectors), np.stack((np.arange(97), np.ones(97, int)), axis=1))
    every = rows.best(np.arange(97), query).cosines
    for row in range(0, 97, 9):
        assert (rows.best(np.array([row]), query).cosines[:, 0] == every[:, row]).all()


def test_a_zero_vector_is_near_to_nothing():
    whole, scales = to_bytes(np.zeros((1, 4)))
    rows = VectorRows(whole, scales, np.array([[0, 1]]))
    assert rows.best(np.array([0]), np.ones((1, 4))).of_query().tolist() == [[0.0]]


def test_values_equal_loops_over_words(index):
    names = ["maxsim", "maxsim_idf", "document_maxsim"]
    for query in random_queries(12):
        found = extract(index, [asked(query, index.doc_ids)], names).values
        pieces = index.encode_query_pieces([query])[0]
        for row in range(40):
            document = decoded(index, index.token_index.tokens, row)
            if len(document) == 0 or len(pieces.vectors) == 0:
                assert np.isnan(found[row]).all()
                continue
            cosines = pieces.vectors @ document.T
            best = cosines.max(axis=1)
            wanted = [best.mean(), np.average(best, weights=pieces.idf), cosines.max(axis=0).mean()]
            np.testing.assert_allclose(found[row], wanted, atol=0.01)


def test_a_passage_score_is_that_of_the_nearest_passage(index):
    query = "w01 w02 w03"
    vector = index.encode_queries([query])[0]
    names = ["best_sentence_cosine", "best_window_cosine"]
    found = extract(index, [asked(query, index.doc_ids)], names).values
    for row in range(40):
        for column, kind in enumerate((index.token_index.sentences, index.token_index.windows)):
            passages = decoded(index, kind, row)
            if len(passages):
                assert found[row, column] == pytest.approx((passages @ vector).max(), abs=0.01)
            else:
                assert np.isnan(found[row, column])


def test_a_document_that_holds_the_query_has_the_highest_possible_maxsim():
    index = FakeIndex({"whole": ("", "red fox runs"), "part": ("", "red dog")})
    found = extract(index, [asked("fox red", ["whole", "part"])], ["maxsim"]).values[:, 0]
    assert found[0] == pytest.approx(1.0, abs=1e-3)
    assert found[1] < 0.9
