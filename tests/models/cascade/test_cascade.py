"""The cascade: the second ranker decides among the first one's best, and nowhere else."""

from collections.abc import Sequence

import numpy as np
import pytest

from lrat_rank.errors import InputError
from lrat_rank.models.cascade import Cascade, CascadeOptions
from lrat_rank.models.ranker import CandidateList


class Fixed:
    """Scores documents by a table, and remembers what it was asked."""

    def __init__(self, table: dict[str, float]) -> None:
        self.table = table
        self.asked: list[tuple[str, ...]] = []

    def score(self, lists: Sequence[CandidateList]) -> list[np.ndarray]:
        self.asked += [one.doc_ids for one in lists]
        return [np.array([self.table[d] for d in one.doc_ids]) for one in lists]


LIST = CandidateList("q", "query", ("a", "b", "c", "d"))
FIRST = {"a": 4.0, "b": 3.0, "c": 2.0, "d": 1.0}
SECOND = {"a": 0.1, "b": 0.2, "c": 0.9, "d": 5.0}


def order(scores: np.ndarray) -> str:
    return "".join(np.array(LIST.doc_ids)[np.argsort(-scores)])


def test_the_second_ranker_sees_only_the_head() -> None:
    second = Fixed(SECOND)
    Cascade(Fixed(FIRST), second, CascadeOptions(depth=3)).score([LIST])
    assert [set(asked) for asked in second.asked] == [{"a", "b", "c"}]


def test_with_blend_one_the_second_ranker_orders_the_head() -> None:
    cascade = Cascade(Fixed(FIRST), Fixed(SECOND), CascadeOptions(depth=3, blend=1.0))
    assert order(cascade.score([LIST])[0]) == "cbad"


def test_with_blend_zero_the_first_order_stands() -> None:
    cascade = Cascade(Fixed(FIRST), Fixed(SECOND), CascadeOptions(depth=4, blend=0.0))
    assert order(cascade.score([LIST])[0]) == "abcd"


def test_the_tail_keeps_its_order_below_the_head() -> None:
    cascade = Cascade(Fixed(FIRST), Fixed(SECOND), CascadeOptions(depth=1, blend=1.0))
    scores = cascade.score([LIST])[0]
    assert order(scores) == "abcd"
    assert scores[0] > 0 > scores[1:].max()


def test_an_empty_list_has_no_scores() -> None:
    cascade = Cascade(Fixed(FIRST), Fixed(SECOND))
    assert cascade.score([CandidateList("q", "query", ())])[0].shape == (0,)


@pytest.mark.parametrize("options", [{"depth": 0}, {"blend": 1.5}, {"blend": -0.1}])
def test_options_out_of_range_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(InputError):
        CascadeOptions(**options)
