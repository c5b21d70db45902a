"""A labelled-list file checked against its contract, from the first line to the last.

Nothing stops at a fault, and no more than one list is in memory; what is remembered of each is
its ids and texts, and eight bytes a judged document.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.files import byte_lines, existing_file
from lrat_rank.mining.grades import GradeTable, read_table
from lrat_rank.mining.labels import LabelledList
from lrat_rank.mining.parquet import is_parquet, read_rows
from lrat_rank.mining.quality.digest import stable_hash
from lrat_rank.mining.quality.faults import doubts, type_faults, unknown_fields, value_faults
from lrat_rank.mining.quality.leaks import Traces
from lrat_rank.mining.quality.problems import Problem, Problems
from lrat_rank.mining.quality.profile import Profile
from lrat_rank.mining.quality.wording import normal_text

CONFLICT = "document that is positive in one list and negative in another of the same query"
STALE = "grade that is not the table's for its gain (the table may be of other labels)"
_SHOWN = 3
_BOM = b"\xef\xbb\xbf"


@dataclass
class Validated:
    """What is known of one file.

    Attributes:
        file: Its path, as given.
        faults: Where it breaks the contract.
        warnings: What is seldom meant, but within the contract.
        profile: Its numbers, over the lists without a fault.
        traces: What it could share with another file.
        grade_table: Whether a table lies beside it.
    """

    file: str
    faults: Problems
    warnings: Problems
    profile: Profile = field(default_factory=Profile)
    traces: Traces = field(default_factory=Traces)
    grade_table: bool = False

    def lines(self) -> Iterator[str]:
        """For people: the numbers, the faults, the warnings."""
        first, *more = self.profile.lines()
        yield f"{self.file}: {first}"
        yield from (f"  {line}" for line in more)
        yield from (f"  {line}" for line in self.faults.lines(self.file, "fault", shown=_SHOWN))
        yield from (f"  {line}" for line in self.warnings.lines(self.file, "warning", shown=_SHOWN))

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values."""
        return {
            "file": self.file,
            "faults": self.faults.to_dict(),
            "warnings": self.warnings.to_dict(),
            "grade_table": self.grade_table,
            **self.profile.to_dict(),
        }


def validate(path: Path, *, most: int = 20) -> Validated:
    """Check one file.

    Args:
        path: JSON Lines (`.gz` too) or Parquet.
        most: Of each kind so many problems are told in full; all are counted.

    Raises:
        InputError: Nothing is there to check.
    """
    existing_file(path, "labels")
    result = Validated(str(path), Problems(most), Problems(most))
    checker = _Checker(result, _table(path, result))
    for line, record in _records(path, result.faults):
        checker.check(line, record)
    if not checker.records and not result.faults.total:
        result.faults.add([Problem("labels must hold at least one list", "an empty file")])
    checker.conflicts(path)
    return result


def _table(path: Path, result: Validated) -> GradeTable | None:
    try:
        table = read_table(path)
    except InputError as error:
        result.faults.add([Problem(f"{error.what} must be {error.must}", str(error.got))])
        return None
    result.grade_table = table is not None
    if table is None:
        result.warnings.add([Problem("no grade table beside the file", "grades without gains")])
    return table


def _records(path: Path, faults: Problems) -> Iterator[tuple[int, Any]]:
    """(line, decoded record) of what can be decoded; the rest becomes faults."""
    lines = read_rows(path) if is_parquet(path) else enumerate(byte_lines(path, "labels"), start=1)
    try:
        for number, line in lines:
            if isinstance(line, dict):
                yield number, line
                continue
            text = line.removeprefix(_BOM) if number == 1 else line
            try:
                if text.strip():
                    yield number, msgspec.json.decode(text)
            except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
                faults.add([Problem("line must be JSON in UTF-8", str(error), number)])
    except InputError as error:
        # The rest of a broken archive is lost, but what came before it is not.
        faults.add([Problem(f"{error.what} must be {error.must}", str(error.got))])


class _Checker:
    """Goes from list to list and remembers what the next ones are compared with."""

    def __init__(self, result: Validated, table: GradeTable | None) -> None:
        self._result, self._table = result, table
        self.records = 0
        self._query_ids: dict[str, int] = {}
        self._lists: dict[int, int] = {}
        self._groups: dict[str, str] = {}
        self._positive, self._negative = array("q"), array("q")

    def check(self, line: int, record: Any) -> None:
        """Check the record of one line."""
        self.records += 1
        labelled = _labelled_list(record)
        if isinstance(record, dict):
            self._result.warnings.add(unknown_fields(record), line)
            self._check_once(line, record.get("query_id"))
        if labelled is None:
            self._result.faults.add(type_faults(record), line)
            return
        faults = list(value_faults(labelled))
        self._result.faults.add(faults, line)
        self._result.warnings.add(doubts(labelled), line)
        self._result.traces.add(labelled)
        self._check_grades(line, labelled)
        if not faults:
            self._check_against_others(line, labelled)
            self._result.profile.add(labelled)

    def _check_once(self, line: int, query_id: Any) -> None:
        if not isinstance(query_id, str):
            return
        first = self._query_ids.setdefault(query_id, line)
        if first != line:
            got = f"{query_id!r} as in line {first}"
            self._result.faults.add([Problem("query_id must be unique", got, line)])

    def _check_grades(self, line: int, labelled: LabelledList) -> None:
        table = self._table
        for candidate in labelled.candidates if table else ():
            assert table is not None
            told = f"grade {candidate.grade}, gain {candidate.gain} of {candidate.doc_id!r}"
            if candidate.grade >= len(table.label_gain):
                fault = Problem("grade must be in the grade table", told, line)
                self._result.faults.add([fault])
            elif candidate.gain >= 0 and candidate.grade != table.grade(candidate.gain):
                self._result.warnings.add([Problem(STALE, told, line)])

    def _check_against_others(self, line: int, labelled: LabelledList) -> None:
        query = normal_text(labelled.query)
        shown = [(c.doc_id, c.state, c.gain) for c in labelled.candidates]
        same = stable_hash((query, shown))
        first = self._lists.setdefault(same, line)
        group = self._groups.setdefault(labelled.trajectory_id, labelled.group)
        warnings = self._result.warnings
        if first != line:
            told = f"{labelled.query_id!r} as in line {first}"
            warnings.add([Problem("list that repeats another", told, line)])
        if group != labelled.group:
            told = f"{labelled.trajectory_id!r} in {group!r} and {labelled.group!r}"
            warnings.add([Problem("trajectory in several groups", told, line)])
        for candidate in labelled.candidates:
            if candidate.judged:
                side = self._positive if candidate.gain > 0 else self._negative
                side.append(stable_hash((query, candidate.doc_id)))

    def conflicts(self, path: Path) -> None:
        """Count the documents on both sides of one query; read again for a few of them."""
        both = np.intersect1d(np.asarray(self._positive), np.asarray(self._negative))
        if len(both):
            examples = _examples(path, set(both[: self._result.warnings.most].tolist()))
            self._result.warnings.count(CONFLICT, len(both), examples)


def _labelled_list(record: Any) -> LabelledList | None:
    try:
        return msgspec.convert(record, LabelledList)
    except msgspec.ValidationError:
        return None


def _examples(path: Path, hashes: set[int]) -> list[Problem]:
    lines: dict[tuple[str, str], list[int]] = {}
    for number, record in _records(path, Problems(0)):
        labelled = _labelled_list(record)
        if labelled is None or any(value_faults(labelled)):
            continue
        query = normal_text(labelled.query)
        for candidate in labelled.candidates:
            if candidate.judged and stable_hash((query, candidate.doc_id)) in hashes:
                lines.setdefault((query, candidate.doc_id), []).append(number)
    return [
        Problem(CONFLICT, f"{doc_id!r} for {query!r} in lines {', '.join(map(str, numbers))}", None)
        for (query, doc_id), numbers in lines.items()
    ]
