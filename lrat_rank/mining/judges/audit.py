"""A sample of decisions for a person to check, and the file they fill in.

The sample is the browses with the smallest hashes, so it depends neither on their order nor on how
the work was shared out, and two judges over the same trajectories are sampled on the same browses.
The file is JSON Lines or CSV; a person writes `uses`, `rejects` or `unknown` into the column
`human`. The hard cases: text that a spreadsheet would run as a formula, cells of several lines, and
files that a spreadsheet saved with semicolons and a byte order mark.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.excerpts import both_ends
from lrat_rank.files import existing_file, iter_jsonl, write_jsonl, write_lines
from lrat_rank.mining.judges.base import Case, Decision, Verdict

DOCUMENT_LIMIT = 4_000
REASONING_LIMIT = 20_000
"""Characters kept; a cell of a spreadsheet holds 32,767."""

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_DELIMITERS = ",;\t"


class BrowseKey(NamedTuple):
    """What one opened document is known by, whoever judges it and under whichever policy.

    `browse` is `<trajectory_id>:<turn>`; one call may open several documents.
    """

    browse: str
    doc_id: str


class AuditRow(msgspec.Struct, frozen=True, kw_only=True):
    """One decision to check. `human` is empty until a person wrote their verdict there."""

    browse: str
    doc_id: str
    question: str = ""
    query: str = ""
    document: str = ""
    reasoning: str = ""
    verdict: Verdict
    why: str = ""
    failed: bool = False
    human: Verdict | None = None

    @property
    def key(self) -> BrowseKey:
        """The browse."""
        return BrowseKey(self.browse, self.doc_id)


COLUMNS = AuditRow.__struct_fields__


@dataclass
class AuditSample:
    """At most `size` decisions, the same ones however the browses come; picklable.

    A browse that is offered twice counts once, with the decision offered last.
    """

    size: int
    _rows: dict[str, AuditRow] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.size < 1:
            raise InputError("audit size", must="1 or more", got=self.size)

    def offer(self, case: Case, decision: Decision, /, *, browse: str) -> None:
        """Take a decision into the sample, where its hash puts it there; a `Witness`."""
        row = AuditRow(
            browse=browse,
            doc_id=case.doc_id,
            question=both_ends(case.question, DOCUMENT_LIMIT),
            query=both_ends(case.query, DOCUMENT_LIMIT),
            document=both_ends(case.document, DOCUMENT_LIMIT),
            reasoning=both_ends(case.reasoning, REASONING_LIMIT),
            verdict=decision.verdict,
            why=decision.why,
            failed=decision.failed,
        )
        self.take(row)

    def take(self, row: AuditRow) -> None:
        """Take a row into the sample, where its hash puts it there."""
        if len(self._rows) >= 2 * self.size:
            self._prune()
        self._rows[_hash(row.key)] = row

    def merge(self, other: AuditSample) -> None:
        """Take in what another part of the work sampled."""
        self._rows.update(other._rows)
        self._prune()

    def rows(self) -> list[AuditRow]:
        """The sample by hash: its first n rows are the sample of size n."""
        self._prune()
        return list(self._rows.values())

    def _prune(self) -> None:
        self._rows = dict(sorted(self._rows.items())[: self.size])


def _hash(key: BrowseKey) -> str:
    return hashlib.sha256("\0".join(key).encode()).hexdigest()


def write_audit(path: Path | str, rows: Iterable[AuditRow]) -> None:
    """Write rows as CSV where the name ends in `.csv`, else as JSON Lines (`.gz` packs them)."""
    if _is_csv(path):
        write_lines(path, _csv_lines(rows))
    else:
        write_jsonl(path, rows)


def _is_csv(path: Path | str) -> bool:
    return Path(path).suffix.lower() == ".csv"


def _csv_lines(rows: Iterable[AuditRow]) -> Iterator[str]:
    yield _csv_line(COLUMNS)
    for row in rows:
        record = msgspec.to_builtins(row)
        yield _csv_line([_cell(record[name]) for name in COLUMNS])


def _csv_line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="", quoting=csv.QUOTE_ALL).writerow(cells)
    return line.getvalue()


def _cell(value: object) -> str:
    """A value as text that no spreadsheet takes for a formula: those get a `'` in front.

    >>> _cell("=1+1"), _cell("'=1"), _cell("it"), _cell(None), _cell(False)
    ("'=1+1", "''=1", 'it', '', 'false')
    """
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    text = str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def _text(cell: str) -> str:
    """The text of a cell, as it was before `_cell`."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def read_audit(path: Path | str) -> list[AuditRow]:
    """The rows of an audit file, with what people wrote into `human`.

    Raises:
        InputError: A row or a verdict cannot be read, or a browse comes twice; the line is named.
    """
    rows: dict[BrowseKey, AuditRow] = {}
    for number, record in _csv_records(Path(path)) if _is_csv(path) else iter_jsonl(path, "audit"):
        where = f"{path}:{number}"
        human = record.get("human")
        record["human"] = _human(human, where) if isinstance(human, str) else human
        try:
            row = msgspec.convert(record, AuditRow, strict=not _is_csv(path))
        except msgspec.ValidationError as error:
            raise InputError(
                "audit row",
                must="one that mine --judge-audit wrote",
                got=str(error),
                where=where,
            ) from error
        if row.key in rows:
            raise InputError("audit row", must="once in its file", got=row.key, where=where)
        rows[row.key] = row
    return list(rows.values())


def _human(said: str, where: str) -> str | None:
    """What a person wrote, in any case and with the words of the prompt; None when it is empty."""
    word = " ".join(re.split(r"[\W_]+", said.casefold())).strip()
    verdicts = {
        "": None,
        **{verdict.value: verdict.value for verdict in Verdict},
        "use": "uses",
        "does not use": "rejects",
        "reject": "rejects",
        "cannot tell": "unknown",
    }
    if word not in verdicts:
        raise InputError(
            "human verdict", must="uses, rejects, unknown or empty", got=repr(said), where=where
        )
    return verdicts[word]


def _csv_records(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    """(line number, record) of each row, whichever delimiter the spreadsheet chose."""
    try:
        text = existing_file(path, "audit").read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            "audit", must="UTF-8 text", got="bytes that are not", where=path, do="Save it as UTF-8."
        ) from error
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restval="")
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
    if missing:
        raise InputError(
            "audit columns", must=", ".join(COLUMNS), got=f"none called {missing[0]}", where=path
        )
    try:
        for record in reader:
            # Spreadsheets leave rows of nothing but delimiters behind what was deleted.
            if any(record[name].strip() for name in COLUMNS):
                yield reader.line_num, {name: _text(record[name]) for name in COLUMNS}
    except csv.Error as error:
        raise InputError(
            "audit", must="a CSV file", got=str(error), where=f"{path}:{reader.line_num}"
        ) from error
