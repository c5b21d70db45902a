"""What the tests of losses share: the losses under test, and a batch that shows their edges."""

import numpy as np
import torch

from lrat_rank.models.losses import LOSSES, parse_loss

TEMPERATURE = 0.7
WEIGHTS = torch.tensor([0.2, 1.0, 1.8], dtype=torch.float64)
OPTIONS = (
    "lambdarank:normalise=false,gain=exponential,discount=reciprocal,cutoff=2",
    "ndcg-loss2pp:cutoff=3,mu=2,discount=geometric,gain=logarithmic",
    "approx-ndcg:normalise=false,gain=exponential,discount=reciprocal",
    "neural-ndcg:normalise=false,cutoff=3,sinkhorn_steps=4",
    "bce:ceiling=1.5",
    "mse:ceiling=1.5",
    "listnet:target_temperature=1.3",
    "kl:target_temperature=0.4",
    "p-listmle:discount=log2",
)
"""Losses whose options lead another way through their code."""
TEXTS = (*LOSSES.names(), *OPTIONS)


def made(text):
    """The loss of a text, at a temperature that is not 1."""
    return parse_loss(text, temperature=TEMPERATURE)


def padded_batch():
    """Scores, gains, mask of three lists of 5, 3 and 4 documents, padded to 5; gains tie."""
    rng = np.random.default_rng(7)
    scores, gains = rng.normal(size=(3, 5)), rng.choice([0.0, 0.0, 0.4, 1.9], size=(3, 5))
    gains[:, 0], gains[:, 1] = 1.3, 0.0
    gains[0, 2:] = 1.3, 0.0, 0.4
    mask = np.arange(5) < np.array([[5], [3], [4]])
    return tuple(torch.from_numpy(array) for array in (scores, gains, mask))


def one_list(loss, scores, gains):
    """(value, gradient) of one unpadded list in float64."""
    at = torch.tensor([scores], dtype=torch.float64, requires_grad=True)
    targets = torch.tensor([gains], dtype=torch.float64)
    value = loss(at, targets, mask=torch.ones_like(at, dtype=torch.bool))
    value.backward()
    return value.item(), at.grad[0]
