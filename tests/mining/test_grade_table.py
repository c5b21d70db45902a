"""Grades: integers in the order of the gains, with a table that leads back."""

import numpy as np
import pytest

from lrat_rank.errors import InputError
from lrat_rank.mining.grades import GradeTable, read_table, table_path, write_table


@pytest.mark.parametrize("levels", [2, 3, 8, 32])
def test_a_table_starts_at_zero_rises_and_keeps_to_its_levels(levels):
    gains = np.random.default_rng(levels).exponential(size=300)
    table = GradeTable.fit([0.0, *gains], levels=levels)
    assert table.label_gain[0] == 0
    assert np.all(np.diff(table.label_gain) > 0)
    assert len(table.label_gain) <= levels


def test_grades_keep_the_order_of_the_gains():
    gains = sorted(np.random.default_rng(0).exponential(size=300).tolist())
    table = GradeTable.fit(gains, levels=8)
    grades = [table.grade(gain) for gain in gains]
    assert grades == sorted(grades)
    assert (grades[0], grades[-1]) == (1, 7)


def test_few_gains_are_kept_exactly():
    table = GradeTable.fit([0.0, 0.3, 1.7, 0.3])
    assert [table.label_gain[table.grade(gain)] for gain in (0.0, 0.3, 1.7)] == [0.0, 0.3, 1.7]


def test_what_is_written_beside_a_file_is_what_is_read(tmp_path):
    table = GradeTable.fit([0.1 + 0.2, 1 / 3, 2.0])
    assert read_table(tmp_path / "labels.jsonl") is None
    assert write_table(tmp_path / "labels.jsonl", table) == table_path(tmp_path / "labels.jsonl")
    assert read_table(tmp_path / "labels.jsonl") == table


@pytest.mark.parametrize(
    "text", ['{"label_gain": [0, 2, 1]}', '{"label_gain": [1]}', '{"label_gain": "x"}', "{}", "no"]
)
def test_a_broken_table_is_refused_by_name(text, tmp_path):
    table_path(tmp_path / "labels.jsonl").write_text(text)
    with pytest.raises(InputError, match=r"labels\.jsonl\.gains\.json"):
        read_table(tmp_path / "labels.jsonl")
