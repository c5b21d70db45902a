"""What every feature declares holds, and extraction keeps rows where they belong."""

import dataclasses
import math
import subprocess
import sys

import numpy as np
import pytest
from fake_index import FakeIndex, asked, random_context, random_documents, random_queries

from lrat_rank.errors import InputError
from lrat_rank.features.catalog import FEATURES, choose, names, schema_difference, schema_hash
from lrat_rank.features.extract import extract
from lrat_rank.features.spec import Feature, Group, Need

NAMES = names()


NUMBERS = {"w03": "1987", "w07": "2024", "w11": "42"}
"""Words of the random documents that are numbers here."""


def numbered(text):
    return " ".join(NUMBERS.get(word, word) for word in text.split())


@pytest.fixture(scope="module")
def index():
    documents = random_documents(80)
    return FakeIndex({d: (numbered(a), numbered(b)) for d, (a, b) in documents.items()})


@pytest.fixture(scope="module")
def lists(index):
    draw = np.random.default_rng(5)
    sizes = draw.integers(0, 12, size=73)
    queries = [*random_queries(55), "", "unknown unheard", *index_titles(index)]
    queries += [
        f"when did W{n:02d} the W{n + 1:02d} and W05 lose 1987 or 42" for n in range(10, 20)
    ]
    queries += ["how many W01 in 2024", "how long is Unheard", "which year 9999"]
    return [
        asked(
            query,
            [f"d{n}" for n in draw.choice(80, size, replace=False)],
            random_context(draw, 80) if draw.random() < 0.8 else None,
        )
        for query, size in zip(queries, sizes, strict=True)
    ] + [asked("w01 w02", ["d9", "d19"])]


def index_titles(index):
    words = list(index.forward.vocabulary)
    return [
        "unknown " + " ".join(words[t] for t in index.forward.title.tokens[start:end])
        for start, end in zip(
            index.forward.title.offsets[:3], index.forward.title.offsets[1:4], strict=True
        )
    ]


@pytest.fixture(scope="module")
def matrix(index, lists):
    return extract(index, lists, NAMES, depth=20)


def column(matrix, name):
    return matrix.values[:, matrix.names.index(name)]


@pytest.mark.parametrize("name", NAMES)
def test_values_lie_in_the_declared_range(matrix, name):
    low, high = (np.float32(bound) for bound in FEATURES.get(name).spec.range)
    values = column(matrix, name)
    values = values[~np.isnan(values)]
    assert len(values) > 20
    assert values.min() >= low
    assert values.max() <= high


@pytest.mark.parametrize("name", NAMES)
def test_a_value_is_missing_exactly_where_declared_possible(name):
    # The empty document, the empty query, and a collection where the title says nothing.
    documents = random_documents(80) | {"lone": ("title", "body")}
    everything = [f"d{n}" for n in range(80)]
    lists = [asked("w01 w02 w03", everything), asked("", ["d1"]), asked("zero", ["d1", "d9"])]
    values = column(extract(FakeIndex(documents), lists, NAMES, depth=5), name)
    assert np.isnan(values).any() == (FEATURES.get(name).spec.missing is not None)


@pytest.mark.parametrize("name", NAMES)
def test_a_feature_says_what_it_is(name):
    item = FEATURES.get(name)
    assert item.spec.name == name
    assert item.summary.endswith(".")
    assert item.spec.unit
    assert item.spec.needs
    assert item.spec.range[0] < item.spec.range[1]


def test_the_order_of_columns_does_not_depend_on_the_order_of_imports():
    program = "from lrat_rank.features import {}; from lrat_rank.features.catalog import names"
    orders = {
        subprocess.run(
            [sys.executable, "-c", f"{program.format(first)}; print(names())"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for first in ("query", "position")
    }
    assert len(orders) == 1


def test_there_are_features_in_every_group():
    assert {item.spec.group for _, item in FEATURES.items()} == set(Group)
    assert len(FEATURES) >= 24


def test_a_batch_equals_its_lists_one_by_one(index, lists, matrix):
    alone = [extract(index, [one], NAMES, depth=20).values for one in lists]
    np.testing.assert_array_equal(np.concatenate(alone), matrix.values)


def test_permuting_candidates_permutes_rows(index, lists, matrix):
    draw = np.random.default_rng(2)
    orders = [draw.permutation(len(one.doc_ids)) for one in lists]
    shuffled = [
        asked(one.query, [one.doc_ids[i] for i in order], one.context)
        for one, order in zip(lists, orders, strict=True)
    ]
    rows = np.concatenate([s + o for s, o in zip(matrix.offsets[:-1], orders, strict=True)])
    permuted = extract(index, shuffled, NAMES, depth=20).values
    np.testing.assert_array_equal(permuted, matrix.values[rows.astype(int)])


def test_extracting_some_features_gives_the_same_columns(index, lists, matrix):
    names = ["text_cosine", "bm25_score", "query"]
    some = extract(index, lists, names, depth=20)
    assert some.names[:3] == ("text_cosine", "bm25_score", "query_length")
    for name in some.names:
        np.testing.assert_array_equal(column(some, name), column(matrix, name))


def test_offsets_cut_the_rows_into_the_lists(lists, matrix):
    assert matrix.sizes.tolist() == [len(one.doc_ids) for one in lists]
    assert [len(part) for part in matrix.split(matrix.values[:, 0])] == matrix.sizes.tolist()


def test_no_lists_give_an_empty_matrix(index):
    empty = extract(index, [], NAMES)
    assert empty.values.shape == (0, len(NAMES))
    assert empty.split(np.empty(0)) == []


def test_an_index_without_an_encoder_offers_no_vector_features():
    plain = FakeIndex(random_documents(20), encoder=False)
    offered = choose(["default"], plain)
    assert offered == choose(None, plain)
    of_vectors = {Need.VECTORS, Need.TOKEN_VECTORS}
    assert set(NAMES) - set(offered) == {
        name
        for name, item in FEATURES.items()
        if of_vectors & set(item.spec.needs) or item.spec.group == Group.CONTEXT
    }
    with pytest.raises(InputError, match="made with an encoder, for the features text_cosine"):
        choose(["bm25_score", "text_cosine"], plain)


def test_an_index_without_token_vectors_offers_no_late_interaction():
    plain = FakeIndex(random_documents(20), token_vectors=False)
    assert set(choose(None, FakeIndex(random_documents(20)))) - set(choose(None, plain)) == {
        name for name, item in FEATURES.items() if Need.TOKEN_VECTORS in item.spec.needs
    }
    with pytest.raises(InputError, match="made with token vectors, for the features maxsim"):
        choose(["bm25_score", "maxsim"], plain)


@pytest.mark.parametrize("name", NAMES)
def test_a_constraint_follows_from_the_direction(name):
    spec = FEATURES.get(name).spec
    assert spec.monotone == {True: 1, False: -1, None: 0}[spec.higher_is_better]
    assert not (spec.categorical and spec.monotone)


def test_values_of_a_kind_are_whole_numbers(matrix):
    kinds = [name for name, item in FEATURES.items() if item.spec.categorical]
    assert "stage_flags" in kinds
    for name in kinds:
        values = column(matrix, name)
        values = values[~np.isnan(values)]
        assert (values == np.round(values)).all()
        assert len(np.unique(values)) > 1


def test_a_collection_without_titles_has_missing_title_values():
    index = FakeIndex({"a": ("", "w01 w02"), "b": ("", "w03")})
    values = extract(index, [asked("w01 w02", ["a", "b"])])
    for name in ("title_bm25", "title_cosine", "exact_title", "title_in_query"):
        assert np.isnan(column(values, name)).all()
    assert not np.isnan(column(values, "text_cosine")).any()


def test_an_unknown_feature_gets_the_nearest_name(index):
    with pytest.raises(InputError, match=r"'lexicel'.*Did you mean lexical\?"):
        choose(["lexicel"], index)
    with pytest.raises(InputError, match=r"Did you mean text_bigrams\?"):
        choose(["text_bigram"], index)


def test_an_unknown_document_is_named(index):
    with pytest.raises(InputError, match="'nowhere'"):
        extract(index, [asked("w01", ["nowhere"])])


def test_the_schema_hash_follows_meaning_and_order_and_nothing_else(monkeypatch):
    before = schema_hash(["bm25_score", "text_cosine"])
    assert before != schema_hash(["text_cosine", "bm25_score"])
    item = FEATURES.get("bm25_score")

    def replaced(**changes: object) -> str:
        spec = dataclasses.replace(item.spec, **changes)
        monkeypatch.setitem(FEATURES._items, "bm25_score", Feature(spec, item.compute))
        return schema_hash(["bm25_score", "text_cosine"])

    assert replaced(version=2) != before
    assert replaced(range=(0.0, math.pi)) != before
    assert replaced(source="another citation") == before


def test_a_schema_difference_names_every_feature_concerned():
    assert schema_difference(NAMES, NAMES) is None
    assert schema_difference(["a", "b", "c"], ["a", "b"]) == "missing c"
    assert schema_difference(["a", "b"], ["b", "a"]) == "moved a, b"
    assert schema_difference(["a"], ["a", "d"]) == "extra d"
