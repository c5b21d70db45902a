"""The quick reader and the careful one give one result; runs are ordered when looked at."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrat_rank.collections import Run, rank_by_score, read_gains, read_qrels, read_run
from lrat_rank.collections.gains import GAINS_FILE
from lrat_rank.collections.judgements import JudgementFile
from lrat_rank.collections.qrels import QRELS_FILE
from lrat_rank.collections.runs import trec
from lrat_rank.collections.runs.rank_column import RankColumn
from lrat_rank.errors import InputError

IDS = st.text("abc0é-'\"#,", min_size=1, max_size=3)
SCORE = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.integers(-5, 5).map(str),
    st.sampled_from(["nan", "inf", "1_0", "+1", "1e400", ".5", "1.", "x", "0x1"]),
)
BLANK = st.sampled_from([" "] * 60 + ["\t", "  ", "\u00a0", "\x1c"])
END = st.sampled_from(["\n"] * 40 + ["\r\n", "\n\n", " \n", "\r"])


@st.composite
def files(draw, columns):
    """Lines of columns, mostly regular."""
    lines = draw(st.lists(st.tuples(*columns), max_size=8))
    blank, end = draw(BLANK), draw(END)
    odd = draw(st.integers(-1, 7))
    text = draw(st.sampled_from(["", "", "\ufeff", " ", "\n"]))
    for number, fields in enumerate(lines):
        separator, close = (draw(BLANK), draw(END)) if number == odd else (blank, end)
        text += separator.join(fields) + close
    return text.encode() + draw(st.sampled_from([b""] * 9 + [b"\xff", b"q"]))


def outcome(read):
    try:
        return read()
    except InputError as error:
        return str(error)


def everything(run):
    return run.tag, run.scores(), list(run.scores()), run.rank_column


@settings(max_examples=120, deadline=None)
@given(
    files((IDS, st.just("Q0"), IDS, st.sampled_from(["1", "2", "3", "0", "x"]), SCORE, IDS)),
)
def test_both_readers_of_runs_agree(data):
    path = Path("a.run")
    quick = outcome(lambda: everything(trec.read_trec(data, path)))
    careful = outcome(lambda: everything(_carefully(trec, data, path)))
    assert repr(quick) == repr(careful)


def _carefully(module, data, path):
    return module.run_of_lines(*module._careful(data, path))


GRADE = st.sampled_from(["0", "1", "-2", "+1", "1_0", "2.0", "99999"])
GAIN = st.one_of(SCORE, st.floats(0, 1e101).map(repr), st.sampled_from(["0", "-0", "Infinity"]))
HEADER = st.sampled_from(
    [b"", b"", b"query-id\tcorpus-id\tscore\n", b"qid 0 d 1\n", b"qid d 1\nqid d 1\n"]
)


@settings(max_examples=120, deadline=None)
@given(
    st.one_of(
        st.tuples(st.just(QRELS_FILE), files((IDS, st.just("0"), IDS, GRADE))),
        st.tuples(st.just(GAINS_FILE), files((IDS, IDS, GAIN))),
    ),
    HEADER,
)
def test_both_readers_of_judgements_agree(form_and_data, header):
    form, data = form_and_data[0], header + form_and_data[1]
    careful = outcome(lambda: form.careful(data, Path("file")))
    assert repr(outcome(lambda: form.regular(data) or careful)) == repr(careful)


def test_regular_lines_take_the_quick_way(monkeypatch, tmp_path):
    monkeypatch.setattr(trec, "_careful", None)
    monkeypatch.setattr(JudgementFile, "careful", None)
    for separator in (" ", "\t"):
        lines = ["q1 Q0 d1 1 2.5 t", "q2 Q0 d1 1 2 t", "q1 Q0 é 2 1e-3 t"]
        (tmp_path / "a").write_bytes("\r\n".join(lines).replace(" ", separator).encode())
        assert read_run(tmp_path / "a").scores() == {
            "q1": {"d1": 2.5, "é": 1e-3},
            "q2": {"d1": 2.0},
        }
        (tmp_path / "b").write_text("q1 0 d1 1\nq2 0 d1 0\n".replace(" ", separator))
        assert read_qrels(tmp_path / "b") == {"q1": {"d1": 1}, "q2": {"d1": 0}}
        (tmp_path / "c").write_text("qid doc gain\nq1 d1 1e-3\nq2 d1 2\n".replace(" ", separator))
        assert read_gains(tmp_path / "c") == {"q1": {"d1": 1e-3}, "q2": {"d1": 2.0}}


@pytest.mark.parametrize("grade", [-(2**63), -10_001, 10_001, 2**62])
def test_a_grade_out_of_range_names_its_line_in_a_regular_file(tmp_path, grade):
    (tmp_path / "qrels").write_text(f"q 0 a 1\nq 0 b {grade}\n")
    with pytest.raises(InputError, match=r"an integer of at most 10,000; got .*qrels:2"):
        read_qrels(tmp_path / "qrels")


def test_a_run_of_scores_is_ordered_as_rank_by_score_orders_it():
    generator = np.random.default_rng(0)
    scores = {
        f"q{query}": {f"d{doc}": float(generator.integers(0, 5)) for doc in range(20)}
        for query in range(5)
    }
    run = Run.from_scores("t", scores)
    eager = Run(
        "t",
        {query: rank_by_score(list(hits), list(hits.values())) for query, hits in scores.items()},
    )
    assert run == eager
    assert eager == run
    assert dict(run.rankings) == eager.rankings
    assert run.scores() is scores
    assert eager.scores() == scores


def test_a_run_of_scores_holds_the_queries_of_its_scores():
    run = Run.from_scores("t", {"q": {"d": 1.0}, "p": {}})
    assert list(run.rankings) == ["q", "p"]
    assert len(run.rankings) == 2
    assert run.rankings["p"] == []
    assert "x" not in run.rankings
    assert run.rankings.get("x") is None
    with pytest.raises(KeyError):
        run.rankings["x"]


def ranks_of(tmp_path, lines):
    (tmp_path / "a.run").write_text("".join(f"{query} Q0 {rest} t\n" for query, rest in lines))
    return read_run(tmp_path / "a.run").rank_column


def test_ranks_that_agree_with_the_scores_are_not_spoken_of(tmp_path):
    lines = [("q", "a 2 1.0"), ("p", "a 1 1.0"), ("q", "b 1 2.0"), ("q", "c 3 1.0")]
    assert ranks_of(tmp_path, lines) == RankColumn()


def test_ranks_against_the_scores_name_their_queries(tmp_path):
    lines = [("p", "a 1 1.0"), ("q", "a 1 0.1"), ("q", "b 2 0.9"), ("p", "b 2 0.5")]
    assert ranks_of(tmp_path, lines) == RankColumn(disagreeing=("q",))


def test_scores_of_one_rank_may_stand_in_any_order(tmp_path):
    lines = [("q", "a 1 1.0"), ("q", "b 1 2.0"), ("q", "c 2 0.5")]
    assert ranks_of(tmp_path, lines) == RankColumn()
    assert ranks_of(tmp_path, [*lines, ("q", "d 3 0.9")]) == RankColumn(disagreeing=("q",))


def test_ranks_from_zero_name_their_queries(tmp_path):
    lines = [("q", "a 0 2.0"), ("q", "b 1 1.0"), ("p", "a 1 1.0"), ("o", "a 7 1.0")]
    assert ranks_of(tmp_path, lines) == RankColumn(not_from_one=("q", "o"))


def test_ranks_that_are_no_integers_are_counted(tmp_path):
    lines = [("q", "a - 2.0"), ("q", "b 1.0 1.0"), ("q", "c 1 0.5")]
    assert ranks_of(tmp_path, lines) == RankColumn(unreadable=2)
