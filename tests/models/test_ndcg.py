"""The nDCG that trainings watch is the textbook's, with ties as in a run."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from lrat_rank.errors import InputError
from lrat_rank.models.ndcg import list_ndcg, ndcg_of_lists


@given(st.lists(st.integers(1, 30), min_size=1, max_size=6), st.integers(1, 12), st.integers(0, 99))
def test_every_list_has_scikit_learns_value_where_no_scores_tie(sizes, cutoff, seed):
    rng = np.random.default_rng(seed)
    gains = [rng.choice([0, 0.4, 1.7], size=size) + (np.arange(size) == 0) for size in sizes]
    scores = [rng.permutation(size) / 7 for size in sizes]
    found = ndcg_of_lists(
        np.concatenate(gains), np.concatenate(scores), np.array(sizes), cutoff=cutoff
    )
    for one, own, value in zip(gains, scores, found, strict=True):
        if len(one) == 1:
            assert value == 1.0
            continue
        assert value == pytest.approx(ndcg_score([one], [own], k=cutoff), rel=1e-12)
        ids = [str(n) for n in range(len(one))]
        expected = ndcg_score([one], [own], k=10)
        assert list_ndcg(ids, one, own) == pytest.approx(expected, rel=1e-12)


def test_equal_scores_go_to_the_larger_doc_id_whatever_the_order_given():
    gains, ties = np.array([1.0, 0.0]), np.zeros(2)
    assert list_ndcg(["a", "b"], gains, ties) == pytest.approx(1 / np.log2(3))
    assert list_ndcg(["b", "a"], gains, ties) == 1.0


def test_a_score_that_is_no_number_is_refused():
    with pytest.raises(InputError, match="score must be a number; got NaN"):
        list_ndcg(["a", "b"], np.array([1.0, 0.0]), np.array([np.nan, 0.0]))
