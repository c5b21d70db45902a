"""A BERT small enough to make in a test, lists it can learn, and the parts that train it."""

from pathlib import Path

import numpy as np
import torch
from fake_index import FakeIndex
from made_lists import Texts, candidate, labelled
from tiny_bert import write_tiny_bert

from lrat_rank.collections import Document
from lrat_rank.mining.labels import LabelledList, State
from lrat_rank.models.cross_encoder.batch import ListCollator, scores_of_batch
from lrat_rank.models.cross_encoder.checkpoint import open_base
from lrat_rank.models.cross_encoder.dataset import TrainingDataset
from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
from lrat_rank.models.cross_encoder.pairs import PairTokenizer
from lrat_rank.models.cross_encoder.sampling import NegativeShares, SamplingOptions
from lrat_rank.models.cross_encoder.stopping_options import StoppingOptions
from lrat_rank.models.cross_encoder.training_aids import TrainingAids
from lrat_rank.models.losses import LOSSES
from lrat_rank.models.usable_lists import training_lists

COLOURS = [f"colour{n}" for n in range(6)]
FILLERS = [f"word{n}" for n in range(40)]


def make_checkpoint(folder: Path, *, logits: int | None = 1, length: int = 64) -> Path:
    """A random 2-layer BERT; with None for logits, an encoder without a head."""
    return write_tiny_bert(folder, [*COLOURS, *FILLERS], logits=logits, length=length)


def text(rng: np.random.Generator, length: int, colour: str | None = None) -> str:
    words = rng.choice(FILLERS, size=length).tolist()
    return " ".join([*words, colour] if colour else words)


def pairs(n: int, seed: int = 0) -> list[tuple[str, str]]:
    rng = np.random.default_rng(seed)
    return [
        (text(rng, int(rng.integers(1, 6))), text(rng, int(rng.integers(1, 80)))) for _ in range(n)
    ]


class Shelf(FakeIndex):
    """An index in memory whose documents can be read."""

    def __init__(self, documents: list[Document]) -> None:
        super().__init__({d.doc_id: (d.title, d.text) for d in documents}, encoder=False)
        self.documents = Texts(documents).documents


def planted(
    n: int, *, size: int = 5, seed: int = 0, prefix: str = ""
) -> tuple[list[LabelledList], Texts]:
    """Lists whose relevant document starts with the one colour word, as the query does."""
    rng = np.random.default_rng(seed)
    documents, lists = [], []
    for number in range(n):
        relevant = int(rng.integers(size))
        candidates = []
        for position in range(size):
            doc_id = f"{prefix}d{number}-{position}"
            colour = COLOURS[0] if position == relevant else None
            words = text(rng, int(rng.integers(3, 9)))
            documents.append(Document(doc_id, f"{colour} {words}" if colour else words))
            state = State.RELEVANT if position == relevant else State.SKIPPED
            gain = float(position == relevant) * float(rng.uniform(0.5, 1.5))
            candidates.append(candidate(doc_id, position + 1, state, gain))
        query = f"{COLOURS[0]} {FILLERS[number % 40]}"
        lists.append(labelled(f"{prefix}q{number}", candidates, query=query))
    return lists, Texts(documents)


def options(base, **changes) -> CrossEncoderOptions:
    """Quick ones that need no index."""
    plain = {
        "base": str(base),
        "epochs": 4,
        "learning_rate": 3e-3,
        "batch_lists": 8,
        "precision": "float32",
        "max_length": 64,
        "sampling": sampling(),
        "anchor": False,
        # All these queries ask for one colour, so what other lists hold is no worse.
        "stopping": StoppingOptions(depth=0),
    }
    return CrossEncoderOptions(**(plain | changes))


def sampling(list_size: int = 8, depth: int = 100, **shares: float) -> SamplingOptions:
    """Nothing unrelated where no share is given."""
    negatives = NegativeShares(**({"unrelated": 0.0} | shares))
    return SamplingOptions(list_size=list_size, depth=depth, negatives=negatives)


def parts(base, lists, texts, chosen, **aids):
    """Model, dataset and collator as training makes them."""
    torch.manual_seed(chosen.seed)
    model, tokenizer = open_base(chosen.base, dropout=chosen.dropout)
    pairs = PairTokenizer(tokenizer, chosen.max_length)
    used = training_lists(lists, texts, chosen.intensity)[0]
    data = TrainingDataset(used, texts, pairs, chosen, labelled=lists, aids=TrainingAids(**aids))
    return model, data, ListCollator(pairs, 200)


def gradient(base, lists, texts, chosen) -> torch.Tensor:
    model, data, collate = parts(base, lists, texts, chosen)
    batch = collate([data[number] for number in range(len(data))])
    loss = LOSSES.get(chosen.loss)()
    scores = scores_of_batch(model.eval(), batch)
    loss(scores, batch["gains"], mask=batch["mask"], weights=batch["labels"]).backward()
    return model.classifier.weight.grad.clone()
