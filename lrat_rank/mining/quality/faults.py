"""Every way in which one record breaks the contract of a labelled list.

The decoder of `lrat_rank.mining.labels` stops at the first fault of a record; here each field is
tried by itself, so that all of them are told.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, get_args

import msgspec

from lrat_rank.mining.labels import Candidate, LabelledList, State
from lrat_rank.mining.quality.problems import Problem


def type_faults(record: Any, kind: type[Any] = LabelledList, path: str = "") -> Iterator[Problem]:
    """Missing fields, and values of another type, at any depth of a decoded record.

    >>> from lrat_rank.mining.labels import Evidence
    >>> [f"{fault.kind}: {fault.got}" for fault in type_faults({"turn": "x"}, kind=Evidence)]
    ['turn must be of its type: Expected `int | null`, got `str`']
    """
    if not isinstance(record, dict):
        yield Problem(f"{path or 'line'} must be an object", f"a {type(record).__name__}")
        return
    for field in msgspec.structs.fields(kind):
        name = f"{path}.{field.encode_name}" if path else field.encode_name
        if field.encode_name not in record:
            if field.required:
                yield Problem(f"{name} must be given", "nothing")
            continue
        yield from _value_faults(record[field.encode_name], field.type, name)


def _value_faults(value: Any, kind: Any, name: str) -> Iterator[Problem]:
    item: Any = next(iter(get_args(kind)), None)
    if _is_struct(kind):
        yield from type_faults(value, kind, name)
    elif _is_struct(item) and isinstance(value, list | tuple):
        for one in value:
            yield from type_faults(one, item, f"{name}[]")
    else:
        try:
            msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            yield Problem(f"{name} must be of its type", str(error))


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def value_faults(labelled: LabelledList) -> Iterator[Problem]:
    """What types cannot say: ranges, and documents that come twice."""
    if not 0 <= labelled.weight < math.inf:
        yield Problem("weight must be a finite number ≥ 0", str(labelled.weight))
    counts = Counter(candidate.doc_id for candidate in labelled.candidates)
    for doc_id, count in counts.items():
        if count > 1:
            yield Problem("doc_id must be once in a list", f"{doc_id!r} {count} times")
    for candidate in labelled.candidates:
        yield from _candidate_faults(candidate)


def _candidate_faults(candidate: Candidate) -> Iterator[Problem]:
    of = f"{{}} of {candidate.doc_id!r}"
    if not 0 <= candidate.gain < math.inf:
        yield Problem("gain must be a finite number ≥ 0", of.format(candidate.gain))
    elif candidate.gain and candidate.state is not State.RELEVANT:
        kind = f"gain of a {candidate.state} candidate must be 0"
        yield Problem(kind, of.format(candidate.gain))
    if candidate.grade < 0:
        yield Problem("grade must be at least 0", of.format(candidate.grade))
    if candidate.rank < 1:
        yield Problem("rank must be at least 1", of.format(candidate.rank))
    if candidate.score is not None and not math.isfinite(candidate.score):
        yield Problem("score must be finite", of.format(candidate.score))


def unknown_fields(
    record: Mapping[str, Any], kind: Any = LabelledList, path: str = ""
) -> Iterator[Problem]:
    """Fields that nothing reads, at any depth, such as a misspelt one whose default is then taken.

    >>> [one.got for one in unknown_fields({"context": {"turns": 3}, "wieght": 1})]
    ['wieght', 'context.turns']
    """
    for name in sorted(record.keys() - set(kind.__struct_fields__)):
        yield Problem("field that nothing reads", f"{path}{name}")
    for name, inner, several in _structs_of(kind):
        value = record.get(name)
        ones = value if several and isinstance(value, list | tuple) else [value]
        for one in ones:
            if isinstance(one, dict):
                yield from unknown_fields(one, inner, f"{path}{name}{'[]' * several}.")


@cache
def _structs_of(kind: Any) -> tuple[tuple[str, type[Any], bool], ...]:
    """(name, struct, whether there are several) of the fields that hold structs."""
    found: list[tuple[str, type[Any], bool]] = []
    for field in msgspec.structs.fields(kind):
        item: Any = next(iter(get_args(field.type)), None)
        if _is_struct(field.type):
            found.append((field.encode_name, field.type, False))
        elif _is_struct(item):
            found.append((field.encode_name, item, True))
    return tuple(found)


def doubts(labelled: LabelledList) -> Iterator[Problem]:
    """What is within the contract and yet seldom meant."""
    if not labelled.query.strip():
        yield Problem("query that is empty", labelled.query_id)
    if not labelled.group:
        yield Problem("group that is empty", labelled.query_id)
    if not labelled.candidates:
        yield Problem("list without candidates", labelled.query_id)
    ids = [labelled.query_id, *(candidate.doc_id for candidate in labelled.candidates)]
    for one in ids:
        if not one or len(one.split()) != 1 or one != one.strip():
            yield Problem("id that is empty or holds white space (no run or qrels can)", repr(one))
    ranks = Counter(candidate.rank for candidate in labelled.candidates)
    for rank, count in ranks.items():
        if count > 1:
            yield Problem("rank of several documents", f"{rank} in {labelled.query_id}")
    for candidate in labelled.candidates:
        if candidate.state is State.RELEVANT and not candidate.gain:
            yield Problem("relevant document without gain", candidate.doc_id)
