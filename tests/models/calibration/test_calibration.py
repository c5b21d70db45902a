"""Calibrated scores: probabilities that rise with the score and come true."""

import json

import numpy as np
import pytest
from msgspec.structs import replace
from ranker_fakes import INDEX, ByChance, ByQuality, asked_lists, labels, order

from lrat_rank.errors import InputError
from lrat_rank.mining.labels import State
from lrat_rank.models.calibration.calibrated import CalibratedRanker
from lrat_rank.models.calibration.calibration import calibrate_ranker, fit_calibration
from lrat_rank.models.calibration.curves import METHODS, Isotonic, Platt
from lrat_rank.models.calibration.folder import CALIBRATION, read_calibration, write_calibration
from lrat_rank.models.calibration.shown_lists import shown_lists
from lrat_rank.models.guard.guard import GUARD


def drawn(count: int, seed: int, slope: float = 1.5, intercept: float = -1.0):
    """Scores whose probability of relevance is a known logistic curve."""
    draw = np.random.default_rng(seed)
    scores = draw.normal(scale=2.0, size=count)
    truth = 1 / (1 + np.exp(-(slope * scores + intercept)))
    groups = [f"g{n % 50}" for n in range(count)]
    return scores, draw.random(count) < truth, groups, truth


@pytest.mark.parametrize("method", METHODS.names())
def test_probabilities_come_true_on_other_documents(method) -> None:
    scores, relevant, groups, _ = drawn(4000, seed=0)
    found = fit_calibration(scores, relevant, groups, method=method)
    fresh, _, _, truth = drawn(4000, seed=1)
    assert np.abs(found.calibrate(fresh) - truth).mean() < 0.03
    assert found.reliability.ece < 0.03
    assert found.reliability.brier < found.reliability.brier_of_the_share


@pytest.mark.parametrize("method", METHODS.names())
def test_a_higher_score_never_has_a_lower_probability(method) -> None:
    scores, relevant, groups, _ = drawn(150, seed=2, slope=0.3)
    found = fit_calibration(scores, relevant, groups, method=method)
    probabilities = found.calibrate(np.linspace(-50, 50, 999))
    assert (np.diff(probabilities) >= 0).all()
    assert probabilities.min() >= 0
    assert probabilities.max() <= 1


def test_platt_finds_the_curve_scores_were_drawn_from() -> None:
    scores, relevant, groups, _ = drawn(20_000, seed=3)
    curve = fit_calibration(scores, relevant, groups, method="platt").curve
    assert isinstance(curve, Platt)
    assert curve.slope == pytest.approx(1.5, rel=0.05)
    assert curve.intercept == pytest.approx(-1.0, abs=0.1)


def test_isotonic_regression_is_kept_as_breakpoints() -> None:
    from sklearn.isotonic import IsotonicRegression

    scores, relevant, groups, _ = drawn(300, seed=4)
    curve = fit_calibration(scores, relevant, groups).curve
    assert isinstance(curve, Isotonic)
    oracle = IsotonicRegression(out_of_bounds="clip").fit(scores, relevant)
    asked = np.linspace(-8, 8, 200)
    np.testing.assert_allclose(curve.calibrate(asked), oracle.predict(asked), atol=1e-12)


def test_a_ranker_that_orders_backwards_gets_one_probability() -> None:
    scores, relevant, groups, _ = drawn(500, seed=5)
    curve = fit_calibration(-scores, relevant, groups, method="platt").curve
    assert curve.slope == 0
    assert curve.calibrate(np.zeros(1))[0] == pytest.approx(relevant.mean(), abs=0.01)


def test_equal_scores_have_the_share_as_their_probability() -> None:
    _, relevant, groups, _ = drawn(400, seed=6)
    for method in METHODS.names():
        found = fit_calibration(np.ones(400), relevant, groups, method=method)
        assert found.calibrate(np.ones(1))[0] == pytest.approx(relevant.mean(), abs=0.01)


def test_the_reliability_is_that_of_groups_held_out() -> None:
    """A curve through its own few documents looks perfect on them; held out it does not."""
    draw = np.random.default_rng(7)
    scores, relevant = draw.normal(size=60), draw.random(60) < 0.5
    found = fit_calibration(scores, relevant, [f"g{n}" for n in range(60)])
    own = ((found.calibrate(scores) - relevant) ** 2).mean()
    assert found.reliability.brier > own + 0.02


def test_a_rankers_shown_documents_calibrate_it() -> None:
    found = calibrate_ranker(ByQuality(), labels(30, seed=3), INDEX, depth=30)
    assert (found.n_documents, found.n_relevant) == (300, 30)
    low, high = found.calibrate(np.array([5.0, 195.0]))
    assert low < 0.05 < 0.4 < high


def test_lists_in_which_nothing_was_relevant_count_like_the_others() -> None:
    """Half of the searches found nothing: then one shown document of twenty is relevant."""
    found = labels(20, seed=3)
    vain = [
        replace(
            one,
            query_id=f"vain-{one.query_id}",
            candidates=tuple(replace(c, gain=0.0, state=State.SKIPPED) for c in one.candidates),
        )
        for one in labels(20, seed=4)
    ]
    both = calibrate_ranker(ByChance(), [*found, *vain], INDEX, depth=20)
    assert (both.n_documents, both.n_relevant) == (400, 20)
    assert both.calibrate(np.linspace(0, 1, 101)).mean() == pytest.approx(0.05, abs=0.03)
    share = both.n_relevant / both.n_documents
    assert both.reliability.brier_of_the_share == pytest.approx(share * (1 - share))


def test_lists_are_scored_as_deep_as_in_use_with_their_masked_documents() -> None:
    one = labels(2, seed=3)[0]
    first = replace(one.candidates[0], state=State.UNJUDGED, gain=0.0)
    second = replace(one.candidates[1], state=State.RELEVANT, gain=1.0)
    masked = replace(one, candidates=(first, second, *one.candidates[2:]))
    shown = shown_lists([masked], INDEX, depth=25)[0]
    assert len(shown.whole.doc_ids) == 25
    assert shown.whole.doc_ids[:10] == tuple(c.doc_id for c in one.candidates)
    assert shown.judged == list(range(1, 10))
    assert shown.relevant[0]


def test_labels_of_another_corpus_are_refused() -> None:
    one = labels(1, seed=3)[0]
    strange = replace(one, candidates=tuple(replace(c, doc_id="no") for c in one.candidates[:1]))
    with pytest.raises(InputError, match="judged documents of the index"):
        calibrate_ranker(ByQuality(), [strange], INDEX)


def test_a_calibrated_ranker_keeps_the_order_where_probabilities_tie() -> None:
    found = calibrate_ranker(ByQuality(), labels(20, seed=3), INDEX, depth=20)
    for one, scores, raw in zip(
        (lists := asked_lists(4, seed=1)),
        CalibratedRanker(ByQuality(), found).score(lists),
        ByQuality().score(lists),
        strict=True,
    ):
        assert order(one, scores) == order(one, raw)
        np.testing.assert_allclose(scores, found.calibrate(raw), atol=2e-6)
        assert ((scores >= 0) & (scores <= 1)).all()


@pytest.mark.parametrize("relevant", [np.zeros(5, bool), np.ones(5, bool)])
def test_documents_of_one_answer_are_refused(relevant) -> None:
    with pytest.raises(InputError, match="relevant and not"):
        fit_calibration(np.arange(5.0), relevant, list("abcde"))


def test_scores_that_are_not_finite_are_refused() -> None:
    with pytest.raises(InputError, match="finite"):
        fit_calibration(np.array([np.nan, 1.0]), np.array([True, False]), ["a", "b"])


def test_a_written_calibration_reads_back_equal(tmp_path) -> None:
    assert read_calibration(tmp_path) is None
    for method in METHODS.names():
        found = fit_calibration(*drawn(200, seed=8)[:3], method=method)
        write_calibration(tmp_path, found)
        assert read_calibration(tmp_path) == found


def test_a_calibration_of_other_scores_is_refused(tmp_path) -> None:
    write_calibration(tmp_path, fit_calibration(*drawn(200, seed=8)[:3]))
    (tmp_path / GUARD).write_text("{}")
    with pytest.raises(InputError, match="with a guard"):
        read_calibration(tmp_path)
    assert read_calibration(tmp_path, guard=False) is not None


def test_a_calibration_of_guarded_scores_tells_to_use_the_guard(tmp_path) -> None:
    write_calibration(tmp_path, fit_calibration(*drawn(200, seed=8)[:3], guarded=True))
    (tmp_path / GUARD).write_text("{}")
    assert read_calibration(tmp_path) is not None
    with pytest.raises(InputError, match="Leave out --no-guard"):
        read_calibration(tmp_path, guard=False)


def test_a_newer_calibration_is_refused(tmp_path) -> None:
    write_calibration(tmp_path, fit_calibration(*drawn(200, seed=8)[:3]))
    stored = json.loads((tmp_path / CALIBRATION).read_text())
    (tmp_path / CALIBRATION).write_text(json.dumps(stored | {"version": 9}))
    with pytest.raises(InputError, match="version 9"):
        read_calibration(tmp_path)
