"""Corrections against closed forms, scipy, and what they promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lrat_rank.eval.statistics.corrections import benjamini_hochberg, holm

FAMILIES = st.lists(st.floats(0, 1), max_size=12)


def test_holm_on_numbers_worked_by_hand():
    # Sorted .01 .02 .03 .04 .05 times 5 4 3 2 1 is .05 .08 .09 .08 .05, made non-decreasing.
    assert holm([0.05, 0.01, 0.04, 0.02, 0.03]) == pytest.approx([0.09, 0.05, 0.09, 0.08, 0.09])
    assert holm([0.6, 0.7]) == [1.0, 1.0]
    assert holm([0.02]) == [0.02]
    assert holm([]) == []


def test_holm_lies_between_no_correction_and_bonferronis():
    p_values = np.random.default_rng(4).random(9)
    corrected = np.array(holm(p_values.tolist()))
    assert (corrected >= p_values).all()
    assert (corrected <= np.minimum(1, 9 * p_values) + 1e-15).all()
    assert (np.diff(corrected[np.argsort(p_values)]) >= 0).all()


@given(FAMILIES)
def test_holm_is_its_closed_form(p_values):
    ordered = sorted(p_values)
    count = len(ordered)
    steps = [(count - place) * p for place, p in enumerate(ordered)]
    expected = {p: min(1.0, max(steps[: place + 1])) for place, p in enumerate(ordered)}
    assert holm(p_values) == pytest.approx([expected[p] for p in p_values])


@given(FAMILIES.filter(bool))
def test_benjamini_hochberg_is_scipys_and_never_above_holm(p_values):
    ours = benjamini_hochberg(p_values)
    assert ours == pytest.approx(stats.false_discovery_control(p_values).tolist())
    assert (np.array(ours) <= np.array(holm(p_values)) + 1e-12).all()
    assert (np.array(ours) >= np.array(p_values) - 1e-12).all()


def test_benjamini_hochberg_on_numbers_worked_by_hand():
    # Sorted .01 .02 .03 .04 .5 times 5/1 5/2 5/3 5/4 1 is .05 .05 .05 .05 .5.
    assert benjamini_hochberg([0.5, 0.01, 0.04, 0.02, 0.03]) == pytest.approx(
        [0.5, 0.05, 0.05, 0.05, 0.05]
    )
    assert benjamini_hochberg([]) == []


def test_holm_keeps_the_family_wise_error_rate_under_the_null():
    p_values = np.random.default_rng(1).random((4000, 6))
    wrong = np.mean([min(holm(family)) <= 0.05 for family in p_values.tolist()])
    assert 0.04 <= wrong <= 0.06
    assert np.mean(p_values.min(axis=1) <= 0.05) > 0.2
