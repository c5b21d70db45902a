"""The shift check: calm where training was, sensitive elsewhere, and about queries alone."""

import numpy as np
import pytest
from fake_index import FakeIndex, random_documents
from ranker_fakes import INDEX, asked_lists, labels

from lrat_rank.features.candidates import CandidateList
from lrat_rank.features.prior import first_stage_prior
from lrat_rank.models.blending.choice import choose
from lrat_rank.models.guard.corpus import CorpusProfile, corpus_shift
from lrat_rank.models.guard.shift import fit_shift_check
from lrat_rank.models.guard.signature import SIGNATURE, FirstStage, signatures

COLUMNS = list(SIGNATURE)


def cloud(count: int, seed: int, centre: float = 0.0) -> np.ndarray:
    """Signatures around a centre, with the least spread of each column."""
    draw = np.random.default_rng(seed)
    return centre + draw.normal(size=(count, len(COLUMNS))) * np.array(list(SIGNATURE.values()))


def groups(count: int) -> list[str]:
    return [f"g{n}" for n in range(count)]


def test_a_signature_does_not_depend_on_the_candidates() -> None:
    lists = asked_lists(6, seed=1)
    shorter = [CandidateList(one.query_id, one.query, one.doc_ids[:2]) for one in lists]
    np.testing.assert_array_equal(signatures(INDEX, lists), signatures(INDEX, shorter))


def test_the_first_stages_view_holds_the_prior() -> None:
    lists = asked_lists(6, seed=2)
    stage = FirstStage.of(INDEX, [one.query for one in lists])
    for found, prior in zip(
        stage.priors(INDEX, lists), first_stage_prior(INDEX, lists), strict=True
    ):
        np.testing.assert_array_equal(found, prior)


@pytest.mark.parametrize("encoder", [True, False])
def test_signatures_of_odd_queries_are_finite_or_missing(encoder) -> None:
    index = FakeIndex(random_documents(40), encoder=encoder)
    odd = ["", "unheard of", "w01", "w01 " * 200]
    values = signatures(index, [CandidateList(q, q, ()) for q in odd])
    assert values.shape == (len(odd), len(COLUMNS))
    assert not np.isinf(values).any()
    assert encoder or np.isnan(values[:, COLUMNS.index("best_cosine")]).all()


def test_lists_like_those_of_training_are_inside_and_far_ones_are_not() -> None:
    check = fit_shift_check(cloud(300, seed=0), groups(300))
    assert (check.trust(cloud(500, seed=1)) == 1).mean() > 0.95
    assert (check.trust(cloud(500, seed=1, centre=1.0)) == 0).all()


def test_trust_falls_without_a_step() -> None:
    check = fit_shift_check(cloud(300, seed=0), groups(300))
    far = np.linspace(0, 1.5, 600)[:, None] * np.ones(len(COLUMNS))
    trust = check.trust(far)
    assert (np.diff(trust) <= 0).all()
    assert trust[0] == 1
    assert trust[-1] == 0
    assert np.abs(np.diff(trust)).max() < 0.1


def test_the_column_that_is_out_is_named_first() -> None:
    check = fit_shift_check(cloud(200, seed=0), groups(200))
    value = cloud(1, seed=1)
    value[0, COLUMNS.index("text_length")] += 5.0
    assert check.outside(value)[0][0] == "text_length"
    assert check.outside(cloud(1, seed=1) * 0) == [()]


def test_a_missing_value_is_no_evidence() -> None:
    check = fit_shift_check(cloud(200, seed=0), groups(200))
    value = np.zeros((1, len(COLUMNS)))
    missing = value.copy()
    missing[0, :3] = np.nan
    assert check.distances(missing)[0] <= check.distances(value)[0] + 0.5


def test_a_column_that_training_lacked_is_left_out() -> None:
    values = cloud(50, seed=0)
    values[:, COLUMNS.index("best_cosine")] = np.nan
    check = fit_shift_check(values, groups(50))
    assert "best_cosine" not in check.names
    assert len(check.names) == len(COLUMNS) - 1


def test_repeated_lists_of_one_group_do_not_make_the_check_sure_of_itself() -> None:
    """Leaving single lists out would find copies; leaving groups out does not."""
    values = cloud(20, seed=0)
    once = fit_shift_check(values, groups(20))
    repeated = fit_shift_check(np.repeat(values, 5, axis=0), np.repeat(groups(20), 5).tolist())
    assert repeated.limit > 0.7 * once.limit


def test_the_collection_itself_differs_in_nothing() -> None:
    shift = corpus_shift(CorpusProfile.of(INDEX), INDEX)
    assert shift.trust == 1
    assert shift.outside == ()
    assert max(shift.differences.values()) < 1e-6


def test_the_check_reads_real_training_lists() -> None:
    lists = labels(50, seed=1)
    values = signatures(INDEX, [CandidateList(one.query_id, one.query, ()) for one in lists])
    check = fit_shift_check(values, [one.group for one in lists])
    assert (check.trust(values) == 1).mean() > 0.95


def test_a_gain_within_its_error_changes_nothing() -> None:
    draw = np.random.default_rng(0)
    base = draw.uniform(0.4, 0.6, size=40)
    noisy = base + draw.normal(0, 0.3, size=40)
    noisy += base.mean() - noisy.mean() + 0.01
    assert choose(np.stack([base, noisy]), groups(40), ["off", "on"]).place == 0
    sure = base + 0.01
    assert choose(np.stack([base, sure]), groups(40), ["off", "on"]).place == 1


def test_lists_of_one_group_count_once() -> None:
    values = np.array([[0.5, 0.5, 0.5, 0.5], [0.9, 0.9, 0.9, 0.4]])
    alone = choose(values, ["a", "a", "a", "b"], ["off", "on"])
    assert alone.figures[1].gain == pytest.approx((0.4 - 0.1) / 2)
    assert alone.place == 0
    assert (alone.n_lists, alone.n_groups) == (4, 2)
