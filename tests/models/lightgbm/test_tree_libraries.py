"""Whoever grows the trees, and by whatever objective: the same lists in, the same ranker out."""

import numpy as np
import pytest
from lightgbm_labels import INDEX, planted
from msgspec.structs import replace
from random_rankings import FAST, rankings

from lrat_rank.errors import InputError, MissingExtraError
from lrat_rank.models.lightgbm.columns import categorical, directions
from lrat_rank.models.lightgbm.library import LIBRARIES, Task, grow, open_trees
from lrat_rank.models.lightgbm.list_ndcg import mean_ndcg
from lrat_rank.models.lightgbm.options import Library, LightGBMOptions, Objective
from lrat_rank.models.lightgbm.ranker import LightGBMRanker
from lrat_rank.models.lightgbm.training import fit
from lrat_rank.models.loading import load_ranker
from lrat_rank.models.ranker import CandidateList

OPTIONS = {library.value: replace(FAST, library=library) for library in Library}
OPTIONS["rank_xendcg"] = replace(FAST, objective=Objective.RANK_XENDCG)


@pytest.fixture(params=OPTIONS)
def options(request):
    name = OPTIONS[request.param].library.value
    pytest.importorskip(name, reason="needs the extra `gbdt`")
    return OPTIONS[request.param]


def fitted(data, options):
    return fit(data, options.gain_table(data.gains), options)


def test_what_is_planted_is_learned_on_top_of_the_first_stage(options):
    data, fresh = rankings(100, 1), rankings(100, 2)
    table = FAST.gain_table(data.gains)
    found = fitted(data, options)
    first = mean_ndcg(fresh, fresh.priors, table, 10)
    assert mean_ndcg(fresh, found.predict(fresh), table, 10) > first + 0.1
    assert next(iter(found.importance)) == "worth"
    assert found.scale > 0


def test_the_first_rounds_of_a_saved_model_score_as_they_did(options):
    data = rankings(40, 3)
    table = options.gain_table(data.gains)
    task = Task(data=data, table=table, options=options, rounds=8, scale=1.0)
    trees = grow(task).trees
    opened = open_trees(options, trees.saved(3), data.features.names)
    values = data.features.values
    assert opened.columns == data.features.names
    np.testing.assert_allclose(
        opened.predict(values), trees.predict(values, rounds=3), rtol=1e-5, atol=1e-6
    )
    assert np.abs(trees.predict(values) - trees.predict(values, rounds=3)).max() > 1e-3


def test_no_rounds_are_no_trees(options):
    data = rankings(30, 3)
    table = options.gain_table(data.gains)
    task = Task(data=data, table=table, options=options, rounds=5, scale=1.0)
    grown = grow(task).trees
    for trees in (grown, open_trees(options, grown.saved(5), data.features.names)):
        assert not trees.predict(data.features.values, rounds=0).any()
        assert not trees.split_gains(0).any()
        assert trees.split_gains(5).any()


def test_rounds_beyond_the_last_tree_add_nothing(options):
    data = rankings(30, 3)
    table = options.gain_table(data.gains)
    task = Task(data=data, table=table, options=options, rounds=5, scale=1.0)
    trees = grow(task).trees
    values = data.features.values
    np.testing.assert_array_equal(trees.predict(values, rounds=50), trees.predict(values))


def test_trees_start_from_the_offsets_and_a_shift_of_a_whole_list_is_nothing_to_them(options):
    data = rankings(60, 4)
    table = options.gain_table(data.gains)

    def grown(priors, scale=1.0):
        given = replace_priors(data, priors)
        task = Task(data=given, table=table, options=options, rounds=8, scale=scale)
        return grow(task).trees.predict(data.features.values)

    shifts = np.repeat(np.arange(len(data)) % 3, data.features.sizes)
    plain = grown(data.priors)
    np.testing.assert_allclose(grown(data.priors + shifts), plain, atol=2e-3)
    assert np.abs(grown(data.priors, scale=0.0) - plain).max() > 0.02


def replace_priors(data, priors):
    from dataclasses import replace as with_fields

    return with_fields(data, priors=priors)


def test_the_held_out_curve_rises_from_the_first_stage(options):
    data, held = rankings(60, 5), rankings(40, 6)
    table = options.gain_table(data.gains)
    task = Task(data=data, table=table, options=options, rounds=30, scale=1.0, held=held)
    curve = grow(task).curve
    first = mean_ndcg(held, held.priors, table, options.cutoff)
    assert len(curve) <= 30
    assert first - 0.05 < curve[0] < curve.max()
    assert curve.max() > first + 0.05


def test_shap_values_and_a_constant_sum_to_the_score(options):
    data = rankings(30, 7)
    table = options.gain_table(data.gains)
    task = Task(data=data, table=table, options=options, rounds=10, scale=1.0)
    trees = grow(task).trees
    values = data.features.values
    rest = trees.predict(values) - trees.contributions(values).sum(axis=1)
    np.testing.assert_allclose(rest, rest[0], atol=1e-4)


def test_a_saved_ranker_says_who_grew_it_and_scores_the_same(options, tmp_path):
    small = replace(options, features=("text_length", "bm25_score"), depth=20)
    ranker = LightGBMRanker.train(planted(40, seed=11), INDEX, options=small)
    assert ranker.record.rounds > 0
    ranker.save(tmp_path / "ranker")
    loaded = load_ranker(tmp_path / "ranker", INDEX)
    assert loaded.record.kind == options.library.value
    one = CandidateList("q", "w01 w02", tuple(INDEX.doc_ids[:20]))
    np.testing.assert_allclose(loaded.score([one])[0], ranker.score([one])[0], rtol=1e-5)


@pytest.mark.parametrize("name", ["lightgbm", "xgboost"])
def test_with_monotone_constraints_scores_never_fall_in_what_is_declared_better(name):
    pytest.importorskip(name, reason="needs the extra `gbdt`")
    assert directions(["text_bm25", "query_length"]) == [1, 0]
    data = rankings(80, 8, informed=1.0)
    from dataclasses import replace as with_fields

    names = ("text_bm25", "noise", "more_noise", "constant_in_list")
    values = data.features.values.copy()
    values[::7, 0] = np.nan
    data = with_fields(data, features=with_fields(data.features, names=names, values=values))
    grid = np.repeat(data.features.values[:50], 30, axis=0)
    grid[:, 0] = np.tile(np.linspace(-3, 3, 30), 50)

    def falls(monotone):
        options = replace(OPTIONS[name], monotone=monotone, rounds=60)
        task = Task(
            data=data, table=options.gain_table(data.gains), options=options, rounds=60, scale=0.0
        )
        scores = grow(task).trees.predict(grid).reshape(50, 30)
        return (np.diff(scores, axis=1) < -1e-9).mean()

    assert falls(monotone=True) == 0
    assert falls(monotone=False) > 0


def test_features_declared_as_categories_reach_lightgbm_as_such():
    assert categorical(["text_bm25", "stage_flags", "my_own"]) == [1]
    assert directions(["stage_flags"]) == [0]


def test_catboost_says_that_it_has_no_monotone_constraints():
    pytest.importorskip("catboost", reason="needs the extra `gbdt`")
    with pytest.raises(InputError, match="monotone must be off with catboost"):
        fitted(rankings(20, 1), replace(OPTIONS["catboost"], monotone=True))


def test_the_gains_that_rank_xendcg_takes_are_in_proportion_to_those_of_its_table():
    data = rankings(60, 1)
    gains = OPTIONS["rank_xendcg"].gain_table(data.gains).label_gain
    np.testing.assert_allclose(np.array(gains) / gains[1], 2.0 ** np.arange(6) - 1)
    assert np.quantile(data.gains[data.gains > 0], 0.9) == pytest.approx(gains[-1])
    alike = OPTIONS["rank_xendcg"].gain_table([0.0, 1.0, 1.0])
    assert [alike.grade(gain) for gain in (0.0, 1.0)] == [0, 5]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"library": Library.XGBOOST, "position_debias": True}, "position_debias must be with"),
        ({"library": Library.CATBOOST, "objective": Objective.RANK_XENDCG}, "objective rank_x"),
        ({"objective": Objective.RANK_XENDCG, "position_debias": True}, "objective lambdarank"),
    ],
)
def test_what_a_library_cannot_do_is_refused_when_asked_for(settings, message):
    with pytest.raises(InputError, match=message):
        LightGBMOptions(**settings)


@pytest.mark.parametrize("name", ["xgboost", "catboost"])
def test_a_library_that_is_not_installed_is_one_line_with_the_pip_command(name, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, name, None)
    with pytest.raises(MissingExtraError, match=r"pip install 'lrat-rank\[gbdt\]'"):
        LIBRARIES.get(name)().open(b"model", threads=1)


@pytest.mark.parametrize("shares", [(0.7, 0.5), (1.0, 0.5), (0.7, 1.0)])
def test_several_threads_grow_the_same_trees_again(shares):
    data = rankings(150, 1)
    options = replace(FAST, threads=2, list_share=shares[0], feature_share=shares[1])
    task = Task(
        data=data, table=options.gain_table(data.gains), options=options, rounds=30, scale=1.0
    )
    models = {grow(task).trees.saved(30) for _ in range(4)}
    assert len(models) == 1
