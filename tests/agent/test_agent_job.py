"""Many questions: at once, resumed, interrupted, and with an endpoint that fails some or all."""

import json
import os
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from agent_scripts import FINAL, Played, open_page, options_for, says, script, search
from msgspec import structs
from overlap_index import OverlapIndex
from scripted_endpoint import KEY, KEY_ENV, QUICK, Answer, Asked, problem

from lrat_rank.agent import Status, run_agent
from lrat_rank.agent.folder import RunFolder
from lrat_rank.errors import InputError
from lrat_rank.llm import OutageError
from lrat_rank.mining.miner import mine
from lrat_rank.mining.options import MiningOptions
from lrat_rank.serving import Engine, EngineOptions, SearchTool
from lrat_rank.trajectories import Trajectory, read_trajectories

LOOK, READ = says("I look.", search("odes")), says(None, open_page("1"))
WHOLE = (LOOK, READ, says("She wrote them.", search("coast odes")), says(FINAL))


def fresh(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return folder / name


def untimed(run: Trajectory) -> Trajectory:
    turns = []
    for turn in run.turns:
        times = {name: None for name in ("at", "returned") if hasattr(turn, name)}
        turns.append(structs.replace(turn, **times))
    return replace(run, turns=tuple(turns))


def of(asked: Asked) -> str:
    """The question's number."""
    return asked.user.rsplit("number ", 1)[1].rstrip("?")


def test_runs_at_once_are_the_runs_one_after_the_other(serve, tmp_path):
    slow = [replace(reply, delay=0.01) for reply in WHOLE]
    endpoint = serve(script(*slow))
    one = Played(endpoint, fresh(tmp_path, "one"), questions=6, concurrency=1)
    assert endpoint.most_at_once == 1
    many = Played(endpoint, fresh(tmp_path, "many"), questions=6, concurrency=6, stream=True)
    assert endpoint.most_at_once > 1
    assert list(map(untimed, one.trajectories)) == list(map(untimed, many.trajectories))
    assert sorted(p.name for p in many.out.glob("q*")) == [f"q{n}-run1.json" for n in range(6)]
    assert one.result.counts == many.result.counts


def test_the_runs_give_labels(serve, tmp_path):
    played = Played(serve(script(*WHOLE)), tmp_path, questions=2)
    result = mine(read_trajectories([played.out]))
    [first, *_] = result.lists
    states = {c.doc_id: c.state.value for c in first.candidates}
    assert states == {"four": "skipped", "1": "relevant"}
    assert first.context.question == "Who wrote odes, number 0?"


class Remembering:
    """A ranker that keeps the first stage's order, and the contexts it was given."""

    def __init__(self):
        self.contexts = []

    def score(self, lists):
        self.contexts += [one.context for one in lists]
        return [-np.arange(len(one.doc_ids), dtype=float) for one in lists]


def test_a_ranker_is_given_the_context_that_the_run_is_mined_with(serve, tmp_path):
    ranker = Remembering()
    tool = SearchTool(Engine(OverlapIndex(), ranker, EngineOptions(k=3)))
    again = (LOOK, READ, says("She wrote them.", search("coast odes")), *WHOLE[1:])
    played = Played(serve(script(*again)), tmp_path, questions=3, tool=tool, concurrency=3)
    mined = mine(read_trajectories([played.out]), MiningOptions.named(judge="none")).lists
    given = {(one.question, one.turn): one for one in ranker.contexts}
    assert len(given) == len(ranker.contexts) == 9
    assert len(mined) >= 3
    for one in mined:
        known = given[one.context.question, one.context.turn]
        assert structs.replace(one.context, useful_doc_ids=None) == known


def test_a_question_may_be_asked_several_times(serve, tmp_path):
    played = Played(serve(script(says(FINAL))), tmp_path, questions=2, runs=2)
    assert [(r.trajectory_id, r.question_id) for r in played.trajectories] == [
        ("q0-run1", "q0"), ("q0-run2", "q0"), ("q1-run1", "q1"), ("q1-run2", "q1"),
    ]  # fmt: skip


def test_a_run_that_ended_is_not_made_again_and_one_that_failed_is(serve, tmp_path):
    def behave(number, asked):
        return problem(503, message="away") if of(asked) == "1" else says(FINAL)

    endpoint = serve(behave)
    first = Played(endpoint, tmp_path, questions=3, concurrency=1)
    assert first.result.statuses == {"completed": 2, "error": 1}
    assert "status 503 (away)" in first.result.troubles["error"]
    endpoint.behave, before = script(says(FINAL)), len(endpoint.asked)
    again = Played(endpoint, tmp_path, questions=4)
    assert again.result.statuses == {"completed": 4}
    assert again.result.kept == 2
    assert sorted(map(of, endpoint.asked[before:])) == ["1", "3"]
    assert Played(endpoint, tmp_path, questions=4).result.requests["requests"] == 0


def test_a_broken_file_and_another_question_under_the_id_are_made_again(serve, tmp_path):
    endpoint = serve(script(says(FINAL)))
    played = Played(endpoint, tmp_path, questions=3)
    (played.out / "q0-run1.json").write_text('{"query": "Who')
    other = json.loads((played.out / "q1-run1.json").read_text()) | {"query": "Why?"}
    (played.out / "q1-run1.json").write_text(json.dumps(other))
    before = len(endpoint.asked)
    Played(endpoint, tmp_path, questions=3)
    assert sorted(map(of, endpoint.asked[before:])) == ["0", "1"]


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.ERROR])
def test_every_ending_but_an_error_is_kept(serve, tmp_path, status):
    endpoint = serve(script(says(FINAL)))
    played = Played(endpoint, tmp_path)
    path = played.out / "q0-run1.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"status": status.value}))
    again = Played(endpoint, tmp_path)
    assert (again.result.kept, again.result.statuses) == (1, {status.value: 1})


def test_other_options_are_refused_with_what_differs(serve, tmp_path):
    endpoint = serve(script(says(FINAL)))
    Played(endpoint, tmp_path)
    for changes, told in (
        ({"model": "large"}, "model was small, now large"),
        ({"steps": 3}, "steps was 30, now 3"),
        ({"prompt": "{question}"}, "another prompt"),
        (
            {"tool": SearchTool(Engine(OverlapIndex(), options=EngineOptions(k=9)))},
            "k was 3, now 9",
        ),
    ):
        with pytest.raises(InputError, match=told) as caught:
            Played(endpoint, tmp_path, **changes)
        assert "choose another --out" in str(caught.value)


def test_before_the_first_run_is_written_options_can_be_put_right(serve, tmp_path):
    endpoint = serve(lambda *_: problem(404, message="no model"))
    with pytest.raises(InputError, match="no model"):
        Played(endpoint, tmp_path, model="smal")
    endpoint.behave = script(says(FINAL))
    assert Played(endpoint, tmp_path).run.agent == "small"


def test_how_fast_and_where_it_is_asked_may_change(serve, tmp_path):
    Played(serve(script(says(FINAL))), tmp_path)
    elsewhere = serve(script(says(FINAL)))
    played = Played(elsewhere, tmp_path, questions=2, concurrency=9, stream=True)
    assert (played.result.kept, len(elsewhere.asked)) == (1, 1)


def test_a_folder_of_something_else_is_left_alone(serve, tmp_path):
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "thesis.tex").write_text("mine")
    with pytest.raises(InputError, match="agent run began"):
        Played(serve(script(says(FINAL))), tmp_path)


@pytest.mark.parametrize(
    "wrong",
    [problem(401, message=f"bad key {KEY}"), problem(404, message="no model"), problem(400)],
    ids=["key", "model", "parameters"],
)
def test_what_is_wrong_for_all_stops_at_once(serve, tmp_path, wrong):
    endpoint = serve(lambda *_: wrong)
    with pytest.raises(InputError) as caught:
        Played(endpoint, tmp_path, questions=20, concurrency=2)
    assert KEY not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(endpoint.asked) <= 2
    assert list((tmp_path / "runs").glob("q*")) == []


def test_a_request_that_one_conversation_made_wrong_fails_that_run_alone(serve, tmp_path):
    def behave(number, asked):
        last = asked.body["messages"][-1]["role"]
        return (
            problem(400, message="odd") if of(asked) == "2" and last == "tool" else told(0, asked)
        )

    told = script(LOOK, says(FINAL))
    played = Played(serve(behave), tmp_path, questions=5, concurrency=1)
    assert played.result.statuses == {"completed": 4, "error": 1}
    failed = next(run for run in played.trajectories if run.status == "error")
    assert [type(turn).__name__ for turn in failed.turns] == ["Reasoning", "Search"]


def test_an_endpoint_that_was_never_there_stops_the_job_with_one_line(serve, tmp_path):
    nowhere = serve(script(says(FINAL)))
    nowhere.url = "http://127.0.0.1:9/v1"
    with pytest.raises(OutageError, match="a failed connection") as caught:
        Played(nowhere, tmp_path, questions=9)
    assert "run the same command again" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_endpoint_that_dies_stops_the_job_soon_and_it_goes_on_later(serve, tmp_path):
    endpoint = serve(lambda number, _: Answer(hang_up=True) if number > 3 else says(FINAL))
    quick = replace(QUICK, tries=1)
    with pytest.raises(OutageError):
        Played(endpoint, tmp_path, questions=20, concurrency=1, retrying=quick)
    assert len(endpoint.asked) == 3 + 3
    endpoint.behave = script(says(FINAL))
    assert Played(endpoint, tmp_path, questions=20).result.kept == 3


def test_an_endpoint_that_says_nothing_in_all_the_time_of_a_run_is_out_of_reach(serve, tmp_path):
    silent = serve(lambda *_: Answer(delay=0.3))
    with pytest.raises(OutageError):
        Played(silent, tmp_path, seconds=0.05)
    assert list((tmp_path / "runs").glob("q*")) == []


@pytest.fixture
def interrupts():
    """Interrupts as a terminal gives them; what a shell starts in the background ignores them."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interrupts")
def test_an_interrupt_keeps_finished_runs_and_cuts_off_the_others(serve, tmp_path):
    hanging = threading.Event()

    def behave(number, asked):
        if of(asked) == "0":
            return says(FINAL)
        hanging.set()
        return replace(says(FINAL), delay=60.0)

    def interrupt() -> None:
        hanging.wait(30)
        while not (tmp_path / "runs" / "q0-run1.json").exists():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    endpoint = serve(behave)
    threading.Thread(target=interrupt, daemon=True).start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        Played(endpoint, tmp_path, questions=8, concurrency=2)
    assert time.monotonic() - started < 30
    assert [p.name for p in (tmp_path / "runs").glob("q*")] == ["q0-run1.json"]
    endpoint.behave = script(says(FINAL))
    assert Played(endpoint, tmp_path, questions=8).result.kept == 1


def test_no_file_and_no_message_holds_the_key(serve, tmp_path, caplog):
    caplog.set_level("DEBUG")

    def behave(number, asked):
        return problem(500, message=f"key {KEY}") if of(asked) == "1" else says(FINAL)

    endpoint = serve(behave)
    played = Played(endpoint, tmp_path, questions=3, concurrency=1)
    assert endpoint.asked[0].headers["authorization"] == f"Bearer {KEY}"
    kept = b"".join(p.read_bytes() for p in tmp_path.rglob("q*") if p.is_file())
    told = json.dumps(played.result.record()) + "\n".join(played.result.lines())
    assert "key ***" in told
    assert KEY.encode() not in kept
    assert KEY not in told + caplog.text + repr(options_for(endpoint))


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "in pieces"])
def test_a_key_that_the_endpoint_repeats_is_masked_in_what_is_written(serve, tmp_path, stream):
    told = says(f"Key {KEY}", search(f"odes {KEY}"), reasoning_content=f"It is {KEY}")
    endpoint = serve(script(told, says(f"{FINAL} {KEY}")))
    played = Played(endpoint, tmp_path, stream=stream)
    [kept] = [p.read_text() for p in played.out.glob("q*")]
    assert KEY not in kept
    assert "It is ***" in kept
    assert played.run.turns[2].query == "odes ***"
    assert KEY not in json.dumps(endpoint.asked[1].body)


def test_a_short_placeholder_of_a_key_masks_no_words(serve, tmp_path, monkeypatch):
    monkeypatch.setenv(KEY_ENV, "EMPTY")
    endpoint = serve(script(says("Explanation: none\nExact Answer: EMPTY")))
    assert Played(endpoint, tmp_path).run.turns[-1].text.endswith("EMPTY")


def test_one_job_at_a_time_works_on_a_folder(serve, tmp_path):
    endpoint = serve(script(says(FINAL)))
    with (
        RunFolder(tmp_path / "runs").held({}),
        pytest.raises(InputError, match="another job that is at work"),
    ):
        Played(endpoint, tmp_path)
    assert endpoint.asked == []
    assert Played(endpoint, tmp_path).result.statuses == {"completed": 1}


def test_a_key_that_is_needed_is_asked_for(tmp_path, monkeypatch, serve):
    endpoint = serve(script(says(FINAL)))
    monkeypatch.delenv(KEY_ENV)
    endpoint.url = "https://api.openai.com/v1"
    with pytest.raises(InputError, match=f"export {KEY_ENV}="):
        Played(endpoint, tmp_path)


@pytest.mark.parametrize(
    "wrong",
    [
        {"model": " "}, {"base_url": "x"}, {"concurrency": 0}, {"temperature": 3.0},
        {"max_completion_tokens": 0}, {"prompt": "no place for it"}, {"steps": 0},
        {"tokens": 0}, {"seconds": 0.0}, {"document_tokens": 0}, {"runs": 0},
    ],
)  # fmt: skip
def test_an_option_out_of_range_is_refused_before_anything_is_asked(serve, tmp_path, wrong):
    endpoint = serve(script(says(FINAL)))
    with pytest.raises(InputError):
        Played(endpoint, tmp_path, **wrong)
    assert endpoint.asked == []


def test_the_topics_are_never_written_over(serve, tmp_path):
    topics = tmp_path / "topics.tsv"
    topics.write_text("q\tWho?\n")
    options = options_for(serve(script(says(FINAL))))
    with pytest.raises(InputError, match="--out"):
        run_agent(topics, tmp_path, SearchTool(Engine(OverlapIndex())), options)
