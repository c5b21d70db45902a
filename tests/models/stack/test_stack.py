"""Stacking: the trees see base scores as they are in use, never from a ranker that knew."""

from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np
import pytest
from msgspec.structs import replace
from ranker_fakes import INDEX, QUALITY, ByQuality, asked_lists, labels, order

from lrat_rank.errors import InputError
from lrat_rank.features.catalog import choose
from lrat_rank.features.prior import first_stage_prior
from lrat_rank.mining.examination import ExaminationTable
from lrat_rank.models.lightgbm.options import LightGBMOptions
from lrat_rank.models.lightgbm.ranker import LightGBMRanker
from lrat_rank.models.ranker import CandidateList
from lrat_rank.models.stack.columns import base_columns, column_names, heads
from lrat_rank.models.stack.cross_fitting import cross_fit
from lrat_rank.models.stack.options import StackOptions
from lrat_rank.models.stack.stack import Stack
from lrat_rank.models.stack.training import train_stack

LABELS = labels(40, seed=21)
TREES = LightGBMOptions(
    features=("bm25_score", "text_length"), depth=20, rounds=60, patience=10, threads=1
)
OPTIONS = StackOptions(depth=12, folds=4, trees=TREES)


class Memory:
    """Knows the answers of the lists it trained on, and nothing of others."""

    trained: list[set[str]] = []  # noqa: RUF012

    def __init__(self, lists) -> None:
        self.groups = {one.group for one in lists}
        self.answers = {one.query: {c.doc_id: c.gain for c in one.candidates} for one in lists}
        Memory.trained.append(self.groups)

    def score(self, lists: Sequence[CandidateList]) -> list[np.ndarray]:
        return [
            np.array(
                [
                    10 * self.answers.get(one.query, {}).get(doc_id, 0.0)
                    + np.random.default_rng([*one.query.encode(), *doc_id.encode()]).random()
                    for doc_id in one.doc_ids
                ]
            )
            for one in lists
        ]


def test_no_list_is_scored_by_a_ranker_that_trained_on_its_group() -> None:
    lists = [CandidateList(one.query_id, one.query, ()) for one in LABELS]
    groups = [one.group for one in LABELS]

    def score(ranker, part, positions):
        assert not ranker.groups & {groups[n] for n in positions.tolist()}
        assert [one.query_id for one in part] == [LABELS[n].query_id for n in positions.tolist()]
        return [np.array([float(n)]) for n in positions.tolist()]

    found = cross_fit(LABELS, lists, groups, Memory, score, folds=4, seed=0)
    assert [values[0] for values in found] == list(range(len(LABELS)))


def test_lists_of_one_group_cannot_be_cross_fitted() -> None:
    lists = [CandidateList("q", "query", ["a"])] * 2
    with pytest.raises(InputError, match="two groups"):
        cross_fit(LABELS[:2], lists, ["a", "a"], Memory, lambda *_: [], folds=2, seed=0)


def test_columns_hold_score_place_and_nothing_beyond_the_depth() -> None:
    lists = asked_lists(4, seed=1)
    priors = first_stage_prior(INDEX, lists)
    chosen = heads(lists, priors, 10)
    for one, prior, head, values in zip(
        lists, priors, chosen, base_columns(ByQuality(), lists, chosen), strict=True
    ):
        assert [one.doc_ids[n] for n in head.tolist()] == order(one, prior)[:10]
        beyond = np.setdiff1d(np.arange(len(one.doc_ids)), head)
        assert np.isnan(values[beyond]).all()
        qualities = np.array([QUALITY[one.doc_ids[n]] for n in head.tolist()], float)
        np.testing.assert_allclose(values[head, 0], qualities)
        np.testing.assert_allclose(
            values[head, 1], (qualities - qualities.mean()) / qualities.std(), rtol=1e-5
        )
        np.testing.assert_array_equal(values[head, 2], np.argsort(np.argsort(-qualities)) + 1)


def gain_of_base(stack: Stack, name: str) -> float:
    share = sum(stack.record.importance[column] for column in column_names(name))
    return share / max(sum(stack.record.importance.values()), 1e-12)


def test_a_base_that_knows_is_used_and_the_stack_beats_the_first_stage() -> None:
    stack = train_stack(LABELS, INDEX, {"quality": lambda _: ByQuality()}, options=OPTIONS)
    assert gain_of_base(stack, "quality") > 2 / 3
    assert stack.record.ndcg_model > stack.record.ndcg_first_stage + 0.1
    assert stack.record.columns[:2] == TREES.features


def test_a_base_that_only_remembers_its_training_lists_is_not_believed() -> None:
    """Without cross-fitting its columns would look perfect in training."""
    Memory.trained.clear()
    stack = train_stack(LABELS, INDEX, {"memory": Memory}, options=OPTIONS)
    assert len(Memory.trained) == OPTIONS.folds + 1
    assert Memory.trained[-1] == {one.group for one in LABELS}
    first, model = stack.record.ndcg_first_stage, stack.record.ndcg_model
    assert model < first + 0.1


def test_a_list_is_scored_alike_whatever_stands_beside_it() -> None:
    stack = train_stack(LABELS, INDEX, {"quality": lambda _: ByQuality()}, options=OPTIONS)
    lists = [*asked_lists(4, seed=2), CandidateList("empty", "w01", ())]
    together = stack.score(lists)
    assert [len(scores) for scores in together] == [30, 30, 30, 30, 0]
    assert stack.score([]) == []
    for one, scores in zip(lists, together, strict=True):
        np.testing.assert_array_equal(stack.score([one])[0], scores)


def test_bases_score_no_more_than_the_depth() -> None:
    base = ByQuality()
    stack = train_stack(LABELS, INDEX, {"quality": lambda _: base}, options=OPTIONS)
    base.asked.clear()
    stack.score(asked_lists(3, seed=2))
    assert {len(one.doc_ids) for one in base.asked} == {OPTIONS.depth}


def test_a_stack_reads_context_where_a_feature_or_a_base_does() -> None:
    def stack(base_reads: bool, *features: str) -> Stack:
        record = SimpleNamespace(features=features)
        base = SimpleNamespace(reads_context=base_reads)
        return Stack({"base": base}, None, b"", record=record, index=INDEX)

    assert not stack(False, "bm25_score").reads_context
    assert stack(True, "bm25_score").reads_context
    assert stack(False, "bm25_score", *choose(["context"], INDEX)).reads_context


def test_a_saved_stack_gives_the_scores_it_had(tmp_path) -> None:
    def train(lists):
        return LightGBMRanker.train(lists, INDEX, options=TREES)

    validation = labels(10, seed=22)
    stack = train_stack(LABELS, INDEX, {"trees": train}, options=OPTIONS, validation=validation)
    assert stack.record.held_out_lists == len(validation)
    stack.save(tmp_path / "stack")
    loaded = Stack.load(tmp_path / "stack", INDEX)
    assert loaded.record == stack.record
    lists = asked_lists(3, seed=5)
    for before, after in zip(stack.score(lists), loaded.score(lists), strict=True):
        np.testing.assert_array_equal(before, after)


def test_gains_that_mining_corrected_for_position_are_not_corrected_again() -> None:
    corrected = [
        replace(
            one,
            candidates=tuple(
                replace(c, evidence=replace(c.evidence, examination=0.5)) for c in one.candidates
            ),
        )
        for one in LABELS
    ]
    trees = replace(TREES, examination=ExaminationTable(examination=(1.0, 0.5)))
    options = replace(OPTIONS, trees=trees)
    with pytest.raises(InputError, match="labels for an examination table must be not corrected"):
        train_stack(corrected, INDEX, {"quality": lambda _: ByQuality()}, options=options)


def test_trees_that_were_exchanged_are_refused(tmp_path) -> None:
    def train(lists):
        return LightGBMRanker.train(lists, INDEX, options=TREES)

    train_stack(LABELS, INDEX, {"trees": train}, options=OPTIONS).save(tmp_path / "stack")
    (tmp_path / "stack" / "trees.model").write_text("other")
    with pytest.raises(InputError, match="trees must be those"):
        Stack.load(tmp_path / "stack", INDEX)


@pytest.mark.parametrize(
    "wrong",
    [
        {"depth": 0},
        {"folds": 1},
        {"trees": LightGBMOptions(position_debias=True)},
        {"trees": LightGBMOptions(search_trials=3)},
    ],
)
def test_options_that_make_no_stack_are_refused(wrong) -> None:
    with pytest.raises(InputError):
        StackOptions(**wrong)
