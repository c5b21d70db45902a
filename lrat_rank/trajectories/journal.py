"""The search log of our own servers: records of many sessions, one a line, in files of a folder.

A record is one of these kinds:

    file    opens a file: {"at", "monotonic", "clock", "process"}
    search  {"session_id", "call_id", "took_s", "query", "shown": [{"doc_id", "rank", "score",
             "propensity"?, "snippet"?}], "retriever"?, "ranker_version"?, "arm"?, "reasoning"?,
             "question"?, "read"?, "dwell_s"?}
    open    {"session_id", "call_id", "took_s", "doc_id", "text"?, "failed"?, "reasoning"?, …}
    think   {"session_id", "reasoning"}
    end     {"session_id"}
    shadow  {"session_id", "of": call_id, "ranker_version", "ranking"}
    gap     {"lost", "sessions": {session_id: calls}}

The files of all folders read together are one log: a session may go on in another file, and after
a restart. Its records come into the order of the monotonic clock, which no change of the wall clock
moves; processes of one boot of the machine share that clock. A call that stands in two files (a
copy) counts once. Calls that came in before the reply of another had gone out are one batch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from lrat_rank.trajectories.adapter import Pieces, ReadSetting, TrajectoryFormat
from lrat_rank.trajectories.journal_turns import plain_number, read_turns
from lrat_rank.trajectories.model import Trajectory

VERSION = 1
SESSION = "session"
TORN = {"v": VERSION, "kind": "torn"}
"""Stands for a last line that was cut off when the server was killed."""

_CALLS = frozenset({"search", "open", "think", "end"})
_KINDS = _CALLS | {"file", "shadow", "gap", "torn", SESSION}

_LOST = "call that the search log could not write"
_TORN = "last line of a log file, cut off"
_ARMS = "session with calls in several arms"


def recognises(record: object) -> bool:
    """Whether a record is one of a search log.

    >>> recognises({"v": 1, "kind": "end", "session_id": "s", "at": 1.0, "monotonic": 2.0})
    True
    >>> recognises({"v": 1, "kind": "end"})
    False
    """
    if not isinstance(record, dict) or record.get("v") != VERSION:
        return False
    kind = record.get("kind")
    if not isinstance(kind, str) or kind not in _KINDS:
        return False
    if kind in ("torn", SESSION):
        return True
    return all(plain_number(record.get(key)) is not None for key in ("at", "monotonic"))


def run_name(record: object) -> str | None:
    """The session's id."""
    named = record.get("session_id") if isinstance(record, dict) else None
    return named if isinstance(named, str) and named else None


def gather(pieces: Sequence[object]) -> Iterator[object]:
    """The sessions of a log, in the order they began."""
    sessions = _Sessions()
    for piece in pieces:
        if isinstance(piece, dict):
            sessions.take(piece)
    return sessions.runs()


class _Sessions:
    """Records sorted out by session."""

    def __init__(self) -> None:
        self._starts: dict[str, float] = {}
        self._start: float | None = None
        self._records: dict[str, list[tuple[float, dict[str, Any]]]] = {}
        self._taken: set[tuple[str, object]] = set()
        self._lost: Counter[str] = Counter()
        self._torn = 0

    def take(self, piece: dict[str, Any]) -> None:
        kind = piece["kind"]
        if kind == "file":
            start, clock = piece["at"] - piece["monotonic"], piece.get("clock")
            self._start = self._starts.setdefault(clock, start) if isinstance(clock, str) else start
        elif kind == "torn":
            self._torn += 1
        elif kind == "gap":
            self._take_gap(piece)
        elif kind in _CALLS:
            self._take_call(kind, piece)

    def _take_gap(self, piece: dict[str, Any]) -> None:
        if not self._is_new(("gap", piece["monotonic"])):
            return
        sessions = piece.get("sessions")
        for session_id, lost in (sessions if isinstance(sessions, dict) else {}).items():
            if isinstance(lost, int) and not isinstance(lost, bool) and lost > 0:
                self._lost[session_id] += lost

    def _take_call(self, kind: str, piece: dict[str, Any]) -> None:
        session_id = run_name(piece) or ""
        call_id = piece.get("call_id")
        known = call_id if isinstance(call_id, str) else (session_id, kind, piece["monotonic"])
        if not self._is_new(("call", known)):
            return
        start = piece["at"] - piece["monotonic"] if self._start is None else self._start
        time = start + piece["monotonic"]
        self._records.setdefault(session_id, []).append((time, piece))

    def _is_new(self, key: tuple[str, object]) -> bool:
        if key in self._taken:
            return False
        self._taken.add(key)
        return True

    def runs(self) -> Iterator[object]:
        for records in self._records.values():
            records.sort(key=_time)
        in_order = sorted(self._records.items(), key=lambda item: item[1][0][0])
        # What belongs to no session that is there is told with the first.
        odd = sum(n for session, n in self._lost.items() if session not in self._records)
        torn = self._torn
        for session_id, records in in_order:
            lost = self._lost[session_id] + odd
            yield {
                "v": VERSION,
                "kind": SESSION,
                "session_id": session_id,
                "records": records,
                "lost": lost,
                "torn": torn,
            }
            odd = torn = 0


def _time(record: tuple[float, dict[str, Any]]) -> float:
    return record[0]


def read_session(
    record: object, /, *, trajectory_id: str, source: str, setting: ReadSetting
) -> Trajectory:
    """Read one session that `gather` made.

    Raises:
        ValueError: The record is not one.
    """
    if not isinstance(record, dict) or record.get("kind") != SESSION:
        raise ValueError("not a session of a search log: gather() makes them")
    unplaced = setting.report.unplaced
    for reason, count in ((_LOST, record["lost"]), (_TORN, record["torn"])):
        if count:
            unplaced[reason] += count
    records = record["records"]
    arms = list(dict.fromkeys(_texts(records, "arm")))
    if len(arms) > 1:
        unplaced[_ARMS] += 1
    return Trajectory(
        trajectory_id=run_name(record) or trajectory_id,
        question=next(iter(_texts(records, "question")), ""),
        turns=read_turns(records, unplaced),
        retriever=_retriever(records),
        arm=arms[0] if len(arms) == 1 else "",
        source=source,
    )


def _texts(records: Sequence[tuple[float, dict[str, Any]]], key: str) -> Iterator[str]:
    """What the records say under a key, where it is a text with something in it."""
    for _, piece in records:
        value = piece.get(key)
        if isinstance(value, str) and value.strip():
            yield value


def _retriever(records: Sequence[tuple[float, dict[str, Any]]]) -> str:
    """The stages, and the versions of the ranker that served the session."""
    names = " + ".join(dict.fromkeys(_texts(records, "retriever")))
    versions = " + ".join(dict.fromkeys(_texts(records, "ranker_version")))
    return f"{names} ({versions})" if versions else names


JOURNAL = TrajectoryFormat(
    name="journal",
    summary="the search log of our servers: records of many sessions, one a line",
    recognises=recognises,
    run_name=run_name,
    read=read_session,
    pieces=Pieces(is_piece=lambda record: True, gather=gather),
)
