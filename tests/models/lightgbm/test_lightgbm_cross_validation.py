"""Cross-validation never scores a list with trees that saw its group."""

import numpy as np
import pytest
from msgspec.structs import replace
from random_rankings import FAST, rankings

from lrat_rank.errors import InputError
from lrat_rank.models.lightgbm import cross_validation
from lrat_rank.models.lightgbm.cross_validation import cross_validate
from lrat_rank.models.lightgbm.list_ndcg import mean_ndcg


def test_no_trees_see_the_groups_they_score(monkeypatch):
    seen = []

    def watched(task):
        seen.append((set(task.data.groups), set(task.held.groups)))
        return grow(task)

    grow = cross_validation.grow
    monkeypatch.setattr(cross_validation, "grow", watched)
    data = rankings(40, 1)
    cross_validate(data, FAST)
    assert len(seen) == FAST.folds
    assert all(trained.isdisjoint(held) for trained, held in seen)
    assert set.union(*(held for _, held in seen)) == set(data.groups)


def test_figures_are_those_of_the_out_of_fold_scores():
    data = rankings(60, 2)
    told = cross_validate(data, FAST)
    table = FAST.gain_table(data.gains)
    assert mean_ndcg(data, told.scores, table, 10) == pytest.approx(told.choice.ndcg, abs=1e-6)
    for fold, ndcg in zip(told.folds, told.ndcg, strict=True):
        assert ndcg == pytest.approx(np.average(told.list_ndcg[fold], weights=data.weights[fold]))
    first = mean_ndcg(data, data.priors, table, 10)
    assert told.choice.ndcg_before == pytest.approx(first)
    assert told.choice.ndcg > first + 0.05


def test_features_that_are_noise_do_not_pass_for_knowledge():
    data = rankings(60, 3, informed=0.0, prior_knows=0.0)
    memorised = cross_validate(data, replace(FAST, anchor=False)).choice.ndcg
    chance = cross_validate(data, FAST).choice.ndcg_before
    assert abs(memorised - chance) < 0.12


def test_one_group_cannot_be_cross_validated():
    data = rankings(10, 1, groups=10)
    with pytest.raises(InputError, match="of two groups at least; got one group"):
        cross_validate(data, FAST)
