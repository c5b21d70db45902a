"""docs/simulation.md shows the presets as they are."""

from dataclasses import fields
from pathlib import Path

import pytest

from lrat_rank.eval.simulation import PRESETS, AgentBehaviour

PAGE = Path(__file__).resolve().parents[3] / "docs" / "simulation.md"


@pytest.mark.parametrize("parameter", [field.name for field in fields(AgentBehaviour)])
def test_the_page_gives_every_parameter_of_every_preset(parameter):
    values = [f"{getattr(preset.behaviour, parameter):g}" for _, preset in PRESETS.items()]
    assert f"| `{parameter}` | {' | '.join(values)} |" in PAGE.read_text(encoding="utf-8")


def test_the_page_gives_every_published_figure():
    page = PAGE.read_text(encoding="utf-8")
    for _, preset in PRESETS.items():
        for target in preset.targets:
            (row,) = (line for line in page.splitlines() if line.startswith(f"| {target.figure} |"))
            assert float(row.split("|")[2]) == target.published
