"""A model in training is scored as it will be later, and then trains on as before."""

import pytest
import torch
from cross_encoder_tiny import make_checkpoint, pairs

from lrat_rank.models.cross_encoder.checkpoint import open_base
from lrat_rank.models.cross_encoder.inference import ScoringOptions, score_encoded
from lrat_rank.models.cross_encoder.pairs import PairTokenizer


@pytest.fixture
def training(tmp_path):
    """A model with plain attention, as it trains on a processor, and pairs to score."""
    torch.manual_seed(0)
    model, tokenizer = open_base(str(make_checkpoint(tmp_path)), dropout=0.5)
    model.set_attn_implementation("eager")
    model.train()
    reader = PairTokenizer(tokenizer, 64)
    read = [reader.pair(*reader.tokenize(texts)) for texts in pairs(30)]
    return model, reader, read


def score(model, reader, read):
    return score_encoded(model, read, reader, ScoringOptions(precision="float32"))


def states_seen(model, *_):
    model.seen.append((model.config._attn_implementation, model.training))


def test_scores_come_of_fused_attention_without_dropout(training):
    model, reader, read = training
    model.seen = []
    model.register_forward_pre_hook(states_seen)
    quick = score(model, reader, read)
    assert set(model.seen) == {("sdpa", False)}
    assert (model.config._attn_implementation, model.training) == ("eager", True)
    model._supports_sdpa = False
    assert quick == pytest.approx(score(model, reader, read), abs=1e-5)
    assert quick.std() > 1e-3


def test_training_goes_on_as_before_where_scoring_fails(training):
    model, reader, read = training

    def fails(*_):
        raise RuntimeError("no memory")

    model.register_forward_pre_hook(fails)
    with pytest.raises(RuntimeError, match="no memory"):
        score(model, reader, read)
    assert (model.config._attn_implementation, model.training) == ("eager", True)


def test_a_model_that_knows_only_plain_attention_is_scored_with_it(training):
    model, reader, read = training
    model._supports_sdpa = False
    model.seen = []
    model.register_forward_pre_hook(states_seen)
    score(model, reader, read)
    assert set(model.seen) == {("eager", False)}


def test_a_model_that_is_not_in_training_keeps_its_attention(training):
    model, reader, read = training
    model.eval()
    model.seen = []
    model.register_forward_pre_hook(states_seen)
    score(model, reader, read)
    assert set(model.seen) == {("eager", False)}
