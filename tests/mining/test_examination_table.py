"""Gains divided by examination: what changes, what stays, and what a table may say."""

import pytest
from hand_made import mined, run, search
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from lrat_rank.errors import InputError
from lrat_rank.mining.examination import (
    ExaminationTable,
    debiased,
    read_examination,
    write_examination,
)
from lrat_rank.mining.labels import Candidate, Context, LabelledList, State, check
from lrat_rank.trajectories.model import Browse, Reasoning

TABLE = ExaminationTable(examination=(1.0, 0.5, 0.04), method="randomised", agent="a", cap=10.0)
tables = st.builds(
    lambda rest, cap: ExaminationTable(examination=(1.0, *rest), cap=cap),
    st.lists(st.floats(1e-6, 1.0), max_size=6),
    st.floats(1.0, 1e3),
)


def labelled(*gains, weight=1.5):
    candidates = tuple(
        Candidate(
            doc_id=f"d{rank}",
            rank=rank,
            state=State.RELEVANT if gain else State.SKIPPED,
            gain=gain,
        )
        for rank, gain in enumerate(gains, start=1)
    )
    return LabelledList(
        query_id="q",
        query="q",
        context=Context(turn=0),
        trajectory_id="t",
        group="g",
        candidates=candidates,
        weight=weight,
    )


gains = st.lists(st.one_of(st.just(0.0), st.floats(0.01, 5.0)), min_size=1, max_size=9)


def test_a_positive_counts_one_over_the_examination_of_its_rank_up_to_the_cap():
    made = debiased(labelled(0.7, 0.7, 0.7, 0.7), TABLE)
    assert [c.gain for c in made.candidates] == pytest.approx([0.7, 1.4, 7.0, 7.0])
    assert [c.evidence.examination for c in made.candidates] == [1.0, 0.5, 0.1, 0.1]


@given(gains)
def test_a_table_of_ones_leaves_every_gain(values):
    before = labelled(*values)
    after = debiased(before, ExaminationTable(examination=(1.0, 1.0, 1.0)))
    assert [c.gain for c in after.candidates] == values
    assert replace(after, candidates=before.candidates) == before


@given(gains, tables)
def test_only_positives_change_and_none_counts_less(values, table):
    made = debiased(labelled(*values), table)
    check(made, "test")
    for gain, candidate in zip(values, made.candidates, strict=True):
        assert gain <= candidate.gain <= gain * table.cap * (1 + 1e-9)
        assert (candidate.evidence.examination is None) == (gain == 0)


@given(gains, tables)
def test_dividing_twice_is_dividing_once(values, table):
    once = debiased(labelled(*values), table)
    assert debiased(once, table) == once


@given(tables, st.integers(1, 50))
def test_weight_is_one_over_the_examination_by_which_it_says_it_divided(table, rank):
    assert table.weight(rank) * table.at(rank) == pytest.approx(1)
    assert 1 <= table.weight(rank) <= table.cap * (1 + 1e-9)


def test_the_divided_gains_of_what_was_seen_have_the_mean_of_what_there_is():
    # A thousand documents worth 0.6 stand at each rank; the agent sees each rank's share of them.
    looked = (1.0, 0.5, 0.2)
    table = ExaminationTable(examination=looked)
    sums = [0.0, 0.0, 0.0]
    for number in range(1000):
        seen = labelled(*(0.6 if number < 1000 * share else 0.0 for share in looked))
        for place, candidate in enumerate(debiased(seen, table).candidates):
            sums[place] += candidate.gain
    assert sums == pytest.approx([600.0, 600.0, 600.0])


def test_mining_with_a_table_is_mining_and_then_dividing():
    turns = [search("q", "a b c"), Browse("b"), Reasoning("so so"), Browse("c"), Reasoning("good")]
    plain, divided = (mined("default", run(*turns), examination=t).lists for t in (None, TABLE))
    for before, after in zip(plain, divided, strict=True):
        expected = debiased(before, TABLE).candidates
        assert [c.gain for c in after.candidates] == pytest.approx([c.gain for c in expected])
        assert [c.evidence for c in after.candidates] == [c.evidence for c in expected]
    assert [c.gain > 0 for c in divided[0].candidates] == [False, True, True]


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
