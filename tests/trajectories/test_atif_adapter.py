"""ATIF trajectories: steps, batches, observations wherever they stand, embedded sub-agents."""

import json

import pytest
from log_samples import ANSWER, CALLS, QUESTION, atif_run, untimed_turns

from lrat_rank.trajectories import (
    Answer,
    Browse,
    OtherCall,
    Reasoning,
    Search,
    read_trajectories,
    sniff,
)
from lrat_rank.trajectories.adapter import ReadSetting
from lrat_rank.trajectories.messages.atif import read_run
from lrat_rank.trajectories.times import moment


def read(record, setting=None):
    assert sniff(record).name == "atif"
    return read_run(record, trajectory_id="t", source="x", setting=setting or ReadSetting())


def steps(*told):
    return {"schema_version": "ATIF-v1.7", "steps": [
        {"step_id": number, **step} for number, step in enumerate(told, start=1)]}  # fmt: skip


def agent(message="", *calls, results=(), **fields):
    asked = [{"tool_call_id": i, "function_name": name, "arguments": arguments}
             for i, name, arguments in calls]  # fmt: skip
    return {"source": "agent", "message": message, "tool_calls": asked,
            "observation": {"results": list(results)}, **fields}  # fmt: skip


def test_a_run_is_read_step_by_step():
    run = read(atif_run())
    assert run.turns == untimed_turns()
    assert (run.question, run.agent, run.status, run.correct) == (QUESTION, "m", None, None)


def test_a_result_belongs_to_the_call_it_names_in_whatever_step_it_stands():
    first = agent("", ("a", "visit", {"url": "u1"}), ("b", "visit", {"url": "u2"}))
    later = {
        "source": "system",
        "message": "",
        "observation": {
            "results": [
                {"source_call_id": "b", "content": "Two."},
                {"source_call_id": "a", "content": "One."},
            ]
        },
    }
    assert read(steps(first, later)).turns == (
        Browse("u1", "One.", batch=1), Browse("u2", "Two.", batch=1),
    )  # fmt: skip


def test_results_without_ids_belong_to_the_calls_in_order():
    calls = ("a", "visit", {"url": "u1"}), ("b", "visit", {"url": "u2"})
    run = read(steps(agent("", *calls, results=[{"content": "One."}, {"content": "Two."}])))
    assert [turn.text for turn in run.turns] == ["One.", "Two."]


def test_a_result_without_its_call_is_counted_and_a_call_without_a_result_is_no_failure():
    setting = ReadSetting()
    one, two = {"content": "One."}, {"content": "Two."}
    run = read(steps(agent("", ("a", "visit", {"url": "u"}), results=[one, two])), setting)
    assert run.turns == (Browse("u", "One."),)
    assert setting.report.unplaced == {"tool output without its call": 1}
    assert read(steps(agent("", ("a", "visit", {"url": "u"})))).turns == (Browse("u"),)


def test_messages_beside_calls_are_reasoning_and_the_last_before_the_user_says_more_answers():
    run = read(steps(
        {"source": "user", "message": [{"type": "text", "text": "Who?"}]},
        agent("Let me look.", ("a", "search", {"query": "q"})),
        agent("An idea."),
        {"source": "user", "message": "Go on."},
        agent("She."),
    ))  # fmt: skip
    assert run.question == "Who?"
    assert [type(turn) for turn in run.turns] == [Reasoning, Search, Answer, Answer]


def test_times_stand_in_the_calls():
    told = agent("", ("a", "visit", {"url": "u"}), timestamp="2026-01-01T00:00:05Z")
    assert read(steps(told)).turns[0].at == moment("2026-01-01T00:00:05Z")


def test_copied_steps_are_counted_and_not_read_again():
    setting = ReadSetting()
    copied = agent("", ("a", "visit", {"url": "u"}), is_copied_context=True)
    run = read(steps({"source": "user", "message": "Who?"}, copied, agent("She.")), setting)
    assert (run.question, run.turns) == ("Who?", (Answer("She."),))
    assert setting.report.unplaced == {"step copied from an earlier trajectory": 1}


def test_embedded_sub_agents_are_runs_of_their_own(tmp_path):
    inner = {**atif_run(), "trajectory_id": "sub"}
    outer = {**steps(agent(ANSWER)), "trajectory_id": "main", "subagent_trajectories": [inner]}
    (tmp_path / "a.json").write_text(json.dumps(outer))
    runs = list(read_trajectories([tmp_path]))
    assert [(run.trajectory_id, len(run.turns)) for run in runs] == [("a-main", 1), ("a-sub", 8)]


@pytest.mark.parametrize("broken", [None, [], {"function_name": 3}, {"arguments": "{"}])
def test_one_broken_call_does_not_lose_the_run(broken):
    record = atif_run()
    record["steps"][1]["tool_calls"] = [broken]
    assert read(record).turns[-1] == Answer(ANSWER)


def test_an_unknown_source_and_a_call_without_a_name_are_told():
    setting = ReadSetting()
    nameless = agent("", ("a", None, {}))
    run = read(steps(nameless, {"source": "robot", "message": "x"}), setting)
    assert run.turns == (OtherCall(""),)
    assert setting.report.unplaced == {
        "unknown tool (unnamed)": 1, "step of an unknown source": 1,
    }  # fmt: skip


def test_the_sample_run_has_every_call():
    names = [call["function_name"] for s in atif_run()["steps"] for call in s.get("tool_calls", ())]
    assert names == [name for _, name, _, _ in CALLS]
