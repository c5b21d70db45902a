"""The trees correct the first stage: they start at its order, and stay there where they can't."""

from dataclasses import replace as with_fields

import numpy as np
import pytest
from lightgbm_labels import INDEX, labelled, ndcg, planted
from msgspec.structs import replace
from random_rankings import FAST, rankings

from lrat_rank.errors import InputError
from lrat_rank.features.prior import first_stage_prior
from lrat_rank.models.lightgbm.cross_validation import anchor_scale
from lrat_rank.models.lightgbm.library import Task, grow
from lrat_rank.models.lightgbm.lightgbm_trees import lightgbm_dataset, parameters
from lrat_rank.models.lightgbm.list_ndcg import list_ndcg, mean_ndcg
from lrat_rank.models.lightgbm.options import LightGBMOptions
from lrat_rank.models.lightgbm.preparing import prepare
from lrat_rank.models.lightgbm.ranker import LightGBMRanker
from lrat_rank.models.lightgbm.training import fit
from lrat_rank.models.ranker import CandidateList


def task_of(data, held=None, *, scale=1.0, rounds=10):
    table = FAST.gain_table(data.gains)
    return Task(data=data, table=table, options=FAST, rounds=rounds, scale=scale, held=held)


def fitted(data, options=FAST, validation=None):
    return fit(data, options.gain_table(data.gains), options, validation=validation)


def lightgbm_ndcg_before_any_tree(task, data):
    import lightgbm

    training = lightgbm_dataset(task, task.data)
    booster = lightgbm.Booster(parameters(task), training)
    booster.add_valid(lightgbm_dataset(task, data, training), "held out")
    return booster.eval_valid()[0][2]


def test_lightgbms_metric_starts_from_the_offsets():
    data, held = rankings(40, 1), rankings(30, 2)
    task = task_of(data, held, scale=0.7)
    ours = mean_ndcg(held, held.priors, task.table, FAST.cutoff)
    assert lightgbm_ndcg_before_any_tree(task, held) == pytest.approx(ours, abs=1e-6)
    assert lightgbm_ndcg_before_any_tree(task_of(data, scale=0.0), held) != pytest.approx(ours)


def test_the_curve_is_our_ndcg_of_offset_plus_trees_round_by_round():
    data, held = rankings(40, 1), rankings(30, 2)
    task = task_of(data, held, scale=0.7, rounds=5)
    growth = grow(task)
    for round_ in (1, 3, 5):
        scores = 0.7 * held.priors + growth.trees.predict(held.features.values, rounds=round_)
        ours = mean_ndcg(held, scores, task.table, FAST.cutoff)
        assert growth.curve[round_ - 1] == pytest.approx(ours, abs=1e-6)


def test_ndcg_of_each_list_is_the_formula():
    data = rankings(25, 3)
    table = FAST.gain_table(data.gains)
    scores = np.random.default_rng(0).normal(size=len(data.gains))
    rounded = np.array(table.label_gain)[data.grades(table)]
    expected = [
        ndcg(g, s, k=4) for g, s in zip(data.by_list(rounded), data.by_list(scores), strict=True)
    ]
    np.testing.assert_allclose(list_ndcg(data, scores, table, 4), expected)


def test_trees_that_know_something_are_kept_and_beat_the_first_stage():
    data, fresh = rankings(120, 1), rankings(200, 9)
    found = fitted(data)
    assert found.rounds > 0
    assert found.ndcg_model > found.ndcg_first_stage
    assert found.warnings == ()
    table = FAST.gain_table(data.gains)
    first = mean_ndcg(fresh, fresh.priors, table, 10)
    assert mean_ndcg(fresh, found.predict(fresh), table, 10) > first + 0.1


@pytest.mark.parametrize("way", ["validation", "held out", "cross-validation"])
def test_where_no_trees_surely_beat_the_first_stage_the_model_is_the_first_stage(way):
    noise = {"informed": 0.0, "prior_knows": 8.0}
    options = replace(FAST, surety=3.0, least_groups=1000 if way == "cross-validation" else 15)
    validation = rankings(40, 5, **noise) if way == "validation" else None
    found = fitted(rankings(60, 1, **noise), options, validation)
    assert (found.rounds, found.model) == (0, b"")
    assert found.ndcg_model == found.ndcg_first_stage
    assert "first stage itself" in found.warnings[0]
    fresh = rankings(20, 7)
    for scores, priors in zip(
        fresh.by_list(found.predict(fresh)), fresh.by_list(fresh.priors), strict=True
    ):
        np.testing.assert_array_equal(np.argsort(scores), np.argsort(priors))


@pytest.mark.parametrize(("groups", "held"), [(499, 499), (500, 100)])
def test_a_share_of_the_groups_is_held_out_where_there_are_enough(groups, held):
    options = LightGBMOptions(threads=1, rounds=5, folds=2)
    assert fitted(rankings(groups, 1, groups=1), options).held_out_lists == held


def test_trees_that_hold_for_the_training_lists_alone_are_not_kept():
    validation = rankings(60, 5, informed=-3.0)
    found = fitted(rankings(60, 1), FAST, validation)
    assert found.rounds == 0
    assert found.held_out_lists == 60


def test_a_useless_first_stage_still_orders_where_there_are_no_trees():
    data = rankings(60, 1, informed=0.0, prior_knows=-1.0)
    assert anchor_scale(data, FAST) == 0.0
    found = fitted(replace_features(data, 0.0))
    assert found.rounds == 0
    assert found.scale == 1.0


def replace_features(data, value):
    matrix = data.features
    return with_fields(
        data, features=with_fields(matrix, values=np.full_like(matrix.values, value))
    )


def test_fitting_twice_gives_the_same_model_and_leaves_the_data_alone():
    data = rankings(60, 4)
    before = data.features.values.copy(), data.priors.copy(), data.gains.copy()
    assert fitted(data).model == fitted(data).model
    for old, new in zip(before, (data.features.values, data.priors, data.gains), strict=True):
        np.testing.assert_array_equal(old, new)


def test_without_an_anchor_a_model_worse_than_the_first_stage_says_so():
    data = rankings(80, 1, informed=0.3, prior_knows=6.0)
    found = fitted(data, replace(FAST, anchor=False))
    assert found.ndcg_model < found.ndcg_first_stage
    assert found.scale == 0.0
    assert "Train with the anchor" in found.warnings[0]


@pytest.fixture(scope="module")
def noise_ranker():
    """A ranker trained on one feature that is the same for every document of a list."""
    options = LightGBMOptions(features=("query_length",), threads=1, least_groups=10, depth=20)
    return LightGBMRanker.train(planted(40, seed=5), INDEX, options=options, index_fingerprint="f")


def test_a_ranker_without_trees_orders_as_the_first_stage_also_after_loading(
    noise_ranker, tmp_path
):
    assert noise_ranker.record.rounds == 0
    noise_ranker.save(tmp_path / "ranker")
    loaded = LightGBMRanker.load(tmp_path / "ranker", INDEX)
    assert loaded.record.index == "f"
    lists = [CandidateList(str(n), f"w0{n} w1{n}", tuple(INDEX.doc_ids[:30])) for n in range(4)]
    for scores, prior in zip(loaded.score(lists), first_stage_prior(INDEX, lists), strict=True):
        np.testing.assert_allclose(scores, loaded.record.anchor.scale * prior)
        assert prior.std() > 0


def test_scores_are_the_offset_plus_the_trees():
    options = LightGBMOptions(threads=1, least_groups=10, depth=20, stage_depth=30)
    ranker = LightGBMRanker.train(planted(40, seed=11), INDEX, options=options)
    assert ranker.record.rounds > 0
    one = CandidateList("q", "w01 w02 w03", tuple(INDEX.doc_ids[:25]))
    data, _ = prepare(
        [labelled("q", [1.0] + [0.0] * 24, query=one.query)],
        INDEX,
        replace(ranker.record.options, depth=0),
    )
    expected = ranker.offsets_of(data) + ranker.predict(data.features)
    np.testing.assert_allclose(ranker.score([one])[0], expected, rtol=1e-6)
    np.testing.assert_array_equal(
        ranker.offsets_of(data), ranker.record.anchor.offsets(INDEX, [one])[0]
    )


def test_training_lists_reach_as_deep_as_asked_and_take_that_many_negatives():
    lists = planted(6, seed=2)
    shown, _ = prepare(lists, INDEX, LightGBMOptions(features=("bm25_score",), depth=0))
    deep, _ = prepare(lists, INDEX, LightGBMOptions(features=("bm25_score",), unseen=7))
    np.testing.assert_array_equal(deep.features.sizes, shown.features.sizes + 7)
    assert deep.gains.sum() == shown.gains.sum()


def test_position_debiasing_leaves_lists_as_they_were_shown():
    lists = planted(6, seed=2)
    options = LightGBMOptions(features=("bm25_score",), position_debias=True)
    shown, _ = prepare(lists, INDEX, replace(options, depth=0))
    debiased, _ = prepare(lists, INDEX, options)
    np.testing.assert_array_equal(debiased.features.sizes, shown.features.sizes)


@pytest.mark.parametrize("broken", [np.nan, np.inf, -1.0])
def test_gains_that_are_no_gains_are_refused(broken):
    data = rankings(3, 1)
    gains = data.gains.copy()
    gains[2] = broken
    with pytest.raises(InputError, match="gains must be finite and ≥ 0"):
        with_fields(data, gains=gains)


def test_an_infinite_feature_is_refused_by_name_and_a_missing_one_is_not():
    data = rankings(30, 1)
    values = data.features.values.copy()
    values[::3, 1] = np.nan
    missing = with_fields(data, features=with_fields(data.features, values=values))
    assert np.isfinite(fitted(missing).predict(missing)).all()
    values[5, 2] = np.inf
    with pytest.raises(InputError, match="infinite more_noise"):
        with_fields(data, features=with_fields(data.features, values=values))
