"""Context dropout: which lists lose their context, and that a ranker then works without one."""

import numpy as np
import pytest
from fake_index import FakeIndex, random_documents

from lrat_rank.errors import InputError
from lrat_rank.features.extract import extract
from lrat_rank.features.spec import FEATURES, Group
from lrat_rank.mining.labels import Candidate, Context, LabelledList, State
from lrat_rank.models.context_dropout import drop_contexts, hides_context
from lrat_rank.models.intensity_use import IntensityUse
from lrat_rank.models.lightgbm.options import LightGBMOptions
from lrat_rank.models.lightgbm.preparing import prepare
from lrat_rank.models.lightgbm.ranker import LightGBMRanker
from lrat_rank.models.ranker import CandidateList
from lrat_rank.models.usable_lists import usable_lists

INDEX = FakeIndex(random_documents(60))


def labels(n, size=6):
    """Lists whose documents are relevant where the agent has not seen them before."""
    draw = np.random.default_rng(4)
    lists = []
    for number in range(n):
        doc_ids = [f"d{row}" for row in draw.choice(60, size, replace=False)]
        seen = doc_ids[: size // 2]
        draw.shuffle(doc_ids)
        candidates = [
            Candidate(
                doc_id=doc_id,
                rank=rank,
                state=State.SKIPPED if doc_id in seen else State.RELEVANT,
                gain=float(doc_id not in seen),
            )
            for rank, doc_id in enumerate(doc_ids, 1)
        ]
        lists.append(
            LabelledList(
                query_id=f"q{number}",
                query=f"w{number % 50:02d}",
                context=Context(turn=3, shown_doc_ids=tuple(seen), previous_queries=("w01",)),
                trajectory_id=f"t{number}",
                group=f"g{number}",
                candidates=tuple(candidates),
            )
        )
    return lists


def usable(n):
    return usable_lists(labels(n), INDEX, IntensityUse.parse("none"))[0]


def hidden(lists):
    return [one.context is None for one in lists]


def test_the_share_of_lists_without_context_is_the_one_asked_for():
    lists = usable(300)
    assert hidden(drop_contexts(lists, 0.0, seed=0)) == [False] * 300
    assert hidden(drop_contexts(lists, 1.0, seed=0)) == [True] * 300
    # Four standard deviations of a binomial draw.
    assert abs(np.mean(hidden(drop_contexts(lists, 0.3, seed=0))) - 0.3) < 4 * 0.0265


def test_nothing_but_the_context_of_a_list_changes():
    lists = usable(20)
    for one, left in zip(lists, drop_contexts(lists, 0.5, seed=1), strict=True):
        assert left.context in (None, one.context)
        assert (left.query_id, left.doc_ids, left.weight) == (one.query_id, one.doc_ids, one.weight)
        assert left.whole.doc_ids == one.whole.doc_ids


def test_draws_repeat_for_a_seed_and_differ_between_epochs():
    lists = usable(100)
    once, again = (hidden(drop_contexts(lists, 0.5, seed=7, epoch=1)) for _ in range(2))
    assert once == again
    assert once != hidden(drop_contexts(lists, 0.5, seed=7, epoch=2))
    assert once != hidden(drop_contexts(lists, 0.5, seed=8, epoch=1))
    assert once == [hides_context(0.5, seed=7, epoch=1, number=n) for n in range(100)]


def test_a_greater_share_hides_the_same_lists_and_more():
    lists = usable(100)
    few, many = (hidden(drop_contexts(lists, share, seed=0)) for share in (0.2, 0.6))
    assert all(after for before, after in zip(few, many, strict=True) if before)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_out_of_range_is_refused(share):
    with pytest.raises(InputError, match="context_dropout must be between 0 and 1"):
        drop_contexts(usable(2), share, seed=0)
    with pytest.raises(InputError, match="context_dropout"):
        LightGBMOptions(context_dropout=share)


def options(**changes):
    plain = {"features": ("text_cosine", "context"), "depth": 0, "anchor": False, "seed": 3}
    return LightGBMOptions(**(plain | {"threads": 1, "rounds": 40} | changes))


def test_a_dropped_list_has_no_feature_of_the_agents_state_and_all_others():
    data, _ = prepare(labels(60), INDEX, options(context_dropout=0.5))
    state = [FEATURES.get(name).spec.group == Group.CONTEXT for name in data.features.names]
    missing = [
        np.isnan(part).all(axis=0)
        for part in np.split(data.features.values, data.features.offsets[1:-1])
    ]
    whole = np.array([part[state].all() for part in missing])
    assert 10 < whole.sum() < 50
    assert not np.array([part[~np.array(state)].any() for part in missing]).any()


def test_without_context_a_ranker_scores_as_its_other_features_say():
    lists = labels(120)
    ranker = LightGBMRanker.train(lists, INDEX, options=options(context_dropout=0.4))
    asked = [
        CandidateList(one.query_id, one.query, tuple(c.doc_id for c in one.candidates), one.context)
        for one in lists[:40]
    ]
    gains = [np.array([c.gain for c in one.candidates]) for one in lists[:40]]
    told = ranker.score(asked)
    rightly = [
        np.mean(scores[gain > 0]) > np.mean(scores[gain == 0])
        for scores, gain in zip(told, gains, strict=True)
    ]
    assert np.mean(rightly) > 0.9
    untold = ranker.score([CandidateList(one.query_id, one.query, one.doc_ids) for one in asked])
    assert all(np.isfinite(scores).all() for scores in untold)
    matrix = extract(INDEX, asked, ["times_shown"])
    assert (np.nan_to_num(matrix.values) > 0).any()
    differing = [not np.allclose(a, b) for a, b in zip(told, untold, strict=True)]
    assert np.mean(differing) > 0.9
