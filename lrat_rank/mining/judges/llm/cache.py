"""Replies on disk: a repeated or resumed job asks nothing twice.

Keys are hashes, values are JSON. diskcache unpickles any row of its database that says it is a
pickle, even under its `JSONDisk`; here such a row is no entry, so a planted cache runs no code.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import sys
import threading
import zlib
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from lrat_rank.errors import InputError, require
from lrat_rank.llm import Meter, Reply
from lrat_rank.mining.judges.llm.options import LlmOptions
from lrat_rank.mining.judges.llm.prompt import PROMPT_VERSION, Messages

_IN_DATABASE = 1 << 30
_PLAIN = 1
"""diskcache's MODE_RAW: the value stands in the database as it is."""


def key_of(options: LlmOptions, messages: Messages, vote: int) -> str:
    """The key of a reply: model, prompt version, sampling, vote and every word that is sent.

    The address is not part of it: the same model behind another port is the same model.
    """
    asked = [options.model, PROMPT_VERSION, options.sampling(vote), vote, messages]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def default_folder() -> Path:
    """`judge` in this package's folder of the user's cache, where the platform keeps that.

    `XDG_CACHE_HOME`, when it is an absolute path; else `~/Library/Caches` on macOS,
    `%LOCALAPPDATA%` on Windows, and `~/.cache` elsewhere.
    """
    chosen = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(chosen):
        base = Path(chosen)
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    elif sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        base = Path.home() / ".cache"
    return base / "lrat-rank" / "judge"


class ReplyCache:
    """Replies by key, for any number of threads and processes.

    Raises:
        InputError: The folder cannot be used.
        MissingExtraError: The extra `llm` is not installed.
    """

    def __init__(self, folder: Path, meter: Meter) -> None:
        diskcache = require("diskcache", extra="llm")
        self._folder = folder
        self._meter = meter
        self._troubles = (OSError, sqlite3.Error, diskcache.Timeout)
        self._lock = threading.Lock()
        self._under_way: dict[str, Future[Reply]] = {}
        try:
            # Replies may quote the logs: they are nobody else's business.
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._store = diskcache.Cache(
                str(folder),
                disk=_json_only(diskcache),
                disk_min_file_size=_IN_DATABASE,
                eviction_policy="none",
            )
        except self._troubles as error:
            raise self._unusable(error) from error

    def reply(self, key: str, ask: Callable[[], Reply]) -> Reply:
        """The reply under a key; asked for when it is not there, by one thread for all.

        A reply without text is given but not kept, and an error goes to all who wait for it.
        """
        with self._lock:
            under_way = self._under_way.get(key)
            mine: Future[Reply] = Future()
            if under_way is None:
                self._under_way[key] = mine
        if under_way is not None:
            reply = under_way.result()
            self._meter.cached()
            return reply
        try:
            reply = self._kept_or_asked(key, ask)
        except BaseException as error:
            mine.set_exception(error)
            raise
        else:
            mine.set_result(reply)
            return reply
        finally:
            with self._lock:
                del self._under_way[key]

    def _kept_or_asked(self, key: str, ask: Callable[[], Reply]) -> Reply:
        kept = self._kept(key)
        if kept is not None:
            self._meter.cached()
            return kept
        reply = ask()
        if reply.text.strip():
            try:
                self._store.set(key, {"text": reply.text, "was_cut": reply.was_cut}, retry=True)
            except self._troubles as error:
                raise self._unusable(error) from error
        return reply

    def _kept(self, key: str) -> Reply | None:
        """The reply in the store; a damaged entry is none."""
        try:
            record = self._store.get(key, retry=True)
        except (ValueError, zlib.error, RecursionError):
            return None
        except self._troubles as error:
            raise self._unusable(error) from error
        if not isinstance(record, dict) or not isinstance(record.get("text"), str):
            return None
        return Reply(record["text"], was_cut=record.get("was_cut") is True)

    def _unusable(self, error: Exception) -> InputError:
        return InputError(
            "judge cache",
            must="a folder that can be read and written",
            got=f"{type(error).__name__}: {error}",
            where=self._folder,
            do="Choose another folder, or remove this one.",
        )


def _json_only(diskcache: Any) -> type:
    """The `JSONDisk` of diskcache, which reads no pickles and no other files."""

    class JsonOnly(diskcache.JSONDisk):
        def fetch(self, mode: int, filename: str | None, value: Any, read: bool) -> Any:
            if mode != _PLAIN or filename is not None or read:
                raise ValueError("not an entry of this cache")
            return super().fetch(mode, filename, value, read)

    return JsonOnly
