"""Which part of a split a group falls into: by its name alone.

A group's place in [0, 1) is a hash of the salt and its name, and the parts are laid out on [0, 1)
one after the other. No other group has a say in it, so that lists and groups can be added later
without moving a question that is there from one part to another. Hence the sizes are as asked for
only on average over groups.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from lrat_rank.errors import InputError

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_DO = 'Say for example: --parts "train=0.8 validation=0.1 test=0.1".'


@dataclass(frozen=True)
class Partition:
    """Parts of a split by name and share.

    Attributes:
        shares: In order; they add up to 1.
        salt: Another salt is another split.

    >>> halves = Partition.parse(["a=0.5", "b=0.5"])
    >>> [halves.part_of(group) for group in ("question-3", "question-4", "question-5")]
    ['b', 'a', 'a']
    """

    shares: dict[str, float]
    salt: str = ""

    @classmethod
    def parse(cls, parts: Sequence[str], salt: str = "") -> Partition:
        """The partition of parts written as name=share.

        Raises:
            InputError: A part is not name=share, a name comes twice (in any case) or cannot be a
                file's, or the shares do not add up to 1.
        """
        shares: dict[str, float] = {}
        for part in parts:
            name, _, share = part.partition("=")
            # Parts `A` and `a` are one file where file names have no case.
            taken = name.casefold() in {other.casefold() for other in shares}
            if not _NAME.fullmatch(name) or taken:
                raise InputError(
                    "name of a part",
                    must="letters, digits, - or _, and once (a is A)",
                    got=repr(part),
                    where="--parts",
                    do=_DO,
                )
            shares[name] = _share(share, part)
        total = math.fsum(shares.values())
        if not math.isclose(total, 1.0, abs_tol=1e-9):
            raise InputError(
                "shares of the parts", must="1 in sum", got=total, where="--parts", do=_DO
            )
        return cls(shares, salt)

    def part_of(self, group: str) -> str:
        """The part that the group falls into."""
        hashed = hashlib.sha256(f"{len(self.salt)}:{self.salt}{group}".encode()).digest()
        place = int.from_bytes(hashed[:6], "big") / 2**48
        for name, end in zip(self.shares, accumulate(self.shares.values()), strict=True):
            if place < end:
                return name
        return name  # the shares add up to a rounding error less than 1


def _share(text: str, part: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = math.nan
    if not 0 < share <= 1:
        raise InputError(
            "share of a part", must="above 0 and at most 1", got=repr(part), where="--parts", do=_DO
        )
    return share
