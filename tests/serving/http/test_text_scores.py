"""The cross-encoder that reads the texts of rerank requests, and how its scores are shown."""

import shutil

import numpy as np
import pytest
from http_server import post, running, settings, sigmoid
from tiny_bert import write_tiny_bert

from lrat_rank.collections import Document
from lrat_rank.errors import LratRankError
from lrat_rank.models.calibration.calibrated import CalibratedRanker
from lrat_rank.models.calibration.calibration import Calibration
from lrat_rank.models.calibration.curves import Isotonic, Platt
from lrat_rank.models.calibration.folder import write_calibration
from lrat_rank.models.cascade import Cascade
from lrat_rank.models.cross_encoder.ranker import CrossEncoderRanker
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.serving.backend import BackendOptions, open_backend
from lrat_rank.serving.engine_options import EngineOptions
from lrat_rank.serving.text_scores import (
    NoTextRankerError,
    Place,
    Question,
    ReadingRanker,
    RerankService,
    TextScores,
    text_calibration,
    text_ranker,
)

WORDS = ["poet", "fish", "odes", "coast", "sang", "the"]
TEXTS = ["the fish", "poet sang odes the coast", "the coast", "fish fish"]


class ByIds:
    """A ranker that knows documents by their ids."""

    def score(self, lists):
        return [np.zeros(len(one.doc_ids)) for one in lists]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_tiny_bert(tmp_path_factory.mktemp("text") / "ranker", WORDS, logits=1, length=32)


@pytest.fixture(scope="module")
def index_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("text") / "index"
    documents = [Document(str(n), text) for n, text in enumerate(TEXTS)]
    Index.build(documents, folder, IndexOptions(encoder="none", bm25_backend="rank-bm25"))
    return folder


@pytest.fixture(scope="module")
def cross_encoder(folder):
    return CrossEncoderRanker.load(folder, device="cpu")


def calibration(curve, **changes):
    return Calibration(curve=curve, reliability=None, n_documents=4, n_relevant=2, **changes)


def test_a_server_gives_what_the_cross_encoder_gives(folder, index_folder, cross_encoder):
    logits = cross_encoder.score_pairs([("poet odes", text) for text in TEXTS])
    options = BackendOptions(index=index_folder, ranker=folder, engine=EngineOptions(stage="bm25"))
    with running(open_backend(options), settings()) as address:
        body = {"query": "poet odes", "documents": TEXTS}
        raw = post(address, "/v2/rerank", {**body, "raw_scores": True}).json()["results"]
        shares = post(address, "/v2/rerank", body)
        searched = post(address, "/search", {"query": "poet odes"})
    order = np.argsort(-logits, kind="stable").tolist()
    assert [one["index"] for one in raw] == order
    assert [one["relevance_score"] for one in raw] == pytest.approx(logits[order], abs=0.05)
    found = [one["relevance_score"] for one in shares.json()["results"]]
    assert found == pytest.approx([sigmoid(logits[n]) for n in order], abs=0.02)
    assert len(shares.headers["x-ranker-version"]) == 12
    assert searched.json()["ranker_version"] == shares.headers["x-ranker-version"]


def test_tokens_are_the_rankers_own_and_what_is_cut_is_told(folder, index_folder):
    long = " ".join(["fish"] * 200)
    options = BackendOptions(index=index_folder, ranker=folder)
    with running(open_backend(options)) as address:
        short = post(address, "/v1/rerank", {"query": "poet", "documents": ["the fish"]})
        cut = post(address, "/v1/rerank", {"query": "poet", "documents": [long]})
    assert short.json()["usage"] == {"total_tokens": 2}
    assert "x-truncated-share" not in short.headers
    read = cut.json()["usage"]["total_tokens"]
    assert read < 32
    assert float(cut.headers["x-truncated-share"]) == pytest.approx(1 - read / 200, abs=1e-3)


def test_the_part_of_a_ranker_that_reads_texts_is_found(cross_encoder):
    assert text_ranker(cross_encoder) is cross_encoder
    assert text_ranker(Cascade(ByIds(), cross_encoder)) is cross_encoder
    assert text_ranker(Cascade(cross_encoder, ByIds())) is cross_encoder
    around = CalibratedRanker(cross_encoder, calibration(Platt(slope=1.0, intercept=0.0)))
    assert text_ranker(Cascade(ByIds(), around)) is cross_encoder
    assert text_ranker(ByIds()) is None
    assert text_ranker(None) is None


def test_a_ranker_that_knows_ids_alone_is_said_to_read_no_texts():
    service = RerankService(lambda: None)
    assert not service.reads_texts
    with pytest.raises(NoTextRankerError):
        service.score_texts("a", ["b"])


def test_a_calibration_of_the_same_scores_is_used(folder, tmp_path):
    copy = tmp_path / "ranker"
    shutil.copytree(folder, copy)
    assert text_calibration(copy) is None
    curve = Isotonic(scores=(-1.0, 1.0), probabilities=(0.1, 0.9))
    write_calibration(copy, calibration(curve))
    assert text_calibration(copy).curve == curve
    # One of the scores under a guard is of other scores.
    write_calibration(copy, calibration(curve, guarded=True))
    (copy / "guard.json").write_text("{}")
    assert text_calibration(copy) is None


def test_calibrated_scores_keep_the_order_and_those_that_failed_stay_apart():
    curve = Isotonic(scores=(-1.0, 1.0), probabilities=(0.1, 0.9))
    ranker = ReadingRanker(
        lambda pairs, account: np.array([5.0, np.nan, 0.0, -5.0]), calibration=calibration(curve)
    )
    scores = RerankService(lambda: ranker).score_texts("a", ["b", "c", "d", "e"])
    assert scores.normalised == pytest.approx([0.9, np.nan, 0.5, 0.1], nan_ok=True)
    assert scores.failed == [1]
    assert scores.shown() == pytest.approx([0.9, 0.0, 0.5, 0.1])
    assert scores.shown(raw=True) == [5.0, -5.0, 0.0, -5.0]


def test_scores_are_in_0_to_1_however_large():
    ranker = ReadingRanker(lambda pairs, account: np.array([1e4, -1e4, 0.0]))
    scores = RerankService(lambda: ranker).score_texts("a", ["b", "c", "d"])
    assert scores.normalised.tolist() == [1.0, 0.0, 0.5]


def test_each_question_is_answered_with_its_own_texts_scores():
    ranker = ReadingRanker(lambda pairs, account: np.array([float(len(q + t)) for q, t in pairs]))
    first, none, last = RerankService(lambda: ranker).score(
        [Question("a", ["b", "cc"]), Question("d", []), Question("eee", ["f"])]
    )
    assert (first.raw.tolist(), none.raw.tolist(), last.raw.tolist()) == ([2.0, 3.0], [], [4.0])


def test_equal_texts_get_equal_scores_and_keep_their_order_whatever_their_place_in_a_batch():
    asked = []

    def score(pairs, account):
        asked.extend(pairs)
        return np.array([len(text) + 1e-8 * place for place, (_, text) in enumerate(pairs)])

    service = RerankService(lambda: ReadingRanker(score))
    first, second = service.score([Question("a", ["x", "yy", "x"]), Question("b", ["x", "x"])])
    assert asked == [("a", "x"), ("a", "yy"), ("b", "x")]
    assert [one.index for one in first.places()] == [1, 0, 2]
    assert [one.index for one in second.places()] == [0, 1]
    assert len(set(second.raw)) == 1


def test_a_ranker_that_scores_nothing_is_an_error():
    ranker = ReadingRanker(lambda pairs, account: np.full(len(pairs), np.inf))
    with pytest.raises(LratRankError, match="none of 2 texts"):
        RerankService(lambda: ranker).score_texts("a", ["b", "c"])


def test_scores_name_the_ranker_that_gave_them_also_when_another_takes_over_meanwhile():
    served = {}

    def score(pairs, account):
        served["now"] = ReadingRanker(score, version="new")
        return np.zeros(len(pairs))

    served["now"] = ReadingRanker(score, version="old")
    service = RerankService(lambda: served["now"])
    assert [service.score_texts("a", ["b"]).version for _ in range(2)] == ["old", "new"]


def test_places_follow_the_raw_scores_ties_the_order_given_and_failures_come_last():
    scores = TextScores(np.array([60.0, np.nan, 80.0, 60.0]), np.array([1.0, np.nan, 1.0, 1.0]))
    assert [one.index for one in scores.places()] == [2, 0, 3, 1]
    assert scores.places(raw=True, top_n=2) == [Place(2, 80.0), Place(0, 60.0)]
    assert scores.places()[-1] == Place(1, 0.0)
