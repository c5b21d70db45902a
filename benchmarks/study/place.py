"""Where collections, indexes and results are, as options of the studies' commands."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).resolve().parents[3] / "shared/data/collections"
RUNS = 5


@dataclass(frozen=True)
class Place:
    """Where things are, and how many runs are simulated.

    Attributes:
        data: Folder of the collections.
        work: Folder to write.
        indexes: Folder of built indexes; None to build them.
        runs: Simulated runs a question.
    """

    data: Path
    work: Path
    indexes: Path | None = None
    runs: int = RUNS

    def missing(self, collection: str) -> str | None:
        """Why a collection cannot be used; None where it can."""
        corpus = self.data / collection / "corpus.jsonl"
        return None if corpus.is_file() else f"{collection} is skipped: there is no {corpus}"

    def there(self, collections: Sequence[str]) -> list[str]:
        """Those that can be used; of the others it is printed why not."""
        for reason in filter(None, map(self.missing, collections)):
            print(reason)
        return [name for name in collections if self.missing(name) is None]

    @staticmethod
    def add_to(parser: argparse.ArgumentParser) -> None:
        """Add an option for each of them."""
        parser.add_argument("--work", type=Path, required=True, help="folder of what is made")
        parser.add_argument("--data", type=Path, default=DATA, help="folder of the collections")
        parser.add_argument("--indexes", type=Path, help="folder with a built index a collection")
        parser.add_argument("--runs", type=int, default=RUNS, help="simulated runs a question")

    @classmethod
    def of(cls, given: argparse.Namespace) -> Place:
        """What was given."""
        return cls(given.data, given.work, given.indexes, given.runs)
