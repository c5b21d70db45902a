"""Whether a replay's figures go with right answers."""

import math

import numpy as np
import pytest
from replay_lists import ByQuery, listed
from scipy import stats
from sklearn.metrics import roc_auc_score

from lrat_rank.errors import InputError
from lrat_rank.eval.replay import outcome_report, replay


def some_runs(runs: int, *, seed: int = 0, groups: int = 15):
    draw = np.random.default_rng(seed)
    lists, correct = [], {}
    for run in range(runs):
        correct[f"run{run}"] = bool(draw.random() < 0.5)
        for turn in range(draw.integers(1, 4)):
            used = draw.integers(2 if correct[f"run{run}"] else 5)
            text = " ".join(f"{d}{'+' if n == used else '.'}" for n, d in enumerate("abcde"))
            lists.append(listed(text, f"{run}-{turn}", run=f"run{run}", group=f"g{run % groups}"))
    return lists, correct


def test_agreement_is_that_of_outside_formulas_on_means_of_runs():
    lists, correct = some_runs(40)
    replayed = replay(lists, {"flat": ByQuery({})}, measures=["RR", "LastRank"])
    report = outcome_report(replayed, correct)
    assert report.correct_runs + report.incorrect_runs == 40
    by_run: dict[str, list[float]] = {}
    for one, value in zip(lists, replayed.system("logged").values["RR"], strict=True):
        by_run.setdefault(one.trajectory_id, []).append(value)
    runs = sorted(by_run)
    values = [float(np.mean(by_run[run])) for run in runs]
    right = [correct[run] for run in runs]
    [one] = [a for a in report.agreements if (a.system, a.measure) == ("logged", "RR")]
    assert one.auc == pytest.approx(roc_auc_score(right, values))
    assert one.correlation == pytest.approx(stats.pearsonr(right, values).statistic)
    assert one.difference == pytest.approx(
        np.mean([v for v, r in zip(values, right, strict=True) if r])
        - np.mean([v for v, r in zip(values, right, strict=True) if not r])
    )
    assert one.interval.low < one.difference < one.interval.high
    assert one.interval.low > 0


def test_a_figure_that_is_the_same_in_all_runs_has_no_correlation():
    lists, correct = some_runs(10)
    perfect = ByQuery({one.query_id: {c.doc_id: c.gain for c in one.candidates} for one in lists})
    report = outcome_report(replay(lists, {"best": perfect}, measures=["RR"]), correct)
    [best] = [one for one in report.agreements if one.system == "best"]
    assert (best.auc, best.difference) == (0.5, 0)
    assert math.isnan(best.correlation)


def test_runs_whose_outcome_is_not_known_are_counted_and_left_out():
    lists, correct = some_runs(12)
    known = {run: (None if run in ("run0", "run1") else right) for run, right in correct.items()}
    report = outcome_report(replay(lists, {}, measures=["RR"]), known)
    assert report.unknown_runs == 2
    assert report.correct_runs + report.incorrect_runs == 10


def test_too_few_runs_of_a_kind_are_not_compared():
    lists, correct = some_runs(5)
    report = outcome_report(replay(lists, {}), dict.fromkeys(correct, True))
    assert report.agreements == ()
    assert "5 are right, 0 wrong" in report.refusal


def test_logs_of_other_runs_are_refused():
    lists, _ = some_runs(3)
    with pytest.raises(InputError, match="the nearest is 'run99'"):
        outcome_report(replay(lists, {}), {"run99": True})
