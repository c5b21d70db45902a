"""An evaluation for programs: one JSON object with everything, and a CSV of every value."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lrat_rank.eval.coverage import JUDGED_DEPTH
from lrat_rank.eval.evaluation import Evaluation, RunScores
from lrat_rank.eval.report.notes import notes
from lrat_rank.eval.statistics.comparison import Comparison
from lrat_rank.eval.statistics.results import TestResult
from lrat_rank.files import atomic_file


def to_record(evaluation: Evaluation) -> dict[str, Any]:
    """The whole evaluation as JSON's types: unrounded floats, per query too.

    An interval of too few queries has NaN ends, which JSON files carry as null.
    """
    return {
        "measures": list(evaluation.measures),
        "queries": len(evaluation.query_ids),
        "baseline": evaluation.baseline,
        "seed": evaluation.seed,
        "options": asdict(evaluation.options),
        "queries_without_relevant": list(evaluation.without_relevant),
        "queries_without_gain": list(evaluation.without_gain),
        "runs": [_run_record(scores, evaluation.query_ids) for scores in evaluation.runs],
        "comparisons": [_comparison_record(one) for one in evaluation.comparisons],
        "notes": notes(evaluation),
    }


def _run_record(scores: RunScores, query_ids: Sequence[str]) -> dict[str, Any]:
    return {
        "name": scores.name,
        "means": scores.means,
        "intervals": {measure: list(ends) for measure, ends in scores.intervals.items()},
        **_coverage_record(scores),
        "per_query": {
            measure: dict(zip(query_ids, column.tolist(), strict=True))
            for measure, column in scores.values.items()
        },
    }


def _coverage_record(scores: RunScores) -> dict[str, Any]:
    found = scores.coverage
    ranks = found.rank_column
    return {
        "missing_queries": _counted(found.missing_query_ids),
        "queries_without_qrels": _counted(found.extra_query_ids),
        "queries_spelled_alike": [list(pair) for pair in found.alike_query_ids],
        "queries_with_ties": _counted(found.tied_query_ids),
        "unmatched_document": found.unmatched_doc_id and list(found.unmatched_doc_id),
        "rank_column": ranks
        and {
            "disagreeing": _counted(ranks.disagreeing),
            "not_from_one": _counted(ranks.not_from_one),
            "unreadable": ranks.unreadable,
        },
        f"judged@{JUDGED_DEPTH}": found.judged_at_10,
    }


def _counted(query_ids: Sequence[str]) -> dict[str, Any]:
    return {"count": len(query_ids), "query_ids": list(query_ids)}


def _comparison_record(one: Comparison) -> dict[str, Any]:
    within = one.equivalence
    return {
        "run": one.run,
        "baseline": one.baseline,
        "measure": one.measure,
        "difference": one.difference,
        "interval": list(one.interval),
        "wins": one.wins,
        "ties": one.ties,
        "losses": one.losses,
        "t_test": _test_record(one.t_test),
        "randomization": _test_record(one.randomization),
        "wilcoxon": _test_record(one.wilcoxon),
        "equivalence": within
        and {
            "margin": within.margin,
            "interval_90": list(within.interval),
            **_test_record(within.test),
        },
        "effect": {
            "cohens_d": one.effect.cohens_d,
            "hedges_g": one.effect.hedges_g,
            "interval": list(one.effect.interval),
            "rank_biserial": one.effect.rank_biserial,
            "refusal": one.effect.refusal or None,
        },
        "power": {
            "detectable_difference": one.power.detectable_difference,
            "queries_needed": one.power.queries_needed,
            "refusal": one.power.refusal or None,
        },
    }


def _test_record(result: TestResult) -> dict[str, Any]:
    return {
        "p": result.p,
        "p_holm": result.p_holm,
        "p_bh": result.p_bh,
        "refusal": result.refusal or None,
    }


def write_per_query_csv(path: Path | str, evaluation: Evaluation) -> None:
    """Write `run,measure,query_id,value`, one row a value, unrounded; whole or not at all."""
    with atomic_file(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(("run", "measure", "query_id", "value"))
        for scores in evaluation.runs:
            for measure, column in scores.values.items():
                for query_id, value in zip(evaluation.query_ids, column.tolist(), strict=True):
                    rows.writerow((scores.name, measure, query_id, repr(value)))
