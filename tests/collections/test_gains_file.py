"""Gains files: what is read, what is written, and what is refused where."""

import gzip
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrat_rank.collections import read_gains, write_gains
from lrat_rank.collections.gains import HIGHEST_GAIN
from lrat_rank.errors import InputError

GAINS = {"q1": {"d1": 0.25, "d2": 0.0}, "q2": {"d1": 1e-12}}


@pytest.mark.parametrize(
    "text",
    [
        "q1 d1 0.25\nq1 d2 0\nq2 d1 1e-12\n",
        "q1\td1\t0.25\nq1\td2\t0.0\nq2\td1\t1e-12\n",
        "query_id doc_id gain\nq1  d1 0.25\n\nq1 d2 0\nq2\td1 1e-12",
        "query-id\tcorpus-id\tscore\nq1\td1\t.25\nq1\td2\t-0\nq2\td1\t1e-12\n",
        "q1 0 d1 0.25\nq1 0 d2 0\nq2 0 d1 1e-12\n",
        "q1 d1 0.25\nq1 d1 0.250\nq1 d2 0\nq2 d1 1e-12\n",
    ],
    ids=["blanks", "tabs", "header", "BEIR header", "TREC", "said twice"],
)
def test_every_shape_of_file_gives_the_same_gains(tmp_path, text):
    path = tmp_path / "gains.txt"
    path.write_text(text)
    assert read_gains(path) == GAINS


def test_ids_with_blanks_stand_between_tabs(tmp_path):
    path = tmp_path / "gains.tsv"
    path.write_text("a question\td 1\t0.5\n")
    assert read_gains(path) == {"a question": {"d 1": 0.5}}


def test_packed_files_are_read_and_written(tmp_path):
    path = tmp_path / "gains.tsv.gz"
    write_gains(path, GAINS)
    assert gzip.decompress(path.read_bytes()).startswith(b"q1\td1\t0.25\n")
    assert read_gains(path) == GAINS


an_id = st.text("abdé0:/.-_", min_size=1, max_size=8)
gains_files = st.dictionaries(
    an_id, st.dictionaries(an_id, st.floats(0, HIGHEST_GAIN), min_size=1, max_size=4), min_size=1
)


@settings(max_examples=30, deadline=None)
@given(gains=gains_files)
def test_what_is_written_reads_back_to_the_last_digit(tmp_path_factory, gains):
    path = tmp_path_factory.mktemp("gains") / "gains.tsv"
    write_gains(path, gains)
    assert read_gains(path) == gains


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("q1 d2 -0.5", "gain must be a number from 0 to 1e+100; got '-0.5' ({path}:2)"),
        ("q1 d2 nan", "gain must be a number from 0 to 1e+100; got 'nan' ({path}:2)"),
        ("q1 d2 inf", "gain must be a number from 0 to 1e+100; got 'inf' ({path}:2)"),
        ("q1 d2 1e101", "gain must be a number from 0 to 1e+100; got '1e101' ({path}:2)"),
        ("q1 d2 high", "gain must be a number from 0 to 1e+100; got 'high' ({path}:2)"),
        ("q1 d2", "gains line must be query_id doc_id gain; got 2 columns ({path}:2)"),
        ("q1 Q0 d2 1 9.5 tag", "got 6 columns, which is a run ({path}:2)"),
        ("q1 d1 0.5", "got 0.25 and 0.5 for q1 d1 ({path}:2)"),
    ],
)
def test_a_wrong_line_is_named(tmp_path, line, message):
    path = tmp_path / "gains.txt"
    path.write_text(f"q1 d1 0.25\n{line}\n")
    with pytest.raises(InputError, match=re.escape(message.format(path=path))):
        read_gains(path)


@pytest.mark.parametrize("gain", ["1e101", "-0.25", "nan"])
def test_a_gain_out_of_range_names_its_line_in_a_regular_file(tmp_path, gain):
    path = tmp_path / "gains.tsv"
    path.write_text(f"query_id\tdoc_id\tgain\nq1\td1\t1\nq1\td2\t{gain}\n")
    with pytest.raises(InputError, match=r"a number from 0 to .*gains\.tsv:3"):
        read_gains(path)


def test_a_query_that_is_called_like_a_header_is_read_after_one(tmp_path):
    path = tmp_path / "gains.tsv"
    for blanks in (" ", "  "):
        path.write_text(f"qid doc_id gain\nqid{blanks}d1 1\n")
        assert read_gains(path) == {"qid": {"d1": 1.0}}


def test_a_header_alone_is_no_gains(tmp_path):
    path = tmp_path / "gains.txt"
    path.write_text("query_id doc_id gain\n")
    with pytest.raises(InputError, match="got a header alone"):
        read_gains(path)


@pytest.mark.parametrize(
    ("gains", "message"),
    [
        ({"q 1": {"d1": 1.0}}, "without white space; got 'q 1' 'd1'"),
        ({"q1": {"": 1.0}}, "without white space; got 'q1' ''"),
        ({"q1": {"d1": float("nan")}}, "got 'nan' (q1 d1)"),
        ({"q1": {"d1": -1.0}}, "got '-1.0' (q1 d1)"),
    ],
)
def test_what_could_not_be_read_back_is_not_written(tmp_path, gains, message):
    with pytest.raises(InputError, match=re.escape(message)):
        write_gains(tmp_path / "gains.tsv", gains)
    assert not list(tmp_path.iterdir())
