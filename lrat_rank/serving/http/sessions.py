"""The sessions of agents that say which one they are."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from lrat_rank.serving.http.errors import Kind, Problem
from lrat_rank.serving.journal import Journal
from lrat_rank.serving.search_tool import SearchTool

MOST_CHARACTERS = 128


class Sessions:
    """One search tool a session; calls without a session id stand alone.

    Args:
        tool: The tool that sessions are made of.
        journal: Where they are written, if anywhere.
        most: Sessions that are remembered; the one unused for longest goes first.
        idle_s: Seconds without a call after which a session is forgotten.
        clock: Seconds that only go forward.
    """

    def __init__(
        self,
        tool: SearchTool,
        journal: Journal | None = None,
        *,
        most: int,
        idle_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tool, self._journal = tool, journal
        self._alone = tool.mixed(log=journal)
        self._most, self._idle_s, self._clock = most, idle_s, clock
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[SearchTool, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def of(self, session_id: str | None) -> SearchTool:
        """The tool of a session, a new one where the id is unknown or forgotten.

        Raises:
            Problem: The id is too long or does not print.
        """
        if not session_id:
            return self._alone
        if len(session_id) > MOST_CHARACTERS or not session_id.isprintable():
            raise Problem(
                Kind.INVALID,
                f"A session_id is at most {MOST_CHARACTERS} printable characters.",
                param="session_id",
            )
        now = self._clock()
        with self._lock:
            found = self._known.pop(session_id, None)
            tool = found[0] if found else self._begun(session_id)
            self._known[session_id] = (tool, now)
            forgotten = self._forgotten(now)
        for one in forgotten:
            one.end()
        return tool

    def end(self, session_id: str) -> None:
        """End a session, where there is one of that id."""
        with self._lock:
            found = self._known.pop(session_id, None)
        if found is not None:
            found[0].end()

    def close(self) -> None:
        """End all sessions."""
        with self._lock:
            ended = [tool for tool, _ in self._known.values()]
            self._known.clear()
        for tool in ended:
            tool.end()

    def _begun(self, session_id: str) -> SearchTool:
        return self._tool.session(log=self._journal, session_id=session_id)

    def _forgotten(self, now: float) -> list[SearchTool]:
        out = []
        while self._known:
            tool, used = next(iter(self._known.values()))
            if len(self._known) <= self._most and now - used <= self._idle_s:
                break
            self._known.popitem(last=False)
            out.append(tool)
        return out
