"""`lrat-rank judge-agreement`: kappa over the browses that both files judge."""

import json
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from lrat_rank.mining.judges import Case, Decision, Verdict
from lrat_rank.mining.judges.audit import AuditSample, read_audit, write_audit
from lrat_rank.mining.labels import (
    Candidate,
    Context,
    Evidence,
    LabelledList,
    State,
    write_labels,
)
from lrat_rank.pipeline.agreement import agreement, kappa_of


@pytest.fixture(autouse=True)
def _few_resamples(monkeypatch):
    """Enough for what is tested here; the interval is the same in kind."""
    monkeypatch.setattr("lrat_rank.pipeline.agreement.RESAMPLES", 150)


LETTERS = {"u": Verdict.USES, "r": Verdict.REJECTS, "?": Verdict.UNKNOWN}
STATES = {"u": State.RELEVANT, "r": State.REJECTED, "?": State.UNJUDGED, "s": State.SKIPPED}


def audit(path: Path, verdicts: str, human: str = "") -> Path:
    """One browse a letter; `.` in `human` leaves the column empty."""
    sample = AuditSample(len(verdicts))
    for turn, letter in enumerate(verdicts):
        decision = Decision(LETTERS[letter], failed=letter == "?")
        sample.offer(Case("r", f"d{turn}"), decision, browse=f"t:{turn}")
    said = human.ljust(len(verdicts), ".")
    rows = [replace(row, human=LETTERS.get(said[int(row.doc_id[1:])])) for row in sample.rows()]
    write_audit(path, rows)
    return path


def labels(path: Path, states: str, **evidence: object) -> Path:
    candidates = tuple(
        Candidate(
            doc_id=f"d{turn}",
            rank=turn + 1,
            state=STATES[letter],
            gain=float(letter == "u"),
            evidence=Evidence(turn=None if letter == "s" else turn, **evidence),
        )
        for turn, letter in enumerate(states)
    )
    made = LabelledList(
        query_id="q", query="q", context=Context(turn=0), trajectory_id="t", group="g",
        candidates=candidates,
    )  # fmt: skip
    write_labels(path, [made])
    return path


def test_kappa_is_cohens(lrat_rank, tmp_path):
    a = audit(tmp_path / "a.csv", "u" * 25 + "r" * 25)
    b = audit(tmp_path / "b.jsonl", "u" * 20 + "r" * 5 + "u" * 10 + "r" * 15)
    outcome = lrat_rank("judge-agreement", a, b, "--json")
    assert outcome.code == 0
    told = json.loads(outcome.out)
    # Cohen's worked form: p_o = 0.7, p_e = 0.5·0.6 + 0.5·0.4 = 0.5.
    assert told["every"]["kappa"] == pytest.approx(0.4, abs=1e-12)
    assert told["every"]["observed"] == 0.7
    assert told["every"]["low"] < 0.4 < told["every"]["high"]
    assert told["verdicts"] == ["uses", "rejects", "unknown"]
    assert told["table"] == [[20, 5, 0], [10, 15, 0], [0, 0, 0]]


def test_people_are_told_in_words(lrat_rank, tmp_path):
    a = audit(tmp_path / "a.csv", "uurr?u" * 10)
    b = audit(tmp_path / "b.csv", "uurr?r" * 10 + "u")
    outcome = lrat_rank("judge-agreement", a, b)
    assert outcome.code == 0
    assert "all verdicts: kappa 0.73" in outcome.out
    assert "83.3% of 60 browses alike" in outcome.out
    assert "both decided: kappa" in outcome.out
    assert "only in A: 0, only in B: 1" in outcome.out


def test_two_label_files_and_an_audit_are_joined_by_browse(tmp_path):
    first = labels(tmp_path / "a.labels.jsonl", "urs?uur")
    second = labels(tmp_path / "b.labels.jsonl", "uusr?uu")
    third = audit(tmp_path / "c.csv", "uuur?uu")
    for file in (second, third):
        compared = agreement(first, file)
        assert compared.table == [[2, 0, 1], [2, 0, 0], [0, 1, 0]]
        assert compared.decided.browses == 4


def test_a_person_is_compared_where_they_wrote_something(lrat_rank, tmp_path):
    filled = audit(tmp_path / "a.csv", "uurruu", human="uur..r")
    outcome = lrat_rank("judge-agreement", filled, filled, "--human", "--json")
    told = json.loads(outcome.out)
    assert told["every"]["browses"] == 4
    assert told["only_a"] == 2
    assert told["left_out"] == {"B": {"row without a human verdict": 2}}


def test_candidates_that_no_browse_is_known_of_are_left_out_and_counted(tmp_path):
    made = labels(tmp_path / "a.jsonl", "ur??")
    text = made.read_text()
    for turn in (1, 3):
        text = text.replace(f'"turn":{turn}', '"truncated":true')
    (tmp_path / "b.jsonl").write_text(text)
    compared = agreement(made, tmp_path / "b.jsonl")
    assert compared.left_out == {"B": {"candidate whose browse is not known": 1}}
    assert compared.only_a == 2


def test_a_browse_with_two_states_in_a_file_is_left_out_and_counted(tmp_path):
    made = labels(tmp_path / "a.jsonl", "ur")
    other = (
        labels(tmp_path / "b.jsonl", "uu").read_text().replace('"query_id":"q"', '"query_id":"p"')
    )
    both = tmp_path / "both.jsonl"
    both.write_text(made.read_text() + other)
    assert agreement(both, made).left_out == {"A": {"browse with several states in one file": 1}}


@pytest.mark.parametrize(
    ("a", "b", "note"),
    [
        ("uuuu", "uuuu", "one and the same verdict"),
        ("uuuu", "urru", "a single verdict"),
        ("ur", "ur", "few browses"),
        ("u", "u", "one and the same verdict"),
    ],
)
def test_what_keeps_kappa_from_saying_much_is_said(lrat_rank, tmp_path, a, b, note):
    files = audit(tmp_path / "a.csv", a), audit(tmp_path / "b.csv", b)
    outcome = lrat_rank("judge-agreement", *files)
    assert outcome.code == 0
    assert note in outcome.out
    told = json.loads(lrat_rank("judge-agreement", *files, "--json").out)
    assert note in told["every"]["note"]
    assert told["every"]["browses"] == len(a)


def test_no_decided_browse_is_said(tmp_path):
    files = audit(tmp_path / "a.csv", "u?" * 20), audit(tmp_path / "b.csv", "?u" * 20)
    assert agreement(*files).decided.note == "kappa is not defined: no browses"


def test_the_interval_is_the_same_every_time_and_narrows_with_more_browses():
    table = np.array([[20, 5], [10, 15]])
    few, many = kappa_of(table), kappa_of(table * 40)
    assert few == kappa_of(table)
    assert many.kappa == pytest.approx(few.kappa)
    assert many.high - many.low < (few.high - few.low) / 4


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["a.csv", "none.csv"], "existing file"),
        (["a.csv", "far.csv"], "none in both"),
        (["a.csv", "a.csv", "--human"], "Write uses, rejects or unknown into the column human"),
        (["a.csv", "lists.jsonl", "--human"], "audit file with --human"),
        (["a.csv", "other.jsonl"], "neither"),
    ],
)
def test_what_cannot_be_compared_is_one_line_and_exit_code_2(
    lrat_rank, tmp_path, monkeypatch, arguments, told
):
    monkeypatch.chdir(tmp_path)
    audit(tmp_path / "a.csv", "ur")
    write_audit(
        tmp_path / "far.csv",
        [replace(row, browse="elsewhere:0") for row in read_audit(tmp_path / "a.csv")],
    )
    labels(tmp_path / "lists.jsonl", "ur")
    (tmp_path / "other.jsonl").write_text('{"text": "a"}\n')
    outcome = lrat_rank("judge-agreement", *arguments)
    assert outcome.code == 2
    assert told in outcome.err
    assert outcome.err.count("\n") == 1
    assert outcome.out == ""
