"""`lrat-rank agent score`: scores on standard output, one line and exit code 2 for wrong input."""

import json
from pathlib import Path

import pytest
from scripted_endpoint import KEY_ENV, Answer, problem
from small_world import TOPICS, write_runs

from lrat_rank.cli.agent_score import DEFAULT_MATCH
from lrat_rank.eval.agent_runs import MATCHES


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Ten runs that all answer "An engineer."; half of the answers file agrees."""
    write_runs(tmp_path / "runs")
    with (tmp_path / "answers.jsonl").open("w") as out:
        for number in range(len(TOPICS)):
            answer = ["an engineer", "a builder"] if number % 2 else "a poet"
            out.write(json.dumps({"_id": str(number), "answer": answer}) + "\n")
    qrels = "".join(f"{n} 0 {topic} 1\n{n} 0 far-away 2\n" for n, topic in enumerate(TOPICS))
    (tmp_path / "qrels").write_text(qrels + "0 0 not-needed 0\n")
    return tmp_path


def test_json_is_the_whole_result_and_nothing_else(lrat_rank, files):
    outcome = lrat_rank(
        "agent", "score", files / "runs", "--answers", files / "answers.jsonl",
        "--qrels", files / "qrels", "--json", "--out", files / "out.json",
        "--csv", files / "runs.csv",
    )  # fmt: skip
    assert outcome.code == 0
    record = json.loads(outcome.out)
    assert record["success"]["mean"] == 0.5
    assert record["evidence_recall"]["mean"] == 0.5
    assert (record["searches"]["mean"], record["browses"]["mean"]) == (2.0, 1.0)
    assert record["judged_by"] == "normalised"
    assert json.loads((files / "out.json").read_text()) == record
    assert len((files / "runs.csv").read_text().splitlines()) == 11


def test_without_answers_what_the_logs_say_counts_and_that_is_said(lrat_rank, files):
    for number in range(4):
        path = files / "runs" / f"{number}.json"
        run = json.loads(path.read_text())
        path.write_text(json.dumps(run | {"correct": number == 0}))
    outcome = lrat_rank("agent", "score", files / "runs")
    assert outcome.code == 0
    assert "success rate" in outcome.out
    assert "25.0%" in outcome.out
    assert "Success is what the logs say; no answers were given." in outcome.out
    assert "6 runs unjudged, left out of the success rate: the log does not say." in outcome.out


def test_matches_differ_and_the_default_is_registered(lrat_rank, files):
    scored = {}
    for match in ("exact", "contains"):
        outcome = lrat_rank(
            "agent", "score", files / "runs", "--answers", files / "answers.jsonl",
            "--match", match, "--json",
        )  # fmt: skip
        scored[match] = json.loads(outcome.out)["success"]["mean"]
    assert scored == {"exact": 0.0, "contains": 0.5}
    assert DEFAULT_MATCH in MATCHES.names()


def test_a_baseline_is_compared_question_by_question(lrat_rank, files, tmp_path):
    (tmp_path / "before").mkdir()
    for path in (files / "runs").iterdir():
        run = json.loads(path.read_text())
        run["result"][-1]["output"] = "A poet."
        (tmp_path / "before" / path.name).write_text(json.dumps(run))
    outcome = lrat_rank(
        "agent", "score", files / "runs", "--answers", files / "answers.jsonl",
        "--baseline", tmp_path / "before",
    )  # fmt: skip
    assert outcome.code == 0
    [row] = [line for line in outcome.out.splitlines() if "5/0/5" in line]
    assert row.split()[:5] == ["success", "rate", "50.0%", "50.0%", "+0.0%"]


def test_a_model_can_judge_and_what_it_cannot_tell_is_left_out(lrat_rank, files, serve):
    def behave(number, asked):
        if "a poet" not in asked.user:
            return Answer("why: same\ncorrect: yes")
        return problem(400, code="content_filter", message="no")

    asked = serve(behave)
    outcome = lrat_rank(
        "agent", "score", files / "runs", "--answers", files / "answers.jsonl", "--match", "llm",
        "--judge-model", "small", "--judge-url", asked.url, "--judge-key-env", KEY_ENV,
        "--judge-cache", files / "cache", "--json",
    )  # fmt: skip
    assert outcome.code == 0, outcome.err
    record = json.loads(outcome.out)
    assert (record["success"]["mean"], record["success"]["runs"]) == (1.0, 5)
    assert (record["unjudged_runs"], record["judged_by"]) == (5, "llm:small")
    assert record["judge"]["requests"] == 10


def test_wrong_input_is_one_line_and_exit_code_2(lrat_rank, files):
    (files / "other.jsonl").write_text('{"_id": "00", "answer": "x"}\n')
    score = ("agent", "score", files / "runs")
    answered = (*score, "--answers", files / "answers.jsonl")
    for arguments, said in [
        ((*score, "--answers", files / "other.jsonl"), "'0' looks like '00'"),
        ((*answered, "--match", "normal"), "Did you mean normalised?"),
        ((*answered, "--match", "foo"), "one of normalised, exact, contains, llm; got 'foo'"),
        ((*answered, "--match", "lm"), "Did you mean llm?"),
        ((*score, "--match", "llm"), "--match must be given with --answers"),
        ((*answered, "--match", "llm"), "Add --judge-model."),
        ((*score, "--qrels", files / "none"), "nothing there"),
        ((*answered, "--out", files / "answers.jsonl"), "apart from the inputs"),
        (("agent", "score", files / "qrels"), "trajectories must be agent runs"),
        (("agent", "score", files / "nowhere"), "nowhere"),
    ]:
        outcome = lrat_rank(*arguments)
        assert outcome.code == 2, arguments
        assert outcome.out == ""
        assert outcome.err.count("\n") == 1
        assert said in outcome.err
