"""Where a candidate stands in its list: standardised scores, ranks, leads and duplicates."""

import math

import numpy as np
import pytest
from fake_index import FakeIndex, asked, random_documents, random_queries
from scipy import stats

from lrat_rank.features.catalog import FEATURES
from lrat_rank.features.duplicates import shared_shares
from lrat_rank.features.extract import extract
from lrat_rank.features.list_forms import ListForms
from lrat_rank.features.prior import first_stage_prior
from lrat_rank.features.within_list import SCORES


@pytest.fixture(scope="module")
def index():
    return FakeIndex(random_documents(60))


def values(index, lists, names):
    return extract(index, lists, names, depth=100).values


@pytest.mark.parametrize("score", SCORES)
def test_forms_of_a_score_come_from_its_values(index, score):
    names = [SCORES[score], f"{score}_z", f"{score}_list_rank", f"{score}_margin"]
    for query in [query for query in random_queries(20) if query][:8]:
        found = values(index, [asked(query, index.doc_ids)], names).astype(np.float64)
        base = found[:, 0]
        there = ~np.isnan(base)
        assert (np.isnan(found) == ~there[:, None]).all()
        if len(set(base[there])) < 2:
            continue
        z = (base - base[there].mean()) / base[there].std()
        np.testing.assert_allclose(found[there, 1], z[there], rtol=2e-3, atol=2e-4)
        # Scores that differ in float64 alone look equal here.
        falling = found[there][np.argsort(-base[there], kind="stable"), 2]
        assert falling.max() == 1
        assert (np.diff(falling)[np.diff(-np.sort(-base[there])) < 0] <= 0).all()
        margins = base[there] - base[there].max()
        np.testing.assert_allclose(found[there, 3], margins, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("score", SCORES)
def test_forms_are_declared_from_the_score_they_are_of(score):
    base = FEATURES.get(SCORES[score]).spec
    for suffix in ("z", "list_rank", "margin"):
        item = FEATURES.get(f"{score}_{suffix}")
        assert (item.spec.needs, item.spec.missing) == (base.needs, base.missing)
        assert base.name in item.summary


def test_forms_equal_those_of_another_library():
    scores = np.random.default_rng(0).integers(0, 9, size=40).astype(np.float64)
    forms = ListForms.of_one(scores)
    np.testing.assert_allclose(forms.z_scores, stats.zscore(scores))
    np.testing.assert_array_equal(forms.ranks, stats.rankdata(-scores, method="min"))


@pytest.mark.parametrize("scores", [[0.1] * 7, [3.0], [1e-30, 1e-30]])
def test_a_list_without_spread_has_z_scores_of_zero_and_rank_one(scores):
    forms = ListForms.of_one(np.array(scores))
    assert (forms.z_scores == 0).all()
    assert (forms.ranks == 1).all()
    assert (forms.margins == 0).all()


def test_a_list_without_any_score_stays_missing():
    forms = ListForms.of_one(np.full(3, np.nan))
    for found in (forms.z_scores, forms.ranks, forms.margins):
        assert np.isnan(found).all()
    assert np.isnan(forms.lead).all()
    assert np.isnan(forms.entropy).all()


def test_forms_do_not_depend_on_a_shift_or_a_scale():
    draw = np.random.default_rng(0)
    scores = draw.normal(size=30)
    one, other = ListForms.of_one(scores), ListForms.of_one(scores * 7 + 3)
    np.testing.assert_allclose(one.z_scores, other.z_scores)
    np.testing.assert_array_equal(one.ranks, other.ranks)
    assert one.lead == pytest.approx(other.lead)
    assert one.entropy == pytest.approx(other.entropy)


def test_lead_and_entropy_by_hand():
    # Mean 2, standard deviation √2: z-scores −1.414, 0 and 1.414 (the third is missing).
    forms = ListForms.of_one(np.array([0.0, 2.0, np.nan, 4.0]) * math.sqrt(0.75))
    z = np.array([-1, 0, 1]) * math.sqrt(1.5)
    assert forms.lead == pytest.approx(math.sqrt(1.5))
    assert forms.entropy == pytest.approx(stats.entropy(np.exp(z)) / math.log(3))


def test_ranks_by_cosine_and_bm25_differ_as_told():
    documents = {"a": ("", "w01 w01"), "b": ("", "w01 w02"), "c": ("", "w03")}
    index = FakeIndex(documents)
    names = ["bm25_list_rank", "dense_list_rank", "stage_rank_difference", "stage_rank_distance"]
    found = values(index, [asked("w01 w02", list(documents))], names)
    difference = np.log(1 / found[:, 1]) - np.log(1 / found[:, 0])
    np.testing.assert_allclose(found[:, 2], difference, rtol=1e-5)
    np.testing.assert_allclose(found[:, 3], np.abs(difference), rtol=1e-5)
    # Both put b first; a, with a repeated term, is second by BM25.
    assert found[1, :2].tolist() == [1, 1]
    assert found[0, 0] == 0.5


def test_the_prior_is_the_one_rankers_start_from(index):
    lists = [asked(query, index.doc_ids[:17]) for query in random_queries(10)]
    found = values(index, lists, ["rrf_prior"])[:, 0]
    prior = np.concatenate(first_stage_prior(index, lists))
    np.testing.assert_array_equal(found, prior.astype(np.float32))


def test_flags_name_the_stages_that_list_a_document(index):
    query = "w01 w02 w03"
    hits = index.stage_hits([query], 10)
    found = extract(
        index, [asked(query, index.doc_ids)], ["stage_flags", "found_by_both"], depth=10
    ).values
    for row in range(60):
        listed = [row in hits[stage].rows[0].tolist() for stage in ("bm25", "dense")]
        assert found[row, 0] == listed[0] + 2 * listed[1]
        assert found[row, 1] == all(listed)


def test_duplicates_by_hand():
    documents = {
        "best": ("", "red fox runs far"),
        "twin": ("another title", "red fox runs far"),
        "near": ("", "red fox sleeps"),
        "turned": ("", "far runs fox red"),
        "other": ("", "blue whale"),
        "void": ("", ""),
    }
    index = FakeIndex(documents, encoder=False)
    lists = [asked("fox far", list(documents)), asked("fox far", ["best", "other"])]
    found = values(index, lists, ["exact_duplicates", "near_duplicate", "rrf_score"])
    assert found[len(documents) :, 0].tolist() == [0, 0]
    found = found[: len(documents)]
    np.testing.assert_array_equal(found[:, 0], [1, 1, 0, 0, 0, np.nan])
    order = np.argsort(-found[:, 2], kind="stable")
    assert found[order[0], 1] == 0
    assert np.isnan(found[5, 1])
    # Two of five terms in common with any of the three texts of the same four words.
    assert found[2, 1] == pytest.approx(2 / 5)
    assert sorted(found[[0, 1, 3], 1].tolist()) == [0, 1, 1]
    assert found[4, 1] == 0


def test_shared_shares_equal_those_of_sets():
    draw = np.random.default_rng(3)
    sets = [set(draw.choice(40, size, replace=False).tolist()) for size in (0, 3, 9, 20, 20)]
    tokens = np.array([term for one in sets for term in sorted(one)])
    owner = np.repeat(np.arange(5), [len(one) for one in sets])
    wanted = [[len(a & b) / max(len(a | b), 1) for b in sets] for a in sets]
    np.testing.assert_allclose(shared_shares(tokens, owner, 5), wanted)
