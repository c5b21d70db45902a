"""The same losses in sentence-transformers and torch, where the definitions meet."""

import math

import pytest
import torch
from sentence_transformers import CrossEncoder
from sentence_transformers.cross_encoder import losses as theirs
from torch.nn import functional

from lrat_rank.models.losses import parse_loss

LISTS = ([0.31, -1.2, 0.84, 0.1, 2.2], [1.7, -0.4, 0.2])
GRADES = ([2.0, 0.0, 1.0, 3.0, 0.5], [0.0, 1.0, 2.0])
BINARY = ([0.0, 0.0, 1.0, 0.0, 1.0], [0.0, 1.0, 0.0])
TOLERANCE = 1e-5


class GivenScores:
    """A cross-encoder whose documents are the numbers of their scores."""

    num_labels = 1
    device = torch.device("cpu")
    # Some of the losses ask isinstance.
    __class__ = CrossEncoder

    def preprocess(self, pairs, **_):
        return {"score": torch.tensor([float(document) for _, document in pairs])}

    def __call__(self, inputs):
        return {"scores": inputs["score"][:, None]}


def texts(scores):
    return [str(score) for score in scores]


def listwise(loss, scores, labels):
    """Their loss of one list."""
    return float(loss([["q"], [texts(scores)]], [torch.tensor(labels)]))


def ours(text, scores, gains):
    return parse_loss(text)(
        torch.tensor([scores], dtype=torch.float64),
        torch.tensor([gains], dtype=torch.float64),
        mask=torch.ones(1, len(scores), dtype=torch.bool),
    ).item()


def pairs(labels):
    return sum(a > b for a in labels for b in labels)


@pytest.mark.parametrize("gains", [GRADES, BINARY])
def test_listnet_is_sentence_transformers_listnet(gains):
    loss = theirs.ListNetLoss(GivenScores())
    for scores, labels in zip(LISTS, gains, strict=True):
        found = ours("listnet:target_temperature=1", scores, labels)
        assert found == pytest.approx(listwise(loss, scores, labels), rel=TOLERANCE)


def test_a_batch_of_lists_is_the_mean_that_sentence_transformers_takes():
    loss = theirs.ListNetLoss(GivenScores())
    expected = loss([["q", "r"], [texts(one) for one in LISTS]], [torch.tensor(g) for g in GRADES])
    width = len(LISTS[0])
    scores = torch.tensor([one + [0.0] * (width - len(one)) for one in LISTS])
    gains = torch.tensor([one + [0.0] * (width - len(one)) for one in GRADES])
    mask = torch.arange(width) < torch.tensor([[len(one)] for one in LISTS])
    found = parse_loss("listnet:target_temperature=1")(scores, gains, mask=mask)
    assert found.item() == pytest.approx(float(expected), rel=TOLERANCE)


@pytest.mark.parametrize(
    ("name", "kind"), [("listmle", theirs.ListMLELoss), ("p-listmle", theirs.PListMLELoss)]
)
def test_the_likelihood_losses_are_sentence_transformers_where_gains_differ(name, kind):
    loss = kind(GivenScores(), respect_input_order=False)
    for scores, labels in zip(LISTS, GRADES, strict=True):
        found = ours(name, scores, labels)
        assert found == pytest.approx(listwise(loss, scores, labels), rel=TOLERANCE)


@pytest.mark.parametrize("gains", [GRADES, BINARY])
@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("lambdarank:gain=exponential", theirs.LambdaRankScheme()),
        ("ndcg-loss2pp:gain=exponential", theirs.NDCGLoss2PPScheme()),
        ("ndcg-loss2pp:gain=exponential,mu=3", theirs.NDCGLoss2PPScheme(mu=3.0)),
    ],
)
def test_lambda_losses_are_sentence_transformers_summed_over_pairs_in_nats(text, scheme, gains):
    """They take the mean over pairs in bits, we the sum in nats."""
    loss = theirs.LambdaLoss(GivenScores(), weighting_scheme=scheme)
    for scores, labels in zip(LISTS, gains, strict=True):
        expected = listwise(loss, scores, labels) * pairs(labels) * math.log(2)
        assert ours(text, scores, labels) == pytest.approx(expected, rel=TOLERANCE)


@pytest.mark.parametrize("gains", [GRADES, BINARY])
def test_ranknet_on_order_is_sentence_transformers_up_to_its_divisor(gains):
    loss = theirs.RankNetLoss(GivenScores())
    for scores, labels in zip(LISTS, gains, strict=True):
        mean = listwise(loss, scores, labels) * math.log(2)
        expected = mean * pairs(labels) / (len(labels) - 1)
        assert ours("ranknet-order", scores, labels) == pytest.approx(expected, rel=TOLERANCE)


def test_margin_mse_is_sentence_transformers_with_one_positive():
    loss = theirs.MarginMSELoss(GivenScores())
    scores, teacher = LISTS[0], [4.0, -1.5, -1.5, -1.5, -1.5]
    inputs = [["q"], *([text] for text in texts(scores))]
    expected = loss(inputs, [torch.tensor(teacher)])
    assert ours("margin-mse", scores, teacher) == pytest.approx(float(expected), rel=TOLERANCE)


@pytest.mark.parametrize(
    ("name", "kind"), [("bce", theirs.BinaryCrossEntropyLoss), ("mse", theirs.MSELoss)]
)
def test_pointwise_losses_are_sentence_transformers_on_normalised_gains(name, kind):
    loss = kind(GivenScores())
    for scores, labels in zip(LISTS, GRADES, strict=True):
        target = torch.tensor(labels) / max(labels)
        expected = loss([["q"] * len(scores), texts(scores)], target)
        assert ours(name, scores, labels) == pytest.approx(float(expected), rel=TOLERANCE)


def test_kl_is_torchs():
    for scores, teacher in zip(LISTS, GRADES, strict=True):
        expected = functional.kl_div(
            torch.log_softmax(torch.tensor(scores), dim=0),
            torch.softmax(torch.tensor(teacher) / 0.5, dim=0),
            reduction="sum",
        )
        found = ours("kl:target_temperature=0.5", scores, teacher)
        assert found == pytest.approx(float(expected), rel=TOLERANCE)


def test_softmax_infonce_and_lce_are_torchs_cross_entropy_with_one_positive():
    for scores, labels in zip(LISTS, ([0.0, 0.0, 1.0, 0.0, 0.0], [0.0, 1.0, 0.0]), strict=True):
        place = torch.tensor(labels.index(1.0))
        expected = float(functional.cross_entropy(torch.tensor(scores), place))
        for name in ("softmax", "infonce", "lce"):
            assert ours(name, scores, labels) == pytest.approx(expected, rel=TOLERANCE)
