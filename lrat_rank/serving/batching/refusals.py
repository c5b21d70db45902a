"""Why a request got no scores, other than by a fault of its own."""

from __future__ import annotations

from lrat_rank.errors import LratRankError


class Busy(LratRankError):
    """As many requests wait as may; over HTTP, 429 with Retry-After.

    Attributes:
        retry_after: Seconds, at least 1, after which what waits now is likely done.
    """

    def __init__(self, waiting: int, retry_after: float) -> None:
        self.retry_after = retry_after
        super().__init__(
            f"The ranker is busy: {waiting} requests wait for it already. "
            f"Try again in {retry_after:.0f} s."
        )


class Closed(LratRankError):
    """The server is stopping and takes no new requests; over HTTP, 503."""

    def __init__(self) -> None:
        super().__init__("The server is stopping; it takes no new requests. Try again later.")


class Cancelled(LratRankError):
    """Nobody waits for this request any more, so it was not begun."""

    def __init__(self) -> None:
        super().__init__("The request was cancelled before its turn came.")
