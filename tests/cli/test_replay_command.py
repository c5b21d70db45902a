"""`lrat-rank replay`: tables, JSON, gates and exit codes, over a small trained world."""

import json
from pathlib import Path

import pytest
import small_world

from lrat_rank.cli.app import run
from lrat_rank.mining.examination import ExaminationTable, write_examination


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Labels, an index, and two rankers."""
    folder = tmp_path_factory.mktemp("replay")
    small_world.write_corpus(folder / "corpus.jsonl")
    small_world.write_runs(folder / "runs")

    def call(*arguments: object) -> None:
        assert run([str(argument) for argument in arguments]) == 0

    labels, index = folder / "labels.jsonl", folder / "index"
    call("mine", folder / "runs", "--corpus", folder / "corpus.jsonl", "--out", labels)
    call("index", folder / "corpus.jsonl", "--out", index, "--encoder", "none")
    for name, features in (("new", "lexical"), ("old", "document")):
        call(
            "train", "lightgbm", labels, "--index", index, "--out", folder / name,
            "--features", features,
        )  # fmt: skip
    call("split", labels, "--out", folder / "parts", "--parts", "a=0.5 b=0.5")
    return folder


@pytest.fixture
def replay(lrat_rank, world):
    def call(*arguments: object, labels: Path | None = None):
        return lrat_rank(
            "replay", labels or world / "labels.jsonl", "--index", world / "index",
            "--ranker", world / "new", *arguments,
        )  # fmt: skip

    return call


def test_people_get_tables_and_what_the_figures_take_for_granted(replay, world):
    outcome = replay("--champion", world / "old")
    assert outcome.code == 0, outcome.err
    for part in (
        "nDCG@10",
        "against logged",
        "against old",
        "Documents to go through down to the first used one: logged 2.00, new ",
        "used at rank 2-3",
        "10 lists of 10 questions",
        "documents that were not opened count as of no use",
        "is not known",
    ):
        assert part in outcome.out


def test_json_holds_everything_unrounded_and_out_the_same(replay, world, tmp_path):
    out = tmp_path / "replay.json"
    outcome = replay("--measures", "RR FirstRank", "--out", out, "--json")
    record = json.loads(outcome.out)
    assert json.loads(out.read_text()) == record
    logged, new = record["replay"]["systems"]
    assert (logged["name"], new["name"]) == ("logged", "new")
    assert logged["means"]["RR"]["value"] == 0.5
    assert logged["per_question"]["FirstRank"] == [2.0] * 10
    assert {c["measure"] for c in record["replay"]["changes"]} == {"RR", "FirstRank"}


def test_gates_decide_the_exit_code_and_say_what_failed(replay):
    passed = replay("--gate", "RR >= 0; nDCG@10 >= logged margin 1")
    assert passed.code == 0
    assert passed.out.count("Gate passed") == 2
    failed = replay("--gate", "RR > 0;", "--gate", "R@2 > logged p<0.05")
    assert failed.code == 1
    assert "Gate failed: R@2 > logged p<0.05 (new " in failed.out
    quiet = replay("--gate", "R@2 > logged", "--json")
    assert quiet.code == 1
    assert quiet.err.splitlines()[-1].startswith("Gate failed: R@2 > logged (new ")
    [gate] = json.loads(quiet.out)["gates"]
    assert (gate["gate"], gate["passed"], gate["p"]) == ("R@2 > logged", False, None)


def test_a_ranker_does_not_beat_itself(replay, world, tmp_path):
    import shutil

    shutil.copytree(world / "new", tmp_path / "new")
    outcome = replay("--champion", tmp_path / "new", "--gate", "nDCG@10 >= champion p<0.05")
    assert outcome.code == 1
    assert "the same value on every question" in outcome.out


def test_questions_a_ranker_was_trained_on_are_left_out_where_they_are_named(replay, world):
    parts = world / "parts"
    outcome = replay("--trained-on", parts / "a.jsonl", "--json")
    record = json.loads(outcome.out)
    held_out = len((parts / "b.jsonl").read_text().splitlines())
    assert record["replay"]["lists"] == held_out
    assert record["notes"] == [
        f"{10 - held_out} lists of questions in the training labels left out."
    ]
    nothing = replay("--trained-on", world / "labels.jsonl")
    assert nothing.code == 2
    assert "about other questions than the training labels" in nothing.err


def test_candidates_outcome_and_examination_are_told_when_asked_for(replay, world, tmp_path):
    table = tmp_path / "examination.json"
    write_examination(table, ExaminationTable(examination=(1.0, 0.5)))
    arguments = (
        "--candidates", "--depth", 5, "--trajectories", world / "runs", "--examination", table,
    )  # fmt: skip
    outcome = replay(*arguments)
    assert outcome.code == 0, outcome.err
    for part in ("first stage (bm25)", "judged@10", "0 right runs, 0 wrong", "Not compared"):
        assert part in outcome.out
    assert "10 of 10 used documents, worth 10 of equal weight" in outcome.out
    record = json.loads(replay(*arguments, "--json").out)
    assert record["candidates"]["found"] == 10
    assert record["outcome"]["unknown_runs"] == 10
    assert record["replay"]["propensity"]["largest_weight"] == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--gate", "nDCG@10 beats champion"], "gate must be MEASURE"),
        (["--gate", ""], "gate must be MEASURE"),
        (["--gate", " ; "], "gate must be MEASURE"),
        (["--gate", "RR > 0", "--gate", ";"], "gate must be MEASURE"),
        (["--gate", "nDCG@10 >= 7"], "nDCG@10 is from 0 to 1"),
        (["--gate", "RR > champion"], "--champion must be given for this gate"),
        (["--measures", "nDGC@10"], "replay measure must be one of"),
        (["--champion", "nowhere"], "ranker must be a folder"),
        (["--candidates", "--stage", "dense"], "stage dense must be asked of an index with"),
        (["--trajectories", "nowhere"], "nowhere"),
        (["--examination", "nowhere"], "examination table must be an existing file"),
    ],
)
def test_wrong_input_is_told_in_one_line(replay, arguments, told):
    outcome = replay(*arguments)
    assert outcome.code == 2
    assert told in outcome.err.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "told", "untouched"),
    [
        (["--measures", "AP"], "replay measure must be one of", "Index.load"),
        (["--candidates", "--stage", "dense"], "stage dense must be asked", "replay"),
    ],
)
def test_a_wrong_option_is_told_before_the_work(replay, monkeypatch, arguments, told, untouched):
    def worked(*_: object, **__: object) -> None:
        raise AssertionError("the work was begun")

    monkeypatch.setattr(f"lrat_rank.pipeline.replay.{untouched}", worked)
    outcome = replay(*arguments)
    assert outcome.code == 2
    assert told in outcome.err


def test_the_output_is_never_an_input(replay, world):
    outcome = replay("--out", world / "labels.jsonl")
    assert outcome.code == 2
    assert "--out must be apart from the inputs" in outcome.err


def test_the_champion_is_another_ranker(replay, world):
    outcome = replay("--champion", world / "new")
    assert outcome.code == 2
    assert "--champion must be another ranker" in outcome.err
