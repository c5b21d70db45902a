"""The page "Which loss?" holds every loss, and only what docstrings and measurements say."""

import inspect

import pytest

from lrat_rank.models.losses import LOSSES, GainEffect
from lrat_rank.models.losses import table as page
from lrat_rank.models.losses.base import RankingLoss
from lrat_rank.models.losses.descriptions import describe
from lrat_rank.models.losses.softmax import SoftmaxLoss


@pytest.fixture(scope="module")
def text():
    return page.markdown()


def test_every_loss_has_its_section_and_its_row(text):
    for name in LOSSES.names():
        assert text.count(f"\n### `{name}`\n") == 1
        assert text.count(f"\n| [`{name}`](#{name}) | ") == 1


def test_every_hyper_parameter_stands_with_its_default(text):
    for name, kind in LOSSES.items():
        section = text.split(f"### `{name}`\n")[1].split("\n##")[0]
        for parameter, (default, meaning) in describe(kind).hyper_parameters.items():
            assert f"- `{parameter}` = {default}: {meaning}" in section
        assert "- Source: " in section


def test_the_rows_say_what_was_measured(text):
    rows = {line.split("`")[1]: line for line in text.splitlines() if line.startswith("| [`")}
    for name, kind in LOSSES.items():
        found = kind().single_positive
        assert ("keeps intensity" in rows[name]) == (found is GainEffect.KEEPS)
        assert ("give it as list weight" in rows[name]) == (found is GainEffect.CANCELS)


def test_advice_that_the_measurement_contradicts_is_not_printed(monkeypatch):
    planted = (("Intensity as gain", "lambdarank", GainEffect.KEEPS),)
    monkeypatch.setattr(page, "SITUATIONS", planted)
    with pytest.raises(ValueError, match="lambdarank must keeps intensity"):
        page.markdown()


@pytest.mark.parametrize("name", LOSSES.names())
def test_a_loss_states_shapes_source_and_a_number(name):
    words = inspect.getdoc(LOSSES.get(name).function)
    for part in ("(lists, documents)", "Returns:", "Raises:", "Source: ", ">>> "):
        assert part in words


def test_a_loss_without_advice_or_source_is_no_page():
    class Silent(RankingLoss):
        """Says nothing of when to choose it."""

        function = SoftmaxLoss.function

    with pytest.raises(ValueError, match="Silent must say when to choose it"):
        describe(Silent)
