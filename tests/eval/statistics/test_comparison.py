"""Comparisons with a baseline: families of corrections, refusals, and speed."""

import time

import numpy as np
import pytest

from lrat_rank.errors import InputError
from lrat_rank.eval.statistics.comparison import compare_on_measures, compare_to_baseline
from lrat_rank.eval.statistics.corrections import benjamini_hochberg, holm
from lrat_rank.eval.statistics.effects import cohens_d, hedges_g
from lrat_rank.eval.statistics.equivalence import equivalence_interval, equivalence_test
from lrat_rank.eval.statistics.options import StatisticsOptions
from lrat_rank.eval.statistics.significance import wilcoxon_test


def _values(runs, measures, queries, seed=0):
    generator = np.random.default_rng(seed)
    return {
        f"r{run}": {
            f"m{measure}": generator.random(queries).round(2) + 0.02 * run
            for measure in range(measures)
        }
        for run in range(runs)
    }


def test_each_test_on_each_measure_is_a_family_of_its_own():
    values = _values(4, 2, 30)
    found = compare_on_measures("r0", values, options=StatisticsOptions(equivalence_margin=0.1))
    assert [(one.measure, one.run) for one in found] == [
        (measure, run) for measure in ("m0", "m1") for run in ("r1", "r2", "r3")
    ]
    for family in (found[:3], found[3:]):
        for tests in (
            [one.t_test for one in family],
            [one.randomization for one in family],
            [one.wilcoxon for one in family],
            [one.equivalence.test for one in family],
        ):
            p_values = [test.p for test in tests]
            assert [test.p_holm for test in tests] == holm(p_values)
            assert [test.p_bh for test in tests] == benjamini_hochberg(p_values)
            assert [test.corrected("none") for test in tests] == p_values


def test_the_baseline_may_stand_anywhere_and_measures_change_nothing_of_each_other():
    values = _values(3, 3, 40)
    together = compare_on_measures("r1", values)
    for measure in values["r1"]:
        alone = compare_to_baseline(
            "r1", {name: columns[measure] for name, columns in values.items()}, measure=measure
        )
        for one, same in zip([c for c in together if c.measure == measure], alone, strict=True):
            assert (one.run, one.randomization, one.t_test) == (
                same.run,
                same.randomization,
                same.t_test,
            )
            assert one.interval == pytest.approx(same.interval, abs=1e-12)


def test_a_comparison_holds_what_its_parts_say():
    values = _values(2, 1, 25)
    differences = values["r1"]["m0"] - values["r0"]["m0"]
    [one] = compare_on_measures("r0", values, options=StatisticsOptions(equivalence_margin=0.05))
    assert one.wilcoxon.p == wilcoxon_test(differences)
    assert one.equivalence.test.p == pytest.approx(equivalence_test(differences, margin=0.05))
    assert one.equivalence.interval == pytest.approx(equivalence_interval(differences))
    assert one.effect.cohens_d == pytest.approx(cohens_d(differences))
    assert one.effect.hedges_g == pytest.approx(hedges_g(differences))
    assert one.effect.interval.low < one.effect.cohens_d < one.effect.interval.high
    assert one.power.detectable_difference > 0
    assert one.power.queries_needed > 2


def test_identical_runs_are_equal_by_t_and_refused_by_the_others():
    same = np.linspace(0, 1, 20)
    [one] = compare_to_baseline(
        "old",
        {"old": same, "new": same + 1e-14},
        measure="AP",
        options=StatisticsOptions(equivalence_margin=0.1),
    )
    assert one.identical
    assert (one.t_test.p, one.randomization.p) == (1.0, 1.0)
    for refused in (one.wilcoxon, one.equivalence.test):
        assert refused.p is refused.p_holm is refused.p_bh is None
        assert "0 on every query" in refused.refusal
    assert one.effect.cohens_d is one.effect.rank_biserial is one.power.queries_needed is None
    assert np.isnan(one.equivalence.interval).all()
    assert "0 on every query" in one.power.refusal


def test_no_other_run_is_no_comparison():
    assert compare_on_measures("r0", _values(1, 2, 5)) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"correction": "bonferroni"}, "correction must be one of holm, bh, none"),
        ({"interval": "normal"}, "interval must be one of percentile, bca"),
        ({"equivalence_margin": -0.1}, "above 0; got -0.1"),
        ({"equivalence_margin": float("nan")}, "above 0; got nan"),
    ],
)
def test_choices_out_of_range_are_refused(wrong, said):
    with pytest.raises(InputError, match=said):
        StatisticsOptions(**wrong)


def test_ten_thousand_queries_and_thirty_comparisons_take_a_moment():
    values = _values(4, 10, 10_000)
    started = time.process_time()
    compare_on_measures("r0", values, options=StatisticsOptions(equivalence_margin=0.01))
    # About one second of one core; ten times as much would be another algorithm.
    assert time.process_time() - started < 10
