"""Labelled lists to and from the label files of other tools."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lrat_rank.collections.corpus import read_corpus
from lrat_rank.errors import InputError
from lrat_rank.files import refuse_inputs
from lrat_rank.mining.exports.base import ExportSource, ExportSummary
from lrat_rank.mining.exports.registry import EXPORTERS
from lrat_rank.mining.grades import read_table, write_table
from lrat_rank.mining.imports import grade_table, read_train_rows
from lrat_rank.mining.labels import LabelledList, read_labels, write_labels


def export_labels(
    labels: Path, out: Path, *, target: str, corpus: Path | None = None
) -> ExportSummary:
    """Write a labelled-list file in another tool's form.

    The gains behind the grades are those beside the label file; where there are none (a file that
    was split or joined by hand) they are fitted to the lists.

    Args:
        labels: The labelled-list file.
        out: The file to write.
        target: A registered export target.
        corpus: Where the texts come from, for targets that hold texts.

    Raises:
        InputError: The target is not known, it needs a corpus, or no row can be written.
    """
    refuse_inputs(out, labels, corpus)
    exporter = EXPORTERS.get(target)()
    if exporter.needs_texts and corpus is None:
        raise InputError(
            "corpus",
            must=f"given for {target}, which holds the documents' texts",
            got="none",
            do="Add --corpus CORPUS.",
        )
    lists = read_labels(labels)
    source = ExportSource(
        lists=lists,
        table=read_table(labels) or grade_table(lists),
        texts=_texts(corpus, lists) if exporter.needs_texts and corpus is not None else {},
    )
    return exporter.export(source, out)


def _texts(corpus: Path, lists: Iterable[LabelledList]) -> dict[str, str]:
    """Title and text of the documents that the lists name, and of no others."""
    named = {c.doc_id for labelled in lists for c in labelled.candidates}
    return {d.doc_id: d.contents for d in read_corpus(corpus, repeats=[]) if d.doc_id in named}


@dataclass(frozen=True)
class ImportResult:
    """What was written: the label file, its gain table, and the number of lists."""

    labels: Path
    gains: Path
    lists: int


def import_rows(rows: Path, out: Path) -> ImportResult:
    """Write LRAT-Train rows as a labelled-list file, with its gain table beside it.

    Raises:
        InputError: A row is malformed; file and line are named.
    """
    lists = read_train_rows(rows)
    write_labels(out, lists)
    return ImportResult(out, write_table(out, grade_table(lists)), len(lists))
