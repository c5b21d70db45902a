"""Measures on integer grades: ir_measures does the counting.

Names are those of ir_measures: `nDCG@10`, `RR@10`, `AP`, `P(rel=2)@5`. nDCG takes the grade itself
as the gain, as trec_eval does; `nDCG(dcg='exp-log2')@10` takes 2^grade − 1.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import ir_measures
from ir_measures.measures.base import MeanAgg

from lrat_rank.collections import Qrels, Run
from lrat_rank.collections.qrels import HIGHEST_GRADE
from lrat_rank.errors import InputError
from lrat_rank.eval.measures.on_gains import DEEPEST_CUTOFF, GAIN_MEASURES

GRADE_EXAMPLES = "a measure of ir_measures such as nDCG@10, RR@10, R@100, AP or P(rel=2)@5"

_TREC_EVAL = "pytrec_eval"

_FAILURES = (
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    OSError,
    subprocess.SubprocessError,
)

ByQuery = dict[str, float]


def grade_measure(name: str, base: str, arguments: Mapping[str, Any]) -> ir_measures.Measure:
    """The measure of a name that was taken apart.

    Args:
        name: As the user wrote it, for errors.
        base: A name that ir_measures knows.
        arguments: Parameters.

    Raises:
        InputError: A parameter is unknown or out of range, the measure is a count and not a mean,
            or the library that computes it is missing.
    """
    measure = ir_measures.measures.registry[base](**arguments)
    _check_parameters(name, measure)
    _check_ranges(name, measure.params)
    if not isinstance(measure.aggregator(), MeanAgg):
        raise InputError("measure", must="a mean over queries", got=f"{name!r}, which is a count")
    _check_available(name, _as_computed(measure))
    return measure


def grade_values(
    run: Run, qrels: Qrels, measures: Sequence[ir_measures.Measure]
) -> dict[str, ByQuery]:
    """For each measure name, query_id → value for every query of the qrels.

    What trec_eval computes is computed in one call, where that cannot mix measures up. A negative
    grade is to trec_eval a document of the pool that nobody judged, whatever the number.

    Raises:
        InputError: A measure has no value for some judged query, or its library fails on this data.
    """
    needed = {_as_computed(measure) for measure in measures}
    by_trec_eval = {measure for measure in needed if _provider(measure) == _TREC_EVAL}
    alone = {measure for measure in by_trec_eval if _must_be_alone(measure)}
    found = _in_one_order(needed - by_trec_eval, run, qrels)
    for together in (by_trec_eval - alone, *({measure} for measure in alone)):
        found |= _calculate(together, qrels, _for_trec_eval(run, qrels, together))
    for measure in needed:
        _check_complete(measure, found[measure], qrels)
    return {
        str(measure): _cut(measure, found[_as_computed(measure)], qrels) for measure in measures
    }


def _must_be_alone(measure: ir_measures.Measure) -> bool:
    """What ir_measures 0.4.3 mixes up with other measures of the same call.

    nDCG with mapped gains can lend them to a plain nDCG, and IPrec is known there by its recall
    in two digits only.
    """
    return "gains" in measure.params or measure.NAME == "IPrec"


def _for_trec_eval(
    run: Run, qrels: Qrels, measures: set[ir_measures.Measure]
) -> dict[str, dict[str, float]]:
    """The scores of judged queries that are answered and have a grade of 0 or more.

    Without such a grade nothing is relevant and every value is 0, but trec_eval, which counts
    documents by grade from 0 to the highest, would read and write outside its memory.
    """
    gains = next(iter(measures)).params.get("gains", {}) if len(measures) == 1 else {}
    return {
        query_id: documents
        for query_id, documents in run.scores().items()
        if documents and query_id in qrels and _highest(qrels[query_id], gains) >= 0
    }


def _highest(judged: Mapping[str, int], gains: Mapping[int, int]) -> int:
    if not gains:
        return max(judged.values(), default=-1)
    return max((gains.get(grade, grade) for grade in judged.values()), default=-1)


def _as_computed(measure: ir_measures.Measure) -> ir_measures.Measure:
    """RR without its cutoff: the one measure whose cutoff trec_eval lacks and can do without."""
    if measure.NAME != "RR":
        return measure
    return type(measure)(**{key: measure[key] for key in measure.params if key != "cutoff"})


def _cut(measure: ir_measures.Measure, values: ByQuery, qrels: Qrels) -> ByQuery:
    """In the order of the qrels; a reciprocal rank beyond the cutoff is 0."""
    cutoff = measure.params.get("cutoff") if measure.NAME == "RR" else None
    least = 1 / cutoff if cutoff else 0.0
    return {query_id: values[query_id] if values[query_id] >= least else 0.0 for query_id in qrels}


def _in_one_order(
    measures: set[ir_measures.Measure], run: Run, qrels: Qrels
) -> dict[ir_measures.Measure, ByQuery]:
    """Measures that trec_eval lacks, on ranks in the place of scores and numbers in that of ids.

    Their libraries order equal scores each in its own way, and gdeval takes numbers alone for
    query ids. Each is called by itself, so that an error names its measure.
    """
    if not measures:
        return {}
    query_ids = list(qrels)
    numbered = {str(number): qrels[query_id] for number, query_id in enumerate(query_ids)}
    ranks = {}
    for number, query_id in enumerate(query_ids):
        ranking = run.rankings.get(query_id)
        if ranking:
            ranks[str(number)] = {
                hit.doc_id: float(len(ranking) - above) for above, hit in enumerate(ranking)
            }
    found: dict[ir_measures.Measure, ByQuery] = {}
    for measure in measures:
        values = _calculate({measure}, numbered, ranks)[measure]
        found[measure] = {query_ids[int(number)]: value for number, value in values.items()}
    return found


def _calculate(
    measures: set[ir_measures.Measure],
    qrels: Qrels,
    scores: Mapping[str, Mapping[str, float]],
) -> dict[ir_measures.Measure, ByQuery]:
    if not measures:
        return {}
    # A measure hashes by its printed form, which is slow a hundred thousand times over.
    by_query: dict[int, ByQuery] = {id(measure): {} for measure in measures}
    try:
        for metric in _metrics(measures, qrels, scores):
            by_query[id(metric.measure)][metric.query_id] = float(metric.value)
    except _FAILURES as error:
        raise InputError(
            "measure",
            must="one that ir_measures can compute on these files",
            got=f"{', '.join(sorted(map(str, measures)))} ({error})",
            do="Choose another measure.",
        ) from error
    return {measure: by_query[id(measure)] for measure in measures}


def _metrics(
    measures: set[ir_measures.Measure],
    qrels: Qrels,
    scores: Mapping[str, Mapping[str, float]],
) -> Iterator[ir_measures.Metric]:
    """Each measure's value for each query; the metrics bear the measures given.

    trec_eval's provider is asked below `iter_calc`, which hashes every measure for every query to
    learn which queries got no value: here they are those that the run does not answer.
    """
    if {_provider(measure) for measure in measures} != {_TREC_EVAL}:
        yield from ir_measures.iter_calc(measures, qrels, scores)
        return
    evaluator = ir_measures.providers.registry[_TREC_EVAL].evaluator(measures, qrels)
    yield from evaluator._iter_calc(scores)
    unanswered = [query_id for query_id in qrels if query_id not in scores]
    for measure in measures:
        for query_id in unanswered:
            yield ir_measures.Metric(query_id=query_id, measure=measure, value=measure.DEFAULT)


def _check_complete(measure: ir_measures.Measure, values: ByQuery, qrels: Qrels) -> None:
    lacking = sum(query_id not in values for query_id in qrels)
    if lacking:
        raise InputError(
            "measure",
            must="defined for every judged query, so that runs compare on the same queries",
            got=f"{measure}, which has no value for {lacking} of {len(qrels)} queries",
            do="Choose another measure.",
        )


def _provider(measure: ir_measures.Measure) -> str | None:
    providers = ir_measures.DefaultPipeline.providers
    found = (one.NAME for one in providers if one.is_available() and one.supports(measure))
    return next(found, None)


def _check_parameters(name: str, measure: ir_measures.Measure) -> None:
    known = measure.SUPPORTED_PARAMS
    unknown = [key for key in measure.params if key not in known]
    wrong = [key for key in known if not known[key].validate(measure[key])]
    lacking = [key for key in wrong if key not in measure.params]
    if not unknown and not wrong:
        return
    if unknown:
        got, do = f"an unknown {unknown[0]}", f"{measure.NAME} takes {', '.join(known) or 'none'}."
    elif lacking:
        example = "@10" if lacking[0] == measure.AT_PARAM else f"({lacking[0]}=…)"
        got, do = f"no {lacking[0]}", f"Give it one: {measure.NAME}{example}."
    else:
        got, do = f"{wrong[0]}={measure.params[wrong[0]]!r}", None
    raise InputError("measure", must=GRADE_EXAMPLES, got=f"{name!r}, with {got}", do=do)


def _check_ranges(name: str, parameters: Mapping[str, Any]) -> None:
    """Refuse what the C code under ir_measures would end the whole process on."""
    for parameter, highest in (("cutoff", DEEPEST_CUTOFF), ("rel", HIGHEST_GRADE)):
        value = parameters.get(parameter, 1)
        if isinstance(value, bool) or not 1 <= value <= highest:
            must = f"from 1 to {highest:,}"
            raise InputError(f"{parameter} of a measure", must=must, got=repr(name))
    for gain in parameters.get("gains", {}).values():
        if type(gain) is not int or not 0 <= gain <= HIGHEST_GRADE:
            must = f"integers from 0 to {HIGHEST_GRADE:,}"
            raise InputError("gains of a measure", must=must, got=repr(name))


def _check_available(name: str, measure: ir_measures.Measure) -> None:
    if _provider(measure) is not None:
        return
    could = [one for one in ir_measures.DefaultPipeline.providers if one.supports(measure)]
    steps = [step for step in (one.install_instructions() for one in could) if step]
    on_gains = f"g{measure.NAME}"
    if on_gains in GAIN_MEASURES.names():
        do = f"{on_gains} is there, on gains."
    elif steps:
        do = f"Run: {steps[0]}" if steps[0].startswith("pip") else steps[0]
    else:
        do = "Choose another measure."
    must = "one that the installed libraries compute"
    raise InputError("measure", must=must, got=repr(name), do=do)
