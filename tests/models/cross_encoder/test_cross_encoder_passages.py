"""Long documents in passages: every word is read, the best passage counts, and cuts are told."""

import itertools

import numpy as np
import pytest
from cross_encoder_tiny import FILLERS, Shelf, make_checkpoint, text
from made_lists import Texts
from transformers import BertTokenizerFast

from lrat_rank.collections import Document
from lrat_rank.errors import InputError
from lrat_rank.features.account import CallAccount
from lrat_rank.models.anchor.anchor import Anchor
from lrat_rank.models.cascade import Cascade
from lrat_rank.models.cross_encoder.checkpoint import open_ranker
from lrat_rank.models.cross_encoder.inference import ScoringOptions
from lrat_rank.models.cross_encoder.pairs import PairTokenizer
from lrat_rank.models.cross_encoder.passages import passage_pairs, windows
from lrat_rank.models.cross_encoder.ranker import CrossEncoderRanker
from lrat_rank.models.cross_encoder.record import CrossEncoderRecord
from lrat_rank.models.ranker import CandidateList
from lrat_rank.serving.batching import BatchingRanker
from lrat_rank.serving.passages import read_by_passages
from lrat_rank.serving.text_scores import Question, ReadingRanker, RerankService

RNG = np.random.default_rng(5)
LENGTHS = {"short": 6, "fits": 28, "long": 70, "longer": 200}
DOCUMENTS = [Document(name, text(RNG, n)) for name, n in LENGTHS.items()]
QUERY = "word1"
ROOM = 32 - 3 - 1
"""Tokens of a document: the pair's 32 without special ones and the query's one."""


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    return open_ranker(str(make_checkpoint(tmp_path_factory.mktemp("tiny") / "ce")))


def ranker(opened, passages=1, *, anchor=None, documents=None):
    return CrossEncoderRanker(
        *opened,
        documents or Texts(DOCUMENTS),
        record=CrossEncoderRecord(max_length=32, anchor=anchor),
        options=ScoringOptions(precision="float32", passages=passages),
    )


def scored(made, account=None):
    [scores] = made.score([CandidateList("q", QUERY, tuple(LENGTHS), account=account)])
    return dict(zip(LENGTHS, scores.tolist(), strict=True))


def best_by_hand(made, document):
    """The best of all windows that the text can be cut into, given as texts of their own."""
    tokens = document.text.split()
    cut = windows(len(tokens), ROOM, most=64)
    return max(made.score_pairs([(QUERY, " ".join(tokens[a:b])) for a, b in cut]))


def test_a_documents_score_is_that_of_its_best_passage(opened):
    whole, cut = ranker(opened, 64), ranker(opened)
    scores = scored(whole)
    for document in DOCUMENTS:
        assert scores[document.doc_id] == pytest.approx(best_by_hand(cut, document), abs=1e-5)
    assert scores["long"] > scored(cut)["long"]


def test_one_passage_is_what_was_read_before(opened):
    cut = ranker(opened)
    first = {d.doc_id: " ".join(d.text.split()[:ROOM]) for d in DOCUMENTS}
    expected = cut.score_pairs([(QUERY, first[name]) for name in LENGTHS])
    assert list(scored(cut).values()) == pytest.approx(expected.tolist(), abs=1e-6)


def test_more_passages_never_lower_a_score_and_leave_short_documents_alone(opened):
    found = [scored(ranker(opened, most)) for most in (1, 2, 4, 64)]
    for fewer, more in itertools.pairwise(found):
        assert all(more[name] >= fewer[name] - 1e-5 for name in LENGTHS)
        assert more["short"] == pytest.approx(fewer["short"], abs=1e-5)
        assert more["fits"] == pytest.approx(fewer["fits"], abs=1e-5)


@pytest.mark.parametrize(("most", "read"), [(1, 28), (2, 49), (3, 70), (64, 200)])
def test_the_account_tells_what_was_read_of_each_document(opened, most, read):
    account = CallAccount()
    scored(ranker(opened, most), account)
    assert account.tokens == {
        "short": (6, 6),
        "fits": (28, 28),
        "long": (min(read, 70), 70),
        "longer": (read, 200),
    }
    assert account.truncated == pytest.approx(1 - (34 + min(read, 70) + read) / 304)


def test_an_anchor_is_added_once_to_the_pooled_logit(opened):
    shelf = Shelf(DOCUMENTS)
    anchor = Anchor(scale=2.0)
    made = ranker(opened, 64, anchor=anchor, documents=shelf)
    one = CandidateList("q", QUERY, tuple(LENGTHS))
    [offsets] = anchor.offsets(shelf, [one])
    assert np.ptp(offsets) > 0
    learned = list(scored(ranker(opened, 64)).values())
    assert list(scored(made).values()) == pytest.approx((offsets + learned).tolist(), abs=1e-5)


def test_lists_of_one_call_do_not_mix(opened):
    made = ranker(opened, 3)
    lists = [
        CandidateList("a", QUERY, ("longer", "short"), account=CallAccount()),
        CandidateList("empty", QUERY, ()),
        CandidateList("b", "word2 word3", ("long",), account=CallAccount()),
    ]
    together = made.score(lists)
    for one, scores in zip(lists, together, strict=True):
        assert scores == pytest.approx(made.score([one])[0], abs=1e-5)
    assert set(lists[0].account.tokens) == {"longer", "short"}
    assert set(lists[2].account.tokens) == {"long"}


def test_texts_are_read_in_passages_too_and_their_cut_is_told(opened):
    texts = [document.text for document in DOCUMENTS]
    made = ranker(opened, 2)
    pairs, account = [(QUERY, one) for one in texts], CallAccount()
    found = made.score_pairs(pairs, account)
    assert found.tolist() == pytest.approx(list(scored(made).values()), abs=1e-5)
    read = [(6, 6), (28, 28), (49, 70), (49, 200)]
    assert account.tokens == dict(zip(pairs, read, strict=True))
    assert account.truncated == pytest.approx(1 - (34 + 49 + 49) / 304)
    ranked = made.rank(QUERY, texts)
    assert {hit.index: hit.score for hit in ranked} == pytest.approx(
        dict(enumerate(scored(made).values())), abs=1e-5
    )


def test_requests_that_share_a_batch_are_each_told_of_their_own_pairs(opened):
    batching = BatchingRanker(ranker(opened, 2))
    accounts = [CallAccount() for _ in DOCUMENTS]
    futures = [
        batching.submit_pairs([(QUERY, document.text)], account)
        for document, account in zip(DOCUMENTS, accounts, strict=True)
    ]
    for future in futures:
        future.result(60)
    batching.close()
    read = [(6, 6), (28, 28), (49, 70), (49, 200)]
    assert [one.tokens for one in accounts] == [
        {(QUERY, document.text): tokens} for document, tokens in zip(DOCUMENTS, read, strict=True)
    ]


def test_each_question_of_a_request_is_told_its_own_share_and_tokens(opened):
    reading = ReadingRanker(ranker(opened, 2).score_pairs)
    texts = {document.doc_id: document.text for document in DOCUMENTS}
    short, long, none = RerankService(lambda: reading).score(
        [
            Question(QUERY, [texts["short"], texts["fits"]]),
            Question(QUERY, [texts["longer"], texts["short"]]),
            Question(QUERY, []),
        ]
    )
    assert (short.tokens, short.truncated) == (34, 0.0)
    assert (long.tokens, long.truncated) == (55, pytest.approx(1 - 55 / 206))
    assert (none.tokens, none.truncated) == (0, 0.0)


@pytest.mark.parametrize("seed", range(200))
def test_passages_cover_a_document_in_order_fit_and_overlap(seed):
    rng = np.random.default_rng(seed)
    length, room = int(rng.integers(0, 300)), int(rng.integers(1, 40))
    starts = sorted({0, *rng.integers(0, max(length, 1), rng.integers(0, 100)).tolist()})
    cut = windows(length, room, 1000, starts if seed % 2 else ())
    assert cut[0][0] == 0
    assert cut[-1][1] == length
    assert all(0 <= end - begin <= room for begin, end in cut)
    for (begun, ended), (begin, end) in itertools.pairwise(cut):
        assert begun < begin <= ended < end
    most = int(rng.integers(1, 5))
    assert (
        windows(length, room, most, ())[: most - 1] == windows(length, room, 1000, ())[: most - 1]
    )
    assert len(windows(length, room, most, starts)) <= most


def test_a_passage_begins_at_a_word_nearby_and_inside_one_only_where_none_begins():
    assert windows(20, 8, 9, [0, 5, 7, 11, 13, 15]) == [(0, 8), (5, 13), (11, 19), (13, 20)]
    assert windows(20, 8, 9, [0]) == windows(20, 8, 9)


def test_passages_begin_with_a_word():
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "##b", *FILLERS]
    tokenizer = BertTokenizerFast(vocab={word: n for n, word in enumerate(vocabulary)})
    pairs = PairTokenizer(tokenizer, 13)
    read = passage_pairs(pairs, pairs.tokenize(["a"]), ["abb " * 12], [(0, 0)], 64)
    begins = [pair.input_ids[3] for pair in read.pairs]
    assert len(begins) > 3
    assert set(begins) == {vocabulary.index("a")}
    assert max(len(pair.input_ids) for pair in read.pairs) <= 13


def test_the_option_reaches_a_cross_encoder_through_all_that_holds_it(opened):
    class Flat:
        def score(self, lists):
            return [np.zeros(len(one.doc_ids)) for one in lists]

    inner = ranker(opened)
    cascade = Cascade(Flat(), inner)
    batching = BatchingRanker(cascade)
    read_by_passages(batching, 64)
    assert scored(inner) == pytest.approx(scored(ranker(opened, 64)), abs=1e-5)
    account = CallAccount()
    scored(batching, account)
    batching.close()
    assert account.tokens["longer"] == (200, 200)
    assert (account.looked_at, account.shortened) == (4, False)
    for without in (Flat(), None):
        read_by_passages(without, 1)
        with pytest.raises(InputError, match="passages must be 1, or used with a ranker that"):
            read_by_passages(without, 2)
    for most in (0, 65):
        with pytest.raises(InputError, match="passages must be 1 to 64"):
            read_by_passages(inner, most)
