"""What an exporter is, and what it works with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from lrat_rank.errors import InputError
from lrat_rank.mining.grades import GradeTable
from lrat_rank.mining.labels import LabelledList


@dataclass(frozen=True, slots=True)
class ExportSource:
    """What is exported.

    Attributes:
        lists: The labelled lists, in file order.
        table: The gains behind their grades.
        texts: doc_id → title and text; empty for an exporter that needs none.
    """

    lists: Sequence[LabelledList]
    table: GradeTable
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass
class ExportSummary:
    """What was written: the files, the number of rows, and what was left out and why."""

    files: list[Path] = field(default_factory=list)
    rows: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    def leave_out(self, what: str, count: int = 1) -> None:
        """Count something left out."""
        if count:
            self.left_out[what] += count

    def settle(self, rows: int) -> None:
        """Set the number of rows, before any file is written.

        Raises:
            InputError: There are none.
        """
        if not rows:
            told = "; ".join(f"{count} × {what}" for what, count in self.left_out.items())
            raise InputError(
                "labels",
                must="lists with at least one row for this target",
                got=f"none left ({told})" if told else "no lists with a relevant document",
                do="Check that the corpus holds the documents of the labels.",
            )
        self.rows = rows


class Exporter(Protocol):
    """Writes labelled lists in one tool's form."""

    @property
    def needs_texts(self) -> bool:
        """Whether the rows hold the documents' texts."""

    def export(self, source: ExportSource, out: Path) -> ExportSummary:
        """Write the file, whole or not at all."""
