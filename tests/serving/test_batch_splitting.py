"""Batches that fail: the fault is found by splitting, and everyone else gets their scores."""

import math

import numpy as np
import pytest
import torch
from batched_rankers import ListRanker, PairRanker, WholeRanker, lists, value

from lrat_rank.serving.batching.splitting import SplittingScorer
from lrat_rank.serving.batching.work import ListWork, Pairs, PairWork

OUT_OF_MEMORY = [
    MemoryError(),
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"),
    RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried …"),
]


def items(*sizes: int) -> list[list[Pairs]]:
    """Requests of one item each, of so many pairs."""
    return [[Pairs(tuple((f"q{n}", f"d{p}") for p in range(size)))] for n, size in enumerate(sizes)]


def expected(requests) -> list[list[list[float]]]:
    return [[[value(*pair) for pair in item.pairs] for item in items] for items in requests]


def plain(answers) -> list[list[list[float]]]:
    return [[scores.tolist() for scores in request] for request in answers]


@pytest.mark.parametrize("error", OUT_OF_MEMORY, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("room", [1, 3, 25])
def test_an_out_of_memory_batch_is_split_down_to_what_fits(error, room):
    ranker = PairRanker(lambda pairs: error if len(pairs) > room else None)
    scorer = SplittingScorer(PairWork(ranker))
    requests = items(20, 7, 33)
    assert plain(scorer.score(requests)) == expected(requests)
    assert scorer.failed == 0
    assert scorer.splits <= math.log2(60) + 1  # what fits is learned once, not in every branch


def test_what_fits_is_remembered_and_tried_upwards_again():
    room = [10]
    ranker = PairRanker(lambda pairs: MemoryError() if len(pairs) > room[0] else None)
    scorer = SplittingScorer(PairWork(ranker))
    scorer.score(items(16, 16))
    splits = scorer.splits
    scorer.score(items(16, 16))
    assert scorer.splits == splits
    room[0] = 1000
    for _ in range(40):
        scorer.score(items(4))
    ranker.sizes.clear()
    scorer.score(items(16, 16))
    assert ranker.sizes == [32]


def test_a_pair_too_large_even_alone_gets_nan_and_no_other_does():
    ranker = PairRanker(lambda pairs: MemoryError() if ("q1", "d2") in pairs else None)
    answers = SplittingScorer(PairWork(ranker)).score(items(3, 5, 2))
    wanted = expected(items(3, 5, 2))
    assert math.isnan(answers[1][0][2])
    answers[1][0][2] = wanted[1][0][2]
    assert plain(answers) == wanted


def test_other_runtime_errors_do_not_pass_for_a_lack_of_memory():
    ranker = PairRanker(lambda pairs: RuntimeError("shapes do not match"))
    scorer = SplittingScorer(PairWork(ranker))
    assert np.isnan(scorer.score(items(2))[0][0]).all()
    assert scorer.fits is None


@pytest.mark.parametrize("faulty", [{("q0", "d0")}, {("q1", "d4"), ("q1", "d6"), ("q2", "d0")}])
def test_documents_that_make_the_ranker_fail_get_nan_and_the_others_their_scores(faulty):
    ranker = PairRanker(lambda pairs: KeyError("no") if faulty & set(pairs) else None)
    requests = items(4, 9, 1, 6)
    scorer = SplittingScorer(PairWork(ranker))
    answers = scorer.score(requests)
    for request, answer in zip(requests, answers, strict=True):
        for pair, score in zip(request[0].pairs, answer[0].tolist(), strict=True):
            assert math.isnan(score) if pair in faulty else score == value(*pair)
    assert scorer.failed == len(faulty)


def test_one_lists_faulty_document_spoils_neither_its_list_nor_others():
    ranker = PairRanker(lambda pairs: KeyError("no") if ("q", "bad") in pairs else None)
    request = [*lists("a", "b", "bad", "c"), *lists("d", "bad"), *lists("e")]
    answers = SplittingScorer(ListWork(ranker, apart=True)).score([request, lists("f")])
    for one, scores in zip([*request, *lists("f")], [*answers[0], *answers[1]], strict=True):
        for doc_id, score in zip(one.doc_ids, scores.tolist(), strict=True):
            assert math.isnan(score) if doc_id == "bad" else score == value("q", doc_id)


def test_a_list_scored_as_a_whole_is_scored_again_without_its_faulty_document():
    scorer = SplittingScorer(ListWork(WholeRanker("bad"), apart=False))
    answers = scorer.score([lists("a", "b", "bad", "c", "d"), lists("e", "f")])
    assert answers[1][0].tolist() == [0.5, 0.5]
    scores = answers[0][0]
    assert math.isnan(scores[2])
    assert np.delete(scores, 2).tolist() == [0.25] * 4  # of four together, not of halves
    assert scorer.failed == 1


def test_a_list_scored_as_a_whole_is_never_scored_in_parts_for_want_of_memory():
    class Tight(ListRanker):
        room = 3

        def score(self, lists):
            if sum(len(one.doc_ids) for one in lists) > self.room:
                raise MemoryError
            return super().score(lists)

    ranker = Tight()
    scorer = SplittingScorer(ListWork(ranker, apart=False))
    answers = scorer.score([lists("a", "b"), lists("c", "d"), lists(*"efgh")])
    assert np.isnan(answers[2][0]).all()
    assert [a[0].tolist() for a in answers[:2]] == [
        [value("q", d) for d in pair] for pair in ("ab", "cd")
    ]
    ranker.room = 100  # memory is back: the list is tried again, though it did not fit
    assert scorer.score([lists(*"efgh")])[0][0].tolist() == [value("q", d) for d in "efgh"]


def test_a_list_of_nothing_but_faulty_documents_is_nan_throughout():
    answers = SplittingScorer(ListWork(WholeRanker("bad"), apart=False)).score([lists("bad")])
    assert np.isnan(answers[0][0]).all()


def test_a_ranker_that_fails_on_everything_is_not_called_without_end(caplog):
    ranker = PairRanker(lambda pairs: ValueError("broken"))
    answers = SplittingScorer(PairWork(ranker)).score(items(500, 500))
    assert all(np.isnan(answer[0]).all() and len(answer[0]) == 500 for answer in answers)
    assert len(ranker.sizes) < 200
    told = [record for record in caplog.records if record.exc_info]
    assert len(told) == 2  # once a request, with the traceback
    assert "broken" in caplog.text


@pytest.mark.parametrize("error", OUT_OF_MEMORY, ids=lambda error: type(error).__name__)
def test_memory_that_another_process_took_does_not_hold_up_the_others_for_long(error):
    pairs, whole = PairRanker(lambda pairs: error), PairRanker(lambda pairs: error)
    [[scores]] = SplittingScorer(PairWork(pairs)).score(items(2000))
    assert np.isnan(scores).all()
    assert len(pairs.sizes) < 100
    many = lists(*map(str, range(2000)))
    [[scores]] = SplittingScorer(ListWork(whole, apart=False)).score([many])
    assert np.isnan(scores).all()
    assert len(whole.sizes) < 100


@pytest.mark.parametrize("given", [[], [np.zeros(1)], [np.zeros((2, 1))], [np.zeros(2)] * 2])
def test_scores_of_the_wrong_shape_are_a_failure_and_never_given_out(given):
    class Odd(ListRanker):
        def score(self, lists):
            return given

    answers = SplittingScorer(ListWork(Odd(), apart=False)).score([lists("a", "b")])
    assert answers[0][0].shape == (2,)
    assert np.isnan(answers[0][0]).all()
