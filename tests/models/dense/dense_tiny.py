"""A sentence encoder small enough to make in a test, and lists it can learn."""

from pathlib import Path

import numpy as np
from made_lists import Texts, candidate, labelled
from sentence_transformers import SentenceTransformer
from tiny_bert import write_tiny_bert

from lrat_rank.collections import Document
from lrat_rank.mining.labels import LabelledList, State
from lrat_rank.models.dense import DenseOptions
from lrat_rank.models.dense.checkpoint import open_sentence_encoder, write_sentence_encoder

KINDS = 6
WORDS = [
    *(f"ask{n}" for n in range(KINDS)),
    *(f"tell{n}" for n in range(KINDS)),
    *(f"word{n}" for n in range(40)),
]


def make_encoder(folder: Path) -> Path:
    """A random 2-layer BERT with mean pooling, saved as sentence-transformers saves it."""
    plain = make_bert(folder.with_name(folder.name + "-plain"))
    write_sentence_encoder(folder, open_sentence_encoder(str(plain), max_length=64))
    return folder


def make_bert(folder: Path, *, logits: int | None = None) -> Path:
    return write_tiny_bert(folder, WORDS, logits=logits, dropout=0.0)


def planted(
    n: int, *, seed: int = 0, size: int = 4, prefix: str = ""
) -> tuple[list[LabelledList], Texts]:
    """Lists whose query says ask<k> and whose relevant document says tell<k>, the others another.

    No word is shared, so a random encoder does not know.
    """
    rng = np.random.default_rng(seed)
    documents, lists = [], []
    for number in range(n):
        kinds = rng.permutation(KINDS)[:size]
        candidates = []
        for place, kind in enumerate(kinds.tolist()):
            doc_id = f"{prefix}d{number}-{place}"
            documents.append(Document(doc_id, f"tell{kind} word{rng.integers(40)}"))
            gain = float(rng.uniform(0.5, 1.5)) if place == 0 else 0.0
            state = State.RELEVANT if place == 0 else State.SKIPPED
            candidates.append(candidate(doc_id, place + 1, state, gain))
        query = f"ask{kinds[0]} word{number % 40}"
        lists.append(labelled(f"{prefix}q{number}", candidates, query=query))
    return lists, Texts(documents)


def options(base: Path, **changes) -> DenseOptions:
    plain = {
        "base": str(base),
        "epochs": 4,
        "patience": 4,
        "learning_rate": 5e-3,
        "temperature": 0.1,
        "held_out": 0.0,
        "precision": "float32",
        "max_length": 32,
    }
    return DenseOptions(**(plain | changes))


def vectors(folder: Path, texts: list[str]) -> np.ndarray:
    """What sentence-transformers itself makes of texts with the encoder in a folder."""
    return SentenceTransformer(str(folder), device="cpu").encode(
        texts, normalize_embeddings=True, show_progress_bar=False
    )
