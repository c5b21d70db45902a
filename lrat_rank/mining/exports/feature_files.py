"""Feature files for learning-to-rank tools: grades and features, a judged document a row.

Lists stand together, in the order of the labels. Only lists that order something are written, the
ones LightGBM trains on. Grades are those of the gain table beside the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.files import write_lines
from lrat_rank.mining.exports.base import ExportSource, ExportSummary, FeatureLists
from lrat_rank.mining.exports.judgements import check_ids
from lrat_rank.mining.grades import GradeTable, write_table


def write_svmlight(source: ExportSource, out: Path) -> ExportSummary:
    """Write `grade qid:N 1:value 2:value … # doc_id` lines, and beside them what N and 1 mean.

    Features count from 1, qids too. A missing value is left out, and 0 is written: readers that
    fill up with zeros lose the difference, and one that keeps the places of the entries
    (`sklearn.datasets.load_svmlight_file`) does not. `<out>.queries.tsv` leads from the qid to the
    query_id, `<out>.features.tsv` from the number to the feature's name.

    Raises:
        InputError: An id holds a line end, or there are no rows.
    """
    features = _features(source)
    summary = ExportSummary([out], left_out=Counter(features.left_out), unknown=features.unknown)
    check_ids(
        (name for one in features.lists for name in (one.query_id, *one.doc_ids)),
        r"[\t\r\n]",
        must="without tabs and line ends in SVMlight files",
        do="Rename them.",
    )
    write_lines(out, summary.counted(_svmlight_lines(features, source.table)))
    summary.files += [
        _beside(out, "queries.tsv", _numbered([one.query_id for one in features.lists])),
        _beside(out, "features.tsv", _numbered(features.names)),
        write_table(out, source.table),
    ]
    return summary


def write_lightgbm(source: ExportSource, out: Path) -> ExportSummary:
    """Write a table with a header, and the side files that LightGBM looks for by name.

    Tab-separated, the grade first; a missing value is `nan`. `<out>.query` has the length of each
    list, `<out>.weight` the weight of each row: the list's, on all its rows alike. LightGBM's
    SVMlight reader takes no qids, and knows no missing values; this is the way around both.

    Raises:
        InputError: There are no rows.
    """
    features = _features(source)
    summary = ExportSummary([out], left_out=Counter(features.left_out), unknown=features.unknown)
    write_lines(out, _table_lines(features, source.table, summary))
    sizes = (str(len(one.doc_ids)) for one in features.lists)
    weights = (repr(one.weight) for one in features.lists for _ in one.doc_ids)
    summary.files += [
        _beside(out, "query", sizes),
        _beside(out, "weight", weights),
        write_table(out, source.table),
    ]
    return summary


def _features(source: ExportSource) -> FeatureLists:
    if source.features is None:
        raise InputError("features", must="computed for this target", got="none")
    return source.features


def _rows(features: FeatureLists, table: GradeTable) -> Iterator[tuple[int, int, str, list[float]]]:
    """(number of the list from 1, grade, doc_id, values) of every row."""
    for number, one in enumerate(features.lists, start=1):
        for doc_id, gain, values in zip(one.doc_ids, one.gains, one.values, strict=True):
            yield number, table.grade(float(gain)), doc_id, values.tolist()


def _svmlight_lines(features: FeatureLists, table: GradeTable) -> Iterator[str]:
    for number, grade, doc_id, values in _rows(features, table):
        told = " ".join(
            f"{place}:{_digits(value)}"
            for place, value in enumerate(values, start=1)
            if not np.isnan(value)
        )
        yield f"{grade} qid:{number} {told} # {doc_id}"


def _table_lines(
    features: FeatureLists, table: GradeTable, summary: ExportSummary
) -> Iterator[str]:
    yield "\t".join(("grade", *features.names))
    for _, grade, _, values in summary.counted(_rows(features, table)):
        yield "\t".join((str(grade), *map(_digits, values)))


def _digits(value: float) -> str:
    """A float32 with as many digits as lead back to it.

    >>> _digits(0.25), _digits(0.10000000149011612)
    ('0.25', '0.100000001')
    """
    return f"{value:.9g}"


def _numbered(names: Iterable[str]) -> Iterator[str]:
    return (f"{number}\t{name}" for number, name in enumerate(names, start=1))


def _beside(out: Path, ending: str, lines: Iterable[str]) -> Path:
    path = out.with_name(f"{out.name}.{ending}")
    write_lines(path, lines)
    return path
