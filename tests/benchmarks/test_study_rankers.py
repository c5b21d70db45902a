"""What the study puts around the rankers changes their cost, and not what they are."""

import numpy as np
import pytest
from fake_index import WORDS, FakeIndex
from study.bank import FeatureBank
from study.tasks import ndcg
from study.trained import HeadRanker, drawn
from study_lists import runs

from lrat_rank.features.candidates import CandidateList
from lrat_rank.features.prior import first_stage_prior, fused_lists
from lrat_rank.mining.labels import Candidate, Context, LabelledList, State
from lrat_rank.models.deep_lists import deepen
from lrat_rank.models.intensity_use import IntensityUse
from lrat_rank.models.lightgbm.dataset import build_ranking_data
from lrat_rank.models.usable_lists import usable_lists


def index() -> FakeIndex:
    draw = np.random.default_rng(1)

    def text(words: int) -> str:
        return " ".join(draw.choice(WORDS[:25], words))

    return FakeIndex({f"d{n}": (text(2), text(12)) for n in range(60)})


INDEX = index()


def candidates(query: str, count: int = 20) -> CandidateList:
    [fused] = fused_lists(INDEX, [query], depth=count)
    return CandidateList(query, query, tuple(INDEX.doc_ids[row] for row in fused.listed.tolist()))


class Backwards:
    """Scores documents against the first stage."""

    def score(self, lists):
        return [-prior for prior in first_stage_prior(INDEX, lists)]


def order(one: CandidateList, scores) -> list[str]:
    return [one.doc_ids[n] for n in np.argsort(-np.asarray(scores), kind="stable")]


def test_below_the_head_the_first_stages_order_stays():
    one = candidates("w01 w02 w03")
    [prior] = first_stage_prior(INDEX, [one])
    first = order(one, prior)
    [scores] = HeadRanker(Backwards(), INDEX, 4).score([one])
    assert order(one, scores)[4:] == first[4:]
    assert set(order(one, scores)[:4]) == set(first[:4])
    assert order(one, scores)[0] == first[3]


def labelled(query: str, number: int) -> LabelledList:
    shown = candidates(query, 6).doc_ids
    states = [State.SKIPPED, State.RELEVANT, State.ALREADY_READ, State.REJECTED]
    return LabelledList(
        query_id=f"l{number}",
        query=query,
        context=Context(turn=4, question="w07 w08", previous_queries=("w09",)),
        trajectory_id=f"q{number}-seed0",
        group=f"g{number}",
        candidates=tuple(
            Candidate(
                doc_id=doc_id,
                rank=rank,
                state=(state := states[rank % 4]),
                gain=1.5 if state is State.RELEVANT else 0.0,
            )
            for rank, doc_id in enumerate(shown, start=1)
        ),
        weight=0.5 + number,
    )


@pytest.mark.parametrize("context", [False, True])
def test_training_data_from_the_bank_is_what_the_package_builds(context):
    labels = [labelled("w01 w02 w03", 0), labelled("w05 w11", 1)]
    usable, _ = usable_lists(labels, INDEX, IntensityUse(gain=True, weight=True))
    deep = deepen(usable, labels, INDEX, depth=15, negatives=4)
    bank = FeatureBank(INDEX)
    names = ["default", "context"] if context else None
    wanted = build_ranking_data(deep, INDEX, names)
    for _ in range(2):
        found = bank.training_data(deep, context=context)
        assert found.features.names == wanted.features.names
        np.testing.assert_array_equal(found.features.values, wanted.features.values)
        np.testing.assert_array_equal(found.features.offsets, wanted.features.offsets)
        for name in ("gains", "ranks", "weights", "priors"):
            np.testing.assert_array_equal(getattr(found, name), getattr(wanted, name))


def test_ndcg_counts_relevant_documents_that_are_no_candidates():
    one = CandidateList("q", "w01", ("a", "b"))
    [whole] = ndcg([one], [np.array([2.0, 1.0])], {"q": {"a": 1}}).values()
    [half] = ndcg([one], [np.array([2.0, 1.0])], {"q": {"a": 1, "elsewhere": 1}}).values()
    assert whole == 1
    assert half == pytest.approx(1 / (1 + 1 / np.log2(3)))


def test_drawn_lists_order_something_and_more_hold_the_fewer():
    lists = runs(questions=8)
    few, many = drawn(lists, 5, seed=1), drawn(lists, 20, seed=1)
    assert len(few) == 5
    assert all(one.orders_something for one in many)
    assert {one.query_id for one in few} < {one.query_id for one in many}
