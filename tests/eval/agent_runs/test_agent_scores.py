"""Scores of agent runs are means over questions, and say what they leave out."""

import math
from dataclasses import replace

import pytest
from agent_run_samples import agent_run

from lrat_rank.errors import InputError
from lrat_rank.eval.agent_runs import AnswerVerdict, score_agent_runs
from lrat_rank.eval.agent_runs.report import score_lines, to_record, write_run_csv
from lrat_rank.trajectories.model import Answer, Search, Trajectory

ANSWERS = {"q1": "Kelm", "q2": ("Ana Lor", "A. Lor")}


def runs():
    return [
        agent_run("q1", 0, shown=["a"], opened=["b"], answer="Exact Answer: Kelm\nConfidence: 90%"),
        agent_run("q1", 1, shown=["x"], answer="Exact Answer: Arl\nConfidence: 60%"),
        agent_run("q1", 2, shown=["x"], status="out_of_steps"),
        agent_run("q2", 0, shown=["c"], opened=["x", "y"], answer="A. Lor"),
    ]


def test_every_mean_is_over_questions_of_the_mean_over_their_runs():
    scores = score_agent_runs(runs(), answers=ANSWERS, evidence={"q1": ["a", "b"], "q2": {"c"}})
    assert scores.success.mean == pytest.approx((1 / 3 + 1) / 2)
    assert scores.evidence_recall.mean == pytest.approx((1 / 3 + 1) / 2)
    assert scores.searches.mean == 1.0
    assert scores.browses.mean == pytest.approx((1 / 3 + 2) / 2)
    assert scores.steps.mean == pytest.approx((4 / 3 + 3) / 2)
    assert scores.answered.mean == pytest.approx((2 / 3 + 1) / 2)
    assert scores.browses_per_search == pytest.approx((1 / 3 + 2) / 2)
    assert scores.statuses == {"completed": 3, "out_of_steps": 1}
    assert (scores.success.questions, scores.success.runs) == (2, 4)
    assert scores.success.interval.low <= scores.success.mean <= scores.success.interval.high


def test_the_order_of_the_runs_changes_nothing():
    assert score_agent_runs(runs(), answers=ANSWERS) == score_agent_runs(
        reversed(runs()), answers=ANSWERS
    )


def test_confidence_is_calibrated_over_the_judged_answers():
    calibration = score_agent_runs(runs(), answers=ANSWERS).calibration
    assert (calibration.answers, calibration.without_confidence) == (2, 1)
    assert calibration.expected_error == pytest.approx((0.1 + 0.6) / 2)


def test_without_answers_the_log_decides_and_an_unanswered_run_fails():
    logged = [
        agent_run("q1", 0, answer="?", correct=True),
        agent_run("q1", 1, answer="?"),
        agent_run("q2", 0, status="error"),
    ]
    scores = score_agent_runs(logged)
    assert scores.judged_by == "log"
    assert scores.success.mean == 0.5
    assert [run.why for run in scores.unjudged] == ["the log does not say"]
    assert "1 run unjudged" in " ".join(score_lines(scores))


@pytest.mark.parametrize("judged", [None, ANSWERS])
@pytest.mark.parametrize("status", ["timeout", "error", "out_of_tokens", "no_answer"])
def test_a_run_that_broke_off_or_gave_no_answer_is_no_success_whatever_its_log_says(status, judged):
    answer = None if status == "no_answer" else "Kelm"
    broken = agent_run("q1", answer=answer, status=status, correct=True)
    scores = score_agent_runs([broken], answers=judged)
    assert (scores.success.mean, scores.answered.mean) == (0.0, 0.0)
    assert [run.why for run in scores.runs] == ["no answer"]


def test_a_log_that_keeps_its_right_answer_beside_the_steps_has_an_answer():
    beside = replace(agent_run("q1", correct=True), answer="Kelm")
    for scores in (score_agent_runs([beside]), score_agent_runs([beside], answers=ANSWERS)):
        assert (scores.success.mean, scores.answered.mean) == (1.0, 1.0)
    wrong = replace(beside, correct=False)  # the field may hold the reference
    scores = score_agent_runs([wrong])
    assert (scores.success.mean, scores.answered.mean) == (0.0, 0.0)


def test_without_answers_and_outcomes_there_is_no_success_rate():
    scores = score_agent_runs([agent_run("q1", answer="Kelm"), agent_run("q2", status="error")])
    assert scores.success is None
    assert "success" not in to_record(scores)
    assert "No success rate" in " ".join(score_lines(scores))


class FailingJudge:
    name, concurrency = "llm:failing", 2

    def decide(self, case):
        correct = None if "Arl" in case.response else "Kelm" in case.response
        return AnswerVerdict(correct, "" if correct is not None else "judge failed: away")


def test_a_judge_that_fails_makes_no_answer_wrong():
    scores = score_agent_runs(runs(), answers=ANSWERS, judge=FailingJudge())
    assert scores.values("success")["q1"].tolist() == [1.0, 0.0]  # the unanswered run is a failure
    [unjudged] = scores.unjudged
    assert (unjudged.trajectory_id, unjudged.why) == ("q1-seed1", "judge failed: away")
    assert to_record(scores)["unjudged_runs"] == 1
    assert any("judge failed: away" in line for line in score_lines(scores))


def test_a_question_without_a_reference_is_unjudged_and_not_wrong():
    scores = score_agent_runs(runs(), answers={"q1": "Kelm"})
    assert (scores.success.questions, scores.success.runs) == (1, 3)
    assert [run.why for run in scores.unjudged] == ["no reference answer"]


def test_known_questions_without_a_run_are_named():
    scores = score_agent_runs(runs(), answers={**ANSWERS, "q3": "x"})
    assert (scores.missing_questions, scores.success.questions) == (("q3",), 2)
    assert any("1 question without a run, not counted: q3." in line for line in score_lines(scores))


def test_questions_that_had_to_be_worked_count_as_failures_without_a_run():
    scores = score_agent_runs(
        runs(), answers=ANSWERS, evidence={"q1": ["a"], "q3": ["z"]}, questions=["q1", "q3", "q4"]
    )
    assert scores.success.mean == pytest.approx((1 / 3 + 0 + 0) / 3)
    assert scores.evidence_recall.mean == pytest.approx((1 / 3 + 0) / 2)  # q4 has no evidence
    assert scores.steps.questions == 1
    assert (scores.missing_questions, scores.extra_questions) == (("q3", "q4"), ("q2",))
    assert any("counted as failures: q3 and q4." in line for line in score_lines(scores))


def test_a_run_without_a_question_id_is_a_question_of_its_own():
    alone = Trajectory("t9", "", (Search("q"), Answer("Kelm")), correct=True)
    assert score_agent_runs([alone, agent_run("q1", correct=False)]).success.mean == 0.5


def test_one_question_gives_means_without_intervals():
    answered = [agent_run("q1", n, answer="Kelm", correct=not n) for n in range(2)]
    scores = score_agent_runs(answered)
    assert scores.success.mean == 0.5
    assert math.isnan(scores.success.interval.low)


@pytest.mark.parametrize("given", ["answers", "evidence", "questions"])
def test_ids_that_do_not_match_are_refused_with_the_nearest(given):
    other = {"Q1": "Kelm"} if given != "questions" else ["Q1"]
    with pytest.raises(InputError, match=rf"among those of the {given}.*'q1' looks like 'Q1'"):
        score_agent_runs(runs(), **{given: other})


def test_no_run_at_all_is_refused():
    with pytest.raises(InputError, match="one or more"):
        score_agent_runs([])


def test_the_csv_has_a_row_a_run_and_leaves_out_what_is_not_known(tmp_path):
    write_run_csv(tmp_path / "runs.csv", [score_agent_runs(runs(), answers=ANSWERS, name="new")])
    header, first, *rest = (tmp_path / "runs.csv").read_text().splitlines()
    assert header.startswith("runs,question_id,trajectory_id,status,answered,correct,why,")
    assert first.startswith("new,q1,q1-seed0,completed,True,True,matches 'Kelm',,2,1,1,0.9,")
    assert rest[-1].startswith("new,q2,q2-seed0,completed,True,True,")


def test_prose_that_a_match_of_whole_texts_cannot_meet_is_pointed_out():
    prose = agent_run(
        "q1", answer="After many searches I am quite sure that the town must be Kelm."
    )
    told = " ".join(score_lines(score_agent_runs([prose], answers=ANSWERS)))
    assert "1 answer in prose, without a short answer, compared whole" in told
    assert "prose" not in " ".join(score_lines(score_agent_runs(runs(), answers=ANSWERS)))
