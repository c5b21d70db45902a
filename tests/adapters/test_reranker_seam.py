"""Texts come back in the order of their scores, whole, and with scores anybody can use."""

import math
import threading

import numpy as np
import pytest
from adapter_world import BEST_FIRST, OVERLAP, QUERY, TEXTS, DocIdScores, WordOverlap
from hypothesis import given
from hypothesis import strategies as st

from lrat_rank.adapters.reranker import Reranker
from lrat_rank.errors import InputError, LratRankError
from lrat_rank.models.calibration.calibration import fit_calibration
from lrat_rank.models.calibration.folder import write_calibration
from lrat_rank.models.cascade.folder import compose
from lrat_rank.models.cascade.options import CascadeOptions
from lrat_rank.models.cross_encoder.ranker import CrossEncoderRanker
from lrat_rank.serving.text_scores import Place, ReadingRanker, RerankService


class Told:
    """Gives the scores it was told."""

    def __init__(self, scores: list[float]) -> None:
        self.scores = scores

    def score_pairs(self, pairs, account=None):
        return np.array(self.scores)


def raw(ranker) -> Reranker:
    return Reranker(RerankService(lambda: ReadingRanker(ranker.score_pairs)), raw=True)


def test_texts_are_ordered_by_score_and_ties_keep_the_order_given():
    placed = raw(WordOverlap()).place(QUERY, TEXTS)
    assert placed == [Place(i, score) for i, score in zip(BEST_FIRST, OVERLAP, strict=True)]


def test_scores_are_shares_of_one_by_the_logistic_function():
    placed = Reranker.of(WordOverlap()).place(QUERY, TEXTS)
    assert [one.index for one in placed] == BEST_FIRST
    expected = [1 / (1 + math.exp(-score)) for score in OVERLAP]
    assert [one.score for one in placed] == pytest.approx(expected, abs=1e-12)


finite = st.floats(-1e6, 1e6, allow_nan=False)


@given(st.lists(finite, min_size=1, max_size=12))
def test_every_text_comes_back_once_with_a_finite_score_in_falling_order(scores):
    placed = Reranker.of(Told(scores)).place(
        QUERY, [f"text {number}" for number in range(len(scores))]
    )
    assert sorted(one.index for one in placed) == list(range(len(scores)))
    assert [scores[one.index] for one in placed] == sorted(scores, reverse=True)
    shown = [one.score for one in placed]
    assert all(0 <= score <= 1 for score in shown)
    assert shown == sorted(shown, reverse=True)


def test_scores_that_round_to_the_same_share_still_stand_in_their_own_order():
    placed = Reranker.of(Told([50.0, 90.0, 70.0])).place(QUERY, ["a", "b", "c"])
    assert [one.index for one in placed] == [1, 2, 0]
    assert len({one.score for one in placed}) == 1


@pytest.mark.parametrize("score", [math.nan, math.inf, -math.inf])
def test_a_text_that_the_ranker_fails_on_stands_last_with_a_finite_score(score):
    placed = Reranker.of(Told([score, -3.0, -2.0])).place(QUERY, ["a", "b", "c"])
    assert [one.index for one in placed] == [2, 1, 0]
    assert all(map(math.isfinite, (one.score for one in placed)))
    assert placed[2].score <= placed[1].score


def test_a_ranker_that_fails_on_every_text_is_said_to_have_failed():
    with pytest.raises(LratRankError, match="none of 2 texts"):
        Reranker.of(WordOverlap(fails_on="")).place(QUERY, ["a", "b"])


@pytest.mark.parametrize(("top_n", "count"), [(1, 1), (3, 3), (99, 6), (None, 6)])
def test_the_best_are_kept(top_n, count):
    placed = raw(WordOverlap()).place(QUERY, TEXTS, top_n=top_n)
    assert [one.index for one in placed] == BEST_FIRST[:count]


@pytest.mark.parametrize("top_n", [0, -1])
def test_no_texts_at_all_cannot_be_asked_for(top_n):
    with pytest.raises(InputError, match="top_n must be at least 1"):
        Reranker.of(WordOverlap()).place(QUERY, TEXTS, top_n=top_n)


def test_no_texts_give_none_and_no_ranker_is_asked():
    ranker = WordOverlap()
    assert Reranker.of(ranker).place(QUERY, []) == []
    assert ranker.asked == []


def test_a_folder_a_ranker_and_a_reranker_come_to_the_same(checkpoint):
    ranker = CrossEncoderRanker.load(checkpoint)
    forms = [checkpoint, str(checkpoint), ranker, Reranker.load(checkpoint)]
    placed = [Reranker.of(form).place(QUERY, TEXTS) for form in forms]
    expected = [one.index for one in ranker.rank(QUERY, TEXTS)]
    assert all([one.index for one in found] == expected for found in placed)
    scores = [[one.score for one in found] for found in placed]
    np.testing.assert_allclose(scores, [scores[0]] * 4, atol=1e-6)


def test_raw_scores_are_the_cross_encoders_own(checkpoint):
    placed = Reranker.load(checkpoint, raw=True).place(QUERY, TEXTS)
    expected = [one.score for one in CrossEncoderRanker.load(checkpoint).rank(QUERY, TEXTS)]
    np.testing.assert_allclose([one.score for one in placed], expected, atol=1e-5)


def test_the_end_of_a_long_text_counts_where_it_is_read_in_passages(checkpoint):
    halves = [" ".join([word] * 80) for word in ("sea", "odes")]
    texts = [" ".join(halves), " ".join(reversed(halves))]

    def scores(passages: int) -> list[float]:
        placed = Reranker.load(checkpoint, raw=True, passages=passages).place(QUERY, texts)
        return [one.score for one in placed]

    cut, whole = scores(1), scores(8)
    assert cut[0] > cut[1] + 1e-3
    assert min(whole) > cut[0] - 1e-3


def test_a_calibration_in_the_folder_makes_the_shares(checkpoint, tmp_path):
    ranker = CrossEncoderRanker.load(checkpoint)
    ranker.save(tmp_path / "ranker")
    scores = np.linspace(-4, 4, 40)
    made = fit_calibration(scores, scores > 1, [str(n) for n in range(40)], method="platt")
    write_calibration(tmp_path / "ranker", made)
    placed = Reranker.load(tmp_path / "ranker").place(QUERY, TEXTS)
    own = np.array([one.score for one in ranker.rank(QUERY, TEXTS)])
    np.testing.assert_allclose([one.score for one in placed], made.calibrate(own), atol=1e-5)


def test_a_ranker_that_knows_documents_by_id_alone_is_sent_to_the_search_tool():
    with pytest.raises(InputError, match=r"reads texts.*got DocIdScores\..*search tool"):
        Reranker.of(DocIdScores())


def test_calls_of_several_threads_do_not_meet_in_the_ranker():
    inside, met = [0], []

    class Alone(WordOverlap):
        def score_pairs(self, pairs, account=None):
            inside[0] += 1
            threading.Event().wait(0.02)
            met.append(inside[0])
            inside[0] -= 1
            return super().score_pairs(pairs)

    reranker = Reranker.of(Alone())
    threads = [threading.Thread(target=reranker.place, args=(QUERY, TEXTS)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert met == [1, 1, 1, 1]


def test_of_a_cascades_folder_the_cross_encoder_reads_the_texts(checkpoint, tmp_path):
    lightgbm = tmp_path / "lightgbm"
    lightgbm.mkdir()
    (lightgbm / "ranker.json").write_text('{"kind": "lightgbm"}')
    for first, second in ((lightgbm, checkpoint), (checkpoint, lightgbm)):
        folder = tmp_path / f"cascade of {first.name}"
        compose(first, second, folder, CascadeOptions())
        expected = Reranker.load(checkpoint).place(QUERY, TEXTS)
        assert Reranker.of(folder).place(QUERY, TEXTS) == expected


def test_a_folder_whose_ranker_reads_no_texts_says_so_in_one_line(tmp_path):
    (tmp_path / "ranker.json").write_text('{"kind": "lightgbm"}')
    with pytest.raises(InputError, match=r"reads texts.*kind lightgbm.*search tool") as told:
        Reranker.of(tmp_path)
    assert "\n" not in str(told.value)


def test_a_folder_without_a_ranker_is_said_to_be_none(tmp_path):
    with pytest.raises(InputError, match=r"^ranker must be a folder made by lrat-rank train"):
        Reranker.of(tmp_path)
