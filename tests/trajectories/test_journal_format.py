"""The search log reads back as sessions: each call once, in the order they were answered."""

import gzip
import json

import pytest
from log_samples import journal_record, journal_records, untimed_turns

from lrat_rank.pipeline.mine import mine_files
from lrat_rank.pipeline.mining_plan import JobOptions
from lrat_rank.trajectories import Browse, ReadReport, Reasoning, Search, read_trajectories
from lrat_rank.trajectories.adapter import ReadSetting


def write(folder, name, records):
    folder.mkdir(exist_ok=True)
    path = folder / f"journal-20260101T00000{name}Z-0a-00001.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def read(*paths, strict=True):
    report = ReadReport()
    return list(read_trajectories(paths, setting=ReadSetting(report), strict=strict)), report


def search(monotonic, query, *, session="s", call=None, **fields):
    call_id = call or f"{session}-{monotonic}"
    told = {"took_s": 0.0, "query": query, "shown": [], "session_id": session, "call_id": call_id}
    return journal_record("search", monotonic, **(told | fields))


OPENING = journal_record("file", 0.0, clock="boot", process="p")


def queries(session):
    return [turn.query for turn in session.turns]


def test_a_session_is_a_trajectory_with_its_turns_times_and_question(tmp_path):
    write(tmp_path, 0, journal_records())
    [run], report = read(tmp_path)
    assert run.trajectory_id == "s"
    assert run.question == "Which number is prime and even?"
    assert run.turns[1].at == 1.7e9 + 1.5
    assert (run.turns[2].at, run.turns[2].returned) == (1.7e9 + 2.5, 1.7e9 + 3.0)
    assert not report.unplaced


def test_sessions_that_cross_in_a_file_and_go_on_in_others_come_out_one_each(tmp_path):
    write(tmp_path, 0, [OPENING, search(1, "a", session="s"), search(2, "b", session="t")])
    write(tmp_path, 1, [OPENING, search(3, "c", session="t"), search(4, "d", session="s")])
    write(tmp_path / "other", 2, [OPENING, search(5, "e", session="s")])
    sessions, report = read(tmp_path)
    assert [(s.trajectory_id, queries(s)) for s in sessions] == [
        ("s", ["a", "d", "e"]),
        ("t", ["b", "c"]),
    ]
    assert (report.files, report.trajectories) == (3, 2)


def test_a_call_that_stands_in_two_files_counts_once(tmp_path):
    whole = write(tmp_path, 0, [*journal_records(), search(9, "last")])
    (tmp_path / f"{whole.name}.gz").write_bytes(gzip.compress(whole.read_bytes()))
    [run], _ = read(tmp_path)
    assert sum(isinstance(turn, Search | Browse) for turn in run.turns) == 5
    assert sum(isinstance(turn, Reasoning) for turn in run.turns) == 3


def test_calls_keep_their_order_over_a_restart_when_the_wall_clock_was_set_back(tmp_path):
    late = [
        r | {"at": r["at"] - 86_400} for r in (OPENING, search(5, "second"), search(7, "third"))
    ]
    write(tmp_path, 0, late)  # by its name, which the wall clock gave, it comes first
    write(tmp_path, 1, [OPENING, search(1, "first")])
    [run], _ = read(tmp_path)
    assert queries(run) == ["first", "second", "third"]
    assert [turn.at - run.turns[0].at for turn in run.turns] == [0, 4, 6]


def test_after_a_reboot_the_wall_clock_decides(tmp_path):
    again = journal_record("file", 0.0, clock="next boot") | {"at": 1.7e9 + 500}
    write(tmp_path, 0, [OPENING, search(100, "first")])
    write(tmp_path, 1, [again, search(1, "second")])
    [run], _ = read(tmp_path)
    assert queries(run) == ["first", "second"]
    assert run.turns[1].at == 1.7e9 + 501


def test_calls_made_before_a_reply_was_there_are_one_batch(tmp_path):
    records = [
        search(1.0, "a"),
        search(3.0, "b", took_s=1.0),
        search(3.1, "c", took_s=1.0),
        search(3.2, "d", took_s=0.1),
        search(9.0, "e"),
    ]
    write(tmp_path, 0, [OPENING, *records])
    [run], _ = read(tmp_path)
    assert [turn.batch for turn in run.turns] == [None, 0, 0, None, None]


def test_what_is_broken_in_a_record_is_counted_and_the_rest_is_read(tmp_path):
    hits = [{"doc_id": "1", "rank": 1, "propensity": 0.5, "score": None},
            {"doc_id": "2", "rank": 2, "propensity": 7}, {"doc_id": "3"}, "4",
            {"doc_id": 5, "rank": 3}]  # fmt: skip
    write(tmp_path, 0, [OPENING, search(1, "a", shown=hits), search(2, None),
                        journal_record("open", 3.0, call_id="x"), search(4, "b")])  # fmt: skip
    [run], report = read(tmp_path)
    assert queries(run) == ["a", "b"]
    assert [(i.doc_id, i.rank, i.propensity) for i in run.turns[0].impressions] == [
        ("1", 1, 0.5),
        ("2", 2, None),
    ]
    assert report.unplaced == {
        "shown document without id or rank": 3,
        "search record without what it asked for": 1,
        "open record without what it asked for": 1,
    }


def test_the_arm_and_the_versions_that_served_a_session_are_kept(tmp_path):
    served = {"retriever": "bm25 > LightGBMRanker", "arm": "b"}
    records = [search(1, "x", ranker_version="v1", **served)]
    records += [search(2, "y", ranker_version="v2", **served)]
    mixed = [search(n, "x", session="t", arm=arm) for n, arm in ((3, "a"), (4, "b"))]
    write(tmp_path, 0, [OPENING, *records, *mixed])
    (one, other), report = read(tmp_path)
    assert (one.arm, one.retriever) == ("b", "bm25 > LightGBMRanker (v1 + v2)")
    assert other.arm == ""
    assert report.unplaced == {"session with calls in several arms": 1}


def test_only_the_last_line_of_a_log_file_may_be_cut_off(tmp_path):
    path = write(tmp_path, 0, [OPENING, search(1, "a")])
    path.write_bytes(
        path.read_bytes() + b'{"v": 1, "ki\n' + json.dumps(search(2, "b")).encode()[:40]
    )
    [run], report = read(tmp_path, strict=False)
    assert queries(run) == ["a"]
    assert report.unplaced == {"last line of a log file, cut off": 1}
    [skipped] = report.skipped
    assert skipped.where.endswith(":3")


def test_a_shadow_and_an_end_are_no_turns(tmp_path):
    shadow = journal_record("shadow", 3.0, of="s-1", ranker_version="v", ranking=[])
    write(tmp_path, 0, [OPENING, search(1, "a"), shadow, journal_record("end", 4.0)])
    [run], report = read(tmp_path)
    assert queries(run) == ["a"]
    assert not report.unplaced


@pytest.mark.parametrize("workers", [1, 2])
def test_mining_gives_the_same_labels_from_one_file_as_from_many(tmp_path, workers):
    records = [OPENING]
    for number in range(12):
        for record in journal_records()[1:]:
            moved = record | {
                "monotonic": record["monotonic"] + 0.01 * number,
                "session_id": str(number),
            }
            records.append(
                moved | ({"call_id": f"{number}{moved['call_id']}"} if "call_id" in moved else {})
            )
    write(tmp_path / "one", 0, records)
    for place in range(0, len(records) - 1, 9):
        path = write(tmp_path / "many", 0, [OPENING, *records[1 + place : 10 + place]])
        path.rename(path.with_name(path.name.replace("0a-00001", f"0a-{place + 2:05}")))
    job = JobOptions(workers=workers, part_bytes=500)
    labels = [
        mine_files([tmp_path / name], tmp_path / f"{name}.jsonl", job=job).labels.read_bytes()
        for name in ("one", "many")
    ]
    assert labels[0] == labels[1]
    assert labels[0].count(b"\n") >= 12
    [first, *_], _ = read(tmp_path / "many")
    assert len(first.turns) == len(untimed_turns()) - 1  # a search tool is not told the answer


def test_a_file_that_a_killed_server_had_only_opened_is_no_fault(tmp_path):
    write(tmp_path, 0, [])
    write(tmp_path, 1, [OPENING, search(1, "a")])
    [run], report = read(tmp_path)
    assert queries(run) == ["a"]
    assert not report.unplaced
