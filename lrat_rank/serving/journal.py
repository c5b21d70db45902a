"""The search log: JSON Lines that only grow, one record a call, written before the reply is sent.

Each process writes files of its own, so none is ever shared, and a server that comes back after a
crash never appends to a line that was cut off. A record is handed to the system in one write: a
process that is killed loses at most the call it was answering. What survives a power cut is what
`fsync` says. A log that cannot be written (a full disk) never stops the serving: the records lost
are counted, and a `gap` record says so as soon as writing works again.

docs/search-log.md lists the fields; `lrat_rank.trajectories.journal` reads them.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import threading
import time
import weakref
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from lrat_rank.serving.journal_file import JournalFile
from lrat_rank.serving.journal_options import JournalOptions
from lrat_rank.trajectories.journal import VERSION

_LOG = logging.getLogger(__name__)
_MOST_NAMED = 200
"""Sessions that a gap record names; records lost by more of them are only counted."""


class Journal:
    """Appends records to the search log of one process; calls may come from any thread.

    Args:
        folder: Where the files go; made when it is missing.
        options: When files are changed and synced, and which texts are kept.

    Attributes:
        folder: As given.
        options: As given.
        records: Records written up to now.
        gaps: Records lost up to now, because they could not be written.
        error: Why the last write failed; empty when it did not.
        sync_error: Why the last sync failed; empty when it did not.

    Raises:
        InputError: The folder is not there and cannot be made, or cannot be written to.
    """

    def __init__(self, folder: Path | str, options: JournalOptions | None = None) -> None:
        self.folder, self.options = Path(folder), options or JournalOptions()
        self.records = self.gaps = 0
        self.error = self.sync_error = ""
        self._closed = threading.Event()
        self._begin()
        self._file.check_folder()
        _OPEN.add(self)

    def write(self, kind: str, session_id: str, **fields: Any) -> bool:
        """Append one record; a field of None is left out.

        Returns:
            Whether it was written. It never raises: a reply does not fail for its log.
        """
        record = {
            "v": VERSION,
            "kind": kind,
            "session_id": session_id,
            "at": time.time(),
            "monotonic": time.monotonic(),
        }
        record |= {name: value for name, value in fields.items() if value is not None}
        try:
            line = _line(record)
        except Exception as error:  # numbers out of range, wrong types, too deep
            with self._one_at_a_time:
                self._lost(session_id, error)
            return False
        with self._one_at_a_time:
            written = self._append(session_id, line)
        nobody_else_syncs = self.options.syncs and self._closed.is_set()
        if written and (self.options.syncs_each or nobody_else_syncs):
            self.sync()
        return written

    def sync(self) -> None:
        """Have the system put what was written on the disk; a failure is logged and no more."""
        error = self._file.sync()
        told = f"{type(error).__name__}: {error}" if error else ""
        if told and told != self.sync_error:
            _LOG.error("the search log in %s cannot be synced: %s", self.folder, told)
        self.sync_error = told

    def close(self) -> None:
        """Sync and close the file. A later write opens another one, and is synced by itself."""
        self._closed.set()
        with self._one_at_a_time:
            with contextlib.suppress(OSError):
                self._report_gap()
            if self.options.syncs:
                self.sync()
            self._file.close()

    @property
    def failing(self) -> bool:
        """Whether the last record could not be written, or the disk did not take it."""
        return bool(self.error or self.sync_error)

    def _begin(self) -> None:
        """What belongs to one process: its file, its locks, its thread."""
        self._one_at_a_time = threading.Lock()
        self._file = JournalFile(
            self.folder,
            self.options.rotate_bytes,
            secrets.token_hex(6),
            syncs=self.options.syncs,
        )
        # A log that nobody closed, such as one of many short sessions, must not keep its file open.
        self._unclosed = weakref.finalize(self, self._file.close)
        self._unclosed.atexit = False
        self._unreported: Counter[str] = Counter()
        if seconds := self.options.sync_seconds:
            threading.Thread(
                target=_sync_now_and_then,
                args=(weakref.ref(self), self._closed, seconds),
                name="journal-sync",
                daemon=True,
            ).start()

    def _append(self, session_id: str, line: bytes) -> bool:
        try:
            self._report_gap()
            self._file.append(line)
        except OSError as error:
            self._lost(session_id, error)
            return False
        self.records += 1
        if self.error:
            _LOG.warning("the search log is written again")
            self.error = ""
        return True

    def _lost(self, session_id: str, error: Exception) -> None:
        self.gaps += 1
        known = session_id in self._unreported or len(self._unreported) < _MOST_NAMED
        self._unreported[session_id if known else ""] += 1
        self._complain(error)

    def _complain(self, error: Exception) -> None:
        told = f"{type(error).__name__}: {error}"
        if told != self.error:  # a disk stays full for thousands of calls
            _LOG.error("the search log in %s loses records: %s", self.folder, told)
        self.error = told

    def _report_gap(self) -> None:
        """Say in the log what it lacks, where it lacks something.

        Raises:
            OSError: It still cannot be written.
        """
        if not self._unreported:
            return
        record = {
            "v": VERSION,
            "kind": "gap",
            "at": time.time(),
            "monotonic": time.monotonic(),
            "lost": self._unreported.total(),
            "sessions": dict(self._unreported),
        }
        self._file.append(_line(record))
        self._unreported.clear()


def _line(record: dict[str, Any]) -> bytes:
    try:
        return msgspec.json.encode(record) + b"\n"
    except UnicodeEncodeError:  # half an emoji, which JSON can hold when it is escaped
        return json.dumps(record, default=str).encode() + b"\n"


def _sync_now_and_then(
    journal: weakref.ref[Journal], closed: threading.Event, seconds: float
) -> None:
    while not closed.wait(seconds):
        living = journal()
        if living is None:
            return
        living.sync()
        del living


_OPEN: weakref.WeakSet[Journal] = weakref.WeakSet()


def _leave_to_parent() -> None:
    """A forked process opens files of its own, and its locks are held by nobody."""
    for journal in list(_OPEN):
        journal._unclosed.detach()
        journal._begin()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_to_parent)
