"""Labelled-list files merged, split and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from lrat_rank.errors import InputError
from lrat_rank.files import atomic_folder, refuse_inputs, write_json
from lrat_rank.mining.grades import read_table, write_table
from lrat_rank.mining.labels import LabelledList, read_labels, write_labels
from lrat_rank.mining.quality.leaks import Leak, leaks
from lrat_rank.mining.quality.merge_report import counts, details
from lrat_rank.mining.quality.merging import Merged, merge_queries, merge_sessions
from lrat_rank.mining.quality.nearness import Similarity, Vectors
from lrat_rank.mining.quality.partition import Partition
from lrat_rank.mining.quality.query_options import QueryOptions
from lrat_rank.mining.quality.splitting import Part, split_into
from lrat_rank.mining.quality.validation import Validated, validate
from lrat_rank.mining.quality.wording import normal_text
from lrat_rank.progress import track

SPLIT_RECORD = "split.json"
SPLIT_FORMAT = "lrat-rank-split"


class MergeBy(StrEnum):
    """Which lists become one."""

    SESSION = "session"
    """Those of one trajectory, under its question."""
    QUERY = "query"
    """Those of near-duplicate queries."""


@dataclass(frozen=True)
class MergeResult:
    """What was written, and its numbers."""

    labels: Path
    gains: Path
    report_file: Path
    numbers: dict[str, Any]


def merge_file(
    labels: Path,
    out: Path,
    *,
    by: MergeBy,
    options: QueryOptions | None = None,
    encoder: str = "offline",
    grade_levels: int = 32,
) -> MergeResult:
    """Merge the lists of a file; write `out`, `<out>.gains.json` and `<out>.report.json`.

    Args:
        labels: The labelled-list file; it is held in memory.
        out: The labelled-list file to write.
        by: Which lists become one.
        options: When queries are near-duplicates; by session only `conflicts` is looked at.
        encoder: What makes vectors of queries, for similarity `embedding`.
        grade_levels: At most so many grades, 0 included.

    Raises:
        InputError: The file breaks its contract, or no list comes out.
    """
    refuse_inputs(out, labels)
    options = options or QueryOptions()
    if by is MergeBy.SESSION and options != QueryOptions(conflicts=options.conflicts):
        raise InputError(
            "options of --by session",
            must="none but --conflicts and --grade-levels",
            got="one that says which queries are alike",
            do="Leave it out, or merge --by query.",
        )
    lists = read_labels(labels)
    if by is MergeBy.SESSION:
        merged = merge_sessions(lists, conflicts=options.conflicts, grade_levels=grade_levels)
    else:
        vectors = _vectors(lists, encoder) if options.similarity is Similarity.EMBEDDING else None
        merged = merge_queries(lists, options, vectors=vectors, grade_levels=grade_levels)
    if not merged.lists:
        raise _nothing_left(labels, merged)
    numbers = counts(merged, len(lists))
    write_labels(out, merged.lists)
    gains = write_table(out, merged.grade_table)
    report_file = out.with_name(f"{out.name}.report.json")
    settings = _settings(by, options, encoder)
    write_json(report_file, {**settings, **numbers, **details(merged)})
    return MergeResult(out, gains, report_file, numbers)


def _vectors(lists: list[LabelledList], encoder: str) -> Mapping[str, Vectors]:
    from lrat_rank.models.first_stage.encoder import Encoder

    texts = sorted({normal_text(one.query) for one in lists})
    return dict(zip(texts, Encoder(encoder).encode(texts, progress="Encoding"), strict=True))


def _settings(by: MergeBy, options: QueryOptions, encoder: str) -> dict[str, Any]:
    settings: dict[str, Any] = {"by": by, "conflict_rule": options.conflicts}
    if by is MergeBy.SESSION:
        return settings
    settings |= {"similarity": options.similarity, "across_groups": options.across_groups}
    if options.similarity is not Similarity.EXACT:
        settings["threshold"] = options.threshold
    if options.similarity is Similarity.MINHASH:
        settings["shingles"] = options.shingles
    if options.similarity is Similarity.EMBEDDING:
        settings["encoder"] = encoder
    return settings


def _nothing_left(labels: Path, merged: Merged) -> InputError:
    missing = len(merged.without_question)
    return InputError(
        "labels",
        must="lists that can be merged",
        got=f"{missing} trajectories without a question, and {merged.emptied} lists whose "
        "documents all conflict",
        where=labels,
        do="Merge by query instead." if missing else "Choose another --conflicts.",
    )


@dataclass(frozen=True)
class SplitResult:
    """What was written: the folder, its parts by name, and whether the source had a table."""

    folder: Path
    parts: dict[str, Part]
    grade_table: bool

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        total = sum(part.lists for part in self.parts.values())
        return {
            "parts": {
                name: {
                    "file": part.file,
                    "share": part.share,
                    "lists": part.lists,
                    "lists_share": part.lists / total,
                    "groups": len(part.groups),
                }
                for name, part in self.parts.items()
            },
            "grade_table": self.grade_table,
        }

    def lines(self) -> list[str]:
        """For people: a line for each part, then what is worth knowing."""
        told = []
        for name, part in self.to_dict()["parts"].items():
            if part["file"] is None:
                told.append(
                    f"{name}: empty, so there is no file; it was to get {part['share']:.1%}"
                )
                continue
            told.append(
                f"{name}: {part['lists']} lists ({part['lists_share']:.1%}; asked for "
                f"{part['share']:.1%}) of {part['groups']} groups, {self.folder / part['file']}"
            )
        if not self.grade_table:
            told.append("warning: no grade table beside the source, so none beside the parts")
        return told


def split_file(labels: Path, out: Path, partition: Partition) -> SplitResult:
    """Split a file by group; write a folder with a file a part, and `split.json`.

    The source's grade table, where there is one, lies beside every part: grades mean the same in
    all of them. A part that nothing falls into has no file.

    Raises:
        InputError: The file cannot be read, or `out` is not ours to replace.
    """
    refuse_inputs(out, labels)
    table = read_table(labels)
    with atomic_folder(out, marker=SPLIT_RECORD) as folder:
        result = SplitResult(out, split_into(labels, folder, partition), table is not None)
        for part in result.parts.values():
            if table is not None and part.file is not None:
                write_table(folder / part.file, table)
        told = {"format": SPLIT_FORMAT, "source": labels.name, "salt": partition.salt}
        write_json(folder / SPLIT_RECORD, {**told, **result.to_dict()})
    return result


@dataclass(frozen=True)
class ValidationResult:
    """What is known of each file, and what every two of them share."""

    files: list[Validated]
    leaks: list[Leak]

    @property
    def faults(self) -> int:
        """How often a file breaks its contract."""
        return sum(one.faults.total for one in self.files)

    def lines(self) -> list[str]:
        """For people: every file, the leaks, and the sum."""
        told = [line for one in self.files for line in one.lines()]
        told += [line for leak in self.leaks for line in leak.lines()]
        return [*told, f"{self.faults} faults, {self.warnings} warnings."]

    @property
    def warnings(self) -> int:
        """How much else is worth a look: in the files, and kinds of things two of them share."""
        found = sum(one.warnings.total for one in self.files)
        return found + sum(len(leak.shared) for leak in self.leaks)

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "faults": self.faults,
            "warnings": self.warnings,
            "files": [one.to_dict() for one in self.files],
            "leaks": [leak.to_dict() for leak in self.leaks],
        }


def validate_files(
    paths: list[Path], *, near: float | None = None, most: int = 20
) -> ValidationResult:
    """Check files against the contract, to their end, and what they share with each other.

    Args:
        paths: Labelled-list files; several are taken for the parts of one split.
        near: Also look for questions and queries of such a Jaccard similarity, in (0, 1].
        most: Of each kind so many problems are told in full; all are counted.

    Raises:
        InputError: A file is not there, or an option is out of range.
    """
    if near is not None and not 0 < near <= 1:
        raise InputError("--near", must="above 0 and at most 1", got=near)
    if most < 1:
        raise InputError("--most", must="at least 1", got=most)
    files = [validate(path, most=most) for path in track(paths, "Checking")]
    shared = leaks([(one.file, one.traces) for one in files], near=near, most=most)
    return ValidationResult(files, shared)
