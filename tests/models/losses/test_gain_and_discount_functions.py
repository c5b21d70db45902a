"""Gain functions rise from 0; discount functions fall from 1, between whole ranks too."""

import pytest
import torch

from lrat_rank.errors import InputError
from lrat_rank.models.losses import DISCOUNT_FUNCTIONS, GAIN_FUNCTIONS
from lrat_rank.models.losses.approx_ndcg import approx_ndcg
from lrat_rank.models.losses.dcg import DCG
from lrat_rank.models.losses.discount_functions import GeometricDiscount


@pytest.mark.parametrize("name", GAIN_FUNCTIONS.names())
def test_a_gain_function_rises_from_nothing(name):
    values = GAIN_FUNCTIONS.get(name)()(torch.linspace(0, 5, 51, dtype=torch.float64))
    assert values[0] == 0
    assert (values.diff() > 0).all()
    assert values[10].item() == pytest.approx(1.0)


@pytest.mark.parametrize("name", DISCOUNT_FUNCTIONS.names())
def test_a_discount_function_falls_from_one_and_stays_above_zero(name):
    values = DISCOUNT_FUNCTIONS.get(name)()(torch.linspace(1, 50, 491, dtype=torch.float64))
    assert values[0].item() == pytest.approx(1.0)
    assert (values.diff() < 0).all()
    assert values[-1] > 0


@pytest.mark.parametrize("persistence", [0.0, 1.0, -0.5, float("nan")])
def test_a_persistence_that_does_not_fall_is_refused(persistence):
    with pytest.raises(InputError, match="persistence must be between 0 and 1"):
        GeometricDiscount(persistence=persistence)


def test_the_ideal_is_the_best_orders_dcg_down_to_the_cut_off():
    gains = torch.tensor([[1.0, 0.0, 3.0, 2.0]], dtype=torch.float64)
    whole = 3 + 2 * 0.6309297535714575 + 0.5
    assert DCG().ideal(gains).item() == pytest.approx(whole)
    assert DCG(cutoff=2).ideal(gains).item() == pytest.approx(whole - 0.5)
    assert DCG(normalise=False).scale(gains).item() == 1
    assert DCG().scale(torch.zeros(1, 3)).item() == 1


def test_a_smooth_rank_refuses_a_cut_off():
    with pytest.raises(ValueError, match="a smooth rank takes no cut-off; got 5"):
        approx_ndcg(
            torch.zeros(1, 2),
            torch.ones(1, 2),
            mask=torch.ones(1, 2, dtype=torch.bool),
            dcg=DCG(cutoff=5),
        )
