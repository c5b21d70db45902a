"""Pairs put together from token ids equal what the tokenizer makes of the texts."""

import numpy as np
import pytest
import torch
from cross_encoder_tiny import FILLERS, make_checkpoint, text
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from lrat_rank.errors import InputError
from lrat_rank.models.cross_encoder.pairs import PairTokenizer, length_batches


def bert(folder):
    return AutoTokenizer.from_pretrained(make_checkpoint(folder))


def roberta(_):
    """Two separators between the texts, and no token types."""
    words = ["<s>", "<pad>", "</s>", "<unk>", *FILLERS]
    backend = Tokenizer(models.WordLevel({w: n for n, w in enumerate(words)}, unk_token="<unk>"))
    backend.pre_tokenizer = pre_tokenizers.Whitespace()
    backend.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        pad_token="<pad>",
        unk_token="<unk>",
        model_input_names=["input_ids", "attention_mask"],
    )


def roberta_left(folder):
    tokenizer = roberta(folder)
    tokenizer.truncation_side = "left"
    return tokenizer


@pytest.mark.parametrize("make", [bert, roberta, roberta_left])
@pytest.mark.parametrize("max_length", [12, 33, 64])
def test_token_ids_equal_the_tokenizers_own(make, max_length, tmp_path):
    tokenizer = make(tmp_path)
    ours = PairTokenizer(tokenizer, max_length)
    rng = np.random.default_rng(max_length)
    for _ in range(60):
        query, document = (text(rng, int(n)) for n in rng.integers(1, 70, size=2))
        expected = tokenizer(query, document, truncation=True, max_length=max_length)
        found = ours.pair(*ours.tokenize([query, document]))
        assert found.input_ids == expected["input_ids"]
        if "token_type_ids" in tokenizer.model_input_names:
            assert found.token_type_ids == expected["token_type_ids"]


@pytest.mark.parametrize("make", [bert, roberta, roberta_left])
@pytest.mark.parametrize("side", ["left", "right"])
def test_padding_equals_the_tokenizers_own(make, side, tmp_path):
    tokenizer = make(tmp_path)
    tokenizer.padding_side = side
    pairs = PairTokenizer(tokenizer, 40)
    rng = np.random.default_rng(0)
    for count in (1, 7):
        some = [
            pairs.pair(*pairs.tokenize([text(rng, int(a)), text(rng, int(b))]))
            for a, b in rng.integers(1, 40, size=(count, 2))
        ]
        features = {"input_ids": [pair.input_ids for pair in some]}
        if "token_type_ids" in tokenizer.model_input_names:
            features["token_type_ids"] = [pair.token_type_ids for pair in some]
        for width in (0, 48):
            how = {"padding": "max_length", "max_length": width} if width else {"padding": True}
            expected = tokenizer.pad(features, return_tensors="np", verbose=False, **how)
            found = pairs.pad(some, width)
            assert set(found) == set(expected)
            for name, tensor in found.items():
                assert tensor.dtype == torch.int64
                np.testing.assert_array_equal(tensor.numpy(), expected[name])


def test_a_tokenizer_without_a_padding_token_is_refused(tmp_path):
    tokenizer = roberta(tmp_path)
    tokenizer.pad_token = None
    with pytest.raises(InputError, match=r"^tokenizer must be one with a padding token"):
        PairTokenizer(tokenizer, 20)


def test_a_short_query_survives_a_long_document(tmp_path):
    tokenizer = bert(tmp_path)
    pairs = PairTokenizer(tokenizer, 20)
    query, document = pairs.tokenize(["word1 word2 word3", "word9 " * 200])
    pair = pairs.pair(query, document)
    assert len(pair.input_ids) == 20
    assert pair.input_ids[1:4] == query
    assert pairs.cuts(query, document)
    assert not pairs.cuts(query, document[:14])


def test_padding_is_masked_and_of_no_type(tmp_path):
    pairs = PairTokenizer(bert(tmp_path), 20)
    first, second = pairs.tokenize(["word1", "word2 word3 word4"])
    padded = pairs.pad([pairs.pair(first, first), pairs.pair(first, second)])
    assert padded["attention_mask"].tolist() == [[1, 1, 1, 1, 1, 0, 0], [1] * 7]
    assert padded["token_type_ids"].tolist() == [[0, 0, 0, 1, 1, 0, 0], [0, 0, 0, 1, 1, 1, 1]]


@pytest.mark.parametrize("budget", [1, 50, 400])
def test_batches_hold_every_pair_once_within_the_budget(budget):
    lengths = np.random.default_rng(1).integers(3, 60, size=80).tolist()
    batches = length_batches(lengths, budget)
    assert sorted(position for batch in batches for position in batch) == list(range(80))
    for batch in batches:
        padded = max(lengths[position] for position in batch) * len(batch)
        assert padded <= budget or len(batch) == 1


def test_a_room_too_small_for_text_is_refused(tmp_path):
    with pytest.raises(InputError, match="max_length must be at least 5; got 4"):
        PairTokenizer(bert(tmp_path), 4)


def test_a_tokenizer_that_reads_the_document_first_is_refused():
    tokenizer = roberta(None)
    tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $B </s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    with pytest.raises(InputError, match="puts a query before a document"):
        PairTokenizer(tokenizer, 20)


def test_a_slow_tokenizer_is_refused():
    with pytest.raises(InputError, match=r"tokenizer must be a fast one"):
        PairTokenizer(object(), 20)
