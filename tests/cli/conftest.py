"""Runs command lines in this process, as the installed script would."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from lrat_rank.cli.app import run


@dataclass
class Outcome:
    code: int
    out: str
    err: str


@pytest.fixture
def lrat_rank(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    def call(*arguments: object) -> Outcome:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Outcome(code, printed.out, printed.err)

    return call
