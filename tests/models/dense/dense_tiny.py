"""A sentence encoder small enough to make in a test, and lists it can learn."""

from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizerFast

from lrat_rank.collections import Document
from lrat_rank.errors import InputError
from lrat_rank.mining.labels import Candidate, Context, LabelledList, State
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


def make_bert(folder: Path, *, classifier: bool = False) -> Path:
    torch.manual_seed(0)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    tokenizer = BertTokenizerFast(vocab={word: n for n, word in enumerate(vocabulary)})
    tokenizer.model_max_length = 64
    tokenizer.save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        initializer_range=0.3,
        num_labels=1,
    )
    (BertForSequenceClassification if classifier else BertModel)(config).save_pretrained(folder)
    return folder


class Texts:
    """Documents by doc_id, as an index gives them."""

    def __init__(self, documents: list[Document]) -> None:
        self._by_id = {document.doc_id: document for document in documents}

    def __contains__(self, doc_id: object) -> bool:
        return doc_id in self._by_id

    def documents(self, doc_ids):
        for doc_id in doc_ids:
            if doc_id not in self._by_id:
                raise InputError("doc_id", must="in the index", got=repr(doc_id))
        return [self._by_id[doc_id] for doc_id in doc_ids]

    @property
    def all(self) -> list[Document]:
        return list(self._by_id.values())


def candidate(doc_id: str, rank: int = 1, state: State = State.SKIPPED, gain: float = 0.0):
    return Candidate(doc_id=doc_id, rank=rank, state=state, gain=gain)


def relevant(doc_id: str, gain: float = 1.0, rank: int = 1) -> Candidate:
    return candidate(doc_id, rank, State.RELEVANT, gain)


def labelled(
    query_id: str,
    candidates: list[Candidate],
    *,
    query: str | None = None,
    group: str | None = None,
    weight: float = 1.0,
    read: tuple[str, ...] = (),
) -> LabelledList:
    return LabelledList(
        query_id=query_id,
        query=query or query_id,
        context=Context(turn=0, read_doc_ids=read),
        trajectory_id=query_id,
        group=group or query_id,
        candidates=tuple(candidates),
        weight=weight,
    )


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
