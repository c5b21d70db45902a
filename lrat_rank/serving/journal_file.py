"""The file that a search log writes to now: whole lines or nothing, and another file in time."""

from __future__ import annotations

import contextlib
import errno
import os
import threading
import time
from pathlib import Path

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.trajectories.journal import VERSION
from lrat_rank.trajectories.journal_files import journal_name

_BOOT = Path("/proc/sys/kernel/random/boot_id")


class JournalFile:
    """Appends lines; one caller at a time, but `sync` may run beside it.

    A file begins to exist with its first line, before which stands a record that says which clock
    the monotonic times are of.

    Args:
        folder: Where the files go.
        rotate_bytes: Size from which on a file is followed by another.
        process: Hexadecimal digits that no other process has.
        syncs: Whether anybody calls `sync`.
    """

    def __init__(self, folder: Path, rotate_bytes: int, process: str, *, syncs: bool) -> None:
        self._folder, self._rotate_bytes, self._process = folder, rotate_bytes, process
        self._moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        self._boot = _boot(process)
        self._number = self._size = self._written = self._synced = 0
        self._syncs, self._new_name = syncs, False
        self._descriptor: int | None = None
        self._left: list[int] = []
        self._syncing = threading.Lock()
        self._changing = threading.Lock()
        """Guards which descriptors there are; never held while the disk is waited for."""

    def check_folder(self) -> None:
        """Make the folder.

        Raises:
            InputError: It cannot be made, or nothing can be written to it.
        """
        wanted = "a folder to write to"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError("log", must=wanted, got=error.strerror, where=self._folder) from error
        if not os.access(self._folder, os.W_OK | os.X_OK):
            raise InputError("log", must=wanted, got="no right to write", where=self._folder)

    def append(self, line: bytes) -> None:
        """Append a line that ends in a newline, to this file or the next one.

        Raises:
            OSError: It cannot be written; nothing of it is left then, as far as the disk allows.
        """
        if self._descriptor is not None and (self._size >= self._rotate_bytes or self._removed()):
            self._leave()
        try:
            self._put(line)
        except OSError as error:
            if error.errno != errno.EFBIG or self._descriptor is None:
                raise
            self._leave()  # this file must not grow; another one may
            self._put(line)

    def sync(self) -> OSError | None:
        """Have the system put on the disk what is not there yet; the error, if any."""
        with self._syncing:
            with self._changing:
                mark, left = self._written, self._left.copy()
                current = self._current()
            # Whoever waited here may find that the one before it has synced its lines too.
            if self._synced == mark and not left:
                return None
            try:
                for descriptor in (*left, *current):
                    os.fsync(descriptor)
                self._sync_folder()
            except OSError as error:
                return error
            finally:
                self._release(left)
            self._synced = mark
        return None

    def close(self) -> None:
        """Close the file, synced or not; the next line opens another."""
        with self._syncing:
            with self._changing:
                descriptors = [*self._left, *self._current()]
                self._descriptor = None
            self._release(descriptors)

    def _current(self) -> list[int]:
        return [] if self._descriptor is None else [self._descriptor]

    def _leave(self) -> None:
        """Go on in another file. The next sync closes this one, so that no reply waits for it."""
        if not self._syncs:
            self.close()
            return
        with self._changing:
            self._left += self._current()
            self._descriptor = None

    def _release(self, descriptors: list[int]) -> None:
        with self._changing:  # before their numbers can be those of other files
            self._left = [one for one in self._left if one not in descriptors]
        for descriptor in descriptors:
            with contextlib.suppress(OSError):
                os.close(descriptor)

    def _put(self, line: bytes) -> None:
        is_new = self._descriptor is None
        descriptor = self._create() if self._descriptor is None else self._descriptor
        data = memoryview(self._opening() + line if is_new else line)
        length = len(data)
        try:
            while data:
                data = data[os.write(descriptor, data) :]
        except BaseException:
            self._take_back(descriptor)
            raise
        self._size += length
        self._written += 1

    def _take_back(self, descriptor: int) -> None:
        """Cut off what was written of a line; a file that cannot be cut is written to no more."""
        with contextlib.suppress(OSError):
            if not self._size:
                os.unlink(self._path)
            else:
                os.ftruncate(descriptor, self._size)
                return
        self._leave()

    def _create(self) -> int:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._number += 1
        self._path = self._folder / journal_name(self._moment, self._process, self._number)
        self._new_name = True
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL
        self._descriptor, self._size = os.open(self._path, flags, 0o600), 0
        return self._descriptor

    def _sync_folder(self) -> None:
        """Keep the names of new files, not only what is in them; not every system can."""
        if not self._new_name:
            return
        self._new_name = False
        with contextlib.suppress(OSError):
            folder = os.open(self._folder, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def _opening(self) -> bytes:
        opening = {
            "v": VERSION,
            "kind": "file",
            "at": time.time(),
            "monotonic": time.monotonic(),
            "clock": self._boot,
            "process": self._process,
        }
        return msgspec.json.encode(opening) + b"\n"

    def _removed(self) -> bool:
        """Whether somebody deleted the file: what is written to it now would never be found."""
        assert self._descriptor is not None
        return os.fstat(self._descriptor).st_nlink == 0


def _boot(process: str) -> str:
    """What names the monotonic clock: on Linux all processes share one from boot to boot."""
    try:
        return _BOOT.read_text().strip()
    except OSError:
        return process
