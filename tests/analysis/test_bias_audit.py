"""The audit finds the examination that simulated agents have, and says when it cannot tell."""

import json

import numpy as np
import pytest
from position_based_agents import EXAMINATION, naive, runs_with_repeats, runs_with_swaps

from lrat_rank.analysis.bias import AuditOptions, audit_bias
from lrat_rank.errors import InputError
from lrat_rank.trajectories import read_trajectories, write_trajectory
from lrat_rank.trajectories.model import Browse, Impression, Search, Trajectory

EVEN = (0.4,) * 5


def inside(estimate, truth=EXAMINATION):
    """How many of the true values lie in the intervals."""
    known = zip(estimate.ranks, estimate.low, estimate.high, strict=True)
    return sum(low <= truth[rank - 1] <= high for rank, low, high in known)


def outside(audit, estimate):
    """How many ranks the curve alone would put below the interval."""
    rates = naive(audit)
    return sum(
        rates[rank - 1] < low for rank, low in zip(estimate.ranks, estimate.low, strict=True)
    )


@pytest.mark.parametrize(
    "world",
    [
        {"chance": 0.5},
        {"chance": 0.25},
        {"neighbours": True, "lists": 4},
    ],
)
def test_randomised_lists_give_the_true_examination_and_the_curve_alone_does_not(world):
    audits = [audit_bias(runs_with_swaps(1200, seed=seed, **world)) for seed in (1, 2, 3)]
    for audit in audits:
        assert audit.randomised.ranks == (1, 2, 3, 4, 5)
        assert outside(audit, audit.randomised) >= 3
        assert audit.randomised.mean_weight == pytest.approx(1, abs=0.05)
    # Intervals of 95%: of 12 (beside rank 1) more than two outside would be a surprise.
    assert sum(inside(audit.randomised) for audit in audits) >= 13


def test_without_its_propensities_a_seldom_swap_would_be_misread():
    runs = runs_with_swaps(1200, seed=6, chance=0.1)
    told = audit_bias(runs).randomised
    blind = [_with_propensity(run, 0.5) for run in runs]
    assert inside(told) == len(told.ranks) >= 4
    assert inside(audit_bias(blind).randomised) <= 2


def test_harvested_lists_give_the_true_examination_and_the_curve_alone_does_not():
    audits = [audit_bias(runs_with_repeats(1500, seed=seed)) for seed in (7, 8, 9)]
    for audit in audits:
        assert audit.randomised is None
        assert audit.harvested.ranks == (1, 2, 3, 4, 5)
        assert outside(audit, audit.harvested) >= 3
    assert sum(inside(audit.harvested) for audit in audits) >= 13


def test_agents_without_a_bias_are_not_given_one():
    audit = audit_bias(runs_with_swaps(1200, seed=8, examination=EVEN))
    assert inside(audit.randomised, truth=(1.0,) * 5) == 5
    assert naive(audit)[4] < 0.6


@pytest.mark.parametrize("runs", [runs_with_swaps(15, seed=9), runs_with_repeats(40, seed=9)])
def test_little_data_gives_a_sentence_and_no_number(runs):
    audit = audit_bias(runs)
    estimate = audit.randomised or audit.harvested
    assert not estimate.enough
    assert estimate.ranks == estimate.examination == estimate.low == estimate.high == ()
    assert estimate.needed > estimate.browses > 0
    assert estimate.verdict.startswith("Too few to tell examination")
    assert f"about {estimate.needed}" in estimate.verdict
    assert audit.table() is None


def test_as_many_browses_as_the_sentence_asks_for_are_about_enough():
    few = audit_bias(runs_with_swaps(20, seed=10)).randomised
    assert not few.enough
    runs = round(20 * 1.5 * few.needed / few.browses)
    assert audit_bias(runs_with_swaps(runs, seed=11)).randomised.enough


def test_ranks_that_were_compared_too_seldom_are_left_out_and_named():
    deep = (*EXAMINATION, 0.001, 0.001)
    estimate = audit_bias(runs_with_swaps(900, seed=12, examination=deep)).randomised
    assert set(estimate.ranks) >= {1, 2, 3}
    assert set(estimate.untold) >= {6, 7}
    assert "Too few to tell for" in estimate.verdict


def test_a_rank_that_is_never_browsed_gets_no_certain_number():
    estimate = audit_bias(
        runs_with_swaps(900, seed=13, examination=(1.0, 0.7, 0.5, 0.35, 0.0))
    ).randomised
    assert 5 in estimate.untold


def test_swaps_that_never_touch_rank_one_say_so():
    runs = runs_with_swaps(300, seed=14)
    moved = [_with_ranks_moved_down(run) for run in runs]
    estimate = audit_bias(moved).randomised
    assert not estimate.enough
    assert "rank 1 was never among them" in estimate.verdict


def test_propensities_that_do_not_add_up_are_refused():
    runs = [_with_propensity(run, 0.1) for run in runs_with_swaps(600, seed=15)]
    estimate = audit_bias(runs).randomised
    assert not estimate.enough
    assert "right propensities make it 1" in estimate.verdict


def _with_propensity(run, propensity):
    return _changed(run, lambda i: Impression(i.doc_id, i.rank, propensity=propensity))


def _with_ranks_moved_down(run):
    return _changed(run, lambda i: Impression(i.doc_id, i.rank + 1, propensity=i.propensity))


def _changed(run, change):
    turns = tuple(
        Search(
            turn.query,
            tuple(i if i.propensity is None else change(i) for i in turn.impressions),
        )
        if isinstance(turn, Search)
        else turn
        for turn in run.turns
    )
    return Trajectory(run.trajectory_id, run.question, turns)


def test_a_second_look_at_the_same_list_is_no_evidence_for_harvesting():
    first = Search("q", (Impression("a", 1), Impression("b", 2)))
    second = Search("Q ", (Impression("b", 1), Impression("a", 2)))
    audit = audit_bias([Trajectory("t", "", (first, second, Browse("a")))])
    assert audit.harvested is None


def test_the_curve_counts_what_was_shown_and_browsed():
    shown = tuple(Impression(f"d{n}", n) for n in range(1, 4))
    runs = [Trajectory(f"t{n}", "", (Search("q", shown), Browse("d2"))) for n in range(10)]
    audit = audit_bias(runs)
    assert [(p.rank, p.shown, p.browsed) for p in audit.curve] == [
        (1, 10, 0),
        (2, 10, 10),
        (3, 10, 0),
    ]
    assert all(p.low <= p.rate <= p.high for p in audit.curve)
    assert audit.uniform.statistic == pytest.approx(20)
    assert audit.uniform.degrees == 2


def blind_runs(chances, count=300):
    """Runs that open each rank with a chance of its own, whatever stands there."""
    draw = np.random.default_rng(16)
    shown = tuple(Impression(f"d{rank}", rank) for rank in range(1, len(chances) + 1))
    for number in range(count):
        opened = zip(shown, draw.random(len(shown)) < chances, strict=True)
        browses = [Browse(impression.doc_id) for impression, opens in opened if opens]
        yield Trajectory(f"t{number}", "", (Search("q", shown), *browses))


def test_even_browsing_is_not_taken_for_a_preference():
    audit = audit_bias(blind_runs([0.3, 0.3, 0.3, 0.3]))
    assert audit.uniform.enough
    assert audit.uniform.p > 0.05
    assert audit.uniform.verdict.startswith("No sign")


@pytest.mark.parametrize("chances", [[0.5, 0.3, 0.3, 0.2], [0.4, 0.2, 0.2, 0.4]])
def test_a_preference_for_the_top_or_for_both_ends_is_found(chances):
    audit = audit_bias(blind_runs(chances))
    assert audit.uniform.p < 1e-4
    assert audit.uniform.verdict.startswith("Ranks are not browsed alike")


def test_runs_that_opened_nothing_say_nothing_about_ranks():
    unread = Trajectory("t", "", (Search("q", (Impression("a", 1), Impression("b", 2))),))
    assert audit_bias([unread]).uniform.p is None


def graded_runs(examination, count=300):
    """Runs whose documents are good or bad; good ones stand higher. Their grades are in the id."""
    draw = np.random.default_rng(17)
    for number in range(count):
        good = draw.random(5) < 0.4
        order = np.argsort(-(good + draw.normal(0, 0.7, 5)))
        shown = tuple(
            Impression(f"{number}-{n}-{int(good[n])}", rank)
            for rank, n in enumerate(order.tolist(), start=1)
        )
        browses = [
            Browse(impression.doc_id)
            for impression, looked in zip(shown, examination, strict=True)
            if draw.random() < looked * (0.8 if impression.doc_id.endswith("1") else 0.1)
        ]
        yield Trajectory(f"t{number}", "", (Search("q", shown), *browses))


def grade(trajectory, doc_id):
    return int(doc_id[-1])


def test_relevance_explains_the_curve_of_agents_without_a_bias():
    audit = audit_bias(graded_runs((0.9,) * 5), relevance=grade)
    assert audit.uniform.p < 1e-6
    assert audit.matched.p > 0.05
    assert all(0.75 < point.of_matched < 1.25 for point in audit.curve)


def test_relevance_does_not_explain_the_curve_of_agents_with_a_bias():
    audit = audit_bias(graded_runs(EXAMINATION), relevance=grade)
    assert audit.matched.p < 1e-6
    assert audit.curve[0].of_matched > 1.2
    assert audit.curve[4].of_matched < 0.7


def test_without_grades_earlier_runs_of_the_question_tell_what_is_relevant_never_the_run_itself():
    shown = tuple(Impression(doc_id, rank) for rank, doc_id in enumerate("abc", start=1))
    opener = Trajectory("t1", "Who?", (Search("q", shown), Browse("a")))
    other = Trajectory("t2", "WHO? ", (Search("q", shown), Browse("b")))
    alone = Trajectory("t3", "Another?", (Search("q", shown), Browse("c")))
    audit = audit_bias([opener, other, alone])
    # In t2, a is known (t1 opened it), b and c are not: half a browse is expected of each of them.
    assert [point.of_matched for point in audit.curve] == [None, 2.0, 0.0]
    assert audit.matched.browses == 1
    assert audit_bias([alone]).matched.p is None
    assert audit_bias([opener, other, alone], AuditOptions(most_pairs=1)).left_out


def test_the_table_is_made_of_the_better_of_the_two_estimates():
    audit = audit_bias(runs_with_swaps(1200, seed=5))
    table = audit.table(cap=3.0)
    assert table.method == "randomised"
    assert table.examination == pytest.approx(audit.randomised.examination)
    assert table.weight(5) == 3.0
    assert audit_bias(runs_with_repeats(1500, seed=7)).table().method == "harvested"


def test_the_same_runs_and_seed_give_the_same_audit_and_another_seed_other_intervals():
    runs = runs_with_swaps(200, seed=18)
    one, other = audit_bias(runs), audit_bias(iter(runs))
    assert one == other
    assert one != audit_bias(runs, AuditOptions(seed=1))
    assert json.loads(json.dumps(one.to_dict()))["curve"][0]["rank"] == 1


def test_the_order_of_the_runs_does_not_move_the_estimate():
    runs = runs_with_swaps(300, seed=18)
    there, back = audit_bias(runs).randomised, audit_bias(runs[::-1]).randomised
    shared = set(there.ranks) & set(back.ranks)
    assert shared >= {1, 2}
    for rank in shared:
        one, other = there.ranks.index(rank), back.ranks.index(rank)
        assert there.examination[one] == pytest.approx(back.examination[other])


def test_pairs_beyond_the_bound_are_left_out_and_counted():
    runs = runs_with_repeats(50, seed=19)
    audit = audit_bias(runs, AuditOptions(most_pairs=10))
    assert audit.left_out["beyond the bound on pairs"] > 0
    assert audit.impressions == 250


def test_agents_that_are_mixed_are_named_as_such():
    shown = Search("q", (Impression("a", 1),))
    runs = [Trajectory(name, "", (shown,), agent=name) for name in ("one", "two")]
    assert "2 agents are mixed" in audit_bias(runs).verdicts[-1]


@pytest.mark.parametrize(
    ("name", "value"), [("depth", 1), ("depth", 101), ("replicates", 5), ("most_pairs", 0)]
)
def test_options_that_make_no_sense_are_refused(name, value):
    with pytest.raises(InputError, match=name):
        AuditOptions(**{name: value})


def test_a_sentence_that_says_too_few_gives_no_p_value():
    audit = audit_bias(list(blind_runs([0.9, 0.05, 0.05], count=12)))
    assert not audit.uniform.enough
    assert audit.uniform.p < 0.01
    assert "p =" not in audit.uniform.verdict


def test_nothing_at_all_is_audited_without_a_fault():
    audit = audit_bias([])
    assert audit.curve == ()
    assert all(verdict.startswith("Too few") for verdict in audit.verdicts)


def test_a_log_on_disk_keeps_what_randomised_lists_need(tmp_path):
    runs = runs_with_swaps(150, seed=20)
    for run in runs:
        write_trajectory(tmp_path, run, k=5)
    kept, whole = audit_bias(read_trajectories([tmp_path])), audit_bias(runs)
    assert kept.curve == whole.curve
    assert kept.randomised.units == whole.randomised.units == 300
    assert kept.randomised.mean_weight == pytest.approx(1)


@pytest.mark.shared
def test_six_real_runs_are_too_few_to_tell_anything(shared):
    audit = audit_bias(read_trajectories([shared / "trajectories" / "lrat"]))
    assert audit.browses == 15
    assert [point.rank for point in audit.curve if point.browsed] == [1, 2, 3, 8]
    assert all(verdict.startswith("Too few to tell") for verdict in audit.verdicts)
    assert audit.table() is None
