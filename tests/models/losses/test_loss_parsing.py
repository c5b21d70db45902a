"""Losses from text, and back; what is wrong is named."""

import pytest
from loss_cases import TEXTS

from lrat_rank.errors import InputError
from lrat_rank.models.losses import LOSSES, format_loss, parse_loss
from lrat_rank.models.losses.discount_functions import GeometricDiscount, ReciprocalDiscount
from lrat_rank.models.losses.gain_functions import ExponentialGain


def test_a_name_alone_gives_the_loss_with_its_defaults():
    for name, kind in LOSSES.items():
        assert parse_loss(name) == kind()


def test_hyper_parameters_follow_the_name():
    loss = parse_loss(
        "lambdarank: gain=exponential, discount=reciprocal, normalise=false, cutoff=10"
    )
    assert (loss.gain, loss.discount) == (ExponentialGain(), ReciprocalDiscount())
    assert (loss.normalise, loss.cutoff, loss.temperature) == (False, 10, 1.0)
    assert parse_loss("neural-ndcg:sinkhorn_steps=7").sinkhorn_steps == 7
    assert parse_loss("lambdarank:cutoff=none,normalise=true") == parse_loss("lambdarank")
    assert parse_loss("p-listmle:discount=none").discount is None


def test_a_temperature_beside_the_text_counts_where_the_text_has_none():
    assert parse_loss("listnet", temperature=0.5).temperature == 0.5
    assert parse_loss("listnet:temperature=2", temperature=0.5).temperature == 2.0


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_formatted_is_parsed_to_the_same_loss(text):
    loss = parse_loss(text, temperature=0.3)
    assert parse_loss(format_loss(loss)) == loss
    assert format_loss(parse_loss(text)).partition(":")[0] == text.partition(":")[0]


def test_a_strategy_with_settings_of_its_own_has_no_text():
    loss = LOSSES.get("lambdarank")(discount=GeometricDiscount(persistence=0.95))
    with pytest.raises(InputError, match="must be a registered object as it is"):
        format_loss(loss)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("softmx", r"loss must be one of softmax, .*; got 'softmx'. Did you mean softmax\?"),
        (
            "listnet:temprature=1",
            r"hyper-parameter of listnet must be one of temperature, target_temperature; "
            r"got 'temprature'. Did you mean temperature\?",
        ),
        ("listnet:target-temperature=1", r"Did you mean target_temperature\?"),
        ("softmax:mu=3", r"hyper-parameter of softmax must be one of temperature; got 'mu'\.$"),
        ("softmax:", r"loss must be NAME, or NAME:KEY=VALUE,KEY=VALUE; got 'softmax:'"),
        ("softmax:temperature", "loss must be NAME, or NAME:KEY=VALUE"),
        ("softmax:temperature=", "loss must be NAME, or NAME:KEY=VALUE"),
        ("softmax:temperature=1,,", "loss must be NAME, or NAME:KEY=VALUE"),
        ("softmax:temperature=1,temperature=2", "temperature of softmax must be given once"),
        ("softmax:temperature=warm", "temperature of softmax must be a number; got 'warm'"),
        ("softmax:temperature=none", "temperature of softmax must be a number; got 'none'"),
        ("lambdarank:cutoff=2.5", "cutoff of lambdarank must be a whole number; got '2.5'"),
        ("lambdarank:normalise=maybe", "normalise of lambdarank must be true or false"),
        (
            "lambdarank:gain=exponental",
            r"gain function must be one of linear, .* Did you mean exponential\?",
        ),
        ("lambdarank:discount=log", r"discount function must be one of log2.* Did you mean log2\?"),
        ("approx-ndcg:cutoff=3", "hyper-parameter of approx-ndcg must be one of"),
    ],
)
def test_what_cannot_be_read_is_named_with_what_can(text, message):
    with pytest.raises(InputError, match=message):
        parse_loss(text)


@pytest.mark.parametrize("value", ["0", "-1", "nan", "inf"])
@pytest.mark.parametrize("name", LOSSES.names())
def test_a_temperature_that_cannot_divide_is_refused(name, value):
    with pytest.raises(InputError, match="temperature must be a finite number above 0"):
        parse_loss(f"{name}:temperature={value}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("listnet:target_temperature=0", "target_temperature must be a finite number above 0"),
        ("kl:target_temperature=-1", "target_temperature must be a finite number above 0"),
        ("bce:ceiling=0", "ceiling must be a finite number above 0"),
        ("mse:ceiling=nan", "ceiling must be a finite number above 0"),
        ("lambdarank:cutoff=0", "cutoff must be a whole number ≥ 1"),
        ("neural-ndcg:sinkhorn_steps=0", "sinkhorn_steps must be a whole number ≥ 1"),
        ("ndcg-loss2pp:mu=-1", "mu must be a finite number ≥ 0"),
        ("ndcg-loss2pp:mu=inf", "mu must be a finite number ≥ 0"),
    ],
)
def test_a_value_out_of_its_range_is_refused(text, message):
    with pytest.raises(InputError, match=message):
        parse_loss(text)
