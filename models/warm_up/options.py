"""How lists are made from a corpus alone."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.models.largest_remainder import check_shares
from lrat_rank.registry import nearest


class KindShares(msgspec.Struct, frozen=True, kw_only=True):
    """Shares of the lists by what their query is; only the proportions count.

    A kind that the corpus cannot give (no titles, documents of one sentence) leaves its lists to
    the others.

    Attributes:
        title: The title of a document; all documents of the list are then read without titles.
        sentence: A sentence of a document, which is then read without it.
        phrases: The terms and two-word phrases that set a document apart from the corpus.
    """

    title: float = 1.0
    sentence: float = 1.0
    phrases: float = 1.0

    def __post_init__(self) -> None:
        check_shares(msgspec.structs.asdict(self), "kind shares", each="kind")

    @classmethod
    def only(cls, kinds: Sequence[str]) -> KindShares:
        """The same share for some kinds and none for the others; the default for an empty list.

        Raises:
            InputError: A kind is unknown.
        """
        names = cls.__struct_fields__
        for kind in kinds:
            if kind not in names:
                hint = nearest(kind, list(names))
                raise InputError(
                    "kind of query",
                    must=f"one of {', '.join(names)}",
                    got=repr(kind),
                    do=f"Did you mean {hint}?" if hint else None,
                )
        return cls(**{name: float(name in kinds) for name in names}) if kinds else cls()


class WarmUpOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Options of `warm_up_lists`, and how a ranker is trained on what it makes.

    Attributes:
        lists: How many, at most; a small corpus gives fewer.
        kinds: What their queries are.
        negatives: Documents without gain a list holds; ≥ 1.
        depth: How far down the first stage's list of the query they come from.
        near_duplicate: A document that shares at least this part of its terms (Jaccard) with the
            list's own document is no negative of it; in (0, 1].
        distil: Whether a cross-encoder learns the first stage's scores as well, as a teacher's.
        epochs: Passes over the lists before training on labels.
        learning_rate: Peak of that part; the labels have their own.
        seed: Draws the documents and the sentences.
    """

    lists: int = 2000
    kinds: KindShares = KindShares()
    negatives: int = 15
    depth: int = 100
    near_duplicate: float = 0.5
    distil: bool = False
    epochs: int = 1
    learning_rate: float = 2e-4
    seed: int = 0

    def __post_init__(self) -> None:
        at_least = {"lists": 1, "negatives": 1, "depth": 2, "epochs": 1, "seed": 0}
        for name, least in at_least.items():
            if getattr(self, name) < least:
                raise InputError(name, must=f"at least {least}", got=getattr(self, name))
        if not (self.learning_rate > 0 and math.isfinite(self.learning_rate)):
            must = "a finite number above 0"
            raise InputError("warm-up learning_rate", must=must, got=self.learning_rate)
        if not 0 < self.near_duplicate <= 1:
            must = "above 0 and at most 1"
            raise InputError("near_duplicate", must=must, got=self.near_duplicate)
