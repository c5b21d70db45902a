"""Qrels in TREC's and BEIR's form."""

import gzip

import ir_measures
import pytest

from lrat_rank.collections import read_qrels, write_qrels
from lrat_rank.errors import InputError


def read(tmp_path, text):
    (tmp_path / "qrels").write_text(text)
    return read_qrels(tmp_path / "qrels")


TREC = "q1 0 d1 1\nq1 0 d2 0\nq2 Q0 d1 -2\n"
BEIR = "query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td2\t0\nq2\td1\t-2\n"


@pytest.mark.parametrize(
    "text",
    [TREC, TREC.replace(" ", "\t"), TREC.replace("\n", "\r\n"), BEIR, BEIR.split("\n", 1)[1],
     "\n" + BEIR, "\ufeff" + BEIR, BEIR.replace("\t", " ")],
    ids=["TREC", "tabs", "CRLF", "BEIR", "no header", "blank first", "byte order mark", "blanks"],
)  # fmt: skip
def test_both_forms_read_the_same(tmp_path, text):
    assert read(tmp_path, text) == {"q1": {"d1": 1, "d2": 0}, "q2": {"d1": -2}}


def test_tabs_keep_ids_with_blanks_whole(tmp_path):
    assert read(tmp_path, "a question\tThe Title\t2\n") == {"a question": {"The Title": 2}}


def test_trec_qrels_read_as_ir_measures_reads_them(tmp_path):
    ours = read(tmp_path, TREC)
    theirs = list(ir_measures.read_trec_qrels(str(tmp_path / "qrels")))
    assert [(one.query_id, one.doc_id, one.relevance) for one in theirs] == [
        (query_id, doc_id, grade)
        for query_id, judged in ours.items()
        for doc_id, grade in judged.items()
    ]


@pytest.mark.parametrize("name", ["qrels", "qrels.gz"])
def test_qrels_read_back_as_they_were_written(tmp_path, name):
    qrels = {"q1": {"d1": 3, "d2": 0}, "q2": {"é": -1}}
    write_qrels(tmp_path / name, qrels)
    assert read_qrels(tmp_path / name) == qrels
    assert (
        (gzip.open if name.endswith("gz") else open)(tmp_path / name, "rb")
        .read()
        .startswith(b"q1 0 d1 3\n")
    )


def test_ids_that_four_columns_cannot_carry_are_not_written(tmp_path):
    with pytest.raises(InputError, match="without white space; got 'q 1' 'd'"):
        write_qrels(tmp_path / "qrels", {"q 1": {"d": 1}})
    assert not (tmp_path / "qrels").exists()


def test_a_run_given_as_qrels_says_so(tmp_path):
    with pytest.raises(InputError, match="6 columns, which is a run") as caught:
        read(tmp_path, "q1 Q0 d1 1 2.0 tag\n")
    assert caught.value.do == "Give the qrels first, then the runs."


@pytest.mark.parametrize("grade", ["1.5", "high", "1e3", "nan"])
def test_a_grade_that_is_no_integer_names_file_and_line(tmp_path, grade):
    with pytest.raises(InputError, match=rf"got '{grade}' \(.*qrels:2\)"):
        read(tmp_path, f"q 0 d1 1\nq 0 d2 {grade}\n")


@pytest.mark.parametrize("line", ["q d", "q", "q 0 d 1 extra", "q\t\t1"])
def test_another_number_of_columns_names_file_and_line(tmp_path, line):
    with pytest.raises(InputError, match=r"columns \(.*qrels:1\)"):
        read(tmp_path, f"{line}\n")


def test_a_pair_twice_is_fine_unless_the_grades_differ(tmp_path):
    assert read(tmp_path, "q 0 d 1\nq 0 d 1\n") == {"q": {"d": 1}}
    with pytest.raises(InputError, match=r"got 1 and 2 for q d \(.*qrels:2\)"):
        read(tmp_path, "q 0 d 1\nq 0 d 2\n")


@pytest.mark.parametrize("text", ["", "\n \n", "query-id\tcorpus-id\tscore\n"])
def test_qrels_without_a_judgement_are_refused(tmp_path, text):
    with pytest.raises(InputError, match="qrels must be"):
        read(tmp_path, text)


@pytest.mark.shared
@pytest.mark.parametrize(("name", "queries"), [("cacm", 52), ("vaswani", 93)])
def test_real_qrels_are_read_whole(shared, name, queries):
    qrels = read_qrels(shared / "collections" / name / "qrels" / "test.tsv")
    assert len(qrels) == queries
    assert "query-id" not in qrels
