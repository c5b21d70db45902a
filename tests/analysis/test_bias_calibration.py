"""Where ranks do not matter, the tests of the audit refuse no more often than chance lets them."""

import random

import pytest

from lrat_rank.analysis.bias import AuditOptions, audit_bias
from lrat_rank.trajectories.model import Browse, Impression, Search, Trajectory

SEEDS = range(30)
MOST = 5
"""Of 30 tests at 5%, six or more refuse in 3 cases of 1,000."""


def listed(query, doc_ids, opened):
    shown = tuple(Impression(doc_id, rank) for rank, doc_id in enumerate(doc_ids, start=1))
    return [Search(query, shown), *(Browse(doc_id) for doc_id in opened)]


def blind_runs(seed, *, lengths, opened, runs=4, shuffled=True, again=0):
    """Runs of 40 questions that open documents whatever their rank.

    Lengths and numbers of documents opened differ from question to question. `again` further
    searches show what the first one led to on top, as a good search does, and sometimes open one
    more document.
    """
    draw = random.Random(seed)
    for question in range(40):
        length, count = lengths[question % len(lengths)], opened[question % len(opened)]
        doc_ids = [f"{question}-{n}" for n in range(length)]
        for run in range(runs):
            if shuffled:
                draw.shuffle(doc_ids)
            first = draw.sample(doc_ids, count)
            read = set(first)
            turns = listed("q", doc_ids, first)
            for _ in range(again):
                later = draw.sample(doc_ids, length)
                later.sort(key=lambda doc_id: doc_id not in first)
                new = [doc_id for doc_id in later if doc_id not in read]
                chosen = [draw.choice(new)] if draw.random() < 0.3 else []
                read.update(chosen)
                turns += listed("q", later, chosen)
            yield Trajectory(f"{question}-{run}", f"question {question}", tuple(turns))


def refusals(tests):
    return sum(test.p is not None and test.p < 0.05 for test in tests)


@pytest.mark.parametrize(
    "world",
    [
        {"lengths": [10], "opened": [1]},
        {"lengths": [2, 10], "opened": [1]},
        {"lengths": [5, 10], "opened": [2]},
        {"lengths": [8], "opened": [1, 4]},
        {"lengths": [10], "opened": [3], "again": 3},
        {"lengths": [3], "opened": [1], "shuffled": False, "runs": 2},
        {"lengths": [5], "opened": [2], "shuffled": False, "runs": 6},
    ],
    ids=[
        "alike", "two-or-ten", "five-or-ten", "appetites", "opened-stand-on-top-again",
        "one-order-two-runs", "one-order-six-runs",
    ],
)  # fmt: skip
def test_agents_that_browse_blindly_are_not_given_an_effect_of_the_rank(world):
    options = AuditOptions(replicates=100)
    audits = [audit_bias(blind_runs(seed, **world), options) for seed in SEEDS]
    assert all(audit.matched.enough for audit in audits)
    assert refusals(audit.matched for audit in audits) <= MOST
    assert refusals(audit.uniform for audit in audits) <= MOST


def test_nor_are_they_when_grades_are_given_that_go_with_the_length_of_lists():
    def grade(_, doc_id):
        return int(doc_id.split("-")[1]) % 2

    world = {"lengths": [4, 10], "opened": [1]}
    options = AuditOptions(replicates=100)
    audits = [audit_bias(blind_runs(s, **world), options, relevance=grade) for s in SEEDS]
    assert refusals(audit.matched for audit in audits) <= MOST


def test_an_effect_of_the_rank_beside_that_of_relevance_is_found_without_grades():
    def runs(seed, looked):
        draw = random.Random(seed)
        for question in range(60):
            good = [draw.random() < 0.4 for _ in range(6)]
            for run in range(4):
                order = draw.sample(range(6), 6)
                doc_ids = [f"{question}-{n}" for n in order]
                opened = [
                    doc_id
                    for rank, (n, doc_id) in enumerate(zip(order, doc_ids, strict=True))
                    if draw.random() < looked[rank] * (0.8 if good[n] else 0.1)
                ]
                yield Trajectory(
                    f"{question}-{run}", f"question {question}", tuple(listed("q", doc_ids, opened))
                )

    biased = [audit_bias(runs(s, (1.0, 0.8, 0.65, 0.5, 0.4, 0.3))).matched for s in range(5)]
    even = [audit_bias(runs(s, (0.6,) * 6)).matched for s in range(5)]
    assert refusals(biased) == 5
    assert refusals(even) <= 1
