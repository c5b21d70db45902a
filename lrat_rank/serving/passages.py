"""Long documents read in passages, in whatever ranker reads texts.

The splitting and the pooling are `lrat_rank.models.cross_encoder.passages`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from lrat_rank.errors import InputError
from lrat_rank.models.nesting import parts_of
from lrat_rank.models.ranker import Ranker

MAX_PASSAGES = 64


@runtime_checkable
class PassageReader(Protocol):
    """A ranker that reads texts; `lrat_rank.models.cross_encoder.ranker.CrossEncoderRanker`."""

    def read_passages(self, most: int) -> None:
        """Read long documents in at most so many passages from now on."""
        ...


def read_by_passages(ranker: Ranker | None, most: int) -> None:
    """Let every part of a ranker that reads texts read long ones in passages.

    Args:
        ranker: Changed in place; None where the first stage's order is kept.
        most: Passages a document, at most, 1 to 64; its best one counts. 1 cuts long documents.

    Raises:
        InputError: The number is out of its range, or above 1 and the ranker reads no texts.
    """
    if not 1 <= most <= MAX_PASSAGES:
        raise InputError("passages", must=f"1 to {MAX_PASSAGES}", got=most)
    readers = list(_readers(ranker)) if ranker is not None else []
    if most > 1 and not readers:
        raise InputError(
            "passages",
            must="1, or used with a ranker that reads texts",
            got="none" if ranker is None else type(ranker).__name__,
        )
    for reader in readers:
        reader.read_passages(most)


def _readers(ranker: Ranker) -> Iterator[PassageReader]:
    if isinstance(ranker, PassageReader):
        yield ranker
        return
    for part in parts_of(ranker):
        yield from _readers(part)
