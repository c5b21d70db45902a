"""First-stage figures on three small public collections, against the figures on record.

    python benchmarks/first_stage.py [--data ../shared/data/collections]

Prints nDCG@10 and R@100 of BM25, dense and hybrid (reciprocal rank fusion) at depth 100, with the
distance to the recorded figure; exits with 1 when one is further than .005 away.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import ir_measures
import msgspec
from ir_measures import R, nDCG

from lrat_rank.collections import Document, read_corpus, read_qrels, read_topics
from lrat_rank.models.first_stage import STAGES, Index

TOLERANCE = 0.005
RECORDED = {
    "cacm": {"bm25": (0.494, 0.677), "dense": (0.416, 0.712), "hybrid": (0.546, 0.747)},
    "vaswani": {"bm25": (0.428, 0.597), "dense": (0.436, 0.609), "hybrid": (0.488, 0.651)},
    "musique": {"bm25": (0.515, 0.805), "dense": (0.627, 0.827), "hybrid": (0.603, 0.859)},
    "musique hops": {"bm25": (0.790, 0.987), "dense": (0.823, 0.924), "hybrid": (0.820, 0.987)},
}

Collection = tuple[dict[str, str], dict[str, dict[str, int]]]


def documents(folder: Path) -> Iterator[Document]:
    """The corpus; cacm repeats one id, and the first document that bears it is kept."""
    return read_corpus(folder / "corpus.jsonl", repeats=[])


def questions(folder: Path) -> Collection:
    """The collection's own topics and qrels."""
    return read_topics(folder / "queries.jsonl"), read_qrels(folder / "qrels" / "test.tsv")


def hops(folder: Path) -> Collection:
    """Each question's sub-questions, each with the one passage that answers it."""
    topics, qrels = {}, {}
    for line in (folder / "hops.jsonl").read_text().splitlines():
        record = msgspec.json.decode(line)
        for number, hop in enumerate(record["hops"]):
            query_id = f"{record['_id']}-{number}"
            topics[query_id] = hop["query"]
            qrels[query_id] = {hop["docid"]: 1}
    return topics, qrels


def check(name: str, index: Index, collection: Collection) -> bool:
    """Print one row a stage; whether all figures are as recorded."""
    topics, qrels = collection
    good = True
    for stage in STAGES:
        started = time.perf_counter()
        run = index.retrieve(topics, stage, 100)
        seconds = time.perf_counter() - started
        found = ir_measures.calc_aggregate([nDCG @ 10, R @ 100], qrels, run.scores())
        figures = (found[nDCG @ 10], found[R @ 100])
        distance = max(abs(a - b) for a, b in zip(figures, RECORDED[name][stage], strict=True))
        good &= distance <= TOLERANCE + 0.0005
        print(
            f"{name:13} {stage:7} nDCG@10 {figures[0]:.4f}  R@100 {figures[1]:.4f}  "
            f"off by at most {distance:.4f}  {len(topics) / seconds:8.0f} queries/s"
        )
    return good


def main() -> int:
    """Index the collections, search them, compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data/collections"))
    data = parser.parse_args().data
    if not data.is_dir():
        print(f"skipped: the collections are not there ({data})")
        return 0
    good = True
    with tempfile.TemporaryDirectory() as scratch:
        for name in ("cacm", "vaswani", "musique"):
            index = Index.build(documents(data / name), Path(scratch) / name)
            good &= check(name, index, questions(data / name))
            if (data / name / "hops.jsonl").exists():
                good &= check("musique hops", index, hops(data / name))
    print("as recorded" if good else f"NOT as recorded: a figure is off by more than {TOLERANCE}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
