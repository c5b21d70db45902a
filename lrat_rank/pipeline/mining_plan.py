"""How a mining job is shared out, and the parts it is cut into.

The parts depend on the files alone, so the labels do not depend on how many workers there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lrat_rank.errors import InputError
from lrat_rank.pipeline.logs import LogOptions
from lrat_rank.trajectories.formats import format_named
from lrat_rank.trajectories.reading import comes_in_pieces
from lrat_rank.trajectories.sources import LogFile, Part, is_lines, iter_parts

PART_BYTES = 8 * 2**20
"""About how much of the logs one part holds: small enough for memory, large enough for speed."""


@dataclass(frozen=True)
class JobOptions:
    """How the work is shared out; nothing here changes a label.

    Attributes:
        workers: Processes; None for as many as there are cores.
        part_bytes: About how much of the logs one part holds.
        audit: Decisions of the judge to sample for a person; 0 for none.
    """

    workers: int | None = None
    part_bytes: int = PART_BYTES
    audit: int = 0

    def __post_init__(self) -> None:
        for name, least in (("workers", 1), ("part_bytes", 1), ("audit", 0)):
            value = getattr(self, name)
            if value is not None and value < least:
                raise InputError(name, must=f"{least} or more", got=value)


def plan(files: Sequence[LogFile], logs: LogOptions, size: int) -> list[tuple[Part, ...]]:
    """The parts to work on: several small files together, or a piece of a large one."""
    chosen = format_named(logs.format_name)
    tasks: list[tuple[Part, ...]] = []
    small: list[Part] = []
    room = size
    for file in files:
        if file.size > 2 * size and is_lines(file) and not comes_in_pieces(file, chosen):
            tasks += [tuple(small)] if small else []
            tasks += [(part,) for part in iter_parts(file, size)]
            small, room = [], size
            continue
        small.append(Part(file))
        room -= file.size
        if room <= 0:
            tasks.append(tuple(small))
            small, room = [], size
    return [*tasks, tuple(small)] if small else tasks
