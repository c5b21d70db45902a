"""Problems of a file, counted by kind, with the first few of each kind kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, or, as a warning, seldom meant.

    Attributes:
        kind: What it is, without its particulars, so that alike problems can be counted.
        got: What was found.
        line: Line (or Parquet row) from 1; None for the file as a whole.
    """

    kind: str
    got: str
    line: int | None = None


@dataclass
class Problems:
    """Problems by kind, in the order in which the kinds were first met.

    Attributes:
        most: So many of each kind are kept; all are counted.
    """

    most: int
    counts: dict[str, int] = field(default_factory=dict)
    kept: dict[str, list[Problem]] = field(default_factory=dict)

    def add(self, problems: Iterable[Problem], line: int | None = None) -> None:
        """Count problems; those without a line stand in `line`."""
        for problem in problems:
            self.counts[problem.kind] = self.counts.get(problem.kind, 0) + 1
            examples = self.kept.setdefault(problem.kind, [])
            if len(examples) < self.most:
                place = line if problem.line is None else problem.line
                examples.append(Problem(problem.kind, problem.got, place))

    def count(self, kind: str, number: int, examples: Iterable[Problem]) -> None:
        """Count `number` problems of one kind, of which only examples are at hand."""
        if number:
            self.counts[kind] = self.counts.get(kind, 0) + number
            kept = self.kept.setdefault(kind, [])
            kept += list(examples)[: self.most - len(kept)]

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self.counts.values())

    def to_dict(self) -> dict[str, Any]:
        """Plain values: for each kind its count and the problems that were kept."""
        return {
            "count": self.total,
            "kinds": [
                {
                    "kind": kind,
                    "count": count,
                    "examples": [{"line": p.line, "got": p.got} for p in self.kept[kind]],
                }
                for kind, count in self.counts.items()
            ],
        }

    def lines(self, file: str, word: str, *, shown: int) -> Iterator[str]:
        """For people: each kind once, with the places of the first few."""
        for kind, count in self.counts.items():
            examples = self.kept[kind][:shown]
            places = "; ".join(f"{_place(file, one.line)}: {one.got}" for one in examples)
            more = f"; and {count - len(examples)} more" if count > len(examples) else ""
            yield f"{word}: {count} × {kind} ({places}{more})"


def _place(file: str, line: int | None) -> str:
    return file if line is None else f"{file}:{line}"
