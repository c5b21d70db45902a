"""LightGBM told the ranks shown learns what documents are worth, not where they stood."""

import numpy as np
import pytest
from lightgbm_labels import INDEX, labelled, lightgbm_form, ndcg, planted
from msgspec.structs import replace

from lrat_rank.errors import InputError
from lrat_rank.features.extract import FeatureMatrix
from lrat_rank.mining.grades import GradeTable
from lrat_rank.mining.labels import Context, State
from lrat_rank.mining.quality.merging import merge_queries
from lrat_rank.mining.quality.query_options import QueryOptions
from lrat_rank.models.intensity_use import IntensityUse
from lrat_rank.models.lightgbm.dataset import RankingData, build_ranking_data
from lrat_rank.models.lightgbm.options import LightGBMOptions
from lrat_rank.models.lightgbm.ranker import LightGBMRanker
from lrat_rank.models.lightgbm.training import fit
from lrat_rank.models.ranker import CandidateList
from lrat_rank.models.usable_lists import usable_lists

LENGTH = 10
EXAMINED = 1 / np.arange(1, LENGTH + 1) ** 1.5


def clicked_lists(count, seed):
    """Lists ordered by a poor ranker whose score is a feature, and what was opened of them.

    The column `worth` carries the relevance; `shown_by` is the poor ranker's score, which knows
    a little of it. Each list is opened where a rank is looked at and the document relevant.
    """
    draw = np.random.default_rng(seed)
    worth = draw.normal(size=(count, LENGTH))
    relevant = draw.random((count, LENGTH)) < 1 / (1 + np.exp(-2.5 * (worth - 0.8)))
    shown_by = 0.3 * worth + draw.normal(size=(count, LENGTH))
    order = np.argsort(-shown_by, axis=1)
    worth, relevant, shown_by = (
        np.take_along_axis(column, order, axis=1) for column in (worth, relevant, shown_by)
    )
    opened = relevant & (draw.random((count, LENGTH)) < EXAMINED)
    values = np.stack([worth + draw.normal(0, 0.5, worth.shape), shown_by], axis=-1)
    return values, relevant, opened


def data_of(values, opened):
    keep = opened.any(axis=1) & ~opened.all(axis=1)
    values, opened = values[keep], opened[keep]
    offsets = np.arange(len(opened) + 1) * LENGTH
    return RankingData(
        features=FeatureMatrix(("worth", "shown_by"), values.reshape(-1, 2), offsets),
        gains=opened.ravel().astype(np.float64),
        ranks=np.tile(np.arange(1, LENGTH + 1), len(opened)),
        weights=np.ones(len(opened)),
        groups=("one",) * len(opened),
        priors=np.zeros(len(opened) * LENGTH),
    )


def true_ndcg(data, test, *, debias):
    options = LightGBMOptions(
        position_debias=debias,
        anchor=False,
        rounds_without_held_out=80,
        feature_share=1.0,
        threads=1,
    )
    trees = fit(data, GradeTable.fit(data.gains), options).trees
    values, relevant, _ = test
    scores = trees.predict(values.reshape(-1, 2)).reshape(relevant.shape)
    return float(
        np.mean(
            [ndcg(r.astype(float), s) for r, s in zip(relevant, scores, strict=True) if r.any()]
        )
    )


def test_debiasing_ranks_by_true_relevance_better_than_clicks_alone():
    values, _, opened = clicked_lists(3000, seed=1)
    test = clicked_lists(400, seed=2)
    data = data_of(values, opened)
    plain = true_ndcg(data, test, debias=False)
    debiased = true_ndcg(data, test, debias=True)
    assert debiased > plain + 0.03


def test_the_ranks_of_masked_candidates_leave_no_gap_in_those_of_the_others():
    states = [State.SKIPPED, State.UNJUDGED, State.RELEVANT, State.SKIPPED]
    lists = [labelled("a", [0.0, 0.0, 1.0, 0.0], states=states), labelled("b", [1.0, 0.0])]
    usable, _ = usable_lists(lists, INDEX, IntensityUse())
    data = build_ranking_data(usable, INDEX, ["bm25_score"])
    assert data.ranks.tolist() == [1, 3, 4, 1, 2]
    assert data.subset(np.array([1, 0])).ranks.tolist() == [1, 2, 1, 3, 4]


def test_a_ranker_trained_so_says_so_and_scores_without_knowing_ranks(tmp_path):
    options = LightGBMOptions(features=("text_length",), position_debias=True, threads=1)
    ranker = LightGBMRanker.train(planted(60, seed=3), INDEX, options=options)
    ranker.save(tmp_path / "ranker")
    loaded = LightGBMRanker.load(tmp_path / "ranker", INDEX)
    assert loaded.record.options.position_debias
    assert any("without the anchor" in warning for warning in loaded.record.warnings)
    documents = INDEX.doc_ids[:6]
    forth = CandidateList("q", "w01", documents)
    back = CandidateList("q", "w01", documents[::-1])
    (scores,), (reversed_scores,) = loaded.score([forth]), loaded.score([back])
    np.testing.assert_allclose(scores, reversed_scores[::-1])


def test_lists_that_were_joined_are_refused_because_nobody_was_shown_their_ranks():
    lists = planted(60, seed=3)
    twin = replace(lists[0], query_id="again", context=Context(turn=1))
    joined = merge_queries([*lists, twin], QueryOptions.named(similarity="exact")).lists
    assert len(joined) == len(lists)
    options = LightGBMOptions(features=("text_length",), position_debias=True, threads=1)
    with pytest.raises(InputError, match=r"joined from several.*merged-"):
        LightGBMRanker.train(joined, INDEX, options=options)
    LightGBMRanker.train(joined, INDEX, options=replace(options, position_debias=False))


@pytest.mark.parametrize("positions", [False, True])
def test_lightgbm_is_told_the_ranks_only_when_asked(positions):
    usable, _ = usable_lists([labelled("a", [0.0, 1.0, 0.0])], INDEX, IntensityUse())
    data = build_ranking_data(usable, INDEX, ["bm25_score"])
    told = lightgbm_form(data, position_debias=positions).position
    assert (None if told is None else told.tolist()) == ([1, 2, 3] if positions else None)
