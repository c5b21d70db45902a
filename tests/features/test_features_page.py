"""docs/features.md says what the declarations say."""

from pathlib import Path

from lrat_rank.features.catalog import FEATURES
from lrat_rank.features.table import markdown

PAGE = Path(__file__).resolve().parents[2] / "docs" / "features.md"


def test_the_page_is_the_one_the_registry_gives():
    assert PAGE.read_text(encoding="utf-8") == markdown(), (
        "run: python -m lrat_rank.features.table > docs/features.md"
    )


def test_every_feature_has_exactly_one_row():
    rows = [line for line in markdown().splitlines() if line.startswith("| `")]
    named = [row.split("`")[1] for row in rows]
    assert sorted(named) == sorted(FEATURES.names())
    assert {row.count(" | ") for row in rows} == {6}
