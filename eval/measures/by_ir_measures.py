"""Measures by name, and their per-query values: ir_measures does the counting.

Names are those of ir_measures: `nDCG@10`, `RR@10`, `AP`, `P(rel=2)@5`. nDCG takes the grade itself
as the gain, as trec_eval does; `nDCG(dcg='exp-log2')@10` takes 2^grade − 1.
"""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

import ir_measures
from ir_measures.measures.base import MeanAgg

from lrat_rank.collections import Qrels, Run
from lrat_rank.errors import InputError
from lrat_rank.registry import nearest

DEFAULT_MEASURES = ("nDCG@10", "RR@10", "R@10", "R@100", "AP")
EXAMPLES = "a measure of ir_measures such as nDCG@10, RR@10, R@100, AP or P(rel=2)@5"

PerQuery = dict[str, dict[str, float]]
"""measure → query_id → value."""

_NAME_OUTSIDE_BRACKETS = re.compile(r"(?:[^\s,()]|\([^)]*\))+")


def split_measures(values: Sequence[str]) -> list[str]:
    """Measure names given as one quoted string, repeated, or both.

    >>> split_measures(["nDCG@10, AP", "P(rel=2, judged_only=True)@5"])
    ['nDCG@10', 'AP', 'P(rel=2, judged_only=True)@5']
    """
    return [name for value in values for name in _NAME_OUTSIDE_BRACKETS.findall(value)]


def parse_measures(names: Sequence[str]) -> list[Any]:
    """The ir_measures objects of these names, in order; a name given twice counts once.

    Raises:
        InputError: A name is unknown (the nearest one is suggested), a parameter is out of range,
            the measure is a count and not a mean, or the library that computes it is missing.

    >>> [str(measure) for measure in parse_measures(["NDCG@10", "MAP", "nDCG@10"])]
    ['nDCG@10', 'AP']
    """
    if not names:
        raise InputError("measures", must=EXAMPLES, got="none")
    return list({str(m): m for m in (_parse(name) for name in names)}.values())


def per_query_values(run: Run, qrels: Qrels, measures: Sequence[Any]) -> PerQuery:
    """The value of every measure for every query of the qrels.

    A query that the run does not answer has the value 0. Queries outside the qrels are left out.

    Args:
        run: What to score.
        qrels: Integer grades.
        measures: As `parse_measures` gives them.

    Raises:
        InputError: A measure has no value for some judged query, or its library fails on this data.

    >>> from lrat_rank.collections import rank_by_score
    >>> run = Run("a", {"q1": rank_by_score(["d1", "d2"], [1.0, 2.0])})
    >>> per_query_values(run, {"q1": {"d1": 1}, "q2": {"d9": 1}}, parse_measures(["RR"]))
    {'RR': {'q1': 0.5, 'q2': 0.0}}
    """
    answered = {query_id: hits for query_id, hits in run.scores().items() if hits}
    return {str(measure): _values(measure, answered, qrels) for measure in measures}


def _values(
    measure: Any, scores: Mapping[str, Mapping[str, float]], qrels: Qrels
) -> dict[str, float]:
    """One measure by query.

    Each measure is computed by itself: ir_measures 0.4.3 can give plain nDCG the mapped gains of
    another nDCG that is asked for in the same call.
    """
    try:
        found = {
            metric.query_id: float(metric.value)
            for metric in ir_measures.iter_calc([measure], qrels, scores)
        }
    except (ValueError, TypeError, ArithmeticError, OSError, subprocess.SubprocessError) as error:
        raise InputError(
            "measure",
            must="one that ir_measures can compute on these files",
            got=f"{measure} ({error})",
            do="Choose another measure.",
        ) from error
    lacking = sum(query_id not in found for query_id in qrels)
    if lacking:
        raise InputError(
            "measure",
            must="defined for every judged query, so that runs compare on the same queries",
            got=f"{measure}, which has no value for {lacking} of {len(qrels)} queries",
            do="Choose another measure.",
        )
    return {query_id: found[query_id] for query_id in qrels}


def means(values: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """The mean over queries of each measure."""
    return {name: sum(by_query.values()) / len(by_query) for name, by_query in values.items()}


def _parse(name: str) -> Any:
    base, arguments = _read(name)
    known = ir_measures.measures.registry
    if base not in known:
        hint = _suggest(name, base, list(known))
        raise InputError("measure", must=EXAMPLES, got=repr(name), do=hint)
    if "@" in arguments:
        arguments[known[base].AT_PARAM] = arguments.pop("@")
    measure = known[base](**arguments)
    try:
        measure.validate_params()
    except AssertionError as error:
        raise InputError("measure", must=EXAMPLES, got=f"{name!r} ({error})") from error
    _check_ranges(name, measure.params)
    if not isinstance(measure.aggregator(), MeanAgg):
        raise InputError("measure", must="a mean over queries", got=f"{name!r}, which is a count")
    _check_available(name, measure)
    return measure


def _read(name: str) -> tuple[str, dict[str, Any]]:
    """Take `Name(key=value)@x` apart; what follows the sign stands under "@"."""
    try:
        node: ast.expr = ast.parse(name.strip(), mode="eval").body
        arguments: dict[str, Any] = {}
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            arguments["@"] = ast.literal_eval(node.right)
            node = node.left
        if isinstance(node, ast.Call) and not node.args:
            arguments |= {str(word.arg): ast.literal_eval(word.value) for word in node.keywords}
            node = node.func
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        node = ast.Constant(None)
    if not isinstance(node, ast.Name):
        raise InputError("measure", must=EXAMPLES, got=repr(name))
    return node.id, arguments


def _check_ranges(name: str, parameters: dict[str, Any]) -> None:
    """Refuse what the C code under ir_measures would end the whole process on."""
    for parameter in ("cutoff", "rel"):
        value = parameters.get(parameter, 1)
        if isinstance(value, bool) or value < 1:
            raise InputError(f"{parameter} of a measure", must="1 or more", got=repr(name))


def _check_available(name: str, measure: Any) -> None:
    pipeline = ir_measures.DefaultPipeline
    if pipeline.supports(measure):
        return
    could = [provider for provider in pipeline.providers if provider.supports(measure)]
    steps = [provider.install_instructions() for provider in could]
    raise InputError(
        "measure",
        must="one that the installed libraries compute",
        got=repr(name),
        do=next((f"Run: {step}" for step in steps if step), None),
    )


def _suggest(name: str, base: str, known: list[str]) -> str | None:
    """The known measure most like a name, letter case and a trec_eval `_10` aside."""
    stem, _, digits = re.fullmatch(r"(.*?)(_(\d+))?", base).groups()  # type: ignore[union-attr]
    by_lower_case = {other.lower(): other for other in reversed(known)}
    found = nearest(stem.lower(), list(by_lower_case))
    if found is None:
        return None
    at = f"@{digits}" if digits else name.strip()[len(base) :]
    return f"Did you mean {by_lower_case[found]}{at}?"
