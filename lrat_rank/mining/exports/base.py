"""What an export target is, and what its writer works with.

Nothing heavy is imported here: the help text of `lrat-rank export` lists the targets.
"""

from __future__ import annotations

import pkgutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from lrat_rank.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from lrat_rank.collections import Document
    from lrat_rank.mining.grades import GradeTable
    from lrat_rank.mining.labels import LabelledList

T = TypeVar("T")

_NAMED = 3


class Need(Enum):
    """What a target holds beyond the labels."""

    NOTHING = "nothing"
    TEXTS = "the documents' texts"
    FEATURES = "the documents' features"


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What only some targets take; `None` and `False` are what is not given.

    Attributes:
        split: Name of the qrels file of a BEIR folder; None for `train`.
        all_documents: Write the whole corpus, not only the documents that the lists name.
        push_to_hub: Hub repository to push to, beside writing.
        private: Make that repository private.
    """

    split: str | None = None
    all_documents: bool = False
    push_to_hub: str | None = None
    private: bool = False


@dataclass(frozen=True, slots=True)
class FeatureRows:
    """The features of one list's judged documents.

    Attributes:
        query_id: Of the list.
        doc_ids: One a row.
        gains: float64 (rows,), ≥ 0; at least two differ.
        weight: Of the list, > 0.
        values: float32 (rows, features); NaN is missing.
    """

    query_id: str
    doc_ids: tuple[str, ...]
    gains: npt.NDArray[np.floating[Any]]
    weight: float
    values: npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class FeatureLists:
    """Features of the lists that order something.

    Attributes:
        names: The columns.
        lists: Their rows.
        left_out: What is left out of them, counted by reason.
        unknown: Judged documents that the index lacks, in the order of the labels.
    """

    names: tuple[str, ...]
    lists: Sequence[FeatureRows]
    left_out: Mapping[str, int]
    unknown: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ExportSource:
    """What is exported.

    Attributes:
        lists: The labelled lists, in file order.
        table: The gains behind their grades.
        documents: doc_id → document, of those the lists name; empty where no texts are needed.
        whole_corpus: Gives every document, where texts are needed.
        features: Where features are needed.
        options: What the user chose.
    """

    lists: Sequence[LabelledList]
    table: GradeTable
    documents: Mapping[str, Document] = field(default_factory=dict)
    whole_corpus: Callable[[], Iterable[Document]] = tuple
    features: FeatureLists | None = None
    options: ExportOptions = field(default_factory=ExportOptions)

    def text(self, doc_id: str) -> str:
        """Title and text, as rankers read them; empty for a document that is not there."""
        found = self.documents.get(doc_id)
        return found.contents if found else ""


@dataclass
class ExportSummary:
    """What was written.

    Attributes:
        files: In the order they were written; a folder stands for its files.
        rows: Of the main file.
        left_out: What was left out, counted by reason.
        unknown: Judged documents that corpus or index lack, in the order of the lists.
        pushed: Where the rows lie on the hub, or None.
    """

    files: list[Path] = field(default_factory=list)
    rows: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    unknown: Sequence[str] = ()
    pushed: str | None = None

    def leave_out(self, what: str, count: int = 1) -> None:
        """Count something left out."""
        if count:
            self.left_out[what] += count

    def counted(self, rows: Iterable[T]) -> Iterator[T]:
        """Pass rows on and count them: for writers that write whole files or none.

        Raises:
            InputError: At the end, when there were none.
        """
        for row in rows:
            self.rows += 1
            yield row
        self.settle()

    def settle(self) -> None:
        """See that there are rows.

        Raises:
            InputError: There are none; what was left out is told.
        """
        if not self.rows:
            told = "; ".join(f"{count} × {what}" for what, count in self.left_out.items())
            raise InputError(
                "labels",
                must="lists with at least one row for this target",
                got=f"none left ({told})" if told else "no lists with a relevant document",
                do="Check that the corpus holds the documents of the labels.",
            )


def first_few(names: Iterable[str]) -> str:
    """The first names of many, for a message.

    >>> first_few(["a", "b", "c", "d"])
    'a, b, c, …'
    """
    told = list(islice(names, _NAMED + 1))
    return ", ".join([*told[:_NAMED], *(["…"] if len(told) > _NAMED else [])])


Writer = Callable[[ExportSource, Path], ExportSummary]
"""Writes the file or folder, whole or not at all; raises InputError when there are no rows."""


@dataclass(frozen=True, slots=True)
class Target:
    """An export target.

    Attributes:
        summary: What it is for, in a few words.
        writes: Where the writer is: `module:function` in this package.
        needs: What it holds beyond the labels.
        options: Names of the `ExportOptions` it takes.
    """

    summary: str
    writes: str
    needs: Need = Need.NOTHING
    options: frozenset[str] = frozenset()

    def writer(self) -> Writer:
        """The writer; its module is imported now."""
        return cast("Writer", pkgutil.resolve_name(f"{__package__}.{self.writes}"))
