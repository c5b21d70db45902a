"""What every command line shares: help, usage errors, exit codes."""

import pytest

from lrat_rank.cli import app as command_line
from lrat_rank.errors import InputError


@pytest.mark.parametrize("arguments", [(), ("--debug",), ("--help",), ("evaluate", "--help")])
def test_help_is_printed_and_exits_0(lrat_rank, arguments):
    outcome = lrat_rank(*arguments)
    assert outcome.code == 0
    assert "Usage: lrat-rank" in outcome.out
    assert outcome.err == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("evaluate", "--mesures", "AP", "q", "r"), "--mesures"),
        (("evaluate",), "'qrels'. Run: lrat-rank evaluate --help"),
        (("evalaute",), "evalaute"),
        (("evaluate", "q", "r", "--seed", "three"), "integer. Run: lrat-rank evaluate --help"),
        (("evaluate", "q", "r", "--seed"), "--seed"),
    ],
    ids=[
        "unknown option",
        "no argument",
        "unknown command",
        "no number",
        "no value",
    ],
)
def test_a_usage_error_is_one_line_and_exits_2_without_a_traceback(lrat_rank, arguments, said):
    outcome = lrat_rank(*arguments)
    assert outcome.code == 2
    assert outcome.out == ""
    assert outcome.err.count("\n") == 1
    assert said in outcome.err
    assert "Run: lrat-rank" in outcome.err


def test_a_fault_of_ours_exits_1_in_one_line(lrat_rank, monkeypatch):
    def fail(*_: object) -> None:
        raise ZeroDivisionError("by\nzero")

    monkeypatch.setattr(command_line.typer.main, "get_command", fail)
    outcome = lrat_rank("evaluate")
    assert outcome.code == 1
    assert outcome.err.count("\n") == 1
    assert "ZeroDivisionError: by zero" in outcome.err
    assert "--debug" in outcome.err


def test_an_interrupt_exits_130(lrat_rank, monkeypatch):
    def stop(*_: object) -> None:
        raise command_line.typer.Abort

    monkeypatch.setattr(command_line.typer.main, "get_command", stop)
    assert lrat_rank("evaluate").code == 130


def test_debug_shows_the_traceback(tmp_path):
    missing = str(tmp_path / "none")
    with pytest.raises(InputError):
        command_line.run(["evaluate", missing, missing, "--debug"])
