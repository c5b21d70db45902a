"""Gains divided by examination: what changes, what stays, and what a table may say."""

import pytest
from hand_made import mined, run, search
from hypothesis import given
from hypothesis import strategies as st

from lrat_rank.errors import InputError
from lrat_rank.mining.examination import (
    ExaminationTable,
    read_examination,
    write_examination,
)
from lrat_rank.mining.labels import Candidate
from lrat_rank.trajectories.model import Browse, Reasoning

TABLE = ExaminationTable(examination=(1.0, 0.5, 0.04), method="randomised", agent="a", cap=10.0)
tables = st.builds(
    lambda rest, cap: ExaminationTable(examination=(1.0, *rest), cap=cap),
    st.lists(st.floats(1e-6, 1.0), max_size=6),
    st.floats(1.0, 1e3),
)


def divided(*turns: object, table: ExaminationTable | None) -> list[Candidate]:
    """The candidates of a run's one list, mined with a table."""
    (labelled,) = mined("default", run(*turns), examination=table).lists
    return list(labelled.candidates)


OPENED = [
    search("q", "a b c d"),
    *(turn for doc_id in "abcd" for turn in (Browse(doc_id), Reasoning("good"))),
]


def test_a_positive_counts_one_over_the_examination_of_its_rank_up_to_the_cap():
    made = divided(*OPENED, table=TABLE)
    assert [c.gain for c in made] == pytest.approx([1.0, 2.0, 10.0, 10.0])
    assert [c.evidence.examination for c in made] == [1.0, 0.5, 0.1, 0.1]


def test_a_table_of_ones_leaves_every_gain():
    ones = ExaminationTable(examination=(1.0, 1.0, 1.0))
    assert [c.gain for c in divided(*OPENED, table=ones)] == [1.0, 1.0, 1.0, 1.0]


def test_only_positives_change():
    turns = [
        search("q", "a b c"),
        Browse("b"),
        Reasoning("in vain"),
        Browse("c"),
        Reasoning("good"),
    ]
    plain, made = (divided(*turns, table=table) for table in (None, TABLE))
    assert made[:2] == plain[:2]
    assert (made[2].gain, made[2].evidence.examination) == (10 * plain[2].gain, 0.1)


@given(tables, st.integers(1, 50))
def test_weight_is_one_over_the_examination_by_which_it_says_it_divided(table, rank):
    assert table.weight(rank) * table.at(rank) == pytest.approx(1)
    assert 1 <= table.weight(rank) <= table.cap * (1 + 1e-9)


def test_a_table_is_read_back_as_it_was_written(tmp_path):
    path = tmp_path / "examination.json"
    write_examination(path, TABLE)
    assert read_examination(path) == TABLE


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"examination": []}', "one number a rank"),
        ('{"examination": [1.0, 0.0]}', r"in \(0, 1\]; got 0.0"),
        ('{"examination": [1.0, 1.5]}', r"in \(0, 1\]; got 1.5"),
        ('{"examination": [0.9]}', "rank 1 must be 1; got 0.9"),
        ('{"examination": [1.0], "cap": 0.5}', "cap must be a finite number"),
        ('{"examination": [1.0], "caps": 3}', "unknown field `caps`"),
        ('{"examination": "much"}', "examination table must be"),
        ("{}", "examination table must be"),
        ("[1.0]", "a JSON object"),
    ],
)
def test_a_file_that_holds_no_table_is_refused_by_name(tmp_path, text, fault):
    path = tmp_path / "examination.json"
    path.write_text(text)
    with pytest.raises(InputError, match=fault) as caught:
        read_examination(path)
    assert "examination.json" in str(caught.value)
