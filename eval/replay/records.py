"""A replay as JSON's types: unrounded floats, per question too; NaN is null in files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import msgspec

from lrat_rank.eval.replay.candidates import CandidateReplay
from lrat_rank.eval.replay.estimates import Estimate
from lrat_rank.eval.replay.gate import Gate, GateDecision
from lrat_rank.eval.replay.outcome import OutcomeReport
from lrat_rank.eval.replay.propensity import PropensityReport
from lrat_rank.eval.replay.result import Replay, SystemReplay, against
from lrat_rank.eval.replay.selection import Stratum


def replay_record(replay: Replay, champion: str | None = None) -> dict[str, Any]:
    """A replay, every ranker compared with the baseline, and the others with the champion."""
    compared = [*replay.changes, *against(replay, champion)]
    sizes = {stratum: replay.size(stratum) for stratum in Stratum}
    return {
        "lists": len(replay.lists),
        "questions": list(replay.units.questions),
        "measures": [one.name for one in replay.measures],
        "baseline": replay.baseline,
        "seed": replay.seed,
        "left_out": msgspec.to_builtins(replay.left_out),
        "strata": {
            stratum.value: {"lists": lists, "questions": questions}
            for stratum, (lists, questions) in sizes.items()
            if lists
        },
        "systems": [_system(replay, one) for one in replay.systems],
        "changes": [asdict(one) for one in compared],
        "propensity": _propensity(replay.propensity) if replay.propensity else None,
    }


def _system(replay: Replay, system: SystemReplay) -> dict[str, Any]:
    return {
        "name": system.name,
        "means": _estimates(system.means),
        "weighted": _estimates(system.weighted),
        "strata": {stratum.value: _estimates(e) for stratum, e in system.strata.items()},
        "per_question": {
            name: replay.question_means(system.name, name).tolist() for name in system.values
        },
    }


def _estimates(estimates: Mapping[str, Estimate]) -> dict[str, Any]:
    return {name: _estimate(one) for name, one in estimates.items()}


def _estimate(estimate: Estimate) -> dict[str, Any]:
    return {"value": estimate.value, "interval": list(estimate.interval)}


def _propensity(report: PropensityReport) -> dict[str, Any]:
    return {
        "used": report.used,
        "covered": report.covered,
        "effective": report.effective,
        "largest_weight": report.largest_weight,
        "figures": {
            system: {
                name: {"plain": _estimate(one.plain), "weighted": _estimate(one.weighted)}
                for name, one in figures.items()
            }
            for system, figures in report.figures.items()
        },
    }


def candidates_record(candidates: CandidateReplay) -> dict[str, Any]:
    """The replay of the first stage's candidates."""
    return {
        "stage": candidates.stage,
        "depth": candidates.depth,
        "found": candidates.found,
        "not_found": candidates.not_found,
        "judged@10": candidates.judged_at_10,
        "plain": replay_record(candidates.plain),
        "condensed": replay_record(candidates.condensed),
    }


def outcome_record(report: OutcomeReport) -> dict[str, Any]:
    """Agreement with right and wrong answers."""
    return {
        "correct_runs": report.correct_runs,
        "incorrect_runs": report.incorrect_runs,
        "unknown_runs": report.unknown_runs,
        "refusal": report.refusal,
        "agreements": [asdict(one) for one in report.agreements],
    }


def gate_record(gate: Gate, decision: GateDecision) -> dict[str, Any]:
    """A gate and what became of it."""
    return {"gate": str(gate), **asdict(decision)}
