"""How shown lists become one batch of tensors."""

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from cross_encoder_tiny import gradient, make_checkpoint, options, parts, planted, sampling

from lrat_rank.mining.labels import Candidate, State
from lrat_rank.models.cross_encoder.batch import ListCollator, scores_of_batch
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
    chosen = options(base, sampling=sampling(list_size=20))
    _, left_out = training_lists(wider, texts, chosen.intensity)
    assert (left_out.masked_candidates, left_out.unknown_candidates) == (10, 5)
    torch.testing.assert_close(
        gradient(base, wider, texts, chosen), gradient(base, lists, texts, chosen)
    )


def uneven(data):
    """The dataset's lists cut to different lengths, with offsets and a teacher's scores."""
    shown = []
    for number in range(len(data)):
        n = 1 + number % 5
        one = data[number]
        values = np.arange(n) + 10.0 * number
        shown.append(
            replace(one, pairs=one.pairs[:n], gains=one.gains[:n], offsets=values, teacher=-values)
        )
    return shown


def test_rows_hold_their_lists_values_and_nought_beyond(base):
    lists, texts = planted(6)
    _, data, collate = parts(base, lists, texts, options(base))
    shown = uneven(data)
    batch = collate(shown)
    for row, one in enumerate(shown):
        n = len(one.pairs)
        assert batch["mask"][row].tolist() == [True] * n + [False] * (5 - n)
        for name in ("gains", "offsets", "teacher"):
            assert batch[name].dtype == torch.float32
            expected = np.zeros(5, dtype=np.float32)
            expected[:n] = getattr(one, name)
            np.testing.assert_array_equal(batch[name][row].numpy(), expected)


def test_a_teachers_scores_are_there_only_where_every_list_has_them(base):
    lists, texts = planted(4)
    _, data, collate = parts(base, lists, texts, options(base))
    shown = uneven(data)
    assert "teacher" in collate(shown)
    assert "teacher" not in collate([*shown[:-1], replace(shown[-1], teacher=None)])
    assert "offsets" in collate([replace(one, teacher=None) for one in shown])


def test_every_logit_lands_in_the_place_of_its_pair(base):
    lists, texts = planted(6)
    model, data, collate = parts(base, lists, texts, options(base))
    shown = uneven(data)
    together = scores_of_batch(model.eval(), collate(shown))
    for row, one in enumerate(shown):
        alone = scores_of_batch(model, collate([one]))[0]
        torch.testing.assert_close(together[row, : len(one.pairs)], alone, rtol=1e-5, atol=1e-5)
        assert not together[row, len(one.pairs) :].any()


def test_chunks_keep_to_the_budget_and_are_padded_like_the_tokenizer_pads(base):
    lists, texts = planted(12)
    _, data, collate = parts(base, lists, texts, options(base))
    batch = collate([data[number] for number in range(12)])
    tokenizer = collate._tokenizer._tokenizer
    assert sum(len(chunk["input_ids"]) for chunk in batch["chunks"]) == data.pairs_an_epoch
    for chunk in batch["chunks"]:
        assert chunk["input_ids"].numel() <= 200
        lengths = chunk["attention_mask"].sum(1).tolist()
        pairs = [row[:n].tolist() for row, n in zip(chunk["input_ids"], lengths, strict=True)]
        types = [row[:n].tolist() for row, n in zip(chunk["token_type_ids"], lengths, strict=True)]
        padded = tokenizer.pad(
            {"input_ids": pairs, "token_type_ids": types}, return_tensors="pt", verbose=False
        )
        assert set(padded) == set(chunk)
        for name, tensor in padded.items():
            torch.testing.assert_close(chunk[name], tensor)
