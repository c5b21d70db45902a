"""A flywheel learns from disjoint questions, deploys what passes, and takes back what does harm."""

import dataclasses
import shutil

import msgspec
import pytest

from lrat_rank.errors import InputError
from lrat_rank.eval.simulation import build_world
from lrat_rank.mining.labels import read_labels
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.pipeline.flywheel import challenge, job
from lrat_rank.pipeline.flywheel.agents import Agents
from lrat_rank.pipeline.flywheel.batches import deal
from lrat_rank.pipeline.flywheel.job import run_flywheel
from lrat_rank.pipeline.flywheel.options import FlywheelOptions
from lrat_rank.pipeline.flywheel.table import table_lines
from lrat_rank.trajectories import Search, read_trajectories

ALWAYS, NEVER = "nDCG@10 >= 0", "nDCG@10 > 0.9999"
SMALL = FlywheelOptions(rounds=2, seeds=1, preset="demo", stage="bm25", gate=ALWAYS, depth=20)


def changed(**options):
    return msgspec.structs.replace(SMALL, **options)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = build_world(3, 400, 40)
    index = tmp_path_factory.mktemp("flywheel") / "index"
    Index.build(made.documents, index, IndexOptions(encoder="none"))
    return index, made.questions


@pytest.fixture(scope="module")
def turned(world, tmp_path_factory):
    """A flywheel whose gate lets everything through."""
    out = tmp_path_factory.mktemp("turned") / "out"
    return run_flywheel(*world, out, SMALL)


def plain(result):
    """The rounds as a file holds them."""
    return msgspec.json.decode(msgspec.json.encode(result.rounds))


def asked(folder):
    return {one.question_id for one in read_trajectories([folder])}


def test_no_question_stands_in_two_parts(world):
    dealt = deal(world[1], SMALL)
    parts = [dealt.test, *(part for one in dealt.rounds for part in (one.training, one.gate))]
    ids = [question.question_id for part in parts for question in part]
    assert sorted(ids) == sorted(question.question_id for question in world[1])
    assert len(dealt.test) == 12


def test_questions_that_are_worded_alike_are_taken_once(world):
    copies = [dataclasses.replace(one, question_id=f"{one.question_id}-2") for one in world[1]]
    dealt = deal([*world[1], *copies], SMALL)
    assert sum(len(batch.questions) for batch in dealt.rounds) + len(dealt.test) == 40


def test_so_few_questions_that_nothing_can_be_decided_are_refused(world):
    with pytest.raises(InputError, match="enough for 7 a round"):
        deal(world[1][:14], SMALL)
    with pytest.raises(InputError, match=r"enough for 5 a round for the gate .* got 3"):
        deal(world[1], changed(rounds=3, gate="nDCG@10 >= champion p<0.05"))


def test_each_round_works_its_own_questions_and_the_test_questions_stay_apart(turned, world):
    dealt = deal(world[1], SMALL)
    for number, batch in enumerate(dealt.rounds, start=1):
        home = turned.out / f"round-{number}"
        assert asked(home / "runs") == {one.question_id for one in batch.questions}
        assert asked(home / "test-runs") == {one.question_id for one in dealt.test}


def test_the_challenger_does_not_learn_from_the_gates_or_the_test_questions(turned, world):
    dealt = deal(world[1], SMALL)
    learned = {one.context.question for one in read_labels(turned.out / "round-2/training.jsonl")}
    held = {one.text for one in (*dealt.rounds[1].gate, *dealt.test)}
    assert learned
    assert not learned & held
    assert learned & {one.text for one in dealt.rounds[0].gate}  # an earlier gate's may be used


def test_what_passes_the_gate_serves_the_next_round(turned):
    start, first, second = turned.rounds
    assert (start.deployed, first.ran_with, first.deployed) == ("round-0", "round-0", "round-1")
    assert first.challenge.passed
    assert second.ran_with == "round-1"
    assert second.watch is not None
    assert first.test["success"]["questions"] == 12


def test_what_fails_the_gate_is_never_served(world, tmp_path):
    result = run_flywheel(*world, tmp_path / "out", changed(gate=NEVER))
    assert [one.deployed for one in result.rounds] == ["round-0"] * 3
    assert all(one.watch is None for one in result.rounds)
    assert not any(one.challenge.passed for one in result.rounds[1:])
    assert all(one.challenge.difference < 0 for one in result.rounds[1:])
    assert result.rounds[2].test == result.rounds[0].test
    assert not (tmp_path / "out/round-1/test-runs").exists()


class HarmedAgents(Agents):
    """Agents that answer nothing when a ranker stands behind their tool."""

    def work(self, questions, ranker, folder):
        scores = super().work(questions, ranker, folder)
        if ranker is None:
            return scores
        runs = [dataclasses.replace(run, correct=False, evidence_recall=0.0) for run in scores.runs]
        return dataclasses.replace(scores, runs=tuple(runs))


@pytest.fixture(scope="module")
def rolled_back(world, tmp_path_factory):
    out = tmp_path_factory.mktemp("rolled-back") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(job, "Agents", HarmedAgents)
        return run_flywheel(*world, out, changed(gate="nDCG@10 >= champion margin 1"))


def test_a_system_that_harms_the_agents_is_rolled_back(rolled_back):
    second = rolled_back.rounds[2]
    assert second.ran_with == "round-1"
    assert second.watch.rolled_back
    assert second.watch.measures["success"]["difference"] < 0
    assert second.before == "round-0"  # the champion of the second gate is the one before again
    assert "rolled back" in "\n".join(table_lines(rolled_back))


def test_the_gate_replays_only_lists_that_the_champion_made(rolled_back, turned):
    for result, log in ((rolled_back, "watched-runs"), (turned, "runs")):
        home = result.out / "round-2"
        shown = {
            (run.trajectory_id, turn.query, tuple(hit.doc_id for hit in turn.impressions))
            for run in read_trajectories([home / log])
            for turn in run.turns
            if isinstance(turn, Search)
        }
        replayed = read_labels(home / "gate.jsonl")
        assert replayed
        for one in replayed:
            order = tuple(c.doc_id for c in sorted(one.candidates, key=lambda c: c.rank))
            assert (one.trajectory_id, one.query, order) in shown


def test_a_flywheel_that_was_stopped_goes_on_and_ends_alike(turned, world, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(turned.out, out)
    for name in ("result.json", "flywheel.png", "round-2/round.json", "round-2/replay.json"):
        (out / name).unlink()
    shutil.rmtree(out / "round-2/ranker")
    kept = (out / "round-1/ranker/model.txt").stat().st_mtime_ns
    again = run_flywheel(*world, out, SMALL)
    assert plain(again) == plain(turned)
    assert (out / "round-1/ranker/model.txt").stat().st_mtime_ns == kept
    assert (out / "flywheel.png").stat().st_size > 1000


def test_a_folder_of_another_flywheel_or_of_other_work_is_refused(turned, world, tmp_path):
    with pytest.raises(InputError, match="one with other options"):
        run_flywheel(*world, turned.out, changed(k=5))
    others = [dataclasses.replace(one, text=f"{one.text} Say it.") for one in world[1]]
    with pytest.raises(InputError, match="one with other questions"):
        run_flywheel(world[0], others, turned.out, SMALL)
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="something else"):
        run_flywheel(*world, tmp_path, SMALL)
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_the_table_shows_every_round_and_what_was_decided(turned):
    text = "\n".join(table_lines(turned))
    assert text.count("deployed") >= 2
    assert "Round 2, watch:" in text
    assert "12 test questions" in text


def test_an_option_that_cannot_be_met_leaves_no_folder(world, tmp_path):
    for option in ({"stage": "dense"}, {"k": 101, "depth": 200}):
        with pytest.raises(InputError):
            run_flywheel(*world, tmp_path / "out", changed(**option))
        assert not (tmp_path / "out").exists()


def test_a_fault_of_the_machine_is_not_a_lost_gate(world, turned, tmp_path, monkeypatch):
    out = tmp_path / "out"
    shutil.copytree(turned.out, out)
    (out / "round-2/round.json").unlink()
    shutil.rmtree(out / "round-2/ranker")

    def full(path, lists):
        raise InputError("output", must="in a folder with space", got="none left", where=path)

    with monkeypatch.context() as patch:
        patch.setattr(challenge, "write_labels", full)
        with pytest.raises(InputError, match="none left"):
            run_flywheel(*world, out, SMALL)
    assert plain(run_flywheel(*world, out, SMALL)) == plain(turned)


@pytest.mark.parametrize(
    "option",
    [
        {"preset": "foo"},
        {"ranker": "bm25"},
        {"k": 9, "depth": 5},
        {"rounds": 0},
        {"test_share": 1.0},
        {"gate": "nDCG@10 < 1"},
    ],
)
def test_wrong_options_are_refused(option):
    with pytest.raises(InputError):
        FlywheelOptions(**option)
