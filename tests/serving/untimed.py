"""Turns of a session without the times at which they happened to be made."""

from collections.abc import Iterable

from msgspec.structs import replace

from lrat_rank.trajectories.model import Browse, Turn


def untimed(turns: Iterable[Turn]) -> tuple[Turn, ...]:
    """The turns; every one of them must have had a time."""
    kept = []
    for turn in turns:
        assert turn.at is not None
        times = {"at": None, "returned": None} if isinstance(turn, Browse) else {"at": None}
        kept.append(replace(turn, **times))
    return tuple(kept)
