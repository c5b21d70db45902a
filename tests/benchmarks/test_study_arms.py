"""The ladder: each step changes the labels as its name says, and nothing else."""

from functools import partial
from pathlib import Path

import msgspec
import pytest
from study.arms import ARMS, EVERY_STEP, Family, Kind, arms_of
from study.budget import Budget
from study.material import Mined
from study.settings import cross_encoder_options, dense_options, lightgbm_options
from study.states import session_lists
from study_lists import one_of_each, runs

from lrat_rank.mining.labels import LabelledList, State
from lrat_rank.models.intensity_use import IntensityUse

OPTIONS = {
    Kind.LIGHTGBM: lightgbm_options,
    Kind.CROSS_ENCODER: partial(cross_encoder_options, base=Path("base")),
    Kind.DENSE: dense_options,
}


def judged_none(one: LabelledList) -> LabelledList:
    """The same list where every opened document counts as relevant."""
    opened = {"useful", "in-vain", "not-told"}
    candidates = tuple(
        msgspec.structs.replace(c, state=State.RELEVANT, gain=c.gain or 0.4)
        if c.doc_id in opened
        else c
        for c in one.candidates
    )
    return msgspec.structs.replace(one, candidates=candidates)


def states(name: str) -> dict[str, State]:
    one = one_of_each()
    mined = Mined(cues=[one], none=[judged_none(one)], correct=[one])
    [first, *_] = ARMS.get(name).labels(mined, 0)
    assert first.query_id == one.query_id
    return {c.doc_id: c.state for c in first.candidates}


def gains_and_weight(name: str) -> tuple[list[float], float]:
    one = one_of_each()
    arm = ARMS.get(name)
    [first, *_] = arm.labels(Mined([one], [judged_none(one)], [one]), 0)
    use = IntensityUse.parse(arm.intensity)
    return use.gains(first).tolist(), use.list_weight(first)


def test_naive_takes_all_opened_as_relevant_and_all_else_as_negative():
    found = states("naive")
    relevant = {doc_id for doc_id, state in found.items() if state is State.RELEVANT}
    assert relevant == {"useful", "in-vain", "not-told"}
    assert set(found.values()) == {State.RELEVANT, State.SKIPPED}
    assert gains_and_weight("naive") == ([1, 1, 1, 0, 0, 0], 1)


def test_judge_drops_what_was_opened_and_not_found_useful():
    assert states("judge") == {
        "useful": State.RELEVANT,
        "in-vain": State.UNJUDGED,
        "not-told": State.UNJUDGED,
        "passed": State.SKIPPED,
        "read-before": State.SKIPPED,
        "read-elsewhere": State.SKIPPED,
    }


@pytest.mark.parametrize(
    ("name", "gain", "weight"),
    [("judge", 1.0, 1.0), ("gain", 1.7, 1.0), ("weight", 1.0, 1.3), ("both", 1.7, 1.3)],
)
def test_the_intensity_enters_where_the_arm_says_and_the_states_stay(name, gain, weight):
    assert states(name) == states("judge")
    assert gains_and_weight(name) == ([gain, 0, 0, 0, 0, 0], weight)


def test_rejected_adds_hard_negatives_and_nothing_else():
    assert states("rejected") == states("both") | {"in-vain": State.REJECTED}


def test_masked_no_longer_takes_what_was_read_as_a_negative():
    changed = {"read-before": State.ALREADY_READ, "read-elsewhere": State.UNJUDGED}
    assert states("masked") == states("rejected") | changed


def test_sessions_adds_one_list_a_question_over_its_runs():
    lists = runs(questions=3, seeds=2)
    mined = Mined(cues=lists, none=lists, correct=lists)
    found = ARMS.get("sessions").labels(mined, 0)
    assert found[: len(lists)] == lists
    added = found[len(lists) :]
    assert [one.query for one in added] == ["What is q0?", "What is q1?", "What is q2?"]
    assert {one.group for one in added} == {one.group for one in lists}
    assert len({one.query_id for one in found}) == len(found)
    assert len(session_lists(lists)) == 3


def test_correct_only_and_its_control_take_as_many_runs():
    lists = runs(questions=6, seeds=2)
    right = [one for one in lists if one.trajectory_id.endswith("seed0")]
    mined = Mined(cues=lists, none=lists, correct=right)
    correct = ARMS.get("correct only").labels(mined, 0)
    control = ARMS.get("as many, any").labels(mined, 0)

    def searched(found):
        return {one.trajectory_id for one in found if one.context.recorded}

    assert searched(correct) == {f"q{n}-seed0" for n in range(6)}
    assert len(searched(control)) == 6
    assert searched(control) != searched(ARMS.get("as many, any").labels(mined, 1))


@pytest.mark.parametrize("name", ARMS.names())
def test_an_arm_is_compared_with_another_and_its_settings_are_options(name):
    arm = ARMS.get(name)
    assert (arm.before is None) == (name == "naive")
    assert arm.before is None or arm.before in ARMS.names()
    for kind in arm.rankers:
        plain = OPTIONS[kind](Budget(), arm.intensity, 1, EVERY_STEP.get(kind, {}))
        changed = OPTIONS[kind](Budget(), arm.intensity, 1, arm.changes(kind))
        assert (plain == changed) == (not arm.settings.get(kind))
        assert changed.seed == 1


def test_every_ranker_climbs_the_ladder_and_dense_reads_no_context():
    names = [arm.name for arm in arms_of(Family.LADDER)]
    assert names == [
        *("naive", "judge", "gain", "weight", "both"),
        *("rejected", "masked", "sessions", "context"),
    ]
    for arm in arms_of(Family.LADDER):
        assert (Kind.DENSE in arm.rankers) == (arm.name != "context")
