"""When the search log is put on the disk, and that neither calls nor full files wait for it."""

import errno
import json
import os
import threading
import time

import pytest

from lrat_rank.serving.journal import Journal
from lrat_rank.serving.journal_options import JournalOptions


def calls(folder):
    """How many records of calls the log has."""
    lines = [line for path in folder.iterdir() for line in path.read_bytes().splitlines()]
    return sum(json.loads(line)["kind"] != "file" for line in lines)


@pytest.mark.parametrize(("fsync", "expected"), [("always", 3), ("never", 0)])
def test_the_policy_decides_how_often_the_disk_is_asked(tmp_path, monkeypatch, fsync, expected):
    synced = []
    monkeypatch.setattr("os.fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_size))
    journal = Journal(tmp_path, JournalOptions(fsync=fsync))
    journal._file._new_name = False
    sizes = []
    for number in range(3):
        journal.write("think", "s", reasoning=str(number))
        sizes.append(next(tmp_path.iterdir()).stat().st_size)
    of_files = [size for size in synced if size in sizes]
    assert len(of_files) == expected
    assert of_files == (sizes if expected else [])  # each before its reply went out


def test_an_interval_puts_records_on_the_disk_soon_and_without_a_further_call(
    tmp_path, monkeypatch
):
    synced = threading.Event()
    monkeypatch.setattr("os.fsync", lambda descriptor: synced.set())
    journal = Journal(tmp_path, JournalOptions(fsync="interval:0.02"))
    journal.write("end", "s")
    assert synced.wait(20)
    journal.close()


def test_a_disk_that_cannot_be_synced_is_said_once_and_stops_no_call(tmp_path, monkeypatch, caplog):
    def broken(descriptor):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("os.fsync", broken)
    journal = Journal(tmp_path, JournalOptions(fsync="always"))
    assert all(journal.write("think", "s", reasoning=str(n)) for n in range(5))
    assert journal.failing
    assert "Input/output error" in journal.sync_error
    assert len(caplog.records) == 1
    monkeypatch.undo()
    assert journal.write("end", "s")
    assert not journal.failing
    assert calls(tmp_path) == 6


def test_syncing_threads_share_one_sync(tmp_path, monkeypatch):
    synced, go, real = [], threading.Event(), os.fsync

    def slow(descriptor):
        synced.append(descriptor)
        go.wait(30)
        real(descriptor)

    monkeypatch.setattr("os.fsync", slow)
    journal = Journal(tmp_path, JournalOptions(fsync="always"))
    threads = [threading.Thread(target=journal.write, args=("end", str(n))) for n in range(12)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 30
    while journal.records < 12 and time.monotonic() < until:
        time.sleep(0.005)
    go.set()
    for thread in threads:
        thread.join()
    assert journal.records == 12
    assert len(synced) <= 4  # the first one's, its folder's, and one for all that waited


def test_a_file_is_followed_by_another_without_waiting_for_a_slow_disk(tmp_path, monkeypatch):
    begun, go, real = threading.Event(), threading.Event(), os.fsync

    def slow(descriptor):
        begun.set()
        assert go.wait(30)
        real(descriptor)

    monkeypatch.setattr("os.fsync", slow)
    journal = Journal(tmp_path, JournalOptions(rotate_mb=0.001, fsync="interval:3600"))
    journal.write("think", "s", reasoning="x" * 2000)
    syncing = threading.Thread(target=journal.sync)
    syncing.start()
    assert begun.wait(30)
    writing = threading.Thread(
        target=lambda: [journal.write("think", "s", reasoning="y" * 2000) for _ in range(3)]
    )
    writing.start()
    writing.join(20)
    assert not writing.is_alive()
    assert len(list(tmp_path.iterdir())) == 4
    go.set()
    syncing.join(30)
    journal.close()
    assert not journal.failing


@pytest.mark.parametrize("fsync", ["interval:0.001", "always", "never"])
def test_rotation_beside_syncs_touches_no_file_of_anybody_else(tmp_path, monkeypatch, fsync):
    odd, real_sync, real_close = [], os.fsync, os.close

    def sound(call):
        def checked(descriptor):
            try:
                call(descriptor)
            except OSError as error:
                odd.append(error)
                raise

        return checked

    monkeypatch.setattr("os.fsync", sound(real_sync))
    monkeypatch.setattr("os.close", sound(real_close))
    journal = Journal(tmp_path, JournalOptions(rotate_mb=0.001, fsync=fsync))

    def work(name):
        for number in range(60):
            journal.write("think", name, reasoning=f"{number} {'z' * 400}")

    threads = [threading.Thread(target=work, args=(str(name),)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    journal.close()
    assert odd == []
    assert journal.records == calls(tmp_path) == 240


def test_a_closed_log_that_is_written_to_still_syncs_and_a_failing_last_sync_is_said(
    tmp_path, monkeypatch, caplog
):
    synced, real = [], os.fsync
    journal = Journal(tmp_path, JournalOptions(fsync="interval:3600"))
    journal.close()
    monkeypatch.setattr("os.fsync", lambda descriptor: synced.append(real(descriptor)))
    journal.write("end", "s")  # a session that outlives the server's end
    assert synced

    def broken(descriptor):
        raise OSError(errno.EIO, "Input/output error")

    journal = Journal(tmp_path, JournalOptions(fsync="interval:3600"))
    journal.write("end", "s")
    monkeypatch.setattr("os.fsync", broken)
    journal.close()
    assert journal.failing
    assert "cannot be synced" in caplog.text
