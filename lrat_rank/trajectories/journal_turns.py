"""From the records of one session in a search log to the turns of its trajectory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from lrat_rank.trajectories.model import Browse, Impression, Reasoning, Search, Turn

_LARGEST = 1e15
_MOST_RANKS = 1_000_000

TimedRecord = tuple[float, dict[str, Any]]
"""(seconds since 1970 when its reply was ready, record)."""


def read_turns(records: Sequence[TimedRecord], unplaced: Counter[str]) -> tuple[Turn, ...]:
    """The turns, in order.

    Args:
        records: Of one session, in order of time.
        unplaced: Takes what cannot be read, by reason.
    """
    turns: list[Turn] = []
    batches = _batches(records)
    for place, (time, record) in enumerate(records):
        reasoning = record.get("reasoning")
        if isinstance(reasoning, str) and reasoning.strip():
            turns.append(Reasoning(reasoning))
        kind, asked, batch = record["kind"], time - _took(record), batches.get(place)
        turn: Turn | None
        if kind == "search":
            turn = _search(record, asked, batch, unplaced)
        elif kind == "open":
            turn = _browse(record, asked, batch, time)
        else:
            continue
        if turn is None:
            unplaced[f"{kind} record without what it asked for"] += 1
        else:
            turns.append(turn)
    return tuple(turns)


def _batches(records: Sequence[TimedRecord]) -> dict[int, int]:
    """Place → number of the batch, of calls that came in before a reply of the others went out."""
    calls = [n for n, (_, record) in enumerate(records) if record["kind"] in ("search", "open")]
    groups: list[list[int]] = []
    for n in calls:
        time, record = records[n]
        # Records stand in the order of their replies, so the group's first reply came first.
        if groups and time - _took(record) < records[groups[-1][0]][0]:
            groups[-1].append(n)
        else:
            groups.append([n])
    several = [group for group in groups if len(group) > 1]
    return {n: number for number, group in enumerate(several) for n in group}


def _took(record: dict[str, Any]) -> float:
    return max(0.0, plain_number(record.get("took_s")) or 0.0)


def _search(
    record: dict[str, Any], asked: float, batch: int | None, unplaced: Counter[str]
) -> Search | None:
    query, shown = record.get("query"), record.get("shown")
    if not isinstance(query, str) or not isinstance(shown, list):
        return None
    hits = tuple(_impressions(shown, unplaced))
    return Search(query, hits, failed=record.get("failed") is True, batch=batch, at=asked)


def _impressions(shown: list[object], unplaced: Counter[str]) -> Iterator[Impression]:
    for hit in shown:
        doc_id = hit.get("doc_id") if isinstance(hit, dict) else None
        rank = hit.get("rank") if isinstance(hit, dict) else None
        is_rank = isinstance(rank, int) and not isinstance(rank, bool) and 1 <= rank <= _MOST_RANKS
        if not isinstance(hit, dict) or not isinstance(doc_id, str) or not doc_id or not is_rank:
            unplaced["shown document without id or rank"] += 1
            continue
        snippet, propensity = hit.get("snippet"), plain_number(hit.get("propensity"))
        assert isinstance(rank, int)
        yield Impression(
            doc_id,
            rank,
            score=plain_number(hit.get("score")),
            snippet=snippet if isinstance(snippet, str) else None,
            propensity=propensity if propensity is not None and 0 < propensity <= 1 else None,
        )


def _browse(
    record: dict[str, Any], asked: float, batch: int | None, returned: float
) -> Browse | None:
    doc_id, text = record.get("doc_id"), record.get("text")
    if not isinstance(doc_id, str) or not doc_id:
        return None
    return Browse(
        doc_id,
        text if isinstance(text, str) else None,
        failed=record.get("failed") is True,
        batch=batch,
        at=asked,
        returned=returned,
    )


def plain_number(value: object) -> float | None:
    """A logged number as a float; None for what is none, or none that a clock or ranker gives.

    >>> plain_number(2), plain_number(True), plain_number(1e300), plain_number("2")
    (2.0, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if -_LARGEST < value < _LARGEST else None
