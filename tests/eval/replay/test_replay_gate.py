"""Gates: their grammar, and when they are passed."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from replay_lists import ByQuery, InOrder, knowing, listed
from scipy import stats

from lrat_rank.errors import InputError
from lrat_rank.eval.replay import Gate, replay


def questions(count: int):
    return [listed("a. b. c+", f"q{n}") for n in range(count)]


def replayed(count: int = 8, **rankers):
    return replay(questions(count), rankers)


@pytest.mark.parametrize(
    ("text", "gate"),
    [
        ("nDCG@10 >= champion p<0.05", Gate("nDCG@10", False, "champion", 0.0, 0.05)),
        ("gnDCG@10>champion", Gate("nDCG@10", True, "champion")),
        ("RR >= logged margin 0.01 p < .05", Gate("RR", False, "logged", 0.01, 0.05)),
        ("Success@1 > 0.4", Gate("Success@1", True, 0.4)),
    ],
)
def test_gates_are_read(text, gate):
    assert Gate.parse(text) == gate


@given(
    st.builds(
        Gate,
        measure=st.sampled_from(["nDCG@10", "RR", "Success@1", "DCG@5", "R@3"]),
        strict=st.booleans(),
        against=st.sampled_from(["champion", "logged", 0.25, 0.9]),
        margin=st.sampled_from([0.0, 0.01, 0.25]),
        alpha=st.sampled_from([None, 0.05, 0.001]),
    )
)
def test_a_gate_reads_back_what_it_says(gate):
    assert Gate.parse(str(gate)) == gate


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nDCG@10",
        "nDCG@10 = champion",
        "nDCG@10 < champion",
        "nDCG@10 >= winner",
        "nDCG@10 >= champion p<5%",
        "nDCG@10 >= champion p<0",
        "nDCG@10 >= champion p<1",
        "nDCG@10 >= champion p<0.05 margin 0.1",
        "nDCG@10 >= champion margin -0.1",
        "nDCG >= champion and RR > 0.5",
        "nonsense@10 >= champion",
        "FirstRank >= champion",
    ],
)
def test_other_texts_are_refused(text):
    with pytest.raises(InputError):
        Gate.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "nDCG@10 >= 7",
        "RR > 1",
        "Success@1 >= 1 p<0.05",
        "RR >= champion margin 9",
        "nDCG@10 >= logged margin 1.01 p<0.05",
        "R@5 > 0.2 margin 0.3",
        "DCG@10 >= 2 margin 3",
    ],
)
def test_gates_that_no_ranker_passes_or_none_fails_are_refused(text):
    with pytest.raises(InputError, match="one that can be passed and failed"):
        Gate.parse(text)


@pytest.mark.parametrize("text", ["DCG@10 >= 7", "DCG@10 > champion margin 9", "RR >= 1"])
def test_gates_at_the_end_of_a_range_and_of_measures_without_one_are_read(text):
    assert str(Gate.parse(text)) == text


def test_means_are_compared_where_no_test_is_asked_for():
    one = replayed(1, same=InOrder("abc"), better=InOrder("cab"), worse=InOrder("abxc"))

    def passes(text, challenger):
        return Gate.parse(text).decide(one, challenger=challenger, champion="same").passed

    assert passes("RR >= champion", "same")
    assert not passes("RR > champion", "same")
    assert passes("RR > champion", "better")
    assert passes("RR > 0.99", "better")
    assert passes("RR >= 1", "better")
    behind = replay(questions(1), {"same": InOrder("cab"), "worse": InOrder("acb")})

    def within(margin):
        gate = Gate.parse(f"RR >= champion margin {margin}")
        return gate.decide(behind, challenger="worse", champion="same").passed

    assert within(0.5)
    assert not within(0.49)


def test_the_test_is_one_sided_and_takes_questions_as_units():
    lists = [listed("a. b. c+", f"q{n}") for n in range(6)] + [listed("a+ b. c.", "last")]
    one = replay(lists, {"new": InOrder("cab")})
    decision = Gate.parse("RR >= logged p<0.05").decide(one, challenger="new")
    differences = one.question_means("new", "RR") - one.question_means("logged", "RR")
    oracle = stats.permutation_test(
        (differences,), lambda d: d.mean(), permutation_type="samples", alternative="greater"
    )
    assert decision.p == pytest.approx(oracle.pvalue)
    assert decision.difference == pytest.approx(differences.mean())
    assert decision.passed == (decision.p < 0.05)


@given(st.lists(st.sampled_from("ab"), min_size=2, max_size=7))
def test_the_p_value_counts_every_pattern_of_signs_at_least_as_good(better):
    lists = [listed("a+ b." if one == "a" else "a. b+", f"q{n}") for n, one in enumerate(better)]
    one = replay(lists, {"old": InOrder("ab"), "new": InOrder("ba")}, measures=["RR"])
    decision = Gate.parse("RR >= champion p<0.999").decide(one, challenger="new", champion="old")
    differences = one.question_means("new", "RR") - one.question_means("old", "RR")
    sums = [sum(signs) for signs in itertools.product(*((d, -d) for d in differences))]
    assert decision.p == np.mean([total >= sum(differences) - 1e-9 for total in sums])


@pytest.mark.parametrize("alpha", ["0.5", "0.25", "0.125", "0.05", "0.03125", "0.001", "0.0001"])
@pytest.mark.parametrize("form", ["RR > logged p<{}", "RR >= logged margin 0.01 p<{}"])
def test_the_least_questions_are_the_fewest_with_which_a_gate_is_passed(form, alpha):
    gate = Gate.parse(form.format(alpha))
    passed = [
        gate.decide(replayed(count, new=InOrder("cab")), challenger="new").passed
        for count in range(1, 18)
    ]
    assert passed.index(True) + 1 == gate.least_questions()
    assert all(passed[gate.least_questions() - 1 :])
    assert Gate.parse("RR > logged").least_questions() == 1


def test_a_worse_ranker_fails_with_a_p_value_above_one_half():
    one = replay(questions(8), {"old": InOrder("cab"), "new": InOrder("abc")})
    decision = Gate.parse("RR >= champion p<0.05").decide(one, challenger="new", champion="old")
    assert not decision.passed
    assert decision.p > 0.5
    assert decision.difference < 0
    assert decision.reason.startswith("failed: RR >= champion p<0.05 (new 0.3333, old 1.0000")


def test_a_margin_lets_a_slightly_worse_ranker_pass_and_an_identical_one():
    lists = [*questions(9), listed("c. a+ b.", "last")]
    one = replay(lists, {"old": knowing(lists), "same": knowing(lists), "new": InOrder("cab")})
    assert one.question_means("new", "RR").mean() == pytest.approx(0.95)

    def passes(text, challenger):
        return Gate.parse(text).decide(one, challenger=challenger, champion="old").passed

    assert passes("RR >= champion margin 0.01 p<0.01", "same")
    assert passes("RR >= champion margin 0.3 p<0.01", "new")
    assert not passes("RR >= champion margin 0.05 p<0.01", "new")
    assert not passes("RR >= champion p<0.01", "new")


def test_what_is_the_same_everywhere_fails_a_test_with_a_reason():
    one = replayed(8, old=InOrder("abc"), new=InOrder("abc"))
    decision = Gate.parse("RR >= champion p<0.05").decide(one, challenger="new", champion="old")
    assert (decision.passed, decision.p, decision.difference) == (False, None, 0)
    assert "the same value on every question" in decision.reason


@pytest.mark.parametrize(("count", "passed"), [(1, False), (4, False), (5, True)])
def test_too_few_questions_fail_a_test_with_a_reason(count, passed):
    one = replayed(count, new=InOrder("cab"))
    decision = Gate.parse("RR >= logged p<0.05").decide(one, challenger="new")
    assert decision.passed == passed
    assert passed or "p<0.05 takes 5 questions or more" in decision.reason


def test_a_number_can_be_tested_against_too():
    one = replayed(8, new=InOrder("cab"))
    assert Gate.parse("RR > 0.9 p<0.01").decide(one, challenger="new").passed
    assert not Gate.parse("RR > 0.999 p<0.001").decide(one, challenger="new").passed


def test_systems_and_measures_that_are_not_there_are_refused():
    one = replayed(2, new=InOrder("cab"))
    with pytest.raises(InputError, match="champion must be given for this gate"):
        Gate.parse("RR > champion").decide(one, challenger="new")
    with pytest.raises(InputError, match="system of a replay must be one of logged, new"):
        Gate.parse("RR > logged").decide(one, challenger="newer")
    with pytest.raises(InputError, match="among those replayed"):
        Gate.parse("R@7 > logged").decide(one, challenger="new")


def test_under_no_difference_a_gate_is_passed_about_as_often_as_its_level():
    draw = np.random.default_rng(0)
    lists = [listed("a. b. c+ d. e.", f"q{n}") for n in range(20)]
    gate = Gate.parse("RR >= champion p<0.1")

    def chance():
        return ByQuery({o.query_id: dict(zip("abcde", draw.random(5), strict=True)) for o in lists})

    passed = sum(
        gate.decide(
            replay(lists, {"a": chance(), "b": chance()}, measures=["RR"]),
            challenger="a",
            champion="b",
        ).passed
        for _ in range(80)
    )
    assert stats.binomtest(passed, 80, 0.1).pvalue > 0.001
