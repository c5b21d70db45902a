"""Jobs of a study in processes side by side; what comes of them is told as soon as it is there."""

from __future__ import annotations

import argparse
import os
import pickle
import signal
import threading
import traceback
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, TypeVar

from lrat_rank.progress import say

from .jobs import Job, Jobs

Made = TypeVar("Made")

PROCESSES = 2
_MADE, _DONE, _FAILED = "made", "done", "failed"


def add_processes_to(parser: argparse.ArgumentParser, what: str) -> None:
    """Add the option for their number; `what` says what one of them does."""
    parser.add_argument(
        "--processes", type=_count, default=PROCESSES, help=f"that work side by side: {what}"
    )


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a number, at least 1; got {text}")
    return int(text)


def in_processes(
    start: Callable[[], Callable[[Job], Iterable[Made]]],
    jobs: Iterable[Job],
    *,
    processes: int,
    kind: Callable[[Job], Hashable] | None = None,
) -> Iterator[Made]:
    """Do the jobs, and give what they yield as it comes.

    A job is taken from `jobs` when a process is free for it, so `jobs` may end early. After a
    failure no job is begun, those that are under way go on, and then the failure is raised.

    Args:
        start: Called once in each process, for what does a job there; it, the jobs and what they
            yield travel between processes.
        jobs: What is to be done.
        processes: How many do it, ≥ 1; with one, it is this one.
        kind: Says which jobs are better done by the same of several processes, see `Jobs`; then all
            jobs are taken at once.

    Raises:
        RuntimeError: A process was killed.
        Exception: What went wrong with the first job that failed.
    """
    if processes == 1:
        work = start()
        for job in jobs:
            yield from work(job)
        return
    left = Jobs(jobs, kind)
    crew: dict[Connection, SpawnProcess] = {}
    last: dict[Connection, Job] = {}
    failure: BaseException | None = None
    try:
        while len(crew) < processes and (given := left.give()):
            line, crew[line] = _hire(start)
            [last[line]] = given
            _send(line, last[line])
        while crew:
            for line in wait(list(crew)):
                word, told = _heard(line)
                if word == _MADE:
                    yield told
                    continue
                failure = failure or told
                if failure is None and (given := left.give(last[line])):
                    [last[line]] = given
                    _send(line, last[line])
                    continue
                line.close()
                crew.pop(line).join()
    finally:
        for process in crew.values():
            process.terminate()
            process.join()
    if failure is not None:
        raise failure


def _send(line: Connection, job: object) -> None:
    """Send it; that nobody is there is heard from the line soon enough."""
    with suppress(OSError):
        line.send(job)


def _hire(start: Callable[[], object]) -> tuple[Connection, SpawnProcess]:
    context = get_context("spawn")  # a fork would copy the threads of libraries half alive
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there, start), daemon=True)
    process.start()
    there.close()
    return here, process


def _heard(line: Connection) -> tuple[str, Any]:
    """What came of a job, that it is done, or what went wrong with it."""
    try:
        word, told = line.recv()
    except (EOFError, OSError):  # before a word, or in the middle of one
        word, told = (
            _FAILED,
            RuntimeError(
                "A process was killed, most likely for want of memory. What is done is kept: run "
                "the same command again, with fewer --processes."
            ),
        )
    if word == _FAILED:
        say(f"A job failed, those under way are finished first: {told!r}")
    return word, told


def _serve(line: Connection, start: Callable[[], Callable[..., object]]) -> None:
    """What a process does: jobs, until there are no more."""
    threading.Thread(target=_die_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the command is interrupted, and ends the others
    os.environ["TOKENIZERS_PARALLELISM"] = "false"  # the processes are the parallelism
    work = None
    with suppress(EOFError):
        while True:
            job = line.recv()
            try:
                work = work or start()
                for made in work(job):
                    line.send((_MADE, made))
                line.send((_DONE, None))
            except Exception as error:
                line.send((_FAILED, _portable(error)))


def _portable(error: Exception) -> Exception:
    """The error with its traceback, which does not travel by itself; in words, if it does not."""
    told = traceback.format_exc()
    error.add_note(told)
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(told)
    return error


def _die_with_parent() -> None:
    """Else a study that was killed goes on behind the back of the one that takes its place."""
    parent = parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)
