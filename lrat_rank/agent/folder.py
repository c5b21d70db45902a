"""The folder of a job: one file a run, and what the runs have in common.

Runs stand in the folder as BrowseComp-Plus files, so that every command that reads trajectories
takes the folder as it is. What they have in common is a hidden file, which those pass over.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from lrat_rank.agent.status import ENDED, Status
from lrat_rank.errors import InputError
from lrat_rank.files import read_json, writable, write_json
from lrat_rank.trajectories import Trajectory, write_trajectory
from lrat_rank.trajectories.browsecomp_writer import file_name

MANIFEST = ".agent.json"
FORMAT, VERSION = "lrat-rank-agent", 1

_Jumbled = (OSError, UnicodeDecodeError, msgspec.DecodeError, RecursionError)


class _Ending(msgspec.Struct):
    """What tells whether a run has to be made again."""

    query: str
    status: Status


class RunFolder:
    """Keeps the runs of one job.

    Args:
        path: The folder; made when it is missing.
        options: What every run of the job has in common; holds no secret.

    Raises:
        InputError: The folder holds something else, or runs made with other options.
    """

    def __init__(self, path: Path | str, options: Mapping[str, Any]) -> None:
        self.path = Path(path)
        manifest = self.path / MANIFEST
        ours = manifest.is_file()
        # Before the first run is written nothing has to fit: a wrong model can be put right.
        if ours and self._holds_runs():
            _same(read_json(manifest, "agent folder"), dict(options), self.path)
            return
        free = not self.path.exists() or (self.path.is_dir() and not any(self.path.iterdir()))
        if not (ours or free):
            raise InputError(
                "--out",
                must="a new or empty folder, or one that agent run began",
                got="something else",
                where=self.path,
                do="Choose another --out.",
            )
        with writable(self.path / MANIFEST):
            self.path.mkdir(parents=True, exist_ok=True)
        write_json(manifest, {"format": FORMAT, "version": VERSION, "options": dict(options)})

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
    now = msgspec.to_builtins(options)
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
    if name == "prompt":
        return "another prompt"
    return f"{name} was {before}, now {now}"
