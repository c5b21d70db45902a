"""What asking took: requests, replies from the cache, tokens, money."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from lrat_rank.errors import InputError

_MILLION = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Prices:
    """What a million tokens cost, in any currency; ≥ 0."""

    prompt: float
    completion: float

    def __post_init__(self) -> None:
        for name in ("prompt", "completion"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise InputError(f"{name} price", must="0 or more", got=getattr(self, name))


class Meter:
    """Counts, from any number of threads.

    A request whose reply did not say how many tokens it took is counted in
    `replies_without_usage`: then tokens and cost are lower bounds.

    >>> meter = Meter(Prices(prompt=2.0, completion=10.0))
    >>> meter.sent()
    >>> meter.answered(prompt_tokens=500_000, completion_tokens=100_000)
    >>> meter.summary()["cost"]
    2.0
    """

    def __init__(self, prices: Prices | None = None) -> None:
        self._prices = prices
        self._lock = threading.Lock()
        self._requests = 0
        self._failed_requests = 0
        self._replies = 0
        self._cached = 0
        self._prompt_tokens = 0
        self._completion_tokens = 0
        self._without_usage = 0

    def sent(self) -> None:
        """Count a request."""
        with self._lock:
            self._requests += 1

    def failed(self) -> None:
        """Count a request that brought no reply."""
        with self._lock:
            self._failed_requests += 1

    def cached(self) -> None:
        """Count a reply that needed no request."""
        with self._lock:
            self._cached += 1

    def answered(self, *, prompt_tokens: int | None, completion_tokens: int | None) -> None:
        """Count a reply and its tokens; None is not known."""
        with self._lock:
            self._replies += 1
            self._prompt_tokens += prompt_tokens or 0
            self._completion_tokens += completion_tokens or 0
            self._without_usage += prompt_tokens is None or completion_tokens is None

    @property
    def replies(self) -> int:
        """Replies that came up to now."""
        return self._replies

    def summary(self) -> dict[str, int | float | None]:
        """Everything counted; `cost` is None without prices."""
        with self._lock:
            cost = None
            if self._prices is not None:
                cost = (
                    self._prompt_tokens * self._prices.prompt
                    + self._completion_tokens * self._prices.completion
                ) / _MILLION
            return {
                "requests": self._requests,
                "failed_requests": self._failed_requests,
                "replies": self._replies,
                "cached": self._cached,
                "prompt_tokens": self._prompt_tokens,
                "completion_tokens": self._completion_tokens,
                "replies_without_usage": self._without_usage,
                "cost": cost,
            }

    def line(self, who: str = "judge") -> str:
        """The summary for people, on one line that begins with who asked."""
        told = self.summary()
        unknown = told["replies_without_usage"]
        parts = [
            f"{who}: {told['requests']} requests ({told['failed_requests']} failed)",
            f"{told['cached']} from the cache",
            f"{told['prompt_tokens']} + {told['completion_tokens']} tokens"
            + (f" ({unknown} replies did not say)" if unknown else ""),
        ]
        if told["cost"] is not None:
            parts.append(f"cost {'at least ' if unknown else ''}{told['cost']:.4f}")
        return ", ".join(parts)
