"""Reranking speed against `sentence_transformers.CrossEncoder.predict` on the same weights.

    python benchmarks/rerank_speed.py [--queries 100] [--passages 50] [--rounds 3]
                                      [--collection ../shared/data/collections/musique]

Trains a cross-encoder from the packaged MiniLM for a moment, so that its scores are spread as a
real one's are, saves it, loads it in both libraries, and scores the same pairs with both, each
with its defaults, turn by turn. Prints the median pairs a second, their ratio and Spearman's
correlation of the scores; exits with 1 when the ratio is under 2 or the correlation under .999.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from scipy.stats import spearmanr
from sentence_transformers import CrossEncoder

from lrat_rank.collections import Document, read_corpus, read_topics
from lrat_rank.mining.labels import Candidate, Context, LabelledList, State
from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
from lrat_rank.models.cross_encoder.ranker import CrossEncoderRanker
from lrat_rank.models.cross_encoder.sampling import SamplingOptions
from lrat_rank.models.cross_encoder.stopping_options import StoppingOptions
from lrat_rank.models.cross_encoder.training import train_cross_encoder
from lrat_rank.models.offline import OFFLINE, checkpoint
from lrat_rank.models.precision import Precision
from lrat_rank.models.ranker import FloatArray

LEAST_RATIO, LEAST_CORRELATION = 2.0, 0.999
WORDS = 4000
TRAINED_ON, TRAINING_LIST = 48, 6
SAMPLING = SamplingOptions(list_size=TRAINING_LIST)

Pairs = list[tuple[str, str]]


class Synthetic:
    """Queries, and passages that hold more or less of a query's words among common ones."""

    def __init__(self, tokenizer_folder: Path, seed: int = 0) -> None:
        vocabulary = (tokenizer_folder / "vocab.txt").read_text(encoding="utf-8").split()
        self._rng = np.random.default_rng(seed)
        words = [word for word in vocabulary if word.isascii() and word.isalpha() and len(word) > 2]
        self._words = np.array(words[:WORDS])
        chances = 1 / np.arange(1, len(self._words) + 1)
        self._chances = chances / chances.sum()

    def query(self) -> list[str]:
        """Some words, rarer than those of passages."""
        words: list[str] = self._rng.choice(
            self._words[200:], size=self._rng.integers(4, 12)
        ).tolist()
        return words

    def passage(self, query: list[str], share: float) -> str:
        """40 to 180 words, with about that share of the query's among them."""
        words = self._rng.choice(self._words, size=self._rng.integers(40, 180), p=self._chances)
        for word in query:
            if self._rng.random() < share:
                words[self._rng.integers(len(words))] = word
        return " ".join(words)

    def pairs(self, queries: int, passages: int) -> Pairs:
        """Pairs of every query with passages of its own."""
        made = [self.query() for _ in range(queries)]
        return [
            (" ".join(query), self.passage(query, self._rng.random()))
            for query in made
            for _ in range(passages)
        ]

    def lists(self) -> tuple[list[LabelledList], Texts]:
        """Labelled lists in which the gain is the share of the query's words."""
        documents, lists = Texts(), []
        for number in range(TRAINED_ON):
            query, candidates = self.query(), []
            for rank in range(1, TRAINING_LIST + 1):
                share = rank / TRAINING_LIST
                doc_id = f"{number}-{rank}"
                documents[doc_id] = Document(doc_id, self.passage(query, share))
                candidate = Candidate(doc_id=doc_id, rank=rank, state=State.RELEVANT, gain=share)
                candidates.append(candidate)
            lists.append(
                LabelledList(
                    query_id=str(number),
                    query=" ".join(query),
                    context=Context(turn=0),
                    trajectory_id=str(number),
                    group=str(number),
                    candidates=tuple(candidates),
                )
            )
        return lists, documents


class Texts(dict[str, Document]):
    """Documents by doc_id."""

    def documents(self, doc_ids: list[str]) -> list[Document]:
        """The documents, in the order asked for."""
        return [self[doc_id] for doc_id in doc_ids]


def pairs_of(collection: Path, queries: int, passages: int) -> Pairs:
    """Pairs of a collection's queries with passages drawn from its corpus."""
    texts = [document.contents for document in read_corpus(collection / "corpus.jsonl", repeats=[])]
    topics = list(read_topics(collection / "queries.jsonl").values())
    rng = np.random.default_rng(0)
    return [
        (query, texts[row])
        for query in rng.choice(topics, size=min(queries, len(topics)), replace=False).tolist()
        for row in rng.choice(len(texts), size=passages, replace=len(texts) < passages)
    ]


def timed(score: Callable[[Pairs], FloatArray], pairs: Pairs) -> tuple[float, FloatArray]:
    """Seconds, and the scores."""
    started = time.perf_counter()
    scores = score(pairs)
    return time.perf_counter() - started, scores


def machine() -> str:
    """What it ran on, in one line."""
    if torch.cuda.is_available():
        return f"{torch.cuda.get_device_name()}, torch {torch.__version__}"
    name = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text(encoding="utf-8").splitlines()
        name = next((line.split(":")[1].strip() for line in lines if "model name" in line), name)
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{name}, {torch.get_num_threads()} threads, torch {torch.__version__}{load}"


def both_libraries(synthetic: Synthetic) -> tuple[CrossEncoderRanker, CrossEncoder]:
    """One briefly trained cross-encoder, from one folder, in this library and in the other."""
    lists, documents = synthetic.lists()
    # Validation may keep the untrained head, whose scores are all the same.
    stopping = StoppingOptions(held_out=0.0)
    options = CrossEncoderOptions(
        epochs=2, max_length=512, sampling=SAMPLING, anchor=False, stopping=stopping
    )
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "ranker"
        train_cross_encoder(lists, documents, options=options, out=folder)
        return CrossEncoderRanker.load(folder), CrossEncoder(str(folder))


def main() -> int:
    """Run the comparison; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--passages", type=int, default=50, help="a query")
    parser.add_argument(
        "--rounds", type=int, default=3, help="each library scores all pairs so often"
    )
    parser.add_argument("--collection", type=Path, help="a BEIR folder; synthetic text without")
    chosen = parser.parse_args()

    synthetic = Synthetic(Path(checkpoint(OFFLINE)))
    ours, theirs = both_libraries(synthetic)
    pairs = (
        pairs_of(chosen.collection, chosen.queries, chosen.passages)
        if chosen.collection
        else synthetic.pairs(chosen.queries, chosen.passages)
    )
    seconds: dict[str, list[float]] = {"lrat-rank": [], "sentence-transformers": []}
    scorers = {"lrat-rank": ours.score_pairs, "sentence-transformers": theirs.predict}
    scores: dict[str, FloatArray] = {}
    for score in scorers.values():
        score(pairs[:64])
    for number in range(chosen.rounds):
        for name, score in scorers.items():
            took, scores[name] = timed(score, pairs)
            seconds[name].append(took)
            print(f"round {number + 1}: {name} {len(pairs) / took:.1f} pairs/s", flush=True)
    return report(seconds, scores, len(pairs))


def report(seconds: dict[str, list[float]], scores: dict[str, FloatArray], n_pairs: int) -> int:
    """Print the figures and whether they hold; the exit code."""
    median = {name: n_pairs / statistics.median(took) for name, took in seconds.items()}
    ratio = median["lrat-rank"] / median["sentence-transformers"]
    correlation = float(spearmanr(scores["lrat-rank"], scores["sentence-transformers"]).statistic)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    print(f"\n{machine()}")
    print(
        f"{n_pairs} pairs, precision {Precision.AUTO.resolve(device)}, medians of "
        f"{len(seconds['lrat-rank'])} rounds"
    )
    for name, speed in median.items():
        print(f"  {name:22} {speed:8.1f} pairs/s")
    good_ratio, good_order = ratio >= LEAST_RATIO, correlation >= LEAST_CORRELATION
    print(f"ratio     {ratio:.2f} (at least {LEAST_RATIO}): {'pass' if good_ratio else 'FAIL'}")
    print(
        f"Spearman  {correlation:.5f} (at least {LEAST_CORRELATION}): "
        f"{'pass' if good_order else 'FAIL'}"
    )
    return 0 if good_ratio and good_order else 1


if __name__ == "__main__":
    sys.exit(main())
