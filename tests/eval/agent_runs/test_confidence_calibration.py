"""Calibration errors and the Brier score equal their closed forms and scikit-learn's."""

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss

from lrat_rank.eval.agent_runs.calibration import confidence_calibration


@pytest.fixture
def drawn():
    generator = np.random.default_rng(3)
    confidence = np.round(generator.random(457), 2)
    return confidence, generator.random(457) < confidence**2


def test_the_expected_error_is_the_weighted_gap_of_the_bins():
    confidence = np.array([0.95, 0.95, 0.95, 0.95, 0.55, 0.55])
    correct = np.array([True, True, True, False, False, False])
    found = confidence_calibration(confidence, correct)
    assert found.expected_error == pytest.approx(4 / 6 * 0.2 + 2 / 6 * 0.55)
    assert [(one.answers, one.correct) for one in found.bins] == [(2, 0.0), (4, 0.75)]
    assert found.rms_error is None


def test_brier_score_is_scikit_learns(drawn):
    confidence, correct = drawn
    found = confidence_calibration(confidence, correct)
    assert found.brier == pytest.approx(brier_score_loss(correct, confidence), abs=1e-12)


def test_bins_are_scikit_learns(drawn):
    confidence, correct = drawn
    # Away from the edges, which scikit-learn gives to the bin below and this one to the bin above.
    inside = np.abs(confidence * 10 - np.round(confidence * 10)) > 1e-6
    found = confidence_calibration(confidence[inside], correct[inside])
    shares, means = calibration_curve(correct[inside], confidence[inside], n_bins=10)
    assert [one.correct for one in found.bins] == pytest.approx(shares.tolist())
    assert [one.confidence for one in found.bins] == pytest.approx(means.tolist())


def test_certainty_that_is_right_has_no_error():
    found = confidence_calibration(np.ones(7), np.ones(7, dtype=bool))
    assert (found.expected_error, found.brier) == (0.0, 0.0)
    assert [(one.low, one.high, one.answers) for one in found.bins] == [(0.9, 1.0, 7)]


@pytest.mark.parametrize("confidence", [0.1, 0.2, 0.3, 0.6, 0.7])
def test_an_edge_belongs_to_the_bin_above_whatever_rounding_says(confidence):
    [one] = confidence_calibration(np.array([confidence]), np.array([True])).bins
    assert one.low == pytest.approx(confidence)


def test_the_rms_error_takes_hundreds_in_order_of_confidence_and_leaves_none_out():
    confidence = np.concatenate([np.full(100, 0.2), np.full(150, 0.9)])
    correct = np.concatenate([np.zeros(100), np.ones(150)]).astype(bool)
    order = np.random.default_rng(0).permutation(250)
    found = confidence_calibration(confidence[order], correct[order])
    assert found.rms_error == pytest.approx(np.sqrt(100 / 250 * 0.2**2 + 150 / 250 * 0.1**2))
