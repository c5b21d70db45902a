"""A BERT small enough to make in a test."""

from pathlib import Path

import torch
from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizerFast


def write_tiny_bert(
    folder: Path,
    words: list[str],
    *,
    logits: int | None = None,
    layers: int = 2,
    length: int = 64,
    dropout: float = 0.1,
) -> Path:
    """A random BERT that knows some words; with None for logits, an encoder without a head."""
    torch.manual_seed(0)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]
    tokenizer = BertTokenizerFast(vocab={word: n for n, word in enumerate(vocabulary)})
    tokenizer.model_max_length = length
    tokenizer.save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=layers,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=length,
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=dropout,
        # Wide enough that a random head's scores differ by more than rounding.
        initializer_range=0.3,
        num_labels=logits or 1,
    )
    model = BertForSequenceClassification(config) if logits else BertModel(config)
    model.save_pretrained(folder)
    return folder
