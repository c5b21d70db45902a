"""Two sets of runs are compared on the questions they share, and by questions alone."""

import numpy as np
import pytest
from agent_run_samples import agent_run
from scipy import stats

from lrat_rank.errors import InputError
from lrat_rank.eval.agent_runs import compare_agent_runs, score_agent_runs
from lrat_rank.eval.agent_runs.report import comparison_lines, to_record


def scored(outcomes: dict[str, list[bool]], name: str = ""):
    runs = [
        agent_run(question_id, number, correct=correct, answer="?")
        for question_id, many in outcomes.items()
        for number, correct in enumerate(many)
    ]
    return score_agent_runs(runs, name=name)


def test_differences_are_means_over_shared_questions():
    before = scored({"q1": [False, True], "q2": [False], "q3": [True], "q8": [True]}, "old")
    after = scored({"q1": [True], "q2": [True, True, False], "q3": [True], "q9": [False]}, "new")
    compared = compare_agent_runs(before, after)
    one = compared["success"]
    assert one.difference == pytest.approx((0.5 + 2 / 3 + 0) / 3)
    assert (one.wins, one.ties, one.losses, one.questions) == (2, 1, 0, 3)
    assert (compared.only_baseline, compared.only_other) == (("q8",), ("q9",))
    assert compared["steps"].difference == 0.0
    told = "\n".join(comparison_lines(compared))
    assert "new against old" in told
    assert "1 question only in the baseline, left out: q8." in told


def test_the_p_value_is_that_of_swapping_question_means():
    generator = np.random.default_rng(0)
    before = {f"q{n}": list(generator.random(3) < 0.4) for n in range(10)}
    after = {f"q{n}": list(generator.random(3) < 0.7) for n in range(10)}
    gaps = np.array([np.mean(after[one]) - np.mean(before[one]) for one in sorted(before)])
    exact = stats.permutation_test(
        (gaps,), np.mean, permutation_type="samples", n_resamples=np.inf
    ).pvalue
    assert compare_agent_runs(scored(before), scored(after))["success"].p == pytest.approx(exact)


def test_more_seeds_of_two_questions_prove_nothing():
    few = compare_agent_runs(
        scored({"q1": [False] * 12, "q2": [False] * 12}),
        scored({"q1": [True] * 12, "q2": [True] * 12}),
    )
    assert few["success"].p == 0.5


def test_a_single_question_has_a_difference_and_no_p_value():
    compared = compare_agent_runs(scored({"q1": [False]}), scored({"q1": [True]}))
    assert (compared["success"].difference, compared["success"].p) == (1.0, None)
    assert "two or more" in compared["success"].refusal
    assert any(line.startswith("No p-value") for line in comparison_lines(compared))


def test_runs_without_a_question_in_common_are_refused():
    with pytest.raises(InputError, match="among those of the baseline"):
        compare_agent_runs(scored({"q1": [True]}), scored({"p1": [True]}))


def test_the_record_holds_the_comparison():
    before, after = scored({"q1": [False], "q2": [True]}), scored({"q1": [True], "q2": [True]})
    record = to_record(after, compare_agent_runs(before, after))
    assert record["comparison"]["differences"]["success"]["difference"] == 0.5
