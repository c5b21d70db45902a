"""New trees on a base: its score and no more is what they start from, add to and fall back to."""

from dataclasses import replace as with_fields

import numpy as np
import pytest
from msgspec.structs import replace
from random_rankings import FAST, NAMES, rankings

from lrat_rank.errors import InputError
from lrat_rank.features.extract import FeatureMatrix
from lrat_rank.models.lightgbm.base import Base
from lrat_rank.models.lightgbm.cross_validation import cross_validate
from lrat_rank.models.lightgbm.library import NoTrees, Task, grow, open_trees
from lrat_rank.models.lightgbm.lightgbm_trees import (
    join_models,
    lightgbm_dataset,
    parameters,
)
from lrat_rank.models.lightgbm.list_ndcg import mean_ndcg
from lrat_rank.models.lightgbm.options import Objective
from lrat_rank.models.lightgbm.search import search
from lrat_rank.models.lightgbm.training import fit

WAYS = {
    "lists drawn": replace(FAST, list_share=0.5),
    "rank_xendcg": replace(FAST, objective=Objective.RANK_XENDCG),
    "position debiasing": replace(FAST, position_debias=True),
}


def fitted(data, options=FAST, **more):
    return fit(data, options.gain_table(data.gains), options, **more)


def at_home(count, seed, **more):
    """Lists whose gains follow another column than the base's: what was `noise` elsewhere."""
    data = rankings(count, seed, **more)
    values = data.features.values[:, [1, 0, 2, 3]]
    return with_fields(data, features=with_fields(data.features, values=values))


@pytest.fixture(scope="module")
def base():
    found = fitted(rankings(150, 1)).as_base()
    assert found.rounds > 0
    return found


def of(model, values, rounds=None):
    return open_trees(FAST, model, NAMES).predict(values, rounds=rounds)


def ndcg(data, scores):
    return mean_ndcg(data, scores, FAST.gain_table(data.gains), 10)


def test_joined_models_predict_the_sum_and_hold_the_trees_in_order(base):
    data = base.under(at_home(40, 2))
    task = Task(
        data=data, table=FAST.gain_table(data.gains), options=FAST, rounds=7, scale=base.scale
    )
    new = grow(task).trees.saved(7)
    whole, values = join_models(base.model, new), data.features.values
    np.testing.assert_array_equal(of(whole, values, base.rounds), of(base.model, values))
    np.testing.assert_allclose(
        of(whole, values), of(base.model, values) + of(new, values), rtol=0, atol=1e-12
    )
    assert whole.count(b"Tree=") == base.model.count(b"Tree=") + new.count(b"Tree=")
    assert join_models(base.model, new) == whole


@pytest.mark.parametrize("way", WAYS)
def test_the_whole_is_the_base_and_new_trees_that_learned_what_home_adds(base, way):
    home, fresh = at_home(100, 3), at_home(150, 4)
    found = fitted(home, WAYS[way], base=base)
    assert found.rounds > base.rounds
    assert found.scale == base.scale
    values = fresh.features.values
    np.testing.assert_array_equal(of(found.model, values, base.rounds), of(base.model, values))
    np.testing.assert_array_equal(
        found.predict(fresh), base.scale * fresh.priors + of(found.model, values)
    )
    assert ndcg(fresh, found.predict(fresh)) > ndcg(fresh, base.score(fresh)) + 0.05
    assert found.ndcg_model > found.ndcg_base
    assert set(list(found.importance)[:2]) == {"worth", "noise"}


def test_the_scale_of_the_base_is_not_fitted_again(base):
    home = at_home(100, 3, prior_knows=-1.0)
    assert fitted(home).scale != pytest.approx(base.scale, abs=0.1)
    assert fitted(home, base=base).scale == base.scale


def test_lightgbms_own_metric_starts_from_the_score_of_the_base(base):
    import lightgbm

    data, held = base.under(at_home(40, 2)), base.under(at_home(30, 6))
    task = Task(data=data, table=FAST.gain_table(data.gains), options=FAST, rounds=1, scale=0.0)
    training = lightgbm_dataset(task, data)
    booster = lightgbm.Booster(parameters(task), training)
    booster.add_valid(lightgbm_dataset(task, held, training), "held out")
    ours = mean_ndcg(held, base.score(held), task.table, FAST.cutoff)
    assert booster.eval_valid()[0][2] == pytest.approx(ours, abs=1e-6)
    assert ours != pytest.approx(mean_ndcg(held, held.priors, task.table, FAST.cutoff), abs=1e-3)


@pytest.mark.parametrize("way", ["validation", "held out", "cross-validation"])
def test_labels_that_add_nothing_sure_give_back_the_base_unchanged(base, way):
    options = replace(FAST, surety=6.0, least_groups=1000 if way == "cross-validation" else 15)
    validation = rankings(40, 5) if way == "validation" else None
    found = fitted(rankings(50, 8), options, validation=validation, base=base)
    assert (found.model, found.rounds, found.scale) == (base.model, base.rounds, base.scale)
    assert found.ndcg_model == found.ndcg_base > found.ndcg_first_stage
    assert "The ranker is the base itself: no number of new trees" in found.warnings[0]
    fresh = rankings(20, 9)
    np.testing.assert_array_equal(found.predict(fresh), base.score(fresh))


def test_labels_that_only_harm_give_back_the_base_without_any_surety_asked_for(base):
    found = fitted(rankings(80, 8, informed=-3.0), validation=rankings(60, 5), base=base)
    assert (found.model, found.rounds) == (base.model, base.rounds)


def test_lists_with_nothing_to_split_on_give_back_the_base(base):
    home = rankings(40, 3)
    same = with_fields(home.features, values=np.zeros_like(home.features.values))
    found = fitted(with_fields(home, features=same), base=base)
    assert found.model == base.model


def test_a_base_that_is_the_first_stage_hands_on_its_scale_alone():
    base = Base(NoTrees(NAMES), b"", 0, 0.7)
    found = fitted(rankings(100, 1), base=base)
    assert found.scale == 0.7
    assert found.rounds == found.model.count(b"Tree=")
    harmed = fitted(rankings(80, 8, informed=-3.0), validation=rankings(60, 5), base=base)
    assert (harmed.model, harmed.rounds, harmed.scale) == (b"", 0, 0.7)


def test_lists_of_one_group_go_on_by_a_guess_that_is_told(base):
    options = replace(FAST, rounds_without_held_out=5)
    found = fitted(at_home(20, 3, groups=20), options, base=base)
    assert found.rounds == base.rounds + 5
    assert "could not be checked against the base" in found.warnings[0]
    assert found.ndcg_base is None


def test_every_fold_of_a_cross_validation_starts_from_the_base(base):
    data = base.under(at_home(60, 2))
    told = cross_validate(data, FAST)
    assert told.choice.ndcg_before == pytest.approx(ndcg(data, base.score(data)))
    assert told.choice.ndcg > told.choice.ndcg_before + 0.05
    assert ndcg(data, told.scores) == pytest.approx(told.choice.ndcg, abs=1e-6)
    unsure = cross_validate(data, replace(FAST, surety=1000.0))
    np.testing.assert_array_equal(unsure.scores, base.score(data))


def test_a_search_tries_settings_of_the_new_trees_on_the_base(base):
    data = base.under(at_home(60, 2))
    _, trials = search(data, replace(FAST, search_trials=2))
    table = FAST.gain_table(data.gains)
    before = mean_ndcg(data, base.score(data), table, FAST.cutoff)
    assert trials[0].ndcg > before
    assert trials[0].ndcg == pytest.approx(cross_validate(data, FAST).choice.ndcg, abs=1e-6)


def test_what_features_add_to_a_score_is_told_of_the_whole(base):
    home = at_home(80, 3)
    found = fitted(home, base=base)
    values = home.features.values
    added = open_trees(FAST, found.model, NAMES).contributions(values)
    rest = of(found.model, values) - added.sum(axis=1)
    np.testing.assert_allclose(rest, rest[0], atol=1e-6)
    gains = open_trees(FAST, found.model, NAMES).split_gains(found.rounds)
    assert found.importance == pytest.approx(dict(zip(NAMES, gains, strict=True)))


def test_going_on_twice_is_going_on_from_the_whole(base):
    once = fitted(at_home(80, 3), base=base)
    twice = fitted(at_home(80, 5), base=once.as_base())
    values = at_home(30, 6).features.values
    np.testing.assert_array_equal(of(twice.model, values, once.rounds), of(once.model, values))
    assert twice.scale == base.scale


def test_going_on_is_repeatable_and_leaves_the_base_and_the_data_alone(base):
    home = at_home(60, 3)
    kept, priors = base.model, home.priors.copy()
    assert fitted(home, base=base).model == fitted(home, base=base).model
    assert base.model == kept
    np.testing.assert_array_equal(home.priors, priors)
    assert home.start is None


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("noise", "worth", "more_noise", "constant_in_list"), "got moved worth, noise"),
        (("worth", "noise", "mine", "constant_in_list"), "got missing more_noise; extra mine"),
    ],
)
def test_columns_that_are_not_the_bases_are_named(base, names, told):
    home = rankings(30, 3)
    matrix = FeatureMatrix(names, home.features.values, home.features.offsets)
    with pytest.raises(InputError, match=f"features must be those of the base.*{told}"):
        fitted(with_fields(home, features=matrix), base=base)
