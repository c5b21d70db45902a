"""Runs as one JSON object: BEIR's and ranx's `{query_id: {doc_id: score}}`, MTEB's predictions."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from lrat_rank.collections.fields import refuse_unwritable
from lrat_rank.collections.runs.model import Run, Scores
from lrat_rank.collections.runs.ms_marco import tag_of
from lrat_rank.errors import InputError

MTEB_META = "mteb_model_meta"
_KINDS = {
    dict: "an object",
    list: "a list",
    str: "a string",
    float: "a number",
    bool: "true or false",
    type(None): "null",
}


def read_nested_json(data: bytes, path: Path, *, part: str | None = None) -> Run:
    """A run from `{query_id: {doc_id: score}}`, or from a part of MTEB's saved predictions.

    MTEB writes `{"mteb_model_meta": …, subset: {split: {query_id: {doc_id: score}}}}`; a file of
    one subset and split needs no `part`.

    Args:
        data: The file, unpacked.
        path: Its name, for errors and the tag.
        part: `subset/split` of MTEB's predictions.

    Raises:
        InputError: The JSON is broken or has another shape, an object names a key twice, a score
            is not a finite number, or the part is not there or not named.
    """
    whole = _decoded(data, path)
    whole.pop(MTEB_META, None)
    parts = _parts(whole)
    if parts:
        nested = _chosen(parts, part, path)
    elif part is not None:
        raise InputError(
            "part", must="left out: the file has no subsets", got=repr(part), where=path
        )
    else:
        nested = whole
    refuse_unwritable(nested, "query_id", path)
    scores = {query_id: _checked(query_id, hits, path) for query_id, hits in nested.items()}
    if not any(scores.values()):
        raise InputError("run", must="one document or more", got="none", where=path)
    return Run.from_scores(tag_of(path), scores)


def _decoded(data: bytes, path: Path) -> dict[str, Any]:
    def refuse(constant: str) -> NoReturn:
        raise InputError("score", must="a finite number", got=constant, where=path)

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            seen: set[str] = set()
            twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
            raise InputError(
                "run", must="JSON that names every id once", got=f"{twice!r} twice", where=path
            )
        return found

    try:
        whole = json.loads(
            data.decode("utf-8-sig"),
            object_pairs_hook=unique,
            parse_constant=refuse,
            parse_int=float,  # an integer has no highest value, and Python parses no very long one
        )
    except UnicodeDecodeError as error:
        raise InputError("run", must="UTF-8 text", got="bytes that are not", where=path) from error
    except json.JSONDecodeError as error:
        raise InputError(
            "run", must="JSON", got=f"broken JSON ({error.msg})", where=f"{path}:{error.lineno}"
        ) from error
    except RecursionError as error:
        raise InputError("run", must="JSON", got="endless brackets", where=path) from error
    if not isinstance(whole, dict):
        raise InputError(
            "run",
            must="a JSON object {query_id: {doc_id: score}}",
            got=_KINDS[type(whole)],
            where=path,
        )
    return whole


def _parts(whole: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """`subset/split` → its queries; empty for a plain run, which is two levels deep."""
    return {
        f"{subset}/{split}": queries
        for subset, splits in whole.items()
        if isinstance(splits, dict)
        for split, queries in splits.items()
        if isinstance(queries, dict)
    }


def _chosen(
    parts: dict[str, dict[str, Any]], part: str | None, path: Path
) -> dict[str, dict[str, Any]]:
    if part is None and len(parts) == 1:
        return next(iter(parts.values()))
    if part is None or part not in parts:
        raise InputError(
            "part of MTEB's predictions",
            must=f"one of {', '.join(parts)}",
            got="none" if part is None else repr(part),
            where=path,
            do="Name it with --part subset/split.",
        )
    return parts[part]


def _checked(query_id: str, documents: object, path: Path) -> dict[str, float]:
    if not isinstance(documents, dict):
        raise InputError(
            f"query {query_id!r}",
            must="an object {doc_id: score}",
            got=_KINDS[type(documents)],
            where=path,
        )
    refuse_unwritable(documents, "doc_id", f"{path}, query {query_id}")
    for doc_id, score in documents.items():
        if type(score) is not float or not math.isfinite(score):
            raise InputError(
                "score",
                must="a finite number",
                got=repr(score),
                where=f"{path}, query {query_id}, document {doc_id}",
            )
    return documents


def nested_json_lines(run: Run) -> Iterator[str]:
    """One JSON object, a query a line, best document first; scores keep every digit."""
    yield from _object(_ranked_scores(run))


def mteb_lines(run: Run) -> Iterator[str]:
    """MTEB's saved predictions, under the subset `default` and the split `test`."""
    yield '{"default": {"test":'
    yield from _object(_ranked_scores(run))
    yield "}}"


def _ranked_scores(run: Run) -> Scores:
    return {
        query_id: {hit.doc_id: float(hit.score) for hit in ranking}
        for query_id, ranking in run.rankings.items()
    }


def _object(scores: Scores) -> Iterator[str]:
    yield "{"
    for number, (query_id, documents) in enumerate(scores.items(), start=1):
        entry = f"{json.dumps(query_id, ensure_ascii=False)}: "
        entry += json.dumps(documents, ensure_ascii=False)
        yield entry if number == len(scores) else f"{entry},"
    yield "}"
