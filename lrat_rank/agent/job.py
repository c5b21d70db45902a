"""All questions of a topics file, several at once, going on where an earlier job stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lrat_rank.agent.budget import Budget
from lrat_rank.agent.chat import Conversation
from lrat_rank.agent.folder import RunFolder
from lrat_rank.agent.loop import Episode, Run
from lrat_rank.agent.options import AgentOptions
from lrat_rank.agent.prompt import asked
from lrat_rank.agent.status import Status
from lrat_rank.agent.summary import AgentResult
from lrat_rank.agent.tools import Toolbox
from lrat_rank.collections import read_topics
from lrat_rank.errors import InputError, LratRankError
from lrat_rank.files import refuse_inputs
from lrat_rank.llm import ChatClient, Meter
from lrat_rank.progress import say, track
from lrat_rank.serving import SearchTool
from lrat_rank.trajectories import Trajectory

MOST_BYTES = 32 << 20
"""Of a reply: streamed, a token takes some 300 bytes."""

_HOPELESS = 3
"""Runs in a row that an endpoint failed, with no reply in between, before the job stops."""


_WAKE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Task:
    """One run to make: a question, and which of its runs, counted from 1."""

    question_id: str
    question: str
    number: int

    @property
    def trajectory_id(self) -> str:
        """Names the run; runs of one question share its id before the last hyphen."""
        return f"{self.question_id}-run{self.number}"


def run_agent(
    topics: Path | str,
    out: Path | str,
    tool: SearchTool,
    options: AgentOptions,
    *,
    runs: int = 1,
    about: Mapping[str, Any] | None = None,
    places: Mapping[str, str] | None = None,
) -> AgentResult:
    """Run the agent on every question and write each run as it ends.

    A run that is there and ended is not made again; one that the endpoint failed is. The job stops
    at once when key, model or address are wrong and when the endpoint cannot be reached at all.

    Args:
        topics: The questions, as `read_topics` reads them.
        out: Folder of the runs, new or begun with the same options.
        tool: What the agent searches with; its lock makes it safe to share.
        options: How the agent is run.
        runs: Times each question is asked, ≥ 1.
        about: What else all runs of the folder have in common, such as a fingerprint of the index:
            a job that says something else is refused.
        places: Where those things stand, kept for people to read.

    Raises:
        InputError: Topics, folder, key, model or address are wrong, or another job is at work on
            the folder.
        OutageError: The endpoint cannot be reached; finished runs are kept.
        MissingExtraError: The extra `llm` is not installed.
    """
    started = time.monotonic()
    if runs < 1:
        raise InputError("runs", must="1 or more", got=runs)
    refuse_inputs(out, topics)
    questions = read_topics(topics)
    meter = Meter()
    client = ChatClient(options.endpoint(), meter, most_bytes=MOST_BYTES)
    toolbox = Toolbox(
        tool, get_document=options.get_document, document_tokens=options.document_tokens
    )
    searched = {"retriever": tool.name, "k": tool.k, "depth": tool.depth}
    folder = RunFolder(out)
    result = AgentResult(out=str(out), questions=len(questions))
    job = _Job(client, options, toolbox, folder, result, _Hope(meter), tool)
    tasks = [Task(i, text, n) for n in range(1, runs + 1) for i, text in questions.items()]
    with folder.held({**(about or {}), **searched, **options.record()}, places):
        job.play(job.still_to_make(tasks))
    result.requests, result.seconds = meter.summary(), time.monotonic() - started
    return result


def _as_they_end(under_way: list[Future[None]]) -> Iterator[Future[None]]:
    """The futures as they end.

    It waits in short pieces: an interrupt that the system hands to another thread does not wake
    this one, and is seen when it wakes by itself.
    """
    left = set(under_way)
    while left:
        ended, left = wait(left, timeout=_WAKE_SECONDS, return_when=FIRST_COMPLETED)
        yield from ended


class _Hope:
    """Tells an endpoint that fails a run from one that fails them all."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._lock = threading.Lock()
        self._replies_then = 0
        self._in_a_row = 0

    def is_lost(self) -> bool:
        """Count a run that the endpoint failed; whether the others would fare alike."""
        with self._lock:
            replies = self._meter.replies
            self._in_a_row = self._in_a_row + 1 if replies == self._replies_then else 1
            self._replies_then = replies
            return replies == 0 or self._in_a_row >= _HOPELESS


@dataclass(frozen=True, slots=True)
class _Job:
    """What all runs share."""

    client: ChatClient
    options: AgentOptions
    toolbox: Toolbox
    folder: RunFolder
    result: AgentResult
    hope: _Hope
    tool: SearchTool

    def still_to_make(self, tasks: list[Task]) -> list[Task]:
        left = []
        for task in tasks:
            status = self.folder.ending(task.trajectory_id, task.question)
            if status is None:
                left.append(task)
            else:
                self.result.keep(status)
        return left

    def play(self, tasks: list[Task]) -> None:
        with ThreadPoolExecutor(self.options.concurrency) as pool, self._stopping(pool):
            under_way: list[Future[None]] = [pool.submit(self._one, task) for task in tasks]
            for run in track(_as_they_end(under_way), "agent runs", total=len(under_way)):
                run.result()

    @contextmanager
    def _stopping(self, pool: ThreadPoolExecutor) -> Iterator[None]:
        """Stop every run when one error is everyone's, or when somebody interrupts."""
        try:
            yield
        except BaseException as error:
            pool.shutdown(wait=False, cancel_futures=True)
            stopped = error if isinstance(error, LratRankError) else LratRankError("stopped")
            self.client.close(stopped)
            if isinstance(error, KeyboardInterrupt):
                say("Finished runs are kept: run the same command again to go on.")
            raise

    def _one(self, task: Task) -> None:
        try:
            self._make(task)
        except LratRankError as error:
            # Before this thread takes up the next run: nothing more shall be asked.
            self.client.close(error)
            raise

    def _make(self, task: Task) -> None:
        prompt = self.options.prompt
        conversation = Conversation(
            self.client, self.options, asked(prompt, task.question), self.toolbox.schemas
        )
        toolbox = self.toolbox.of_run(task.question)
        episode = Run(conversation, toolbox, Budget(self.options.limits), prompt).play()
        if episode.status is Status.ERROR and episode.trouble and self.hope.is_lost():
            raise episode.trouble
        self.folder.keep(self._trajectory(task, episode), k=self.tool.k)
        self.result.add(episode)

    def _trajectory(self, task: Task, episode: Episode) -> Trajectory:
        return Trajectory(
            trajectory_id=task.trajectory_id,
            question=task.question,
            turns=tuple(episode.turns),
            status=episode.status.value,
            agent=self.options.model,
            retriever=self.tool.name,
            question_id=task.question_id,
        )
