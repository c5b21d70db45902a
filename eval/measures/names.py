"""Names of measures: their grammar, and which family each belongs to.

A name is `Name(key=value,…)@cutoff`, as in ir_measures. Names that start with g are measures on
gains; every other one is ir_measures', on integer grades.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import Any, TypeAlias

import ir_measures

from lrat_rank.errors import InputError
from lrat_rank.eval.measures.by_ir_measures import GRADE_EXAMPLES, grade_measure
from lrat_rank.eval.measures.on_gains import (
    GAIN_EXAMPLES,
    GAIN_MEASURES,
    GainMeasure,
    gain_measure,
)
from lrat_rank.registry import nearest

DEFAULT_MEASURES = ("nDCG@10", "RR@10", "R@10", "R@100", "AP")
EXAMPLES = f"{GRADE_EXAMPLES}, or {GAIN_EXAMPLES}"

Measure: TypeAlias = GainMeasure | ir_measures.Measure
"""Its `str` is its canonical name, which `parse_measures` reads again."""

_NAME_OUTSIDE_BRACKETS = re.compile(r"(?:[^\s,()]|\([^)]*\))+")


def split_measures(values: Sequence[str]) -> list[str]:
    """Measure names given as one quoted string, repeated, or both.

    >>> split_measures(["nDCG@10, AP", "P(rel=2, judged_only=True)@5"])
    ['nDCG@10', 'AP', 'P(rel=2, judged_only=True)@5']
    """
    return [name for value in values for name in _NAME_OUTSIDE_BRACKETS.findall(value)]


def parse_measures(names: Sequence[str]) -> list[Measure]:
    """The measures of these names, in order; a measure named twice counts once.

    Raises:
        InputError: A name is unknown (the nearest one is suggested), a parameter is out of range,
            the measure is a count and not a mean, or the library that computes it is missing.

    >>> [str(measure) for measure in parse_measures(["NDCG@10", "MAP", "nDCG@10", "gRBP@20"])]
    ['nDCG@10', 'AP', 'gRBP(p=0.8)@20']
    """
    if not names:
        raise InputError("measures", must=EXAMPLES, got="none")
    return list({str(measure): measure for measure in map(_parse, names)}.values())


def _parse(name: str) -> Measure:
    base, arguments = _taken_apart(name)
    if base in GAIN_MEASURES.names():
        return gain_measure(name, base, _with_at(name, arguments, "cutoff"))
    if base in ir_measures.measures.registry:
        at = ir_measures.measures.registry[base].AT_PARAM
        return grade_measure(name, base, _with_at(name, arguments, at))
    raise InputError("measure", must=EXAMPLES, got=repr(name), do=_suggestion(name, base))


def _with_at(name: str, arguments: dict[str, Any], at: str) -> dict[str, Any]:
    """The parameters with what follows the @ under its own name."""
    if "@" not in arguments:
        return arguments
    if at in arguments:
        raise InputError(f"{at} of a measure", must="given once", got=repr(name))
    return {(at if key == "@" else key): value for key, value in arguments.items()}


def _taken_apart(name: str) -> tuple[str, dict[str, Any]]:
    """The name and the parameters of `Name(key=value)@x`; what follows the sign is under "@"."""
    try:
        node: ast.expr = ast.parse(name.strip(), mode="eval").body
        arguments: dict[str, Any] = {}
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            arguments["@"] = ast.literal_eval(node.right)
            node = node.left
        if isinstance(node, ast.Call) and not node.args:
            given = [(str(word.arg), ast.literal_eval(word.value)) for word in node.keywords]
            if len(dict(given)) < len(given):
                raise InputError("parameters of a measure", must="given once", got=repr(name))
            arguments |= dict(given)
            node = node.func
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        node = ast.Constant(None)
    if not isinstance(node, ast.Name):
        raise InputError("measure", must=EXAMPLES, got=repr(name))
    return node.id, arguments


def _suggestion(name: str, base: str) -> str | None:
    """The known measure most like a name, letter case and a trec_eval `_10` aside."""
    stem, _, digits = re.fullmatch(r"(.*?)(_(\d+))?", base).groups()  # type: ignore[union-attr]
    known = [*ir_measures.measures.registry, *GAIN_MEASURES.names()]
    by_lower_case = {other.lower(): other for other in reversed(known)}
    found = nearest(stem.lower(), list(by_lower_case))
    if found is None:
        return None
    at = f"@{digits}" if digits else name.strip()[len(base) :]
    return f"Did you mean {by_lower_case[found]}{at}?"
