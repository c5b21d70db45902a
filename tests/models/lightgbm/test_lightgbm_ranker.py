"""The LightGBM ranker learns what is planted, and is the same ranker after it was saved."""

import json

import numpy as np
import pytest
from fake_index import FakeIndex
from lightgbm_labels import INDEX, labelled, ndcg, planted
from msgspec.structs import replace

from lrat_rank.errors import InputError
from lrat_rank.features.catalog import FEATURES
from lrat_rank.features.extract import extract
from lrat_rank.mining.grades import GradeTable
from lrat_rank.models.intensity_use import IntensityUse
from lrat_rank.models.lightgbm.options import LightGBMOptions
from lrat_rank.models.lightgbm.ranker import LightGBMRanker
from lrat_rank.models.ranker import CandidateList, Ranker

OPTIONS = LightGBMOptions(
    threads=1, stage_depth=20, rounds=80, rounds_without_held_out=40, least_groups=10
)


def with_options(**changes):
    settings = {name: getattr(OPTIONS, name) for name in OPTIONS.__struct_fields__}
    return LightGBMOptions(**(settings | changes))


def questions(lists):
    return [
        CandidateList(one.query_id, one.query, tuple(c.doc_id for c in one.candidates))
        for one in lists
    ]


def mean_ndcg(lists, scores):
    gains = [[c.gain for c in one.candidates] for one in lists]
    return np.mean([ndcg(g, s) for g, s in zip(gains, scores, strict=True)])


@pytest.fixture(scope="module")
def ranker():
    return LightGBMRanker.train(planted(60, seed=11), INDEX, options=OPTIONS)


@pytest.fixture(scope="module")
def fresh():
    return planted(30, seed=99)


def test_it_is_a_ranker(ranker):
    assert isinstance(ranker, Ranker)


def test_training_orders_new_lists_by_the_planted_rule(ranker, fresh):
    bm25 = [extract(INDEX, [one], ["bm25_score"]).values[:, 0] for one in questions(fresh)]
    assert mean_ndcg(fresh, ranker.score(questions(fresh))) > 0.8
    assert mean_ndcg(fresh, bm25) < 0.7
    assert next(iter(ranker.record.importance)) == "text_length"


def test_the_same_seed_gives_the_same_model(ranker):
    again = LightGBMRanker.train(planted(60, seed=11), INDEX, options=OPTIONS)
    assert again.record == ranker.record


def test_a_reloaded_ranker_scores_identically(ranker, fresh, tmp_path):
    ranker.save(tmp_path / "model")
    loaded = LightGBMRanker.load(tmp_path / "model", INDEX)
    assert loaded.record == ranker.record
    pairs = zip(ranker.score(questions(fresh)), loaded.score(questions(fresh)), strict=True)
    for ours, theirs in pairs:
        np.testing.assert_array_equal(ours, theirs)


def test_a_lists_scores_do_not_depend_on_the_other_lists(ranker, fresh):
    together = ranker.score(questions(fresh))
    for one, scores in zip(questions(fresh), together, strict=True):
        np.testing.assert_array_equal(ranker.score([one])[0], scores)


def test_permuting_candidates_permutes_scores(ranker, fresh):
    one = questions(fresh)[0]
    turned = CandidateList(one.query_id, one.query, one.doc_ids[::-1])
    np.testing.assert_array_equal(ranker.score([turned])[0], ranker.score([one])[0][::-1])


def test_empty_calls_give_empty_scores(ranker):
    assert ranker.score([]) == []
    empty, full = ranker.score(
        [CandidateList("a", "w01", ()), CandidateList("b", "w01", (INDEX.doc_ids[0],))]
    )
    assert (len(empty), len(full)) == (0, 1)


def test_lightgbms_own_ndcg_is_ours_with_the_gains_of_the_table(fresh):
    # Only so if label_gain and the list weights reach LightGBM; its default gains are 2^grade − 1.
    options = with_options(intensity=IntensityUse.parse("both"), cutoff=3, levels=6, depth=0)
    training = planted(40, seed=21)
    ranker = LightGBMRanker.train(training, INDEX, options=options, validation=fresh)
    table = GradeTable(ranker.record.label_gain)
    assert table == GradeTable.fit([c.gain for x in training for c in x.candidates], levels=6)
    ours, default = (
        np.average(
            [
                ndcg([gain(table.grade(c.gain)) for c in one.candidates], scores, k=3)
                for one, scores in zip(fresh, ranker.score(questions(fresh)), strict=True)
            ],
            weights=[one.weight for one in fresh],
        )
        for gain in (table.label_gain.__getitem__, lambda grade: 2.0**grade - 1)
    )
    assert ranker.record.ndcg_model == pytest.approx(ours, abs=1e-6)
    assert abs(ours - default) > 1e-4


def test_list_weights_change_the_model_only_when_they_are_used():
    lists = planted(30, seed=31)
    others = [labelled_again(one, weight=1.0 + number % 7) for number, one in enumerate(lists)]

    def model(given, name):
        options = with_options(intensity=IntensityUse.parse(name))
        return LightGBMRanker.train(given, INDEX, options=options).record.model_sha256

    assert model(lists, "gain") == model(others, "gain")
    assert model(lists, "both") != model(others, "both")


def labelled_again(one, *, weight):
    gains, doc_ids = ([getattr(c, name) for c in one.candidates] for name in ("gain", "doc_id"))
    return labelled(one.query_id, gains, query=one.query, weight=weight, doc_ids=doc_ids)


def test_few_lists_all_say_how_many_trees_by_cross_validation(ranker):
    few = LightGBMRanker.train(planted(10, seed=41), INDEX, options=OPTIONS).record
    assert few.held_out_lists == few.n_lists == 10
    assert few.ndcg_model >= few.ndcg_first_stage
    assert 6 <= ranker.record.held_out_lists < 60
    assert ranker.record.rounds <= 80


def test_lists_of_one_group_train_a_fixed_number_of_rounds_and_say_so():
    lists = [replace(one, group="one") for one in planted(10, seed=41)]
    record = LightGBMRanker.train(lists, INDEX, options=OPTIONS).record
    assert (record.held_out_lists, record.ndcg_model, record.rounds) == (0, None, 40)
    assert "could not be checked" in record.warnings[0]


def test_what_was_not_usable_is_in_the_record():
    lists = [*planted(10, seed=41), labelled("nothing", [0.0, 0.0])]
    record = LightGBMRanker.train(lists, INDEX, options=OPTIONS).record
    assert record.left_out.lists_without_order == 1
    assert record.n_lists == 10


def test_labels_that_order_nothing_are_refused_in_one_line():
    with pytest.raises(InputError, match=r"2 lists, none such .*2 lists without order") as caught:
        LightGBMRanker.train([labelled("a", [0.0, 0.0]), labelled("b", [1.0])], INDEX)
    assert "\n" not in str(caught.value)


def test_one_list_is_refused_in_one_line():
    with pytest.raises(InputError, match=r"two at least.*got 1 with 22 candidates\. Mine more"):
        LightGBMRanker.train([labelled("a", [1.0, 0.0])], INDEX, options=OPTIONS)


def test_without_an_anchor_labels_too_few_to_split_on_are_refused():
    lists = [labelled("a", [1.0, 0.0]), labelled("b", [0.0, 1.0])]
    options = with_options(anchor=False, depth=0)
    with pytest.raises(InputError, match=r"2 lists with 4 candidates.*Mine more"):
        LightGBMRanker.train(lists, INDEX, options=options)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("levels", 1),
        ("cutoff", 0),
        ("learning_rate", 0.0),
        ("min_data_in_leaf", 0),
        ("list_share", 0.0),
    ],
)
def test_an_option_out_of_bounds_is_refused_when_it_is_given(name, value):
    with pytest.raises(InputError, match=f"{name} must be .*; got {value}"):
        LightGBMOptions(**{name: value})


def test_a_model_that_needs_vectors_is_refused_an_index_without(ranker, tmp_path):
    ranker.save(tmp_path / "model")
    plain = FakeIndex({"a": ("w01", "w02")}, encoder=False)
    with pytest.raises(InputError, match=r"made with an encoder, for the features .*text_cosine"):
        LightGBMRanker.load(tmp_path / "model", plain)


def test_without_an_encoder_the_other_features_are_used():
    documents = {d: (f"w0{n % 7}", "w08 " * (n + 1)) for n, d in enumerate("abcdefghij")}
    plain = FakeIndex(documents, encoder=False)
    lists = [labelled(f"q{n}", [1.0, 0, 0, 0], doc_ids=list("abjh")) for n in range(6)]
    ranker = LightGBMRanker.train(lists, plain, options=OPTIONS)
    assert "bm25_score" in ranker.record.features
    assert "text_cosine" not in ranker.record.features


def test_features_that_no_longer_exist_are_named(ranker, tmp_path, monkeypatch):
    ranker.save(tmp_path / "model")
    others = {name: item for name, item in FEATURES.items() if name != "text_length"}
    monkeypatch.setattr(FEATURES, "_items", others)
    with pytest.raises(InputError, match="got missing text_length"):
        LightGBMRanker.load(tmp_path / "model", INDEX)


def test_a_matrix_of_other_columns_is_refused_with_the_difference(ranker):
    matrix = extract(
        INDEX, [CandidateList("q", "w01", tuple(INDEX.doc_ids[:2]))], ["lexical", "bm25_score"]
    )
    with pytest.raises(InputError, match=r"missing .*bm25_margin, .*; moved .*title_bm25"):
        ranker.predict(matrix)


def change_record(folder, **changes):
    path = folder / "ranker.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"schema_hash": "0"}, "other definitions under the same names"),
        ({"kind": "cross-encoder"}, "kind lightgbm, version 1; got kind cross-encoder"),
        ({"version": 2}, "got kind lightgbm, version 2"),
        ({"label_gain": "none"}, "must be whole; got Expected `array`"),
        ({"model_sha256": "0"}, "the one ranker.json describes; got another"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_a_changed_folder_is_refused(ranker, tmp_path, changes, message):
    ranker.save(tmp_path / "model")
    change_record(tmp_path / "model", **changes)
    with pytest.raises(InputError, match=message):
        LightGBMRanker.load(tmp_path / "model", INDEX)


def test_a_folder_that_is_no_ranker_is_refused(tmp_path):
    with pytest.raises(InputError, match="must be a folder made by lrat-rank train lightgbm"):
        LightGBMRanker.load(tmp_path, INDEX)


def test_a_model_file_that_is_gone_is_named(ranker, tmp_path):
    ranker.save(tmp_path / "model")
    (tmp_path / "model" / "model.txt").unlink()
    with pytest.raises(InputError, match=r"model\.txt"):
        LightGBMRanker.load(tmp_path / "model", INDEX)
