"""The first stage's score as the offset: where training starts, and what the score is made of."""

from pathlib import Path

import numpy as np
import pytest
import torch
from cross_encoder_tiny import Shelf, make_checkpoint, options, parts, planted, sampling
from made_lists import Texts

from lrat_rank.collections import rank_by_score
from lrat_rank.errors import InputError
from lrat_rank.features.prior import first_stage_prior
from lrat_rank.models.anchor.anchor import Anchor
from lrat_rank.models.cross_encoder.batch import scores_of_batch
from lrat_rank.models.cross_encoder.checkpoint import open_base
from lrat_rank.models.cross_encoder.inference import ScoringOptions
from lrat_rank.models.cross_encoder.ranker import CrossEncoderRanker
from lrat_rank.models.cross_encoder.record import CrossEncoderRecord
from lrat_rank.models.cross_encoder.training import train_cross_encoder
from lrat_rank.models.ranker import CandidateList

FLOAT32 = ScoringOptions(precision="float32")


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return make_checkpoint(tmp_path_factory.mktemp("tiny") / "base", logits=None)


def asked(lists) -> list[CandidateList]:
    return [
        CandidateList(one.query_id, one.query, tuple(c.doc_id for c in one.candidates))
        for one in lists
    ]


@pytest.mark.parametrize("architecture", ["bert", "roberta", "distilbert", "modernbert"])
def test_a_new_head_gives_every_pair_0(tmp_path, architecture):
    import transformers

    small = {
        "vocab_size": 60,
        "hidden_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 16,
        "max_position_embeddings": 70,
        "pad_token_id": 0,
    }
    make_checkpoint(tmp_path / "base", logits=None)
    config = transformers.AutoConfig.for_model(architecture, **small)
    transformers.AutoModel.from_config(config).save_pretrained(tmp_path / "base")
    model, tokenizer = open_base(str(tmp_path / "base"), dropout=0.0)
    ids = tokenizer("word1", "word2 word3", return_tensors="pt")["input_ids"]
    assert model.eval()(input_ids=ids).logits.item() == 0.0


def test_before_the_first_step_the_order_is_the_first_stages(base):
    lists, texts = planted(12)
    shelf = Shelf(texts.all)
    model, tokenizer = open_base(str(base), dropout=0.0)
    record = CrossEncoderRecord(max_length=64, anchor=Anchor(scale=0.4))
    ranker = CrossEncoderRanker(model, tokenizer, shelf, record=record, options=FLOAT32)
    priors = first_stage_prior(shelf, asked(lists))
    for one, scores, prior in zip(asked(lists), ranker.score(asked(lists)), priors, strict=True):
        assert prior.std() > 0
        of_ranker, of_first_stage = (
            [hit.doc_id for hit in rank_by_score(one.doc_ids, values.tolist())]
            for values in (scores, prior)
        )
        assert of_ranker == of_first_stage


def test_training_meets_the_scores_that_the_ranker_gives(base):
    lists, texts = planted(6)
    shelf = Shelf(texts.all)
    anchor = Anchor(scale=0.7)
    chosen = options(base, sampling=sampling(unseen=0.0))
    model, data, collate = parts(base, lists, shelf, chosen, source=shelf, anchor=anchor)
    torch.nn.init.normal_(model.classifier.weight)
    batch = collate([data[number] for number in range(len(data))])
    met = (scores_of_batch(model.eval(), batch) + batch["offsets"]).detach().numpy()
    record = CrossEncoderRecord(max_length=64, anchor=anchor)
    _, tokenizer = open_base(str(base), dropout=0.0)
    ranker = CrossEncoderRanker(model, tokenizer, shelf, record=record, options=FLOAT32)
    assert (met - batch["offsets"].numpy())[batch["mask"].numpy()].std() > 0.1
    for row, drawn, one in zip(met, data.drawn, lists, strict=True):
        given = ranker.score([CandidateList(one.query_id, one.query, drawn.doc_ids)])[0]
        np.testing.assert_allclose(row[: len(given)], given, atol=1e-5)


def test_the_saved_ranker_adds_the_offset_and_other_libraries_give_the_rest(base, tmp_path):
    from sentence_transformers import CrossEncoder

    lists, texts = planted(24)
    shelf = Shelf(texts.all)
    chosen = options(base, anchor=True, epochs=2)
    ranker = train_cross_encoder(lists, shelf, options=chosen, validation=(), out=tmp_path / "out")
    anchor = ranker.record.anchor
    assert anchor.scale > 0
    assert CrossEncoderRanker.load(tmp_path / "out").record.anchor == anchor
    pairs = [
        (one.query, texts.documents([doc_id])[0].contents)
        for one in asked(lists)
        for doc_id in one.doc_ids
    ]
    theirs = CrossEncoder(str(tmp_path / "out"), device="cpu").predict(pairs)
    assert np.std(theirs) > 0.01
    np.testing.assert_allclose(ranker.score_pairs(pairs), theirs, atol=1e-4)
    offsets = np.concatenate(anchor.offsets(shelf, asked(lists)))
    np.testing.assert_allclose(
        np.concatenate(ranker.score(asked(lists))), theirs + offsets, atol=1e-4
    )


def test_an_anchored_ranker_without_an_index_says_what_it_needs(base, tmp_path):
    lists, texts = planted(6)
    train_cross_encoder(
        lists, Shelf(texts.all), options=options(base, anchor=True, epochs=1), out=tmp_path / "out"
    )
    loaded = CrossEncoderRanker.load(tmp_path / "out", Texts(texts.all))
    with pytest.raises(InputError, match="documents must be an index, whose first stages'"):
        loaded.score(asked(lists))
    assert len(loaded.rank("word1", ["word2", "word3"])) == 2


def test_a_ranker_that_is_trained_further_keeps_its_anchor(base, tmp_path):
    lists, texts = planted(12)
    shelf = Shelf(texts.all)
    first = train_cross_encoder(
        lists, shelf, options=options(base, anchor=True, epochs=1), out=tmp_path / "first"
    )
    more = options(tmp_path / "first", anchor=True, epochs=1, learning_rate=1e-9)
    second = train_cross_encoder(lists[:6], shelf, options=more, out=tmp_path / "second")
    assert second.record.anchor == first.record.anchor
    for one, other in zip(first.score(asked(lists)), second.score(asked(lists)), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)
