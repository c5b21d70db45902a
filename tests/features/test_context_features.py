"""Agent-state features: values worked out by hand, and what they say where nothing is known."""

import numpy as np
import pytest
from fake_index import WORDS, FakeIndex, asked, random_context, random_documents
from msgspec.structs import replace

from lrat_rank.features.agent_state import ENCODED_WORDS
from lrat_rank.features.catalog import FEATURES, choose, names
from lrat_rank.features.extract import extract
from lrat_rank.features.reformulation import Reformulation, reformulation
from lrat_rank.features.spec import Group
from lrat_rank.mining.labels import Context

DOCUMENTS = {
    "a": ("fox", "red fox den"),
    "b": ("", "red fox"),
    "c": ("dog", "grey dog"),
    "void": ("", ""),
}
EVERY = list(DOCUMENTS)
CONTEXT = [name for name in names() if FEATURES.get(name).spec.group == Group.CONTEXT]


@pytest.fixture(scope="module")
def index():
    return FakeIndex(DOCUMENTS)


def values(index, name, context, query="red fox", doc_ids=EVERY):
    return extract(index, [asked(query, doc_ids, context)], [name]).values[:, 0]


def cosines(index, text):
    [vector] = index.encode_queries([text])
    cosine = index.text_vectors @ vector
    return np.where(index.text_vectors.any(axis=1), cosine, np.nan)


@pytest.mark.parametrize(
    "context", [None, Context(turn=4, question="who?", read_doc_ids=("a",), recorded=False)]
)
def test_every_value_is_missing_where_no_agents_state_was_recorded(index, context):
    matrix = extract(index, [asked("red", EVERY, context)], ["context"])
    assert matrix.names == tuple(CONTEXT)
    assert np.isnan(matrix.values).all()


def test_other_features_do_not_look_at_the_context():
    index = FakeIndex(random_documents(30))
    context = random_context(np.random.default_rng(3), 30)
    lists = [asked("w01 w02", index.doc_ids, of) for of in (context, None)]
    rest = [name for name in names() if name not in CONTEXT]
    with_it, without = (extract(index, [one], rest).values for one in lists)
    np.testing.assert_array_equal(with_it, without)


def test_the_agents_state_is_left_out_unless_asked_for_by_name(index):
    assert not set(choose(None, index)) & set(CONTEXT)
    assert set(choose(["default", "context"], index)) == set(names())


def test_read_and_shown_documents_are_told_apart(index):
    context = Context(turn=7, read_doc_ids=("a", "gone"), shown_doc_ids=("a", "b", "a", "gone"))
    assert values(index, "turn", context).tolist() == [7, 7, 7, 7]
    assert values(index, "already_read", context).tolist() == [1, 0, 0, 0]
    assert values(index, "times_shown", context).tolist() == [2, 1, 0, 0]
    assert values(index, "seen_and_skipped", context).tolist() == [0, 1, 0, 0]


def test_similarities_are_those_to_the_texts_and_to_the_nearest_document(index):
    context = Context(
        turn=1,
        question="grey fox",
        reasoning="dog den",
        read_doc_ids=("b", "void", "c"),
        useful_doc_ids=("b",),
    )
    own = index.text_vectors @ index.text_vectors[[1, 2]].T
    own[3] = np.nan
    for name, wanted in (
        ("question_cosine", cosines(index, "grey fox")),
        ("reasoning_cosine", cosines(index, "dog den")),
        ("read_cosine", own.max(axis=1)),
        ("useful_cosine", own[:, 0]),
        ("cosine_novelty", 1 - own.max(axis=1)),
    ):
        np.testing.assert_allclose(values(index, name, context), wanted, atol=1e-6, err_msg=name)


def test_where_nobody_judged_what_was_read_stands_for_what_was_useful(index):
    context = Context(turn=1, read_doc_ids=("b", "c"))
    read = values(index, "read_cosine", context)
    np.testing.assert_array_equal(values(index, "useful_cosine", context), read)
    nothing_useful = replace(context, useful_doc_ids=())
    assert np.isnan(values(index, "useful_cosine", nothing_useful)).all()


def test_before_anything_is_read_every_document_is_new_and_near_to_nothing(index):
    context = Context(turn=0)
    np.testing.assert_array_equal(values(index, "cosine_novelty", context), [1, 1, 1, np.nan])
    np.testing.assert_array_equal(values(index, "term_novelty", context), [1, 1, 1, np.nan])
    for name in ("read_cosine", "question_cosine", "reasoning_cosine", "last_query_overlap"):
        assert np.isnan(values(index, name, context)).all()


def test_new_terms_are_counted_once_whether_in_title_or_text(index):
    context = Context(turn=1, read_doc_ids=("b",))
    # Document a holds fox, red and den, of which only den is new.
    np.testing.assert_allclose(values(index, "term_novelty", context), [1 / 3, 0, 1, np.nan])


@pytest.mark.parametrize(
    ("previous", "kind", "overlap"),
    [
        ((), Reformulation.FIRST, np.nan),
        (("fox",), Reformulation.SPECIALISATION, 1 / 2),
        (("red fox den",), Reformulation.GENERALISATION, 2 / 3),
        (("red dog",), Reformulation.PARALLEL, 1 / 3),
        (("fox red", "grey"), Reformulation.REPEAT, 0),
        (("", "fox fox red"), Reformulation.REPEAT, 1),
    ],
)
def test_a_query_is_compared_with_those_before_it(index, previous, kind, overlap):
    context = Context(turn=9, previous_queries=previous)
    assert set(values(index, "reformulation", context)) == {float(kind)}
    assert set(values(index, "queries_before", context)) == {float(len(previous))}
    wanted = np.full(len(EVERY), overlap)
    np.testing.assert_allclose(values(index, "last_query_overlap", context), wanted, rtol=1e-6)


def test_every_pair_of_queries_is_of_exactly_one_kind():
    draw = np.random.default_rng(0)
    terms = [frozenset(draw.choice(WORDS[:4], draw.integers(0, 4)).tolist()) for _ in range(40)]
    for query in terms:
        for last in terms:
            kind = reformulation(query, [last])
            added, dropped = bool(query - last), bool(last - query)
            assert (kind is Reformulation.REPEAT) == (not added and not dropped)
            assert (kind is Reformulation.SPECIALISATION) == (added and not dropped)
            assert (kind is Reformulation.GENERALISATION) == (dropped and not added)
            assert (kind is Reformulation.PARALLEL) == (added and dropped)


def test_the_end_of_a_long_reasoning_is_what_is_encoded(index):
    end = " ".join(["den"] * ENCODED_WORDS)
    long, short = (Context(turn=1, reasoning=text) for text in (f"grey dog {end}", end))
    np.testing.assert_array_equal(
        values(index, "reasoning_cosine", long), values(index, "reasoning_cosine", short)
    )


def test_each_text_is_encoded_once_for_many_lists():
    class Counting(FakeIndex):
        asked = 0

        def encode_queries(self, queries):
            self.asked += len(queries)
            return super().encode_queries(queries)

    index = Counting(DOCUMENTS)
    contexts = [Context(turn=n, question="who?", reasoning=f"thought {n % 2}") for n in range(6)]
    lists = [asked("red", EVERY, context) for context in contexts]
    extract(index, lists, ["context"])
    assert index.asked == 1 + 3


def test_without_an_encoder_the_state_that_needs_no_vectors_is_left():
    plain = FakeIndex(DOCUMENTS, encoder=False)
    context = Context(turn=2, question="fox", read_doc_ids=("a",), previous_queries=("fox",))
    for name in ("turn", "already_read", "term_novelty", "reformulation"):
        assert not np.isnan(values(plain, name, context, doc_ids=["a", "b"])).any()
