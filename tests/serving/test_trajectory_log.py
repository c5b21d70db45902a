"""A session on disk is whole after every turn, and named so that no other takes its place."""

import re

import pytest

from lrat_rank.errors import InputError
from lrat_rank.mining.labels import State, read_labels
from lrat_rank.mining.options import MiningOptions
from lrat_rank.pipeline.mine import mine_files
from lrat_rank.serving.trajectory_log import SessionLog, new_session_id
from lrat_rank.trajectories import Browse, Impression, Search, read_trajectories

TURNS = [
    Search(
        'q "uoted"\n', (Impression("a b", 1, 0.1 + 0.2, "snippet\nDocID: x"), Impression("2", 2))
    ),
    Browse("a b", text="All of it: {'text': 'x'}"),
    Browse("gone", failed=True),
    Search("nothing"),
]


def test_after_each_turn_the_file_holds_all_turns_up_to_it(tmp_path):
    log = SessionLog(tmp_path, retriever="bm25", k=5)
    for count, turn in enumerate(TURNS, start=1):
        log.record(turn)
        [read] = read_trajectories([tmp_path])
        assert read == log.trajectory
        assert len(read.turns) == count
    assert len(list(tmp_path.iterdir())) == 1


def test_a_write_that_fails_leaves_the_last_whole_file(tmp_path, monkeypatch):
    log = SessionLog(tmp_path, retriever="bm25", k=5)
    log.record(TURNS[0])
    before = [path.read_bytes() for path in tmp_path.iterdir()]

    def full_disk(*_):
        raise OSError("no space left")

    monkeypatch.setattr("pathlib.Path.replace", full_disk)
    with pytest.raises(OSError, match="no space left"):
        log.record(TURNS[1])
    assert [path.read_bytes() for path in tmp_path.iterdir()] == before

    monkeypatch.undo()
    log.record(TURNS[2])
    [read] = read_trajectories([tmp_path])
    assert read.turns == tuple(TURNS[:3])


def test_a_session_without_a_turn_leaves_no_file(tmp_path):
    SessionLog(tmp_path, retriever="bm25", k=5)
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_folders_place_is_refused_at_once(tmp_path):
    (tmp_path / "log").write_text("notes")
    with pytest.raises(InputError, match="log must be a folder to write to"):
        SessionLog(tmp_path / "log", retriever="bm25", k=5)


def test_sessions_of_one_folder_do_not_meet(tmp_path):
    logs = [SessionLog(tmp_path, retriever="bm25", k=5) for _ in range(3)]
    for log in logs:
        log.record(TURNS[0])
    read = list(read_trajectories([tmp_path]))
    assert {trajectory.trajectory_id for trajectory in read} == {log.session_id for log in logs}
    assert len({trajectory.group for trajectory in read}) == 3


def test_session_ids_are_safe_file_names_and_unique():
    ids = {new_session_id() for _ in range(200)}
    assert len(ids) == 200
    assert all(re.fullmatch(r"session-\d{8}T\d{6}Z-[0-9a-f]{12}", name) for name in ids)


def test_mining_a_session_gives_its_lists_and_no_verdict_it_has_no_ground_for(tmp_path):
    log = SessionLog(tmp_path / "log", retriever="bm25", k=2)
    log.record(Search("poet", (Impression("1", 1, 2.0, "a"), Impression("2", 2, 1.0, "b"))))
    log.record(Browse("2", text="A poet."))
    mined = mine_files([tmp_path / "log"], tmp_path / "labels.jsonl")
    [labelled] = read_labels(mined.labels)
    assert (labelled.query, labelled.trajectory_id) == ("poet", log.session_id)
    found = {c.doc_id: (c.rank, c.score, c.snippet, c.state) for c in labelled.candidates}
    assert found == {
        "1": (1, 2.0, "a", State.SKIPPED),
        "2": (2, 1.0, "b", State.UNJUDGED),
    }


def test_a_session_without_reasoning_is_mined_by_how_long_the_agent_stayed(tmp_path):
    log = SessionLog(tmp_path / "log", retriever="bm25", k=2)
    shown = (Impression("1", 1, 2.0, "a"), Impression("2", 2, 1.0, "b"))
    log.record(Search("poet", shown, at=100.0))
    log.record(Browse("2", text="A poet.", at=110.0, returned=110.5))
    log.record(Search("odes", at=130.5))
    options = MiningOptions.named(intensity="dwell")
    mined = mine_files([tmp_path / "log"], tmp_path / "labels.jsonl", options)
    [labelled] = read_labels(mined.labels)
    assert [(c.state, c.evidence.dwell) for c in labelled.candidates] == [
        (State.SKIPPED, None),
        (State.RELEVANT, 20.0),
    ]
