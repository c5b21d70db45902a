"""Long documents read in passages, in whatever ranker reads texts.

The splitting and the pooling are `lrat_rank.models.cross_encoder.passages`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, runtime_checkable

from lrat_rank.errors import InputError
from lrat_rank.models.ranker import Ranker

MAX_PASSAGES = 64


@runtime_checkable
class PassageReader(Protocol):
    """A ranker that reads texts; `lrat_rank.models.cross_encoder.ranker.CrossEncoderRanker`."""

    def read_passages(self, most: int) -> None:
        """Read long documents in at most so many passages from now on."""
        ...

    def tokens_read(self, query: str, text: str) -> tuple[int, int] | None:
        """(tokens read, tokens there are) of a pair scored lately; None for others."""
        ...


def read_by_passages(ranker: Ranker, most: int) -> Ranker:
    """Let every part of a ranker that reads texts read long ones in passages.

    Args:
        ranker: Any ranker; changed in place.
        most: Passages a document, at most, 1 to 64; its best one counts. 1 cuts long documents.

    Returns:
        The ranker given.

    Raises:
        InputError: The number is out of its range, or above 1 and the ranker reads no texts.
    """
    if not 1 <= most <= MAX_PASSAGES:
        raise InputError("--passages", must=f"1 to {MAX_PASSAGES}", got=most)
    readers = list(_readers(ranker))
    if most > 1 and not readers:
        raise InputError(
            "--passages", must="used with a ranker that reads texts", got=type(ranker).__name__
        )
    for reader in readers:
        reader.read_passages(most)
    return ranker


def truncated_share(reader: object, pairs: Sequence[tuple[str, str]]) -> float:
    """Share in [0, 1] of the texts' tokens that a ranker, asked for these pairs, did not read.

    0 for a ranker that does not count them.
    """
    if not isinstance(reader, PassageReader):
        return 0.0
    counts = [found for query, text in pairs if (found := reader.tokens_read(query, text))]
    there = sum(of for _, of in counts)
    return 1 - sum(read for read, _ in counts) / there if there else 0.0


def _readers(ranker: object) -> Iterator[PassageReader]:
    if isinstance(ranker, PassageReader):
        yield ranker
        return
    for part in _parts(ranker):
        yield from _readers(part)


def _parts(ranker: object) -> Iterable[object]:
    """What a ranker is made of: wrapped, in a row, or side by side."""
    for name in ("ranker", "inner", "first", "second"):
        if (part := getattr(ranker, name, None)) is not None:
            yield part
    yield from getattr(ranker, "bases", {}).values()
