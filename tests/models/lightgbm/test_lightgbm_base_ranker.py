"""A ranker that goes on from another: what it takes over, what its folder says, what it refuses."""

import json

import msgspec
import numpy as np
import pytest
from fake_index import FakeIndex, random_documents
from lightgbm_labels import INDEX, planted
from msgspec.structs import replace

from lrat_rank.errors import InputError
from lrat_rank.models.guard.guard import learn_guard, write_guard
from lrat_rank.models.guard.guarded import GuardedRanker
from lrat_rank.models.lightgbm.going_on import read_base
from lrat_rank.models.lightgbm.options import Library, LightGBMOptions, Objective
from lrat_rank.models.lightgbm.ranker import LightGBMRanker
from lrat_rank.models.lightgbm.record import BaseRecord
from lrat_rank.models.loading import load_ranker
from lrat_rank.models.ranker import CandidateList

FEATURES = ("text_length", "bm25_score", "text_cosine")
OPTIONS = LightGBMOptions(features=FEATURES, threads=1, rounds=40, least_groups=10, depth=20)
HOME = replace(OPTIONS, features=())
LISTS = [CandidateList(str(n), f"w0{n} w1{n}", tuple(INDEX.doc_ids[:30])) for n in range(4)]
PLAIN = FakeIndex(
    {d: both for d, both in random_documents(150, seed=7).items() if any(both)}, encoder=False
)


def trained(options=OPTIONS, base=None, seed=11, count=40, **more):
    return LightGBMRanker.train(
        planted(count, seed=seed), INDEX, options=options, base=base, **more
    )


@pytest.fixture(scope="module")
def wide():
    """A base that knows the column that the planted rule is about."""
    options = replace(OPTIONS, rounds=5, stage_depth=40)
    found = trained(options, index_fingerprint="elsewhere")
    assert found.record.rounds > 0
    return found


@pytest.fixture(scope="module")
def onward(wide):
    return trained(HOME, wide, seed=23)


def same_scores(one, other):
    for left, right in zip(one.score(LISTS), other.score(LISTS), strict=True):
        np.testing.assert_array_equal(left, right)


def test_columns_depth_and_scale_are_the_bases(wide, onward):
    assert onward.record.features == wide.record.features == FEATURES
    assert onward.record.options.stage_depth == 40
    assert onward.record.anchor == wide.record.anchor
    assert onward.record.rounds > wide.record.rounds


def test_a_saved_ranker_scores_as_it_did_and_tells_what_it_went_on_from(wide, onward, tmp_path):
    onward.save(tmp_path / "onward")
    loaded = LightGBMRanker.load(tmp_path / "onward", INDEX)
    same_scores(loaded, onward)
    assert loaded.record == onward.record
    assert loaded.record.base == BaseRecord.of(wide.record)
    told = json.loads((tmp_path / "onward" / "ranker.json").read_text())["base"]
    assert (told["rounds"], told["n_lists"], told["index"]) == (wide.record.rounds, 40, "elsewhere")
    assert len(told["fingerprint"]) == 64
    assert {path.name for path in (tmp_path / "onward").iterdir()} == {"ranker.json", "model.txt"}


def test_a_base_is_told_by_the_same_fingerprint_before_and_after_it_was_saved(wide, tmp_path):
    wide.save(tmp_path / "base")
    loaded = LightGBMRanker.load(tmp_path / "base", INDEX)
    assert BaseRecord.of(loaded.record) == BaseRecord.of(wide.record)
    record = replace(wide.record, options=replace(wide.record.options, lambda_l2=1))
    assert (
        BaseRecord.of(record)
        == BaseRecord.of(replace(record, options=replace(record.options, lambda_l2=1.0)))
        != BaseRecord.of(wide.record)
    )


def test_going_on_from_a_saved_base_is_going_on_from_the_one_in_memory(wide, onward, tmp_path):
    wide.save(tmp_path / "base")
    again = trained(HOME, LightGBMRanker.load(tmp_path / "base", INDEX), seed=23)
    same_scores(again, onward)
    assert again.record == onward.record


def test_labels_that_harm_give_back_a_ranker_that_scores_as_the_base(wide):
    unsure = trained(replace(HOME, surety=1000.0), wide, seed=23)
    same_scores(unsure, wide)
    assert unsure.record.rounds == wide.record.rounds
    assert unsure.record.model_sha256 == wide.record.model_sha256
    assert unsure.record.ndcg_model == unsure.record.ndcg_base
    assert unsure.record.base == BaseRecord.of(wide.record)


def test_a_ranker_may_be_gone_on_from_again(onward):
    third = trained(HOME, onward, seed=31)
    assert third.record.base == BaseRecord.of(onward.record)
    assert third.record.base.base == onward.record.base


def test_contributions_and_importance_are_of_all_trees(wide, onward):
    from lrat_rank.features.extract import extract

    matrix = extract(INDEX, LISTS, FEATURES, depth=40)
    rest = onward.predict(matrix) - onward.contributions(matrix).sum(axis=1)
    np.testing.assert_allclose(rest, rest[0], atol=1e-6)
    assert (onward.split_gains() >= wide.split_gains() - 1e-6).all()
    assert sum(onward.record.importance.values()) == pytest.approx(onward.split_gains().sum())


def test_a_guard_goes_around_the_whole(onward, tmp_path):
    onward.save(tmp_path / "onward")
    guard = learn_guard(onward, planted(40, seed=23), INDEX)
    write_guard(tmp_path / "onward", guard)
    loaded = load_ranker(tmp_path / "onward", INDEX)
    assert isinstance(loaded, GuardedRanker)
    same_scores(loaded.inner, onward)
    assert all(np.isfinite(scores).all() for scores in loaded.score(LISTS))


@pytest.mark.parametrize(
    "changes",
    [
        {"search_trials": 2},
        {"objective": Objective.RANK_XENDCG},
        {"position_debias": True},
        {"least_groups": 1000},
    ],
    ids=str,
)
def test_every_way_of_training_goes_on_from_the_base(wide, changes):
    found = trained(replace(HOME, **changes), wide, seed=23)
    assert found.record.rounds >= wide.record.rounds
    assert found.record.anchor == wide.record.anchor
    assert found.record.ndcg_model >= found.record.ndcg_base
    assert found._model.startswith(b"tree\n")


def test_features_of_the_agents_state_come_along():
    names = ("text_length", "turn", "already_read")
    base = trained(replace(OPTIONS, features=names))
    found = trained(HOME, base, seed=23)
    assert found.record.features == names


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("bm25_score", "text_length", "text_cosine"), "got moved text_length, bm25_score"),
        (("text_length", "query_length"), "got missing bm25_score, text_cosine; extra query_len"),
    ],
)
def test_other_features_than_the_bases_are_refused_by_name(wide, asked, told):
    with pytest.raises(InputError, match=f"features must be those of the base.*{told}"):
        trained(replace(HOME, features=asked), wide)


def test_an_index_without_the_means_for_the_bases_features_is_refused_with_their_names(
    wide, tmp_path
):
    wide.save(tmp_path / "base")
    message = (
        "for every feature of the base; got one without vectors, which these need: text_cosine"
    )
    with pytest.raises(InputError, match=message):
        read_base(tmp_path / "base", PLAIN)
    with pytest.raises(InputError, match=message):
        LightGBMRanker.train(planted(10, seed=1), PLAIN, options=HOME, base=wide)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"library": Library.XGBOOST}, "library must be lightgbm with a base; got xgboost"),
        ({"anchor": False}, "anchor must be on with a base"),
        ({"monotone": True}, "monotone must be off with a base that was trained without it"),
    ],
)
def test_options_that_cannot_go_on_are_refused(wide, changes, message):
    with pytest.raises(InputError, match=message):
        trained(replace(HOME, **changes), wide)


def test_a_base_without_an_anchor_is_refused(tmp_path):
    alone = trained(replace(OPTIONS, anchor=False))
    alone.save(tmp_path / "alone")
    with pytest.raises(InputError, match="base must be trained with the anchor"):
        trained(HOME, alone)
    with pytest.raises(InputError, match=r"base must be trained with the anchor.*alone"):
        read_base(tmp_path / "alone", INDEX)


@pytest.mark.parametrize("name", ["xgboost", "catboost"])
def test_a_base_of_another_librarys_trees_is_refused_whether_or_not_it_is_installed(
    wide, name, tmp_path
):
    options = replace(wide.record.options, library=Library(name))
    wide.save(tmp_path / "base")
    (tmp_path / "base" / "ranker.json").write_bytes(
        msgspec.json.encode(replace(wide.record, kind=name, options=options))
    )
    with pytest.raises(
        InputError, match=f"base must be a ranker of LightGBM's trees; got one of {name}"
    ):
        read_base(tmp_path / "base", INDEX)


def test_a_folder_of_another_ranker_or_of_none_is_refused(tmp_path):
    (tmp_path / "ranker.json").write_text('{"kind": "cross-encoder", "version": 1}')
    with pytest.raises(InputError, match=r"kind lightgbm.*got kind cross-encoder"):
        read_base(tmp_path, INDEX)
    with pytest.raises(InputError, match=r"lrat-rank train lightgbm; got no folder"):
        read_base(tmp_path / "nothing", INDEX)
