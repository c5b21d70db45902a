"""What the adapter examples work on: folders that you name, or ones made to be thrown away.

The made ones are an index of six texts and a cross-encoder with random weights. They show that
everything fits together; whether the order is any good, only a trained ranker shows.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from lrat_rank.collections import Document
from lrat_rank.models.first_stage import Index, IndexOptions

QUERY = "Who built the harbour of Vell?"
DOCUMENTS = [
    Document("d1", "Vell is a harbour town on the north coast.", "Vell"),
    Document("d2", "Ida Moor built the harbour of Vell in nine years.", "Ida Moor"),
    Document("d3", "The harbour was built of grey stone.", "Harbour"),
    Document("d4", "Ships from Vell carried salt and wool.", "Trade"),
    Document("d5", "Ana Lor wrote odes to the sea and to the town.", "Ana Lor"),
    Document("d6", "It rains on the coast for half of the year.", "Weather"),
]
TEXTS = [document.text for document in DOCUMENTS]


@dataclass(frozen=True)
class World:
    """What an example works on.

    Attributes:
        index: An index folder.
        ranker: A cross-encoder folder.
        query: What to look for.
    """

    index: Path
    ranker: Path
    query: str


@contextmanager
def world(what_it_shows: str | None) -> Iterator[World]:
    """The folders that the command line names; what it does not name is made."""
    parser = argparse.ArgumentParser(description=what_it_shows)
    parser.add_argument("--index", type=Path, help="an index folder, made by lrat-rank index")
    parser.add_argument("--ranker", type=Path, help="a cross-encoder folder")
    parser.add_argument("--query", default=QUERY)
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        yield World(
            given.index or make_index(Path(folder) / "index"),
            given.ranker or make_cross_encoder(Path(folder) / "ranker"),
            given.query,
        )


def make_index(folder: Path) -> Path:
    """An index of the six texts, without vectors."""
    Index.build(DOCUMENTS, folder, IndexOptions(encoder="none"))
    return folder


def make_cross_encoder(folder: Path) -> Path:
    """A BERT of two layers with random weights, always the same, that knows the texts' words."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    torch.manual_seed(0)
    said = " ".join([QUERY, *(document.contents for document in DOCUMENTS)]).lower()
    words = sorted(set(re.findall(r"\w+|[^\w\s]", said)))
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]
    tokenizer = BertTokenizerFast(vocab={word: number for number, word in enumerate(vocabulary)})
    tokenizer.model_max_length = 64
    tokenizer.save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        initializer_range=0.3,
        num_labels=1,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder
