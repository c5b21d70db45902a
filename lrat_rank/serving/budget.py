"""How deep a ranker may look in the time a call has, from what calls lately took."""

from __future__ import annotations

from dataclasses import dataclass

from lrat_rank.features.account import CallAccount

NEWEST = 0.3
"""Share of the latest call in an estimate; five calls make up five sixths of it."""


class Pace:
    """Seconds a document, as an exponential mean over calls.

    >>> pace = Pace()
    >>> pace.observe(1.0, 10), pace.observe(2.0, 10), round(pace.seconds, 3)
    (None, None, 0.13)
    >>> pace.fitting(0.5)
    3
    """

    def __init__(self) -> None:
        self.seconds: float | None = None

    def observe(self, seconds: float, documents: int) -> None:
        """Take in what a call took."""
        if documents < 1:
            return
        each = max(seconds, 0.0) / documents
        known = self.seconds
        self.seconds = each if known is None else (1 - NEWEST) * known + NEWEST * each

    def fitting(self, seconds: float) -> int | None:
        """How many documents fit into so many seconds, ≥ 0; None where any number does.

        Without a call to estimate from, any number does.
        """
        if not self.seconds:
            return None
        return int(max(seconds, 0.0) / self.seconds + 1e-9)


@dataclass(frozen=True, slots=True)
class Depth:
    """How deep a call looks.

    Attributes:
        candidates: Documents that the ranker gets.
        most_read: Of those, how many a cascade's second ranker may look at; None for as many as it
            would.
    """

    candidates: int
    most_read: int | None = None


class Paces:
    """What the stages of one ranker take.

    The time of a cascade's first ranker, with all that is around the ranker (a queue, a guard), is
    counted by candidate; that of its second ranker by document it looked at. Of any other ranker
    there is the first figure alone. A queue's waiting is part of what calls take, so a server under
    load looks less deep.
    """

    def __init__(self) -> None:
        self.all, self.second = Pace(), Pace()

    def depth(self, seconds: float, candidates: int, k: int) -> Depth:
        """The depth that fits; never fewer than `k` documents where there are as many.

        Args:
            seconds: What is left of the call's time; may be negative.
            candidates: Documents of the first stage, at most as many as the ranker should get.
            k: Documents to show.
        """
        least = min(k, candidates)
        fitting = self.all.fitting(seconds)
        if fitting is not None and fitting < candidates:
            kept = max(fitting, least)
            return Depth(kept, least if self.second.seconds is not None else None)
        left = seconds - (self.all.seconds or 0.0) * candidates
        most = self.second.fitting(left)
        return Depth(candidates, None if most is None else max(most, least))

    def observe(self, seconds: float, candidates: int, account: CallAccount) -> None:
        """Take in what a call took in all, and what its account says of the second ranker."""
        if account.looked_at is None:
            # A guard that does not ask its cascade says nothing of what asking it takes.
            if self.second.seconds is None:
                self.all.observe(seconds, candidates)
            return
        self.all.observe(seconds - account.seconds, candidates)
        self.second.observe(account.seconds, account.looked_at)
