"""The folder of a job: one file a run, and what the runs have in common.

Runs stand in the folder as BrowseComp-Plus files, so that every command that reads trajectories
takes the folder as it is. What they have in common is a hidden file, which those pass over, and so
is the lock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from filelock import FileLock, Timeout

from lrat_rank.agent.status import ENDED, Status
from lrat_rank.errors import InputError
from lrat_rank.files import read_json, writable, write_json
from lrat_rank.trajectories import Trajectory, write_trajectory
from lrat_rank.trajectories.browsecomp_writer import file_name

MANIFEST = ".agent.json"
LOCK = ".agent.lock"
FORMAT, VERSION = "lrat-rank-agent", 2

_TOO_LONG_TO_SHOW = ("prompt", "index", "ranker")

_Jumbled = (OSError, UnicodeDecodeError, msgspec.DecodeError, RecursionError)


class _Ending(msgspec.Struct):
    """What tells whether a run has to be made again."""

    query: str
    status: Status


class RunFolder:
    """Keeps the runs of one job.

    Args:
        path: The folder; made when a job begins in it.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    @contextmanager
    def held(
        self, options: Mapping[str, Any], places: Mapping[str, str] | None = None
    ) -> Iterator[None]:
        """Begin or go on with a job; no other process works on the folder meanwhile.

        The lock dies with the process that holds it.

        Args:
            options: What every run of the job has in common; holds no secret.
            places: Where those things stand, for people to read: not compared.

        Raises:
            InputError: The folder holds something else or runs made with other options, or another
                job is at work on it.
        """
        self._check_usable()
        lock = FileLock(self.path / LOCK)
        with writable(self.path / MANIFEST):
            self.path.mkdir(parents=True, exist_ok=True)
            _acquire(lock, self.path)
        try:
            self._begin(dict(options), dict(places or {}))
            yield
        finally:
            lock.release()

    def _check_usable(self) -> None:
        if not self.path.exists() or (self.path / MANIFEST).is_file():
            return
        if self.path.is_dir() and all(path.name == LOCK for path in self.path.iterdir()):
            return
        raise InputError(
            "--out",
            must="a new or empty folder, or one that agent run began",
            got="something else",
            where=self.path,
            do="Choose another --out.",
        )

    def _begin(self, options: dict[str, Any], places: dict[str, str]) -> None:
        manifest = self.path / MANIFEST
        # Before the first run is written nothing has to fit: a wrong model can be put right.
        if manifest.is_file() and self._holds_runs():
            _same(read_json(manifest, "agent folder"), options, self.path)
            return
        record = {"format": FORMAT, "version": VERSION, "options": options, "places": places}
        write_json(manifest, record)

    def _holds_runs(self) -> bool:
        return any(not path.name.startswith(".") for path in self.path.iterdir())

    def ending(self, trajectory_id: str, question: str) -> Status | None:
        """How a run that was written ended; None where it is still to be made.

        A run is made again when its endpoint failed it, when its file is broken, and when the
        question of that id was another one then.
        """
        try:
            body = (self.path / file_name(trajectory_id)).read_bytes()
            ending = msgspec.json.decode(body, type=_Ending)
        except _Jumbled:
            return None
        return ending.status if ending.query == question and ending.status in ENDED else None

    def keep(self, trajectory: Trajectory, *, k: int) -> None:
        """Write a run, whole or not at all; an earlier one of the same id is replaced."""
        write_trajectory(self.path, trajectory, k=k)


def _acquire(lock: FileLock, folder: Path) -> None:
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise InputError(
            "--out",
            must="worked on by one job at a time",
            got="another job that is at work on it",
            where=folder,
            do="Wait for it, or choose another --out.",
        ) from error


def _same(manifest: dict[str, Any], options: dict[str, Any], where: Path) -> None:
    """Make sure that runs to come are made as those that are there."""
    if manifest.get("format") != FORMAT or manifest.get("version") != VERSION:
        raise InputError(
            "agent folder",
            must=f"one of format {FORMAT}, version {VERSION}",
            got=f"{manifest.get('format')}, version {manifest.get('version')}",
            where=where / MANIFEST,
        )
    before = manifest.get("options")
    before = before if isinstance(before, dict) else {}
    # Through JSON and back, so that what compares equal is what a file can hold.
    now = msgspec.json.decode(msgspec.json.encode(options))
    other = [name for name in sorted({*before, *now}) if before.get(name) != now.get(name)]
    if other:
        raise InputError(
            "options",
            must="the same as those the runs in --out were made with",
            got="others: " + "; ".join(_difference(n, before.get(n), now.get(n)) for n in other),
            where=where,
            do="Give the same options to go on, or choose another --out.",
        )


def _difference(name: str, before: object, now: object) -> str:
    if isinstance(before, dict) and isinstance(now, dict):
        changed = [key for key in {**before, **now} if before.get(key) != now.get(key)]
        return "; ".join(_difference(key, before.get(key), now.get(key)) for key in changed)
    if name in _TOO_LONG_TO_SHOW:
        return f"another {name}"
    return f"{name} was {before}, now {now}"
