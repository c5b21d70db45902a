"""What merging by query is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from lrat_rank.errors import InputError
from lrat_rank.mining.quality.join import Conflicts
from lrat_rank.mining.quality.nearness import Shingles, Similarity
from lrat_rank.registry import one_of


@dataclass(frozen=True)
class QueryOptions:
    """When queries are near-duplicates, and what follows.

    Attributes:
        similarity: What makes two queries near-duplicates.
        threshold: In (0, 1]; not used with `exact`.
        shingles: What `minhash` compares.
        conflicts: What becomes of documents that joined lists disagree on.
        across_groups: Whether lists of different groups may be joined. Their groups are then
            joined as well, in every list of the file, so that no split can cut them.

    Raises:
        InputError: The threshold is not in (0, 1].
    """

    similarity: Similarity = Similarity.EXACT
    threshold: float = 0.8
    shingles: Shingles = Shingles.WORDS
    conflicts: Conflicts = Conflicts.RELEVANT
    across_groups: bool = False

    @classmethod
    def named(
        cls,
        *,
        similarity: str = Similarity.EXACT.value,
        threshold: float = 0.8,
        shingles: str = Shingles.WORDS.value,
        conflicts: str = Conflicts.RELEVANT.value,
        across_groups: bool = False,
    ) -> QueryOptions:
        """The options by their names.

        Raises:
            InputError: A name is not known; the nearest one is suggested.
        """
        return cls(
            similarity=one_of(Similarity, similarity, "similarity"),
            threshold=threshold,
            shingles=one_of(Shingles, shingles, "shingles"),
            conflicts=one_of(Conflicts, conflicts, "conflicts"),
            across_groups=across_groups,
        )

    def __post_init__(self) -> None:
        if not 0 < self.threshold <= 1:
            raise InputError("threshold", must="above 0 and at most 1", got=self.threshold)
