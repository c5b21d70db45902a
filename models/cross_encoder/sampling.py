"""How many documents of a list an epoch shows, and where its negatives come from."""

from __future__ import annotations

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.models.largest_remainder import check_shares, share_out


class NegativeShares(msgspec.Struct, frozen=True, kw_only=True):
    """Shares of a shown list's negatives, a source each, from the surest to the easiest.

    Only their proportions count. A source that has too few documents leaves its room to the next
    ones, and what is still free after the last goes to the surest that has documents left.

    Attributes:
        rejected: Opened in vain.
        skipped_above: Ranked above the lowest document that was opened, and not opened: the agent
            went past them.
        skipped_below: Ranked below all that was opened; perhaps never looked at.
        unseen: Below what the agent was shown, in the first stage's own list of the query.
        unrelated: Documents that no list of the group shows. A logged list holds only what a first
            stage thought relevant; a reranker of longer lists meets worse, and must know it.
    """

    rejected: float = 1.0
    skipped_above: float = 1.0
    skipped_below: float = 1.0
    unseen: float = 2.0
    unrelated: float = 3.0

    def __post_init__(self) -> None:
        check_shares(msgspec.structs.asdict(self), "negative shares", each="source")

    def places(self, room: int) -> dict[str, int]:
        """How many of `room` places each source has, by largest remainders; earlier ones on ties.

        >>> NegativeShares().places(7)
        {'rejected': 1, 'skipped_above': 1, 'skipped_below': 1, 'unseen': 2, 'unrelated': 2}
        """
        return share_out(room, msgspec.structs.asdict(self))


class SamplingOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Which documents of a list an epoch shows.

    Attributes:
        list_size: Documents, at most; ≥ 2. Documents with gain take up to half of them, or more
            where there are too few negatives.
        negatives: Where the others come from.
        depth: How far down the first stage's list unseen documents are drawn from; ≥ 1.
    """

    list_size: int = 8
    negatives: NegativeShares = NegativeShares()
    depth: int = 100

    def __post_init__(self) -> None:
        for name, least in (("list_size", 2), ("depth", 1)):
            if getattr(self, name) < least:
                raise InputError(name, must=f"at least {least}", got=getattr(self, name))
