"""What one call asks of the rankers behind it, and what they say they did."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class CallAccount:
    """Travels with a candidate list, or with pairs, through all rankers and what wraps them.

    Attributes:
        most_read: A cascade's second ranker looks at no more documents than this, ≥ 1; None for as
            many as it would.
        clock: Seconds, for what is timed.
        looked_at: Documents that a cascade's second ranker looked at; None where there is none.
        shortened: Whether `most_read` made them fewer.
        seconds: What the second ranker took for the lists of its call, this one among them.
        tokens: What was read → (tokens that a ranker read of it, tokens it has), where one counted.
            A document of a list stands under its doc_id, a pair under its query and text.

    >>> account = CallAccount()
    >>> account.tokens = {"a": (100, 100), "b": (100, 300)}
    >>> account.truncated
    0.5
    """

    most_read: int | None = None
    clock: Callable[[], float] = time.perf_counter
    looked_at: int | None = None
    shortened: bool = False
    seconds: float = 0.0
    tokens: dict[str | tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    @property
    def truncated(self) -> float:
        """Share in [0, 1] of the tokens of all documents that were counted and not read."""
        return truncated_share(self.tokens.values())


def truncated_share(counts: Iterable[tuple[int, int]]) -> float:
    """Share in [0, 1] of tokens that were not read, of (tokens read, tokens there are).

    >>> truncated_share([(100, 100), (100, 300)]), truncated_share([])
    (0.5, 0.0)
    """
    known = list(counts)
    there = sum(of for _, of in known)
    return 1 - sum(read for read, _ in known) / there if there else 0.0
