"""Which documents an epoch shows, and how shown lists become one batch."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from cross_encoder_tiny import (
    gradient,
    make_checkpoint,
    options,
    parts,
    planted,
)

from lrat_rank.errors import InputError
from lrat_rank.mining.labels import Candidate, State
from lrat_rank.models.cross_encoder.batch import ListCollator, scores_of_batch
from lrat_rank.models.cross_encoder.dataset import choose_shown
from lrat_rank.models.usable_lists import training_lists


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return make_checkpoint(tmp_path_factory.mktemp("tiny") / "base", logits=None)


def test_cutting_a_batch_into_chunks_changes_no_score(base):
    lists, texts = planted(6)
    model, data, collate = parts(base, lists, texts, options(base))
    shown = [data[number] for number in range(6)]
    whole = scores_of_batch(model.eval(), ListCollator(collate._tokenizer, 10**6)(shown))
    chunked = collate(shown)
    assert len(chunked["chunks"]) > 1
    torch.testing.assert_close(scores_of_batch(model, chunked), whole, rtol=1e-5, atol=1e-5)


def test_masked_and_unknown_candidates_never_reach_a_gradient(base):
    lists, texts = planted(6)
    extra = (
        Candidate(doc_id="d0-1", rank=8, state=State.UNJUDGED, gain=0.0),
        Candidate(doc_id="d0-2", rank=9, state=State.ALREADY_READ, gain=0.0),
        Candidate(doc_id="gone", rank=10, state=State.SKIPPED, gain=0.0),
    )
    wider = [lists[0], *(
        msgspec.structs.replace(one, candidates=one.candidates + extra) for one in lists[1:]
    )]  # fmt: skip
    chosen = options(base, list_size=20)
    _, left_out = training_lists(wider, texts, chosen.intensity)
    assert (left_out.masked_candidates, left_out.unknown_candidates) == (10, 5)
    torch.testing.assert_close(
        gradient(base, wider, texts, chosen), gradient(base, lists, texts, chosen)
    )


def test_a_shown_list_keeps_the_best_positives_and_the_hardest_negatives():
    gains = np.array([0, 0.5, 0, 1.5, 0, 0, 0.9, 0])
    rejected = np.array([0, 0, 0, 0, 0, 1, 0, 0], dtype=bool)
    for seed in range(20):
        shown = choose_shown(gains, rejected, 5, np.random.default_rng(seed))
        assert shown[:4] == [3, 6, 1, 5]
        assert shown[4] in (0, 2, 4, 7)
    assert choose_shown(gains, rejected, 3, np.random.default_rng(0)) == [3, 6, 5]
    assert choose_shown(gains, rejected, 8, np.random.default_rng(0)) == list(range(8))
    only = np.array([0.3, 0.9, 0.1])
    assert choose_shown(only, np.zeros(3, dtype=bool), 2, np.random.default_rng(0)) == [1, 0]


def test_documents_skipped_near_the_top_are_drawn_more_often():
    gains = np.zeros(12)
    gains[11] = 1.0
    counts = np.zeros(12)
    for seed in range(400):
        shown = choose_shown(gains, np.zeros(12, dtype=bool), 3, np.random.default_rng(seed))
        counts[shown] += 1
    assert counts[11] == 400
    assert counts[0] > 2 * counts[5] > 0


def test_epochs_show_different_negatives_and_repeat_them_for_the_same_seed(base):
    lists, texts = planted(4, size=20)
    chosen = options(base, list_size=4)
    _, data, _ = parts(base, lists, texts, chosen)

    def epoch(number):
        data.set_epoch(number)
        return [data[n].pairs for n in range(len(data))]

    assert epoch(0) != epoch(1)
    assert epoch(0) == epoch(0)
    assert all(len(pairs) == 4 for pairs in epoch(0))
    assert data.pairs_an_epoch == 16


def test_unrelated_documents_come_from_other_groups_and_have_no_gain(base):
    lists, texts = planted(6, size=5)
    chosen = options(base, list_size=6, unrelated=2)
    _, data, _ = parts(base, lists, texts, chosen)
    for number, labelled in enumerate(lists):
        doc_ids, gains = data._shown(number)
        own = {candidate.doc_id for candidate in labelled.candidates}
        assert [doc_id in own for doc_id in doc_ids] == [True] * 4 + [False] * 2
        assert gains[:4].max() > 0
        assert gains[4:].tolist() == [0, 0]
    assert data.pairs_an_epoch == 36


def test_lists_of_one_group_have_nothing_unrelated(base):
    lists, texts = planted(3, size=5)
    same = [msgspec.structs.replace(labelled, group="one") for labelled in lists]
    _, data, _ = parts(base, same, texts, options(base, list_size=5, unrelated=2))
    assert all(len(data[number].pairs) == 5 for number in range(3))


def test_too_many_unrelated_documents_are_refused(base):
    with pytest.raises(InputError, match="between 0 and 1"):
        options(base, list_size=3, unrelated=2)


def test_what_a_question_showed_is_never_unrelated_to_it_masked_or_not(base):
    lists, texts = planted(4, size=4)
    other = lists[1].candidates
    seen = tuple(
        msgspec.structs.replace(candidate, state=State.ALREADY_READ, gain=0.0)
        for candidate in other
    )
    masked = msgspec.structs.replace(
        lists[0], query_id="masked", candidates=seen, group=lists[0].group
    )
    chosen = options(base, list_size=6, unrelated=4)
    _, data, _ = parts(base, [*lists, masked], texts, chosen)
    for epoch in range(20):
        data.set_epoch(epoch)
        doc_ids, _ = data._shown(0)
        assert not {candidate.doc_id for candidate in other} & set(doc_ids)
        assert len(doc_ids) > 2
