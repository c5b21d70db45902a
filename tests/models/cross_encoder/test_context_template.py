"""The context in a cross-encoder's input: what is read, how much of it, and what is left alone."""

import msgspec
import numpy as np
import pytest
from cross_encoder_tiny import make_checkpoint, pairs
from made_lists import Texts

from lrat_rank.collections import Document, Run, rank_by_score
from lrat_rank.errors import InputError
from lrat_rank.mining.labels import Context
from lrat_rank.models.cross_encoder.checkpoint import open_ranker
from lrat_rank.models.cross_encoder.context_text import DEFAULT_BUDGETS, ContextTemplate
from lrat_rank.models.cross_encoder.inference import ScoringOptions
from lrat_rank.models.cross_encoder.pairs import PairTokenizer
from lrat_rank.models.cross_encoder.parts import Part, PartedText
from lrat_rank.models.cross_encoder.ranker import CrossEncoderRanker
from lrat_rank.models.cross_encoder.record import CrossEncoderRecord
from lrat_rank.models.cross_encoder.text import PairTemplate
from lrat_rank.models.ranker import CandidateList
from lrat_rank.models.rerank import rerank

FLOAT32 = ScoringOptions(precision="float32")
CONTEXT = Context(
    turn=5,
    question="word1 word2 word3",
    reasoning="word4 word5 word6 word7",
    previous_queries=("word8 word9", "word10"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_checkpoint(tmp_path_factory.mktemp("context") / "ranker")


@pytest.fixture(scope="module")
def tokenizer(folder):
    return PairTokenizer(open_ranker(str(folder))[1], 64)


def reading(text):
    return PairTemplate(context=ContextTemplate.parse(text))


def words(tokenizer, template, context=CONTEXT):
    [ids] = tokenizer.tokenize([template.of_query("word0", context)])
    read = tokenizer._tokenizer.convert_ids_to_tokens(ids)
    # Labels and punctuation are unknown to the tiny vocabulary.
    return [token for token in read if token.startswith("word")]


def ranker_with(folder, template, documents):
    record = CrossEncoderRecord(max_length=64, template=template)
    model, tokenizer = open_ranker(str(folder))
    texts = Texts(documents)
    return CrossEncoderRanker(model, tokenizer, texts, record=record, options=FLOAT32)


def test_the_context_is_left_out_unless_asked_for():
    assert PairTemplate().of_query("q", CONTEXT) == "q"
    assert not PairTemplate().context.reads_something
    assert ContextTemplate.parse("off") == ContextTemplate.parse("") == ContextTemplate()


def test_on_adds_the_reasoning_alone(tokenizer):
    assert ContextTemplate.parse("on") == ContextTemplate(reasoning=DEFAULT_BUDGETS["reasoning"])
    assert str(reading("on").of_query("q", CONTEXT)) == f"q reasoning: {CONTEXT.reasoning}"


@pytest.mark.parametrize(
    ("parts", "read"),
    [
        ("reasoning", "word0 word4 word5 word6 word7"),
        ("question", "word0 word1 word2 word3"),
        ("queries", "word0 word8 word9 word10"),
        (
            "queries question reasoning",
            "word0 word4 word5 word6 word7 word1 word2 word3 word8 word9 word10",
        ),
        ("reasoning:0", "word0"),
    ],
)
def test_each_part_is_switched_alone_and_the_order_asked_for_plays_no_part(tokenizer, parts, read):
    assert words(tokenizer, reading(parts)) == read.split()


@pytest.mark.parametrize(
    ("parts", "read"),
    [
        ("reasoning:2", "word0 word6 word7"),
        ("question:2", "word0 word1 word2"),
        ("queries:1", "word0 word10"),
    ],
)
def test_a_part_keeps_the_tokens_of_its_budget_at_the_end_that_says_more(tokenizer, parts, read):
    assert words(tokenizer, reading(parts)) == read.split()


@pytest.mark.parametrize("context", [None, Context(turn=0), Context(turn=3, reasoning=" \n ")])
def test_without_anything_to_say_the_query_is_read_as_it_would_be_without_context(context):
    template = reading("reasoning question queries")
    assert template.of_query("q", context) == PairTemplate().of_query("q") == "q"


def test_a_parted_text_without_budgets_is_tokenised_as_its_text(tokenizer):
    parted = PartedText(tuple(Part(text) for text in CONTEXT.previous_queries))
    [apart], [whole] = tokenizer.tokenize([parted]), tokenizer.tokenize([str(parted)])
    assert apart == whole


def test_many_texts_in_one_call_are_those_of_single_calls(tokenizer):
    template = reading("reasoning:3 queries:2")
    texts = [template.of_query(query, CONTEXT) for query in ("word1", "word2 word3")]
    mixed = [texts[0], "word5 word6", texts[1]]
    assert tokenizer.tokenize(mixed) == [tokenizer.tokenize([text])[0] for text in mixed]


def test_the_query_outlives_a_context_that_is_too_long_for_the_pair(folder):
    tokenizer = PairTokenizer(open_ranker(str(folder))[1], 16)
    template = reading("reasoning:40")
    long = Context(turn=1, reasoning="word9 " * 40)
    query, document = tokenizer.tokenize([template.of_query("word0", long), "word1 " * 40])
    read = tokenizer._tokenizer.convert_ids_to_tokens(tokenizer.pair(query, document).input_ids)
    assert len(read) == 16
    assert read[1] == "word0"
    assert read.count("word1") >= 6


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("reasonings", r"'reasonings'.*Did you mean reasoning\?"),
        ("question question", "each once"),
        ("reasoning:many", "context part reasoning must be followed by a whole number"),
        ("reasoning:-3", "whole number"),
        ("on queries", "got 'on'"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(given, message):
    with pytest.raises(InputError, match=message):
        ContextTemplate.parse(given)


def test_scores_follow_the_context_where_it_is_read_and_only_there(folder):
    documents = [Document(f"d{n}", text) for n, (_, text) in enumerate(pairs(6, seed=3))]
    ids = tuple(document.doc_id for document in documents)
    told, untold = (CandidateList("q", "word0", ids, context) for context in (CONTEXT, None))
    plain = ranker_with(folder, PairTemplate(), documents)
    np.testing.assert_array_equal(*plain.score([told]), *plain.score([untold]))
    reader = ranker_with(folder, reading("on"), documents)
    np.testing.assert_allclose(*reader.score([untold]), *plain.score([untold]), atol=1e-6)
    [with_it] = reader.score([told])
    assert np.abs(with_it - plain.score([untold])[0]).max() > 1e-3
    together = reader.score([untold, told])
    np.testing.assert_allclose(together[1], with_it, atol=1e-5)
    ranked = reader.rank("word0", [d.text for d in documents], context=CONTEXT)
    by_place = {one.index: one.score for one in ranked}
    np.testing.assert_allclose([by_place[n] for n in range(6)], with_it, atol=1e-5)


def test_a_run_is_reranked_with_the_contexts_given_for_its_queries(folder):
    documents = [Document(f"d{n}", text) for n, (_, text) in enumerate(pairs(6, seed=3))]
    hits = rank_by_score([d.doc_id for d in documents], [1.0 / n for n in range(1, 7)])
    run = Run(tag="first", rankings={"a": hits, "b": hits})
    reader = ranker_with(folder, reading("on"), documents)
    queries = {"a": "word0", "b": "word0"}
    again = rerank(run, queries, reader, contexts={"a": CONTEXT})
    scores = {q: {hit.doc_id: hit.score for hit in again.rankings[q]} for q in queries}
    untold = rerank(run, queries, reader).rankings["b"]
    assert {hit.doc_id: hit.score for hit in untold} == pytest.approx(scores["b"], abs=1e-5)
    assert max(abs(scores["a"][d] - scores["b"][d]) for d in scores["a"]) > 1e-3


def test_the_template_is_kept_in_the_record_and_records_without_one_are_read(folder, tmp_path):
    template = reading("reasoning:20 queries")
    record = CrossEncoderRecord(max_length=64, template=template)
    kept = msgspec.json.encode(record)
    assert msgspec.json.decode(kept, type=CrossEncoderRecord).template == template
    plain = msgspec.json.decode(kept)
    del plain["template"]["context"]
    older = msgspec.convert(plain, CrossEncoderRecord)
    assert older.template == PairTemplate()
    ranker_with(folder, template, []).save(tmp_path / "saved")
    assert CrossEncoderRanker.load(tmp_path / "saved").record.template == template
