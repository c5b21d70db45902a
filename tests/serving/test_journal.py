"""The search log loses nothing that was answered, and says what it could not write."""

import errno
import gc
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter

import pytest

from lrat_rank.errors import InputError
from lrat_rank.serving.journal import Journal
from lrat_rank.serving.journal_options import JournalOptions
from lrat_rank.trajectories import ReadReport, read_trajectories
from lrat_rank.trajectories.adapter import ReadSetting

NEVER = JournalOptions(fsync="never")


def records(folder):
    """Every whole line of the log, file by file."""
    lines = [
        line
        for path in sorted(folder.glob("journal-*.jsonl"))
        for line in path.read_bytes().splitlines()
    ]
    return [json.loads(line) for line in lines]


def calls(folder):
    return [record for record in records(folder) if record["kind"] not in ("file", "gap")]


def test_each_file_opens_with_its_clock_and_has_one_record_a_line(tmp_path):
    journal = Journal(tmp_path, NEVER)
    journal.write("think", "s", reasoning="one\ntwo")
    journal.write("end", "s", absent=None)
    opening, first, second = records(tmp_path)
    assert opening["kind"] == "file"
    assert opening["clock"]
    assert (first["kind"], first["reasoning"]) == ("think", "one\ntwo")
    assert (second["kind"], second["session_id"]) == ("end", "s")
    assert "absent" not in second
    assert second["monotonic"] >= first["monotonic"] > 0


def test_a_log_without_a_call_leaves_no_file(tmp_path):
    Journal(tmp_path / "log", NEVER).close()
    assert list((tmp_path / "log").iterdir()) == []


def test_files_are_followed_by_others_when_they_are_full_and_nothing_is_lost(tmp_path):
    journal = Journal(tmp_path, JournalOptions(rotate_mb=0.001, fsync="never"))
    for number in range(40):
        journal.write("think", "s", reasoning=f"{number} {'x' * 200}")
    files = sorted(tmp_path.iterdir())
    assert len(files) > 5
    assert all(path.stat().st_size < 1000 + 400 for path in files)
    said = [int(record["reasoning"].split()[0]) for record in calls(tmp_path)]
    assert said == list(range(40))


def test_threads_write_whole_lines(tmp_path):
    journal = Journal(tmp_path, JournalOptions(rotate_mb=0.02, fsync="always"))

    def work(name):
        for number in range(25):
            journal.write("think", f"{name}", reasoning=f"{number} {'y' * 300}")

    threads = [threading.Thread(target=work, args=(name,)) for name in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    journal.close()
    seen = [
        (record["session_id"], int(record["reasoning"].split()[0])) for record in calls(tmp_path)
    ]
    assert len(seen) == len(set(seen)) == 6 * 25 == journal.records
    for name in map(str, range(6)):
        assert [number for who, number in seen if who == name] == list(range(25))


def full_disk(monkeypatch, *, after=0, error=errno.ENOSPC):
    """Writes take `after` more bytes and then fail; returns how to mend it."""
    left, real = [after], os.write

    def write(descriptor, data):
        if not left[0]:
            raise OSError(error, os.strerror(error))
        taken = real(descriptor, bytes(data)[: left[0]])
        left[0] -= taken
        return taken

    monkeypatch.setattr("os.write", write)
    return lambda: monkeypatch.setattr("os.write", real)


@pytest.mark.parametrize("after", [0, 1, 60, 100])
def test_a_full_disk_stops_no_call_and_the_gap_stands_in_the_log(tmp_path, monkeypatch, after):
    journal = Journal(tmp_path, NEVER)
    assert journal.write("think", "s", reasoning="before")
    mend = full_disk(monkeypatch, after=after)
    assert not journal.write("think", "s", reasoning="lost " * 30)
    assert not journal.write("think", "t", reasoning="lost too " * 30)
    assert journal.failing
    assert journal.gaps == 2
    assert "No space left" in journal.error
    mend()
    assert journal.write("think", "s", reasoning="after")
    assert not journal.failing
    kinds = [record["kind"] for record in records(tmp_path)]
    assert kinds == ["file", "think", "gap", "think"]  # no half line in between
    assert records(tmp_path)[2]["sessions"] == {"s": 1, "t": 1}

    report = ReadReport()
    [session] = read_trajectories([tmp_path], setting=ReadSetting(report), strict=True)
    assert [turn.text for turn in session.turns] == ["before", "after"]
    assert report.unplaced == {"call that the search log could not write": 2}


def test_a_disk_that_is_full_from_the_start_leaves_no_file_and_is_written_to_later(
    tmp_path, monkeypatch
):
    journal = Journal(tmp_path, NEVER)
    mend = full_disk(monkeypatch, after=30)
    assert not journal.write("end", "s")
    assert list(tmp_path.iterdir()) == []
    mend()
    assert journal.write("end", "s")
    assert [record["kind"] for record in records(tmp_path)] == ["file", "gap", "end"]


def test_a_file_that_must_not_grow_is_followed_by_another(tmp_path, monkeypatch):
    journal = Journal(tmp_path, NEVER)
    journal.write("think", "s", reasoning="first")
    failed, real = [], os.write

    def write(descriptor, data):
        if not failed:
            failed.append(descriptor)
            raise OSError(errno.EFBIG, "File too large")
        return real(descriptor, data)

    monkeypatch.setattr("os.write", write)
    assert journal.write("think", "s", reasoning="second")
    assert len(list(tmp_path.iterdir())) == 2
    assert [record["reasoning"] for record in calls(tmp_path)] == ["first", "second"]
    assert journal.gaps == 0


def test_a_record_that_cannot_be_told_in_json_is_counted_and_stops_nothing(tmp_path):
    journal = Journal(tmp_path, NEVER)
    assert not journal.write("think", "s", reasoning=object())
    assert journal.gaps == 1
    assert journal.write("think", "s", reasoning="half \ud83d an emoji")
    assert [record["kind"] for record in records(tmp_path)] == ["file", "gap", "think"]


def test_a_log_that_was_deleted_is_begun_again(tmp_path):
    folder = tmp_path / "log"
    journal = Journal(folder, NEVER)
    journal.write("think", "s", reasoning="gone")
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    assert journal.write("think", "s", reasoning="kept")
    assert [record["reasoning"] for record in calls(folder)] == ["kept"]


def test_a_restarted_server_never_continues_a_line_that_was_cut_off(tmp_path):
    Journal(tmp_path, NEVER).write("think", "s", reasoning="whole")
    [first] = tmp_path.iterdir()
    with first.open("ab") as torn:
        torn.write(b'{"v":1,"kind":"think","session_id":"s","at":1.0,"reas')
    Journal(tmp_path, NEVER).write("think", "s", reasoning="after the restart")
    assert len(list(tmp_path.iterdir())) == 2
    report = ReadReport()
    [session] = read_trajectories([tmp_path], setting=ReadSetting(report), strict=True)
    assert [turn.text for turn in session.turns] == ["whole", "after the restart"]
    assert report.unplaced == {"last line of a log file, cut off": 1}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_forked_process_has_a_file_of_its_own(tmp_path):
    journal = Journal(tmp_path, NEVER)
    journal.write("think", "s", reasoning="parent")
    child = os.fork()
    if not child:
        journal.write("think", "s", reasoning="child")
        os._exit(0)
    os.waitpid(child, 0)
    journal.write("think", "s", reasoning="parent again")
    by_file = [[r.get("reasoning") for r in map(json.loads, path.read_text().splitlines())][1:]
               for path in tmp_path.iterdir()]  # fmt: skip
    assert sorted(by_file) == [["child"], ["parent", "parent again"]]


LOAD = """
import sys, threading, time
from lrat_rank.serving.journal import Journal
from lrat_rank.serving.journal_options import JournalOptions
from lrat_rank.serving.session_journal import Served, SessionJournal
from lrat_rank.trajectories.model import Impression
journal = Journal(sys.argv[1], JournalOptions(rotate_mb=0.02, fsync="never"))
def work(name):
    session = SessionJournal(journal, f"session-{name}")
    for number in range(10**6):
        asked = f"{sys.argv[2]}-{name}-{number}"
        shown = [Impression("d", 1, 1.0, "x" * 200)]
        session.search(asked, shown, asked=time.monotonic(), served=Served())
        with lock:
            sys.stdout.write(asked + chr(10))
            sys.stdout.flush()
lock = threading.Lock()
for name in range(4):
    threading.Thread(target=work, args=(name,)).start()
"""


def test_a_server_killed_under_load_and_restarted_has_every_answered_call_exactly_once(tmp_path):
    answered = []
    for life in range(3):
        server = subprocess.Popen(
            [sys.executable, "-c", LOAD, str(tmp_path), str(life)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(200):
            answered.append(server.stdout.readline().strip())
        server.send_signal(signal.SIGKILL)
        answered += server.stdout.read().split("\n")[:-1]
        server.wait(60)
        server.stdout.close()
    assert len(list(tmp_path.iterdir())) > 3
    report = ReadReport()
    sessions = list(read_trajectories([tmp_path], setting=ReadSetting(report), strict=True))
    assert sorted(s.trajectory_id for s in sessions) == [f"session-{name}" for name in range(4)]
    logged = Counter(turn.query for session in sessions for turn in session.turns)
    assert set(logged.values()) == {1}
    assert set(answered) <= set(logged)
    assert len(set(logged) - set(answered)) <= 3 * 4  # in flight: written, and not yet answered
    for session in sessions:
        asked = [tuple(map(int, turn.query.split("-"))) for turn in session.turns]
        assert asked == sorted(asked)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"rotate_mb": 0}, "log rotation must be megabytes, above 0"),
        ({"rotate_mb": float("nan")}, "log rotation must be"),
        ({"fsync": "sometimes"}, "log fsync must be always, never or interval:SECONDS"),
        ({"fsync": "interval:0"}, "log fsync must be"),
        ({"fsync": "interval"}, "log fsync must be"),
        ({"texts": "some"}, "log texts must be one of none, snippets, all"),
    ],
)
def test_options_out_of_their_range_are_refused(options, said):
    with pytest.raises(InputError, match=said):
        JournalOptions(**options)


def test_a_file_in_the_folders_place_is_refused_at_once(tmp_path):
    (tmp_path / "log").write_text("notes")
    with pytest.raises(InputError, match="log must be a folder to write to"):
        Journal(tmp_path / "log")


def test_a_wall_clock_that_jumps_makes_no_negative_time(tmp_path, monkeypatch):
    journal, now = Journal(tmp_path, NEVER), [2e9]
    monkeypatch.setattr("time.time", lambda: now[0])
    from lrat_rank.serving.session_journal import Served, SessionJournal

    session = SessionJournal(journal, "s")
    for jump in (0.0, -5000.0, 9000.0, -2e8):
        now[0] += jump
        session.search("q", [], asked=time.monotonic(), served=Served())
        session.browse("d", "text", asked=time.monotonic())
    [read] = read_trajectories([tmp_path])
    times = [t for turn in read.turns for t in (turn.at, getattr(turn, "returned", None)) if t]
    assert times == sorted(times)
    assert times[-1] - times[0] < 60
    dwells = [r["dwell_s"] for r in records(tmp_path) if "dwell_s" in r]
    assert len(dwells) == 3
    assert min(dwells) >= 0


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="counts open files")
def test_logs_that_nobody_closed_keep_no_file_open(tmp_path):
    before = len(os.listdir("/proc/self/fd"))
    for number in range(50):
        Journal(tmp_path, NEVER).write("end", str(number))
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) < before + 5
    assert len(calls(tmp_path)) == 50


@pytest.mark.parametrize("value", [2**80, float("nan"), 1e400, {1, 2}, "\x00\u2028"])
def test_no_value_makes_a_write_raise_or_a_line_that_cannot_be_read(tmp_path, value):
    journal = Journal(tmp_path, NEVER)
    journal.write("think", "s", reasoning=value)
    assert journal.records + journal.gaps == 1
    assert journal.write("end", "s")
    assert len(records(tmp_path)) == 2 + 1
