"""What one agent session did, kept on disk as a trajectory that `mine` reads back.

A session holds searches with what they showed, the documents opened, and the question and the
reasoning that the agent passed to its searches. Most pass neither.
"""

from __future__ import annotations

import secrets
import time
from pathlib import Path

from lrat_rank.errors import InputError
from lrat_rank.trajectories import Browse, Reasoning, Search, Trajectory, write_trajectory


class SessionLog:
    """One session's trajectory, written anew after each turn.

    The file is whole or absent at any moment: a killed server loses no turn it had answered.
    A session without a turn leaves no file.

    Args:
        folder: Where the file goes; made when it is missing.
        retriever: Name of the search back end, kept with the trajectory.
        k: Documents a search shows, kept too.

    Attributes:
        session_id: The trajectory's id, and the stem of its file's name.
        question: The task, or empty where no search was told.

    Raises:
        InputError: The folder is not there and cannot be made.
    """

    def __init__(self, folder: Path | str, *, retriever: str, k: int) -> None:
        self.session_id = new_session_id()
        self.question = ""
        self._folder = Path(folder)
        self._retriever, self._k = retriever, k
        self._turns: list[Reasoning | Search | Browse] = []
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(
                "log", must="a folder to write to", got=error.strerror, where=folder
            ) from error

    @property
    def trajectory(self) -> Trajectory:
        """What happened up to now."""
        return Trajectory(
            trajectory_id=self.session_id,
            question=self.question,
            turns=tuple(self._turns),
            retriever=self._retriever,
        )

    def record(self, turn: Reasoning | Search | Browse) -> None:
        """Add a turn and write the trajectory."""
        self._turns.append(turn)
        write_trajectory(self._folder, self.trajectory, k=self._k)


def new_session_id() -> str:
    """A name no other session has, safe in file names: UTC time, then 48 random bits."""
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    return f"session-{moment}-{secrets.token_hex(6)}"
