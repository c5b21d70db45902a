"""Training speed against `sentence_transformers.CrossEncoderTrainer` with its ListNet loss.

    python benchmarks/train_speed.py [--lists 32] [--documents 8] [--batch 8] [--rounds 3]
                                     [--precision float32]

Both train the packaged MiniLM for one epoch on the same lists of queries and passages, with the
same loss, batch, precision and longest pair, turn by turn. A turn starts with texts and ends with
trained weights, so tokenising counts. Prints the median lists a second and their ratio; exits with
1 when the ratio is under 1.5.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from datasets import Dataset
from rerank_speed import Synthetic, Texts, machine
from sentence_transformers import CrossEncoder
from sentence_transformers.cross_encoder import (
    CrossEncoderTrainer,
    CrossEncoderTrainingArguments,
)
from sentence_transformers.cross_encoder.losses import ListNetLoss

from lrat_rank.collections import Document
from lrat_rank.mining.labels import Candidate, Context, LabelledList, State
from lrat_rank.models.cross_encoder.checkpoint import open_base
from lrat_rank.models.cross_encoder.dataset import TrainingDataset
from lrat_rank.models.cross_encoder.distillation import Distillation, Objective
from lrat_rank.models.cross_encoder.fitting import Fitter
from lrat_rank.models.cross_encoder.inference import keep_head_in_float32
from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
from lrat_rank.models.cross_encoder.pairs import PairTokenizer
from lrat_rank.models.cross_encoder.resume import Phase
from lrat_rank.models.cross_encoder.sampling import NegativeShares, SamplingOptions
from lrat_rank.models.intensity_use import IntensityUse
from lrat_rank.models.offline import OFFLINE, checkpoint
from lrat_rank.models.precision import Precision
from lrat_rank.models.usable_lists import training_lists

LEAST_RATIO = 1.5
LONGEST = 256
LEARNING_RATE = 2e-5
WORDS, SPREAD, FEWEST, MOST = 85, 0.5, 15, 240
"""A passage's words: log-normal about this median, as paragraphs of an encyclopedia are."""


@dataclass(frozen=True)
class Lists:
    """Queries, each with passages and gains."""

    labelled: list[LabelledList]
    texts: Texts

    @property
    def rows(self) -> Dataset:
        """The same as sentence-transformers takes them."""
        return Dataset.from_dict(
            {
                "query": [one.query for one in self.labelled],
                "docs": [
                    [self.texts[c.doc_id].contents for c in one.candidates] for one in self.labelled
                ],
                "labels": [[c.gain for c in one.candidates] for one in self.labelled],
            }
        )


def make_lists(count: int, documents: int) -> Lists:
    """Lists with one relevant passage each, which holds more of the query's words."""
    synthetic, rng = Synthetic(Path(checkpoint(OFFLINE))), np.random.default_rng(1)
    texts, labelled = Texts(), []
    for number in range(count):
        query, candidates = synthetic.query(), []
        for rank in range(1, documents + 1):
            doc_id = f"{number}-{rank}"
            words = synthetic.passage(query, float(rank == 1)) + " " + synthetic.passage([], 0)
            length = int(np.clip(rng.lognormal(np.log(WORDS), SPREAD), FEWEST, MOST))
            texts[doc_id] = Document(doc_id, " ".join(words.split()[:length]))
            gain = float(rank == 1)
            state = State.RELEVANT if gain else State.SKIPPED
            candidates.append(Candidate(doc_id=doc_id, rank=rank, state=state, gain=gain))
        labelled.append(
            LabelledList(
                query_id=str(number),
                query=" ".join(query),
                context=Context(turn=0),
                trajectory_id=str(number),
                group=str(number),
                candidates=tuple(candidates),
            )
        )
    return Lists(labelled, texts)


def ours(lists: Lists, batch: int, documents: int, precision: Precision) -> float:
    """Seconds for an epoch in this library."""
    only_own = NegativeShares(unseen=0.0, unrelated=0.0)
    options = CrossEncoderOptions(
        loss="listnet",
        intensity=IntensityUse(),
        anchor=False,
        epochs=1,
        learning_rate=LEARNING_RATE,
        batch_lists=batch,
        sampling=SamplingOptions(list_size=documents, negatives=only_own),
        max_length=LONGEST,
    )
    model, tokenizer = open_base(OFFLINE, dropout=0.0)
    keep_head_in_float32(model)
    if torch.cuda.is_available():
        model.to("cuda")
    started = time.perf_counter()
    pairs = PairTokenizer(tokenizer, LONGEST)
    used, _ = training_lists(lists.labelled, lists.texts, options.intensity)
    data = TrainingDataset(used, lists.texts, pairs, options, labelled=lists.labelled)
    fitter = Fitter(model, pairs, Objective(options.loss, Distillation()), precision, float("inf"))
    with tempfile.TemporaryDirectory() as scratch:
        fitter.fit(data, options, Phase(Path(scratch)))
    return time.perf_counter() - started


def theirs(lists: Lists, batch: int, precision: Precision) -> float:
    """Seconds for an epoch in sentence-transformers."""
    model = CrossEncoder(checkpoint(OFFLINE), num_labels=1, max_length=LONGEST)
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    rows = lists.rows
    with tempfile.TemporaryDirectory() as scratch:
        arguments = CrossEncoderTrainingArguments(
            output_dir=scratch,
            num_train_epochs=1,
            learning_rate=LEARNING_RATE,
            per_device_train_batch_size=batch,
            bf16=precision is Precision.BFLOAT16,
            use_cpu=not torch.cuda.is_available(),
            save_strategy="no",
            logging_strategy="no",
            report_to="none",
            disable_tqdm=True,
        )
        trainer = CrossEncoderTrainer(
            model=model, args=arguments, train_dataset=rows, loss=ListNetLoss(model)
        )
        started = time.perf_counter()
        trainer.train()
        return time.perf_counter() - started


def main() -> int:
    """Run the comparison; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--lists", type=int, default=32)
    parser.add_argument("--documents", type=int, default=8, help="a list")
    parser.add_argument("--batch", type=int, default=8, help="lists a step")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--precision", choices=["float32", "bf16"], default="float32")
    chosen = parser.parse_args()
    precision = Precision.parse(chosen.precision)
    lists = make_lists(chosen.lists, chosen.documents)
    seconds: dict[str, list[float]] = {"lrat-rank": [], "sentence-transformers": []}
    for number in range(chosen.rounds):
        for name in seconds:
            took = (
                ours(lists, chosen.batch, chosen.documents, precision)
                if name == "lrat-rank"
                else theirs(lists, chosen.batch, precision)
            )
            seconds[name].append(took)
            print(f"round {number + 1}: {name} {chosen.lists / took:.2f} lists/s", flush=True)
    median = {name: chosen.lists / statistics.median(took) for name, took in seconds.items()}
    ratio = median["lrat-rank"] / median["sentence-transformers"]
    words = [len(document.text.split()) for document in lists.texts.values()]
    print(f"\n{machine()}")
    print(
        f"{chosen.lists} lists of {chosen.documents} passages of {min(words)} to {max(words)} "
        f"words, {chosen.batch} lists a step, {precision}, medians of {chosen.rounds} rounds"
    )
    for name, speed in median.items():
        print(f"{name:24}{speed:8.2f} lists/s")
    print(f"ratio {ratio:.2f} (at least {LEAST_RATIO} wanted)")
    return 0 if ratio >= LEAST_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
