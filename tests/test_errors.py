"""Messages say what must hold, what was found, where, and what to do."""

import math

import pytest

from lrat_rank.errors import InputError, LratRankError, MissingExtraError, require


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "k must be 1 or more; got 0."),
        ({"where": "a.run:3"}, "k must be 1 or more; got 0 (a.run:3)."),
        ({"do": "Give -k 10."}, "k must be 1 or more; got 0. Give -k 10."),
        ({"where": "x", "do": "Mend it."}, "k must be 1 or more; got 0 (x). Mend it."),
    ],
)
def test_a_message_has_one_form(given, message):
    error = InputError("k", must="1 or more", got=0, **given)
    assert str(error) == message
    assert (error.what, error.must, error.got) == ("k", "1 or more", 0)
    assert isinstance(error, LratRankError)


def test_a_module_that_is_there_is_imported():
    assert require("math", extra="none") is math


@pytest.mark.parametrize("module", ["absent_module", "absent_module.part"])
def test_a_missing_extra_gives_the_pip_command(module):
    with pytest.raises(MissingExtraError, match=r"pip install 'lrat-rank\[serve\]'") as caught:
        require(module, extra="serve")
    assert caught.value.module == module


def test_a_module_missing_inside_an_installed_extra_is_not_called_a_missing_extra(
    tmp_path, monkeypatch
):
    name = "installed_extra"
    (tmp_path / f"{name}.py").write_text("import absent_module\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="absent_module"):
        require(name, extra="serve")
