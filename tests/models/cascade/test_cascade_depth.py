"""A call's account lowers a cascade's depth for its own list, and is told what was done."""

import numpy as np
import pytest

from lrat_rank.features.account import CallAccount
from lrat_rank.models.cascade import Cascade, CascadeOptions
from lrat_rank.models.ranker import CandidateList


class Numbers:
    """Scores documents by their number, and remembers how many it was asked for."""

    def __init__(self, sign=1.0, clock=None):
        self.sign, self.clock, self.sizes = sign, clock, []

    def score(self, lists):
        self.sizes.append([len(one.doc_ids) for one in lists])
        if self.clock:
            self.clock.append(2.5)
        return [np.array([self.sign * float(d) for d in one.doc_ids]) for one in lists]


def asked(most=None, *, size=10, clock=lambda: 0.0):
    account = CallAccount(most_read=most, clock=clock)
    return CandidateList("q", "query", tuple(map(str, range(size))), account=account)


@pytest.mark.parametrize(
    ("most", "looked_at", "shortened"),
    [(None, 6, False), (9, 6, False), (6, 6, False), (5, 5, True), (1, 1, True), (0, 1, True)],
)
def test_a_list_is_read_as_deep_as_its_account_allows(most, looked_at, shortened):
    one = asked(most)
    cascade = Cascade(Numbers(), second := Numbers(-1.0), CascadeOptions(depth=6, blend=1.0))
    [scores] = cascade.score([one])
    assert second.sizes == [[looked_at]]
    assert (one.account.looked_at, one.account.shortened) == (looked_at, shortened)
    order = np.argsort(-scores).tolist()
    head = list(range(10 - looked_at, 10))
    assert order == head + list(range(9 - looked_at, -1, -1))


def test_lists_of_one_call_have_their_own_depths():
    lists = [asked(2), asked(None), CandidateList("q", "query", ("1", "2"))]
    second = Numbers()
    Cascade(Numbers(), second, CascadeOptions(depth=6)).score(lists)
    assert second.sizes == [[2, 6, 2]]


def test_a_margin_is_applied_before_the_account():
    one = asked(3)
    options = CascadeOptions(depth=8, margin=2.5, keep=2)
    Cascade(Numbers(), second := Numbers(), options).score([one])
    assert second.sizes == [[3]]  # the margin alone would let 4 through
    assert one.account.shortened


def test_the_account_is_told_what_the_second_ranker_took():
    ticks = [0.0]
    one = asked(clock=lambda: sum(ticks))
    Cascade(Numbers(clock=ticks), Numbers(clock=ticks)).score([one])
    assert one.account.seconds == 2.5


def test_an_account_is_no_part_of_the_question():
    assert asked(1) == asked(2) == CandidateList("q", "query", asked().doc_ids)
    assert hash(asked(1)) == hash(asked(2))


def test_a_second_ranker_that_is_not_asked_is_not_accounted_for():
    one = asked(3)
    Cascade(Numbers(), Numbers(), CascadeOptions(blend=0.0)).score([one])
    assert one.account.looked_at is None
