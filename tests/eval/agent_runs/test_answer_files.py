"""Right answers are read with their aliases, and a wrong line is named."""

import pytest

from lrat_rank.errors import InputError
from lrat_rank.eval.agent_runs import read_answers


def test_answers_lists_aliases_and_numbers_are_read(tmp_path):
    path = tmp_path / "answers.jsonl"
    path.write_text(
        '{"_id": "1", "answer": "Kelm"}\n'
        '{"query_id": 2, "answer": ["Ana", "Lor", "Ana", ""]}\n'
        '{"id": "3", "answer": 35, "answer_aliases": ["thirty-five"]}\n'
    )
    assert read_answers(path) == {"1": ("Kelm",), "2": ("Ana", "Lor"), "3": ("35", "thirty-five")}


def test_a_file_of_hops_is_a_file_of_answers(shared):
    answers = read_answers(shared / "collections/musique/hops.jsonl")
    assert len(answers) == 100
    assert answers["2hop__150763_14904"] == ("G. Stanley Hall",)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"_id": "1"}', "under 'answer'; got the fields _id"),
        ('{"_id": "1", "answer": []}', "under 'answer'"),
        ('{"answer": "Kelm"}', "an id under one of"),
        ('{"_id": "0", "answer": "Kelm"}', "got '0' again"),
    ],
)
def test_a_wrong_line_is_named(tmp_path, line, said):
    path = tmp_path / "answers.jsonl"
    path.write_text('{"_id": "0", "answer": "x"}\n' + line + "\n")
    with pytest.raises(InputError, match=said) as raised:
        read_answers(path)
    assert str(raised.value).find(f"{path}:2") > 0
