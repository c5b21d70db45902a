"""The guard: a ranker counts as far as validation and the kind of its training lists go."""

import json

import msgspec
import numpy as np
import pytest
from fake_index import FakeIndex
from ranker_fakes import INDEX, ByChance, ByQuality, asked_lists, collection, labels, order

from lrat_rank.errors import InputError
from lrat_rank.features.candidates import CandidateList
from lrat_rank.features.prior import first_stage_prior
from lrat_rank.models.guard.guard import GUARD, learn_guard, read_guard, write_guard
from lrat_rank.models.guard.guarded import GuardedRanker

TRAINING, HELD = labels(30, seed=1), labels(20, seed=2)


@pytest.fixture(scope="module")
def helpful():
    return learn_guard(ByQuality(), TRAINING, INDEX, HELD)


def first_stage_orders(index: FakeIndex, lists: list[CandidateList]) -> list[list[str]]:
    return [
        order(one, prior) for one, prior in zip(lists, first_stage_prior(index, lists), strict=True)
    ]


def test_a_ranker_that_is_better_on_validation_gets_a_share(helpful) -> None:
    figures = helpful.validation.figures
    best = max(figures, key=lambda figure: figure.ndcg)
    assert helpful.blend > 0
    assert best.setting == f"{helpful.blend:g}"
    assert best.gain > best.standard_error


@pytest.mark.parametrize("ranker", [ByQuality(sign=-1.0), ByChance()])
def test_a_ranker_that_is_no_better_leaves_the_first_stage_as_it_is(ranker, capsys) -> None:
    guarded = GuardedRanker(ranker, learn_guard(ranker, TRAINING, INDEX, HELD), INDEX)
    lists = asked_lists(5, seed=4)
    assert guarded.guard.blend == 0
    scores = guarded.score(lists)
    assert [order(*pair) for pair in zip(lists, scores, strict=True)] == first_stage_orders(
        INDEX, lists
    )
    guarded.score(lists)
    assert capsys.readouterr().err.count("first stage's order") == 1


def test_without_validation_the_ranker_keeps_its_order() -> None:
    guard = learn_guard(ByQuality(), TRAINING, INDEX)
    assert guard.validation is None
    known = [CandidateList(one.query_id, one.query, tuple(INDEX.doc_ids)) for one in TRAINING[:5]]
    scores = GuardedRanker(ByQuality(), guard, INDEX).score(known)
    for one, of, raw in zip(known, scores, ByQuality().score(known), strict=True):
        assert order(one, of) == order(one, raw)


def test_what_is_not_believed_is_not_asked() -> None:
    ranker = ByQuality()
    guard = msgspec.structs.replace(learn_guard(ranker, TRAINING, INDEX), blend=0.0)
    GuardedRanker(ranker, guard, INDEX).score(asked_lists(3, seed=1))
    assert ranker.asked == []


def test_a_list_is_scored_alike_whatever_stands_beside_it(helpful) -> None:
    guarded = GuardedRanker(ByQuality(), helpful, INDEX)
    strange = CandidateList("far", "never heard of " * 30, tuple(INDEX.doc_ids[:7]))
    lists = [*asked_lists(4, seed=6), strange]
    together = guarded.score(lists)
    for one, scores in zip(lists, together, strict=True):
        np.testing.assert_array_equal(guarded.score([one])[0], scores)


def test_the_score_is_the_mix_that_the_share_says(helpful) -> None:
    guarded = GuardedRanker(ByQuality(), helpful, INDEX)
    one = asked_lists(1, seed=8)[0]
    believed = guarded.believed([one])[0]
    raw, prior = ByQuality().score([one])[0], first_stage_prior(INDEX, [one])[0]
    mixed = (1 - believed.share) * (prior - prior.mean()) / prior.std()
    mixed += believed.share * (raw - raw.mean()) / raw.std()
    np.testing.assert_allclose(guarded.score([one])[0], mixed)


def test_a_query_unlike_those_of_training_falls_back_and_is_reported(helpful, capsys) -> None:
    guarded = GuardedRanker(ByQuality(), helpful, INDEX)
    strange = CandidateList("far", "w01 " + "never heard of " * 40, tuple(INDEX.doc_ids))
    believed = guarded.believed([strange])[0]
    assert believed.trust == 0
    assert "query_terms" in believed.outside
    assert order(strange, guarded.score([strange])[0]) == first_stage_orders(INDEX, [strange])[0]
    said = capsys.readouterr().err
    assert "kept the first stage's order for 1 of 1 query" in said
    assert "query terms" in said
    assert guarded.lists["none"] == 1


def test_the_collection_of_training_and_a_sample_of_it_are_trusted(helpful) -> None:
    assert GuardedRanker(ByQuality(), helpful, INDEX).corpus.trust == 1
    assert GuardedRanker(ByQuality(), helpful, collection(300, seed=9)).corpus.trust == 1


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (collection(words=[f"v{n:02d}" for n in range(60)]), "vocabulary"),
        (collection(lengths=(150, 300)), "text lengths"),
        (FakeIndex({f"d{n}": ("", "w01 w02 w03") for n in range(50)}), "titles"),
        (FakeIndex({f"d{n}": ("w01", "w02 w03") for n in range(50)}, encoder=False), "encoder"),
    ],
    ids=["other words", "other lengths", "no titles", "no encoder"],
)
def test_another_collection_is_not_trusted(helpful, other, why, capsys) -> None:
    guarded = GuardedRanker(ByQuality(), helpful, other)
    lists = [CandidateList("q", "w01 w02 w05", tuple(other.doc_ids))]
    assert why in guarded.corpus.outside
    assert guarded.corpus.trust < 0.5
    scores = guarded.score(lists)
    assert "The guard" in capsys.readouterr().err
    if guarded.corpus.trust == 0:
        assert order(lists[0], scores[0]) == first_stage_orders(other, lists)[0]


def test_queries_of_the_training_kind_keep_full_trust(helpful) -> None:
    guarded = GuardedRanker(ByQuality(), helpful, INDEX)
    lists = [CandidateList(one.query_id, one.query, ()) for one in labels(50, seed=77)]
    assert np.mean([one.trust == 1 for one in guarded.believed(lists)]) >= 0.9


def test_an_empty_list_and_no_list_have_no_scores(helpful) -> None:
    guarded = GuardedRanker(ByQuality(), helpful, INDEX)
    assert guarded.score([]) == []
    assert guarded.score([CandidateList("q", "w01", ())])[0].shape == (0,)


def test_a_written_guard_reads_back_equal(helpful, tmp_path) -> None:
    assert read_guard(tmp_path) is None
    write_guard(tmp_path, helpful)
    assert read_guard(tmp_path) == helpful


@pytest.mark.parametrize(
    ("change", "told"),
    [({"version": 99}, "version 99"), ({"blend": "much"}, "Expected `float`"), ({"blend": 2}, "")],
)
def test_a_damaged_or_newer_guard_is_refused(helpful, tmp_path, change, told) -> None:
    write_guard(tmp_path, helpful)
    stored = json.loads((tmp_path / GUARD).read_text())
    (tmp_path / GUARD).write_text(json.dumps(stored | change))
    with pytest.raises(InputError, match=told):
        read_guard(tmp_path)


def test_validation_about_the_training_questions_is_refused() -> None:
    with pytest.raises(InputError, match="other questions"):
        learn_guard(ByQuality(), TRAINING, INDEX, TRAINING[:10])


def test_lists_of_one_group_are_too_few_for_a_guard() -> None:
    with pytest.raises(InputError, match="two groups"):
        learn_guard(ByQuality(), labels(2, seed=1), INDEX)
