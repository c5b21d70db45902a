"""Jobs in processes: each done once, what is done is kept, nobody outlives the command."""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import psutil
import pytest
from study.processes import in_processes

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


def start(folder: Path):
    """What says where a job is done; a text is what happens there, a tuple waits for such a job."""

    def work(job):
        yield job, "at", os.getpid()
        (folder / str(job)).touch()
        if job == "fail":
            raise ValueError("as asked for")
        if job == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if isinstance(job, tuple):
            until(lambda: (folder / job[0]).exists())
            time.sleep(3)  # for its end to be told first
            yield job, "after", job[0]

    return work


def until(true, seconds: float = 600) -> None:
    """Wait, but not for ever."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_jobs_are_done_once_side_by_side(tmp_path):
    jobs = [("b", "waits for it"), "b"]
    done = list(in_processes(partial(start, tmp_path), jobs, processes=2))
    told = [made for made in done if made[1] == "after"]
    assert told == [(jobs[0], "after", "b")]
    begun = [made for made in done if made[1] == "at"]
    assert sorted(str(job) for job, *_ in begun) == sorted(map(str, jobs))
    assert len({process for *_, process in begun} - {os.getpid()}) == 2


def test_a_process_does_what_is_alike_before_it_helps_with_the_rest(tmp_path):
    waits = ("b1", "waits for it")
    kinds = {waits: "a", "a1": "a", "b0": "b", "b1": "b"}
    done = in_processes(partial(start, tmp_path), kinds, processes=2, kind=kinds.__getitem__)
    begun = [(job, process) for job, what, process in done if what == "at" and job != waits]
    assert [job for job, _ in begun] == ["b0", "b1", "a1"]
    assert len({process for _, process in begun}) == 1


def test_one_process_is_this_one(tmp_path):
    [made] = in_processes(partial(start, tmp_path), ["a"], processes=1)
    assert made == ("a", "at", os.getpid())


def test_jobs_may_end_early_and_those_begun_are_finished(tmp_path):
    over = False

    def jobs():
        for job in "abcdef":
            if over:
                return
            yield job

    made = in_processes(partial(start, tmp_path), jobs(), processes=2)
    found = [next(made)[0]]
    over = True
    found += [job for job, *_ in made]
    assert sorted(found) == ["a", "b"]


@pytest.mark.parametrize(
    ("wrong", "error", "told"),
    [("fail", ValueError, "as asked for"), ("die", RuntimeError, "fewer --processes")],
)
def test_after_a_failure_what_is_under_way_is_finished_and_nothing_begun(
    tmp_path, wrong, error, told
):
    jobs = [(wrong, "waits for it"), wrong, "never begun"]
    made = in_processes(partial(start, tmp_path), jobs, processes=2)
    found: list[object] = []
    with pytest.raises(error, match=told):
        found.extend(made)
    assert (jobs[0], "after", wrong) in found
    assert "never begun" not in {job for job, *_ in found}


KILLED = """
import sys
from functools import partial
from pathlib import Path
sys.path[:0] = {paths!r}
from study.processes import in_processes
from test_study_processes import start

if __name__ == "__main__":
    for _, _, process in in_processes(
        partial(start, Path({folder!r})), [("never", 1), ("never", 2)], processes=2
    ):
        print(process, flush=True)
"""


def test_a_command_that_is_killed_takes_its_processes_along(tmp_path):
    script = tmp_path / "killed.py"
    paths = [str(BENCHMARKS), str(Path(__file__).parent)]
    script.write_text(KILLED.format(paths=paths, folder=str(tmp_path)))
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as command:
        try:
            processes = [psutil.Process(int(command.stdout.readline())) for _ in range(2)]
        finally:
            command.kill()
        until(lambda: all(map(is_gone, processes)), seconds=30)


def is_gone(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def refuse(folder: Path):
    os._exit(7)


def test_a_process_that_cannot_begin_is_told_of(tmp_path):
    with pytest.raises(RuntimeError, match="fewer --processes"):
        list(in_processes(partial(refuse, tmp_path), "abc", processes=2))


class Unspeakable(Exception):
    """One that cannot be sent."""

    def __init__(self, one, other):
        super().__init__("lost")


def fail_unspeakably(folder: Path):
    def work(job):
        raise Unspeakable(1, 2)
        yield

    return work


def test_an_error_that_does_not_travel_comes_in_words(tmp_path):
    with pytest.raises(RuntimeError, match="Unspeakable: lost"):
        list(in_processes(partial(fail_unspeakably, tmp_path), "a", processes=2))
