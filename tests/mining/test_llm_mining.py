"""`lrat-rank mine --judge llm`: a stopped job goes on, and an audit joins its labels."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from scripted_endpoint import KEY, KEY_ENV, Answer, problem

from lrat_rank.cli.app import run


def logs(path: Path, runs: int) -> Path:
    """Runs of one search, one document opened and a word about it; every third turns it down."""
    with path.open("w") as out:
        for number in range(runs):
            hits = [{"docid": f"{number}-{n}", "score": 9 - n, "snippet": "s"} for n in range(3)]
            opened = hits[number % 2]["docid"]
            said = "It says nothing." if number % 3 == 0 else "It says 1914."
            turns = [
                call("search", {"query": f"treaty {number}"}, hits),
                call("get_document", {"docid": opened}, {"docid": opened, "text": "Signed."}),
                {"type": "reasoning", "output": [f"{said} ({number})"]},
            ]
            record = {"query_id": str(number), "status": "completed", "result": turns}
            out.write(json.dumps({"metadata": {"model": "m"}, **record}) + "\n")
    return path


def call(tool: str, arguments: dict, output: object) -> dict:
    return {
        "type": "tool_call",
        "tool_name": tool,
        "arguments": json.dumps(arguments),
        "output": json.dumps(output),
    }


@pytest.fixture
def mine(tmp_path, capsys):
    def call(endpoint, *more: str):
        words = [
            "mine", str(tmp_path / "runs.jsonl"), "--out", str(tmp_path / "labels.jsonl"),
            "--judge", "llm", "--judge-model", "small", "--judge-url", endpoint.url,
            "--judge-key-env", KEY_ENV, "--judge-cache", str(tmp_path / "cache"),
            "--judge-audit", "50", "--json", *more,
        ]  # fmt: skip
        code = run(words)
        printed = capsys.readouterr()
        assert KEY not in printed.out + printed.err
        return code, printed.out, printed.err

    return call


def verdict(asked) -> Answer:
    rejects = "says nothing" in asked.user
    return Answer(f"WHY: so it says\nVERDICT: {'DOES_NOT_USE' if rejects else 'USES'}")


def test_a_job_that_was_stopped_goes_on_and_its_audit_joins_its_labels(
    serve, mine, tmp_path, capsys
):
    logs(tmp_path / "runs.jsonl", 12)
    alive = {"for": 5}

    def behave(number, asked) -> Answer:
        if number <= alive["for"]:
            return verdict(asked)
        return problem(403, message="no more for you")

    endpoint = serve(behave)
    code, out, err = mine(endpoint)
    assert (code, out) == (2, "")
    assert "no more for you" in err
    assert not (tmp_path / "labels.jsonl").exists()
    alive["for"] = 1_000
    code, out, _ = mine(endpoint)
    assert code == 0
    told = json.loads(out)
    assert told["candidates"]["relevant"] == 8
    assert told["candidates"]["rejected"] == 4
    assert told["judge"]["cached"] == 5
    assert told["judge"]["requests"] == 12 - 5
    audit, labels = told["audit"], str(tmp_path / "labels.jsonl")
    assert run(["judge-agreement", audit, labels, "--json"]) == 0
    agreed = json.loads(capsys.readouterr().out)
    assert agreed["table"] == [[8, 0, 0], [0, 4, 0], [0, 0, 0]]
    assert agreed["every"]["kappa"] == 1.0


def test_an_endpoint_that_is_away_leaves_cases_unjudged_where_that_is_wanted(serve, mine, tmp_path):
    logs(tmp_path / "runs.jsonl", 4)
    # Longer than anybody waits, so nobody does.
    away = replace(problem(503, message="closed"), headers={"Retry-After": "86400"})
    endpoint = serve(lambda *_: away)
    code, out, _ = mine(endpoint, "--on-judge-error", "unjudged")
    assert code == 0
    assert json.loads(out)["candidates"]["unjudged"] == 4
    assert json.loads(out)["notes"]["browse that the judge failed on"] == 4
    code, _, err = mine(endpoint, "--on-judge-error", "stop")
    assert code == 2
    assert "run the same command again to go on" in err


def test_one_line_tells_what_a_model_is_missing(serve, mine, tmp_path):
    logs(tmp_path / "runs.jsonl", 1)
    code, _, err = mine(serve(lambda *_: Answer()), "--judge-model", "")
    assert code == 2
    assert "Add --judge-model" in err
