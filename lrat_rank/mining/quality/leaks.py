"""What two label files share that a split should keep apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from lrat_rank.mining.labels import LabelledList
from lrat_rank.mining.quality.nearness import MinHashIndex, Shingles
from lrat_rank.mining.quality.wording import normal_text


@dataclass
class Traces:
    """The ids and texts of one file by which another file could know its questions.

    Attributes:
        groups: As they stand in the lists.
        trajectory_ids: As they stand in the lists.
        questions: In normal form; lists without one have none.
        queries: In normal form.
    """

    groups: set[str] = field(default_factory=set)
    trajectory_ids: set[str] = field(default_factory=set)
    questions: set[str] = field(default_factory=set)
    queries: set[str] = field(default_factory=set)

    def add(self, labelled: LabelledList) -> None:
        """Remember a list."""
        self.groups.add(labelled.group)
        self.trajectory_ids.add(labelled.trajectory_id)
        self.queries.add(normal_text(labelled.query))
        if labelled.context.question:
            self.questions.add(normal_text(labelled.context.question))


@dataclass(frozen=True)
class Shared:
    """What two files share of one kind.

    Attributes:
        kind: What is shared.
        count: How many distinct values of the second file the first one has too.
        share: Of the distinct values of the second file.
        examples: A few of them, in order.
    """

    kind: str
    count: int
    share: float
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Leak:
    """Two files and what they share; nothing where `shared` is empty."""

    first: str
    second: str
    shared: tuple[Shared, ...]

    def lines(self) -> Iterator[str]:
        """For people: a line for each kind of thing that is shared."""
        for one in self.shared:
            yield (
                f"leak: {self.first} and {self.second} share {one.count} {one.kind}, "
                f"{one.share:.1%} of the second's (such as {one.examples[0]!r})"
            )

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "first": self.first,
            "second": self.second,
            "shared": {
                one.kind: {"count": one.count, "share": one.share, "examples": one.examples}
                for one in self.shared
            },
        }


def leaks(
    files: Sequence[tuple[str, Traces]], *, near: float | None = None, most: int = 20
) -> list[Leak]:
    """What every two of the files share.

    Args:
        files: Name and traces of each.
        near: Also look for questions and queries whose words have at least this Jaccard
            similarity, in (0, 1], and which are not equal; None to look for equal ones only.
        most: At most so many examples of a kind.
    """
    return [
        Leak(first, second, tuple(_shared(one, other, near, most)))
        for (first, one), (second, other) in combinations(files, 2)
    ]


def _shared(one: Traces, other: Traces, near: float | None, most: int) -> Iterator[Shared]:
    for kind in ("groups", "trajectory_ids", "questions", "queries"):
        mine, theirs = getattr(one, kind), getattr(other, kind)
        same = mine & theirs
        if same:
            yield _told(kind, sorted(same), len(theirs), most)
        if near is not None and kind in ("questions", "queries"):
            alike = _near(sorted(mine), sorted(theirs - mine), near)
            if alike:
                yield _told(f"near-equal {kind}", alike, len(theirs), most)


def _told(kind: str, values: Sequence[str], of: int, most: int) -> Shared:
    return Shared(kind, len(values), len(values) / of, tuple(values[:most]))


def _near(texts: Sequence[str], others: Sequence[str], threshold: float) -> list[str]:
    """The other texts that are near one of the texts, each with it."""
    index = MinHashIndex(threshold=threshold, kind=Shingles.WORDS)
    for place, (text, sketched) in enumerate(zip(texts, index.sketches(texts), strict=True)):
        index.add(place, text, sketched)
    found = []
    for text, sketched in zip(others, index.sketches(others), strict=True):
        nearest = index.nearest(text, sketched)
        if nearest is not None:
            found.append(f"{text} ≈ {texts[nearest]}")
    return found
