"""The search for settings keeps to its budget, to the training lists, and to its seed."""

from dataclasses import replace as with_fields

import pytest
from lightgbm_labels import INDEX, planted
from msgspec.structs import replace
from random_rankings import FAST, rankings

from lrat_rank.errors import InputError
from lrat_rank.mining.grades import GradeTable
from lrat_rank.models.lightgbm import search as searching
from lrat_rank.models.lightgbm.cross_validation import cross_validate
from lrat_rank.models.lightgbm.list_ndcg import mean_ndcg
from lrat_rank.models.lightgbm.options import Objective
from lrat_rank.models.lightgbm.ranker import LightGBMRanker
from lrat_rank.models.lightgbm.search import RANGES, search

OPTIONS = replace(FAST, search_trials=4, folds=2, rounds=15)


def test_the_same_seed_tries_the_same_settings_and_another_seed_others():
    data = rankings(24, 1)
    first, again = search(data, OPTIONS), search(data, OPTIONS)
    assert first == again
    assert search(data, replace(OPTIONS, seed=1))[1] != first[1]


def test_the_budget_is_kept_and_the_best_trial_is_what_comes_out():
    data = rankings(24, 1)
    options, trials = search(data, OPTIONS)
    assert len(trials) == 4
    assert trials[0].settings == {}
    best = max(trial.ndcg for trial in trials)
    table = GradeTable.fit(data.gains, levels=OPTIONS.levels)
    assert mean_ndcg(data, cross_validate(data, options).scores, table, OPTIONS.cutoff) == best


def test_trials_of_all_objectives_are_compared_by_the_same_gains(monkeypatch):
    """rank_xendcg levels out the largest gains; by them alone, the same scores look different."""
    data = rankings(24, 1)
    perfect = cross_validate(data, OPTIONS)

    def alike(data, options):
        own = options.gain_table(data.gains)
        ndcg = mean_ndcg(data, perfect.scores, own, options.cutoff)
        return with_fields(perfect, choice=with_fields(perfect.choice, ndcg=ndcg))

    monkeypatch.setattr(searching, "cross_validate", alike)
    _, trials = search(data, replace(OPTIONS, search_trials=8))
    assert {trial.settings.get("objective") for trial in trials[1:]} == set(Objective)
    assert len({trial.ndcg for trial in trials}) == 1


def test_every_setting_stays_in_its_range():
    _, trials = search(rankings(24, 1), replace(OPTIONS, search_trials=12, rounds=2))
    for range_ in RANGES:
        values = [trial.settings[range_.name] for trial in trials[1:]]
        if range_.words:
            assert set(values) <= set(range_.words)
        else:
            assert all(range_.low <= value <= range_.high for value in values)
            assert len(set(values)) > 3


@pytest.mark.parametrize(
    "changes", [{"position_debias": True}, {"library": "xgboost"}], ids=["debias", "xgboost"]
)
def test_the_objective_is_left_alone_where_there_is_one_only(changes, monkeypatch):
    tried = []

    def watched(data, options):
        tried.append(options.objective)
        return cross_validate(data, replace(options, library=FAST.library))

    monkeypatch.setattr(searching, "cross_validate", watched)
    search(rankings(24, 1), replace(OPTIONS, search_trials=8, rounds=2, **changes))
    assert set(tried) == {Objective.LAMBDARANK}


def test_validation_lists_are_never_seen_by_the_search(monkeypatch):
    seen = set()

    def watched(data, options):
        seen.update(data.groups)
        return cross_validate(data, options)

    monkeypatch.setattr(searching, "cross_validate", watched)
    training, validation = planted(20, seed=1), planted(10, seed=2)
    options = replace(OPTIONS, features=("text_length", "bm25_score"), depth=0)
    ranker = LightGBMRanker.train(training, INDEX, options=options, validation=validation)
    assert seen == {one.group for one in training}
    assert len(ranker.record.trials) == 4


def test_optuna_proposes_as_many_settings_of_the_same_ranges():
    pytest.importorskip("optuna", reason="needs the extra `search`")
    data = rankings(24, 1)
    options = replace(OPTIONS, search_library="optuna", rounds=5)
    found, trials = search(data, options)
    assert len(trials) == 4
    assert set(trials[1].settings) == {range_.name for range_ in RANGES}
    assert search(data, options) == (found, trials)


def test_a_library_that_is_not_known_is_refused():
    with pytest.raises(InputError, match="search_library must be random or optuna; got 'grid'"):
        replace(OPTIONS, search_library="grid")
