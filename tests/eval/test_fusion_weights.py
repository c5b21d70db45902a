"""Weights chosen on training judgements: the best mix there is, the same every time."""

import itertools

import pytest

from lrat_rank.collections import Run
from lrat_rank.errors import InputError
from lrat_rank.eval.fusion_weights import tune_weights
from lrat_rank.eval.measures import means, parse_measures, per_query_values
from lrat_rank.models.fusion import FusionOptions, fuse_runs


@pytest.fixture
def runs(make_run):
    return [make_run("good", 1.0, seed=1), make_run("fair", 0.7, seed=2), make_run("bad", 0.0)]


def mean_of(run, qrels, measure="nDCG@10"):
    [value] = means(per_query_values(run, qrels, parse_measures([measure]))).values()
    return value


def mix(runs, weights):
    return fuse_runs(runs, FusionOptions("weighted"), weights=weights)


def test_no_mix_on_the_grid_is_better(runs, qrels):
    tuned = tune_weights(runs, qrels)
    parts = [one for one in itertools.product(range(11), repeat=3) if sum(one) == 10]
    values = [mean_of(mix(runs, [part / 10 for part in one]), qrels) for one in parts]
    assert tuned.training_value == max(values)
    assert mean_of(mix(runs, tuned.weights), qrels) == tuned.training_value


def test_what_it_is_compared_with_is_measured_alike(runs, qrels):
    tuned = tune_weights(runs, qrels, measure="AP")
    assert tuned.measure == "AP"
    assert tuned.equal_weights_value == pytest.approx(mean_of(mix(runs, [1, 1, 1]), qrels, "AP"))
    assert tuned.alone_values == pytest.approx([mean_of(run, qrels, "AP") for run in runs])
    assert tuned.training_value >= max(tuned.equal_weights_value, *tuned.alone_values)


def test_many_runs_climb_at_least_as_high_as_equal_weights(make_run, qrels):
    runs = [make_run(str(seed), seed / 5, seed=seed) for seed in range(6)]
    tuned = tune_weights(runs, qrels)
    assert sum(tuned.weights) == pytest.approx(1)
    assert min(tuned.weights) >= 0
    assert tuned.training_value > tuned.equal_weights_value
    assert tuned == tune_weights(runs, qrels)


def test_weights_stay_equal_where_no_mix_is_better():
    run = Run.from_scores("a", {"q": {"d": 2.0, "e": 1.0}})
    tuned = tune_weights([run, run, run], {"q": {"d": 1}})
    assert tuned.weights == pytest.approx([1 / 3] * 3)


def test_queries_outside_the_training_qrels_do_not_touch_the_weights(runs, qrels):
    few = dict(list(qrels.items())[:8])
    shorter = [
        Run.from_scores(run.tag, {query_id: run.scores()[query_id] for query_id in few})
        for run in runs
    ]
    assert tune_weights(runs, few) == tune_weights(shorter, few)


def test_qrels_of_other_queries_are_refused(runs):
    with pytest.raises(InputError, match=r"training qrels .* none of them in a run"):
        tune_weights(runs, {"elsewhere": {"d1": 1}})


def test_measures_on_gains_are_no_aim(runs, qrels):
    with pytest.raises(InputError, match=r"a measure on grades, .*; got gnDCG@10, on gains"):
        tune_weights(runs, qrels, measure="gnDCG@10")


def test_one_run_has_no_weights_to_choose(runs, qrels):
    with pytest.raises(InputError, match="two or more"):
        tune_weights(runs[:1], qrels)
