"""The systems a flywheel may deploy: the first stage alone, or a round's ranker behind it."""

from __future__ import annotations

from pathlib import Path

FIRST_STAGE = "round-0"
"""The system before the first round, which has no ranker."""
RANKER = "ranker"
"""The folder in a round's folder that holds its challenger."""


def round_name(number: int) -> str:
    """The name of a round, of its folder, and of the system it may deploy.

    >>> round_name(2)
    'round-2'
    """
    return f"round-{number}"


def ranker_folder(flywheel: Path, system: str) -> Path | None:
    """Where a system's ranker lies; None for the first stage alone."""
    return None if system == FIRST_STAGE else flywheel / system / RANKER
