"""Labelled lists to and from the label files of other tools."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import chain
from pathlib import Path

from lrat_rank.collections import Document, read_corpus
from lrat_rank.errors import InputError
from lrat_rank.files import refuse_inputs
from lrat_rank.mining.exports.base import (
    ExportOptions,
    ExportSource,
    ExportSummary,
    Need,
    Target,
    first_few,
)
from lrat_rank.mining.exports.registry import EXPORTERS
from lrat_rank.mining.grades import GradeTable, read_table, write_table
from lrat_rank.mining.imports import grade_table, read_train_rows
from lrat_rank.mining.labels import LabelledList, read_labels, write_labels


@dataclass(frozen=True, slots=True)
class DocumentsFrom:
    """Where the documents of the labels are: a corpus file or an index folder, or neither.

    Attributes:
        corpus: The corpus file.
        index: The index folder, which alone has features.
        features: Of the index; names or groups, None for all it has the means for.
    """

    corpus: Path | None = None
    index: Path | None = None
    features: Sequence[str] | None = None


def export_labels(
    labels: Path,
    out: Path,
    *,
    target: str,
    documents: DocumentsFrom | None = None,
    options: ExportOptions | None = None,
) -> ExportSummary:
    """Write a labelled-list file in another tool's form.

    The gains behind the grades are those beside the label file; where there are none (a file that
    was split or joined by hand) they are fitted to the lists.

    Args:
        labels: The labelled-list file.
        out: The file or folder to write.
        target: A registered export target.
        documents: Where texts and features come from, for targets that hold them.
        options: What only some targets take.

    Raises:
        InputError: The target is not known, lacks what it needs or is given what it does not take,
            or no row can be written.
    """
    chosen = EXPORTERS.get(target)
    places, options = documents or DocumentsFrom(), options or ExportOptions()
    refuse_inputs(out, labels, places.corpus, places.index)
    _check_options(target, chosen, options)
    _check_places(target, chosen, places, out)
    lists = read_labels(labels)
    table = read_table(labels) or grade_table(lists)
    source = _source(chosen, places, lists, table, options)
    summary = chosen.writer()(source, out)
    if chosen.needs is Need.TEXTS:
        summary.unknown = _unknown(source)
    return summary


def _check_options(name: str, target: Target, options: ExportOptions) -> None:
    for option in fields(options):
        given = getattr(options, option.name)
        if given not in (None, False) and option.name not in target.options:
            takers = [other for other, t in EXPORTERS.items() if option.name in t.options]
            raise InputError(
                f"--{option.name.replace('_', '-')}",
                must=f"given with --to {' or '.join(takers)}",
                got=f"--to {name}",
            )
    if options.private and options.push_to_hub is None:
        raise InputError("--private", must="given with --push-to-hub REPO", got="no repository")


def _check_places(name: str, target: Target, places: DocumentsFrom, out: Path) -> None:
    if places.corpus is not None and places.index is not None:
        raise InputError("documents", must="from --corpus or from --index", got="both")
    if places.features is not None and target.needs is not Need.FEATURES:
        raise InputError("--features", must="given with a target that holds features", got=name)
    if target.needs is Need.TEXTS and places.corpus is None and places.index is None:
        raise InputError(
            "corpus",
            must=f"given for {name}, which holds the documents' texts",
            got="none",
            do="Add --corpus CORPUS or --index INDEX.",
        )
    if target.needs is Need.FEATURES and places.index is None:
        raise InputError(
            "index",
            must=f"given for {name}, which holds features of the documents",
            got="none",
            do="Make one with: lrat-rank index CORPUS --out INDEX, and add --index INDEX.",
        )
    if places.index is not None and out.resolve().is_relative_to(places.index.resolve()):
        raise InputError(
            "--out", must="outside the index folder", got=str(out), do="Choose another --out."
        )


def _source(
    target: Target,
    places: DocumentsFrom,
    lists: Sequence[LabelledList],
    table: GradeTable,
    options: ExportOptions,
) -> ExportSource:
    """The labels with what the target needs beyond them."""
    if target.needs is Need.FEATURES and places.index is not None:
        from lrat_rank.pipeline.list_features import feature_lists

        features = feature_lists(lists, places.index, places.features)
        return ExportSource(lists, table, features=features, options=options)
    if target.needs is Need.TEXTS:
        shown = dict.fromkeys(c.doc_id for one in lists for c in one.candidates)
        documents, whole = _documents(places, shown)
        if shown and not documents:
            raise InputError(
                "corpus",
                must="the one that the agents searched",
                got=f"none of the {len(shown)} documents of the labels ({first_few(shown)})",
                where=places.corpus or places.index,
            )
        return ExportSource(lists, table, documents, whole, options=options)
    return ExportSource(lists, table, options=options)


def _documents(
    places: DocumentsFrom, shown: Collection[str]
) -> tuple[dict[str, Document], Callable[[], Iterable[Document]]]:
    """Those of the named documents that are there, and what gives all documents."""
    if places.index is not None:
        from lrat_rank.models.first_stage import Index

        index = Index.load(places.index)
        found = index.documents([doc_id for doc_id in shown if doc_id in index])
        return {d.doc_id: d for d in found}, lambda: chain.from_iterable(
            index.documents([doc_id]) for doc_id in index.doc_ids
        )
    corpus = places.corpus
    if corpus is None:
        return {}, tuple

    def whole() -> Iterable[Document]:
        return read_corpus(corpus, repeats=[])

    return {d.doc_id: d for d in whole() if d.doc_id in shown}, whole


def _unknown(source: ExportSource) -> list[str]:
    """The judged documents that have no text."""
    judged = dict.fromkeys(c.doc_id for one in source.lists for c in one.candidates if c.judged)
    return [doc_id for doc_id in judged if doc_id not in source.documents]


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
    refuse_inputs(out, rows)
    lists = read_train_rows(rows)
    write_labels(out, lists)
    return ImportResult(out, write_table(out, grade_table(lists)), len(lists))
