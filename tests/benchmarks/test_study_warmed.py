"""Warm-ups of the study go on from one another, and each is made once."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
import warm_up as warm_up_command
from study import warmed as warmed_module
from study.budget import Budget
from study.warmed import warmed, warmed_in_turn

BUDGET = Budget(warm_up=40, further=10, precision="float32")


@dataclass
class Collection:
    """As much of a material as a warm-up needs."""

    name: str
    warm_folder: Path
    index: object = field(default_factory=object)


@pytest.fixture
def materials(tmp_path) -> list[Collection]:
    return [Collection(name, tmp_path / "warm") for name in ("one", "two", "three")]


@pytest.fixture
def made(monkeypatch) -> list[tuple[object, str, int, float]]:
    """What was warmed up: index, base, lists, rate."""
    found = []

    def warm_up(index, *, out, options):
        found.append((index, options.base, options.warm_up.lists, options.warm_up.learning_rate))
        out.mkdir(parents=True)

    monkeypatch.setattr(warmed_module, "warm_up", warm_up)
    return found


def test_each_collection_goes_on_from_the_one_before(materials, made):
    folders = warmed_in_turn(materials, BUDGET)
    assert [folder.name for folder in folders] == [
        "float32-one-40",
        "float32-one-40-two-10",
        "float32-one-40-two-10-three-10",
    ]
    assert [index for index, *_ in made] == [material.index for material in materials]
    assert [base for _, base, *_ in made] == ["offline", str(folders[0]), str(folders[1])]
    assert [lists for _, _, lists, _ in made] == [40, 10, 10]


def test_later_parts_take_smaller_steps(materials, made):
    warmed_in_turn(materials, BUDGET)
    first, *later = [rate for *_, rate in made]
    assert all(rate < first for rate in later)


def test_what_is_there_is_not_made_again(materials, made):
    folder = warmed(materials[0], BUDGET)
    assert warmed_in_turn(materials, BUDGET)[0] == folder
    warmed_in_turn(materials, BUDGET)
    assert len(made) == 3


def test_the_command_says_which_collections_are_missing(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(
        "sys.argv", ["warm_up.py", "--work", str(tmp_path), "--data", str(tmp_path)]
    )
    assert warm_up_command.main() == 0
    assert "musique is skipped" in capsys.readouterr().out
