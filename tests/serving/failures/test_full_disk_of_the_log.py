"""A disk that takes no more of the log: the server serves on, and says what the log lacks."""

import resource
import time

import httpx
import pytest
from served_process import search, serving, write_index

from lrat_rank.trajectories import Browse, ReadReport, Search, read_trajectories
from lrat_rank.trajectories.adapter import ReadSetting

pytestmark = pytest.mark.skipif(
    not hasattr(resource, "prlimit"), reason="needs the limits of another process"
)


def let_files_grow_to(server, most):
    """Files of the server may grow to so many bytes; at 0 no write to a file succeeds."""
    _, hard = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (most, hard))


def test_searches_go_on_and_the_gap_is_in_metrics_and_in_the_log(tmp_path):
    index, log = write_index(tmp_path / "index"), tmp_path / "log"
    with serving(index, "--log", str(log), "--log-fsync", "always") as server:
        named = {"session_id": "s"}
        before = search(server.address, "poet before", **named)
        assert server.metric("lrat_rank_log_failing") == 0

        let_files_grow_to(server, 0)
        began = time.monotonic()
        for number in range(4):
            during = search(server.address, f"poet during {number}", **named)
            assert during.status_code == 200
            assert len(during.json()["hits"]) == len(before.json()["hits"])
        opened = httpx.get(f"{server.address}/documents/02", params=named)
        assert opened.json()["text"] == "A poet wrote of the glacier."
        assert time.monotonic() - began < 60
        assert server.metric("lrat_rank_log_gaps") == 5
        assert server.metric("lrat_rank_log_failing") == 1

        let_files_grow_to(server, resource.RLIM_INFINITY)
        assert search(server.address, "poet after", **named).status_code == 200
        assert server.metric("lrat_rank_log_gaps") == 5
        assert server.metric("lrat_rank_log_failing") == 0
        assert server.stop() == 0
    told = [line for line in server.said if "loses records" in line]
    assert len(told) == 1  # not one a call

    report = ReadReport()
    [session] = read_trajectories([log], setting=ReadSetting(report), strict=True)
    searched = [turn.query for turn in session.turns if isinstance(turn, Search)]
    assert searched == ["poet before", "poet after"]
    assert not [turn for turn in session.turns if isinstance(turn, Browse)]
    assert report.unplaced == {"call that the search log could not write": 5}


def test_a_folder_that_is_taken_away_is_made_again(tmp_path):
    index, log = write_index(tmp_path / "index"), tmp_path / "log"
    with serving(index, "--log", str(log)) as server:
        search(server.address, "poet gone", session_id="s")
        log.rename(tmp_path / "moved")
        log.write_text("a file stands in its place")
        for path in (tmp_path / "moved").iterdir():
            path.unlink()
        assert search(server.address, "poet lost", session_id="s").status_code == 200
        assert server.metric("lrat_rank_log_gaps") == 1
        log.unlink()
        assert search(server.address, "poet kept", session_id="s").status_code == 200
        assert server.stop() == 0
    [session] = read_trajectories([log])
    assert [turn.query for turn in session.turns] == ["poet kept"]
