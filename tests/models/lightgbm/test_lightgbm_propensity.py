"""Lists weighed by known examination count, in expectation, as if every rank were looked at."""

import numpy as np
import pytest
from lightgbm_labels import INDEX, labelled, planted
from msgspec.structs import replace

from lrat_rank.errors import InputError
from lrat_rank.mining.examination import ExaminationTable
from lrat_rank.mining.labels import Evidence
from lrat_rank.models.intensity_use import IntensityUse
from lrat_rank.models.lightgbm.options import LightGBMOptions
from lrat_rank.models.lightgbm.preparing import prepare
from lrat_rank.models.lightgbm.propensity import correct_for_examination, ideal_dcg
from lrat_rank.models.usable_lists import usable_lists

TABLE = ExaminationTable(examination=(1.0, 0.5, 0.25, 0.2))


def usable(lists):
    return usable_lists(lists, INDEX, IntensityUse(gain=True, weight=True))[0]


def say(one):
    """What each document contributes to the objective: weight·gain over the ideal DCG."""
    return one.weight * one.gains / ideal_dcg(one.gains, 10)


def test_corrected_single_positives_count_equally_often_at_every_rank():
    """Each list has one relevant document, at each rank equally often; browses thin out by rank."""
    draw = np.random.default_rng(0)
    counts = np.zeros(4)
    lists = []
    for number in range(20_000):
        rank = int(draw.integers(4))
        if draw.random() < TABLE.at(rank + 1):
            lists.append(labelled(str(number), np.eye(4)[rank].tolist()))
    plain = usable(lists)
    corrected = correct_for_examination(plain, TABLE, cutoff=10)
    for one in corrected:
        counts += say(one)
    np.testing.assert_allclose(counts / counts.mean(), 1.0, atol=0.06)
    uncorrected = sum(say(one) for one in plain)
    assert uncorrected[0] > 4 * uncorrected[3]


def test_gains_alone_would_change_nothing_for_a_single_positive():
    one = usable([labelled("a", [0.0, 0.0, 1.0])])[0]
    for gain in (1.0, 4.0):
        scaled = one.gains * gain
        assert (scaled / ideal_dcg(scaled, 10)).tolist() == [0, 0, 1]


def test_the_mean_weight_stays_what_it_was():
    plain = usable(planted(30, seed=1))
    corrected = correct_for_examination(plain, TABLE, cutoff=10)
    assert np.mean([one.weight for one in corrected]) == pytest.approx(
        np.mean([one.weight for one in plain])
    )


def test_an_even_table_changes_nothing():
    plain = usable(planted(10, seed=1))
    even = ExaminationTable(examination=(1.0,))
    for before, after in zip(plain, correct_for_examination(plain, even, cutoff=10), strict=True):
        np.testing.assert_allclose(after.gains, before.gains)
        assert after.weight == pytest.approx(before.weight)


def corrected_in_mining(one):
    first = replace(one.candidates[0], evidence=Evidence(examination=0.5))
    return replace(one, candidates=(first, *one.candidates[1:]))


@pytest.mark.parametrize(
    "options",
    [LightGBMOptions(examination=TABLE), LightGBMOptions(position_debias=True)],
    ids=["examination", "position_debias"],
)
def test_gains_divided_in_mining_are_not_divided_again(options):
    lists = [corrected_in_mining(one) for one in planted(4, seed=1)]
    with pytest.raises(InputError, match="gains that mining divided by the examination"):
        prepare(lists, INDEX, options)


def test_a_refused_examination_table_is_called_that():
    lists = [corrected_in_mining(one) for one in planted(4, seed=1)]
    with pytest.raises(InputError, match="labels for an examination table must be"):
        prepare(lists, INDEX, LightGBMOptions(examination=TABLE))


def test_correcting_both_ways_is_refused():
    with pytest.raises(InputError, match="which would correct twice"):
        LightGBMOptions(examination=TABLE, position_debias=True)


def test_prepared_data_holds_the_corrected_gains_with_the_intensity_off_too():
    use = IntensityUse(gain=False, weight=False)
    options = LightGBMOptions(
        features=("bm25_score",), examination=TABLE, intensity=use, depth=0, normalise=None
    )
    lists = [labelled("a", [0.0, 0.7, 0.0]), labelled("b", [0.9, 0.0])]
    data, _ = prepare(lists, INDEX, options)
    assert data.gains.tolist() == [0.0, 2.0, 0.0, 1.0, 0.0]
    assert data.weights[0] == pytest.approx(2 * data.weights[1])
    assert not options.normalised
