"""Logs of model requests: the run is read once, from the last request that holds it."""

import json

import pytest
from log_samples import QUESTION, untimed_turns
from message_samples import anthropic_run, chat_run

from lrat_rank.trajectories import ReadReport, read_trajectories
from lrat_rank.trajectories.adapter import ReadSetting
from lrat_rank.trajectories.messages.request_logs import CONTINUED


def requests(run, wrap):
    """A record for each thing the agent said: the conversation before it, and it as response."""
    messages = run["messages"]
    said = [n for n, message in enumerate(messages) if message["role"] == "assistant"]
    return [{"id": f"r{n}", "messages": messages[:n], "response": wrap(messages[n])} for n in said]


def completion(message):
    return {"choices": [{"message": {**message, "refusal": None, "id": "m"}}]}


def read(tmp_path, records):
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, records)))
    report = ReadReport()
    return list(read_trajectories([tmp_path], setting=ReadSetting(report))), report


@pytest.mark.parametrize(
    "records",
    [requests(chat_run(), completion), requests(anthropic_run(), lambda message: message)],
    ids=["chat", "anthropic"],
)
def test_of_the_requests_of_a_run_the_last_is_read_and_the_others_counted(tmp_path, records):
    found, report = read(tmp_path, [*records, *records])
    assert [(run.turns, run.question) for run in found] == [(untimed_turns(), QUESTION)] * 2
    assert report.unplaced == {CONTINUED: 2 * (len(records) - 1)}
    assert report.trajectories == 2


def test_marks_of_the_cache_make_no_other_conversation(tmp_path):
    first, *others = requests(anthropic_run(), lambda message: message)
    asked = first["messages"][-1]
    text = {"type": "text", "text": asked["content"], "cache_control": {"type": "ephemeral"}}
    marked = {**first, "messages": [{**asked, "content": [text]}]}
    assert len(read(tmp_path, [marked, *others])[0]) == 1


def test_a_thought_that_later_requests_leave_out_keeps_its_record(tmp_path):
    run = chat_run()
    full = requests(run, completion)
    bare = [{key: m[key] for key in m if key != "reasoning_content"} for m in run["messages"]]
    kept, lost = full[-2], {**full[-1], "messages": bare[: len(full[-1]["messages"])]}
    found, report = read(tmp_path, [kept, lost])
    assert (len(found), report.unplaced) == (2, {})


def test_equal_and_other_conversations_are_runs_of_their_own(tmp_path):
    run = chat_run()
    other = {
        "messages": [{"role": "user", "content": "Else?"}, *run["messages"][2:], *run["messages"]]
    }
    found, report = read(tmp_path, [run, run, other, [], {"messages": 5}])
    assert (len(found), report.unplaced.get(CONTINUED)) == (3, None)
