"""How requests are gathered into batches, and how many may wait."""

from __future__ import annotations

import msgspec

from lrat_rank.errors import InputError


class BatchingOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How requests are gathered into batches, and how many may wait.

    Attributes:
        wait_ms: Milliseconds that a batch waits, once the one before it is answered, for those who
            were answered to come back. Whoever comes alone never waits; 0 to wait for nobody.
        max_pairs: Documents a batch, at most; a request of more is a batch of its own.
        max_waiting: Requests that may wait for their turn.
        max_waiting_pairs: Documents of all requests that wait; a request of more is taken when
            nobody else waits.
    """

    wait_ms: float = 5.0
    max_pairs: int = 512
    max_waiting: int = 128
    max_waiting_pairs: int = 16_384

    def __post_init__(self) -> None:
        if not 0 <= self.wait_ms <= 1000:
            raise InputError("wait_ms", must="0 to 1,000 milliseconds", got=self.wait_ms)
        for name in ("max_pairs", "max_waiting", "max_waiting_pairs"):
            if getattr(self, name) < 1:
                raise InputError(name, must="at least 1", got=getattr(self, name))
