"""The ablation on a small invented collection: trained, stopped, gone on, put into tables."""

import sys
from pathlib import Path

import ablation
import pytest
from study.arms import ARMS, Kind
from study.budget import Budget
from study.docs_page import BEGIN, END, write_page
from study.material import SEARCHES, SUB_QUESTIONS, Material
from study.place import Place
from study.results import Result, Results
from study.trials import Lab, trials
from study_collection import place_of, write_collection

ARMS_TRIED = "naive,sessions,context"


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Place:
    """A collection of questions with sub-questions, indexed without vectors."""
    root = tmp_path_factory.mktemp("study")
    write_collection(root, "tiny", seed=2, documents=250, questions=20)
    return place_of(root)


def run_ablation(place: Place, work: Path, monkeypatch, capsys, *more: str) -> str:
    command = ["ablation.py", "--work", str(work), "--data", str(place.data)]
    command += ["--indexes", str(place.indexes), "--collection", "tiny", "--others", ""]
    command += ["--rankers", "lightgbm", "--arms", ARMS_TRIED, "--seeds", "1", "--folds", "2"]
    monkeypatch.setattr(sys, "argv", [*command, "--runs", "2", "--threads", "1", *more])
    assert ablation.main() == 0
    return capsys.readouterr().out


@pytest.mark.slow
def test_a_study_that_was_stopped_goes_on_and_gives_the_same_table(place, monkeypatch, capsys):
    whole = run_ablation(place, place.work, monkeypatch, capsys, "--processes", "1")
    assert "| naive |" in whole
    assert "| context |" in whole
    results = place.work / "ablation.jsonl"
    lines = results.read_bytes().splitlines(keepends=True)
    assert len(lines) == 3 * 2
    assert not list((place.work / "model").glob("*"))
    assert (place.work / "ablation.png").read_bytes().startswith(b"\x89PNG")
    results.write_bytes(b"".join(lines[:3]) + lines[3][:50])
    partial = run_ablation(place, place.work, monkeypatch, capsys, "--tables-only")
    assert partial != whole
    assert run_ablation(place, place.work, monkeypatch, capsys, "--processes", "2") == whole
    over = ("--arms", "judge", "--minutes", "0")
    assert run_ablation(place, place.work, monkeypatch, capsys, *over) == whole


def test_a_trial_is_missing_until_it_was_taken_to_every_collection(place, tmp_path):
    plan = ablation.Plan(place, "tiny", ["far"], Budget(), folds=2)
    results = Results(tmp_path / "results.jsonl", "")
    tasks: dict[str, dict[str, float]] = {SUB_QUESTIONS: {"q1": 0.5}}
    for arm, taken in (("naive", True), ("sessions", False)):
        [trial, _] = trials(ARMS.get(arm), Kind.LIGHTGBM, 0, 2)
        ranker, fold = trial.kind.value, trial.fold
        told = {"arm": arm, "ranker": ranker, "seed": 0, "fold": fold, "lists": 1, "seconds": 1.0}
        assert not plan.is_made(trial, results)
        results.add(Result(values=tasks, **told))
        assert plan.is_made(trial, results) is taken
        results.add(Result(values=tasks | {"far": {"q2": 0.5}}, **told))
        assert plan.is_made(trial, results)


def test_a_collection_that_is_not_there_is_skipped_with_a_reason(place, monkeypatch, capsys):
    told = run_ablation(place, place.work, monkeypatch, capsys, "--collection", "elsewhere")
    assert told.startswith("elsewhere is skipped: there is no ")


def test_a_fold_is_tested_on_its_own_questions_alone(place):
    home = Material("tiny", place)
    lab = Lab(home, [], Budget(threads=1), place.work / "model", folds=2)
    [first, second] = [
        lab.run(trial) for trial in trials(ARMS.get("sessions"), Kind.LIGHTGBM, 0, 2)
    ]
    task = home.tasks[SUB_QUESTIONS]
    asked = [set(one.values[SUB_QUESTIONS]) for one in (first, second)]
    assert asked[0].isdisjoint(asked[1])
    assert asked[0] | asked[1] == set(task.question_of)
    units = [{task.question_of[query] for query in queries} for queries in asked]
    assert units[0].isdisjoint(units[1])


def test_searches_leave_out_what_the_agent_has_read(place):
    task = Material("tiny", place).tasks[SEARCHES]
    read = {one.query_id: set(one.context.read_doc_ids) for one in task.lists}
    assert any(read.values())
    for one in task.lists:
        assert read[one.query_id].isdisjoint(one.doc_ids)
        assert task.qrels[one.query_id]
        assert read[one.query_id].isdisjoint(task.qrels[one.query_id])


def test_text_rankers_test_every_question_once_in_five_trainings():
    arm = ARMS.get("judge")
    made = [trial for seed in range(5) for trial in trials(arm, Kind.DENSE, seed)]
    assert [trial.fold for trial in made] == [0, 1, 2, 3, 4]
    assert {trial.fold_seed for trial in made} == {0}
    assert len({trial.key for trial in made}) == 5


def test_the_tables_are_put_between_their_marks_and_the_rest_stays(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"# Title\n\n{BEGIN}\n\nold\n\n{END}\n\nlast\n")
    write_page(page, ["| new |"])
    assert page.read_text() == f"# Title\n\n{BEGIN}\n\n| new |\n\n{END}\n\nlast\n"
