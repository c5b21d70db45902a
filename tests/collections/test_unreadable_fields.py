"""What files may not hold, because Python, JSON and C read it each in its own way."""

import json

import pytest

from lrat_rank.collections import read_gains, read_qrels, read_run, write_run
from lrat_rank.errors import InputError


def refused(tmp_path, read, text, told, **options):
    path = tmp_path / "file"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(InputError, match=told):
        read(path, **options)


@pytest.mark.parametrize("number", ["1_0", "1_0.5", "\uff11", "\u0661"])
def test_a_number_in_other_than_ascii_digits_names_its_line(tmp_path, number):
    line = "q Q0 d {} {} t\n".format
    refused(tmp_path, read_run, line(1, 2) + f"q Q0 e 2 {number} t\n", r"score must be .*file:2")
    refused(tmp_path, read_qrels, f"q 0 d 1\nq 0 e {number}\n", r"grade must be .*file:2")
    refused(tmp_path, read_gains, f"q d 1\nq e {number}\n", r"gain must be .*file:2")


def test_a_rank_with_an_underscore_is_not_read_as_a_number(tmp_path):
    (tmp_path / "run").write_text("q Q0 d 1_0 2 t\n")
    assert read_run(tmp_path / "run").rank_column.unreadable == 1


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (read_run, "q Q0 d 1 2 t\nq Q0 e\0f 2 1 t\n"),
        (read_run, "q\td\t1\nq\te\0f\t2\n"),
        (read_qrels, "q 0 d 1\nq 0 e\0f 1\n"),
        (read_gains, "q d 1\nq e\0f 1\n"),
    ],
)
def test_a_nul_character_names_its_line(tmp_path, read, text):
    refused(tmp_path, read, text, r"must be text; got a NUL character \(.*file:2\)")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (r'{"q": {"e\ud800": 1}}', r"doc_id must be text .* got 'e\\ud800' \(.*query q\)"),
        (r'{"q\udfff": {"e": 1}}', r"query_id must be text .* got 'q\\udfff'"),
        (r'{"q": {"e\u0000f": 1}}', r"doc_id must be text .* got 'e\\x00f'"),
        (r'{"default": {"test": {"q": {"\ud800": 1}}}}', "doc_id must be text"),
    ],
)
def test_ids_in_json_that_cannot_be_written_are_refused_when_read(tmp_path, text, told):
    refused(tmp_path, read_run, text, told)


def test_a_whole_surrogate_pair_is_a_character(tmp_path):
    (tmp_path / "run").write_text(r'{"q": {"\ud83d\ude00": 1}}')
    run = read_run(tmp_path / "run")
    assert run.scores() == {"q": {"\U0001f600": 1.0}}
    write_run(tmp_path / "out", run)
    assert read_run(tmp_path / "out").scores() == run.scores()


@pytest.mark.parametrize("digits", [401, 5001])
@pytest.mark.parametrize("sign", ["", "-"])
def test_an_integer_beyond_floats_names_query_and_document(tmp_path, digits, sign):
    text = f'{{"q": {{"d": 1, "e": {sign}{"9" * digits}}}}}'
    told = rf"score must be a finite number; got {sign}inf \(.*query q, document e\)"
    refused(tmp_path, read_run, text, told)


def test_integers_are_read_as_the_nearest_float(tmp_path):
    numbers = [0, 7, -3, 2**53 + 1, 10**300]
    (tmp_path / "run").write_text(json.dumps({"q": {f"d{n}": n for n in numbers}}))
    assert list(read_run(tmp_path / "run").scores()["q"].values()) == [float(n) for n in numbers]


@pytest.mark.parametrize("form", ["auto", "trec", "msmarco"])
def test_lines_that_end_in_a_carriage_return_alone_are_named(tmp_path, form):
    told = "lines that end in a carriage return alone"
    refused(tmp_path, read_run, "q Q0 d 1 2 t\rq Q0 e 2 1 t\r", told, format=form)


def test_judgements_with_carriage_returns_alone_are_named(tmp_path):
    for read in (read_qrels, read_gains):
        refused(tmp_path, read, "q 0 d 1\rq 0 e 2\r", "a carriage return alone")


def test_one_line_that_ends_in_a_carriage_return_is_read(tmp_path):
    (tmp_path / "qrels").write_bytes(b"q 0 d 1\r")
    assert read_qrels(tmp_path / "qrels") == {"q": {"d": 1}}


@pytest.mark.parametrize("text", ['[{"q": {"d": 1}}]', ' [["q", "d", 1]]', "[]", '["q"]'])
def test_a_json_list_is_called_one(tmp_path, text):
    refused(tmp_path, read_run, text, r"run must be a JSON object .*; got a list")


def test_a_query_id_in_brackets_is_no_json(tmp_path):
    (tmp_path / "run").write_text("[1] Q0 d 1 2.0 t\n")
    assert read_run(tmp_path / "run").scores() == {"[1]": {"d": 2.0}}
