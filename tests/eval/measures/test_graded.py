"""The array functions against sums written out rank by rank, and against scikit-learn."""

import math

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, dcg_score, ndcg_score

from lrat_rank.errors import InputError
from lrat_rank.eval.measures import graded

CUTOFFS = [None, 1, 3, 10, 100]


def by_hand_dcg(gains, cutoff):
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains[:cutoff], 1))


def by_hand_ndcg(gains, ideal, cutoff):
    best = by_hand_dcg(sorted(ideal, reverse=True), cutoff)
    return by_hand_dcg(gains, cutoff) / best if best else 0.0


def by_hand_err(gains, max_gain, cutoff):
    value, still_reading = 0.0, 1.0
    for rank, gain in enumerate(gains[:cutoff], 1):
        satisfied = (2**gain - 1) / 2**max_gain
        value += still_reading * satisfied / rank
        still_reading *= 1 - satisfied
    return value


def by_hand_sum_of_means(gains, cutoff):
    return sum(sum(gains[:rank]) / rank for rank, gain in enumerate(gains[:cutoff], 1) if gain > 0)


def by_hand_ap(gains, ideal, cutoff):
    best = by_hand_sum_of_means(sorted(ideal, reverse=True), None)
    return by_hand_sum_of_means(gains, cutoff) / best if best else 0.0


def by_hand_rbp(gains, p, max_gain, cutoff):
    kept = gains[:cutoff]
    return (1 - p) * sum(gain / max_gain * p ** (rank - 1) for rank, gain in enumerate(kept, 1))


@pytest.fixture
def lists():
    """Float gains of 30 lists of 12, a third of them 0, and ideals with gains that were missed."""
    generator = np.random.default_rng(3)
    gains = generator.gamma(0.7, size=(30, 12)) * (generator.random((30, 12)) > 1 / 3)
    gains[0] = 0
    missed = generator.gamma(0.7, size=(30, 4)) * (generator.random((30, 4)) > 0.5)
    return gains, np.concatenate([missed, gains], axis=1)


@pytest.mark.parametrize("cutoff", CUTOFFS)
def test_float_gains_equal_the_sums_written_out(lists, cutoff):
    gains, ideal = lists
    highest = float(ideal.max())
    pairs = list(zip(gains.tolist(), ideal.tolist(), strict=True))
    expected = {
        "dcg": [by_hand_dcg(row, cutoff) for row, _ in pairs],
        "ndcg": [by_hand_ndcg(row, best, cutoff) for row, best in pairs],
        "err": [by_hand_err(row, highest, cutoff) for row, _ in pairs],
        "ap": [by_hand_ap(row, best, cutoff) for row, best in pairs],
        "rbp": [by_hand_rbp(row, 0.7, highest, cutoff) for row, _ in pairs],
    }
    found = {
        "dcg": graded.dcg(gains, cutoff=cutoff),
        "ndcg": graded.ndcg(gains, ideal, cutoff=cutoff),
        "err": graded.err(gains, max_gain=highest, cutoff=cutoff),
        "ap": graded.average_precision(gains, ideal, cutoff=cutoff),
        "rbp": graded.rbp(gains, p=0.7, max_gain=highest, cutoff=cutoff),
    }
    for name, values in expected.items():
        assert found[name].tolist() == pytest.approx(values, rel=1e-12, abs=1e-15), name


@pytest.mark.parametrize("cutoff", CUTOFFS)
def test_dcg_and_ndcg_equal_scikit_learns(lists, cutoff):
    gains, _ = lists
    positions = np.tile(-np.arange(gains.shape[1], dtype=float), (len(gains), 1))
    for row, scores, dcg, ndcg in zip(
        gains,
        positions,
        graded.dcg(gains, cutoff=cutoff),
        graded.ndcg(gains, gains, cutoff=cutoff),
        strict=True,
    ):
        assert dcg == pytest.approx(dcg_score([row], [scores], k=cutoff), abs=1e-12)
        assert ndcg == pytest.approx(ndcg_score([row], [scores], k=cutoff), abs=1e-12)


def test_average_precision_of_binary_gains_equals_scikit_learns(lists):
    relevant = (lists[0][1:] > 0).astype(float)
    scores = -np.arange(relevant.shape[1])
    expected = [average_precision_score(row, scores) for row in relevant]
    found = graded.average_precision(relevant * 0.37, relevant * 0.37)
    assert found.tolist() == pytest.approx(expected, abs=1e-12)


def test_average_precision_tells_how_good_the_early_documents_are():
    # Kishida's generalisation: (1/1)·3 + (1/3)·(3 + 0 + 1), over 3 + (3 + 1)/2.
    assert graded.average_precision([[3.0, 0.0, 1.0]], [[3.0, 1.0]])[0] == pytest.approx(
        (3 + 4 / 3) / (3 + 2), abs=1e-15
    )


def test_err_of_the_highest_gain_first_is_its_stop_probability():
    assert graded.err([[4.0]], max_gain=4).tolist() == [15 / 16]
    assert graded.err([[0.0, 4.0]], max_gain=4).tolist() == [15 / 32]


def test_rbp_of_a_list_of_the_highest_gain_is_what_p_leaves():
    assert graded.rbp(np.full((1, 3), 2.0), p=0.5, max_gain=2).tolist() == [1 - 0.5**3]


@pytest.mark.parametrize("unit", [1e-300, 1e-12, 1.0, 1e12, 1e100])
def test_gains_of_any_size_keep_their_digits(unit):
    gains = np.array([[0.5, 0.0, 1.0]]) * unit
    assert graded.ndcg(gains, gains)[0] == pytest.approx(
        by_hand_ndcg([0.5, 0.0, 1.0], [1.0, 0.5], None), rel=1e-12
    )
    assert graded.average_precision(gains, gains)[0] == pytest.approx(4 / 7, rel=1e-12)
    assert graded.rbp(gains, p=0.5, max_gain=unit)[0] == pytest.approx(0.375, rel=1e-12)
    with np.errstate(over="raise", invalid="raise"):
        assert 0 <= graded.err(gains, max_gain=unit)[0] < 1


def test_err_of_tiny_gains_is_their_logarithm_of_two():
    # (2^g − 1)/2^m → g·ln 2 as both go to 0; the direct formula rounds to 0 there.
    assert graded.err([[1e-20]], max_gain=1e-20)[0] == pytest.approx(1e-20 * math.log(2), rel=1e-12)


@pytest.mark.parametrize(
    "measure", [graded.err, lambda g, max_gain: graded.rbp(g, p=0.5, max_gain=max_gain)]
)
def test_a_gain_above_the_maximum_is_refused(measure):
    with pytest.raises(InputError, match=r"max_gain must be the highest gain \(5\) or more; got 4"):
        measure([[0.0, 5.0]], max_gain=4)
