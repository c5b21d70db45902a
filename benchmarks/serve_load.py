"""The HTTP server under load on loopback, against the bare ranker in the same run.

    python benchmarks/serve_load.py [--clients 16] [--documents 20] [--requests 96] [--rounds 3]
                                    [--words 25] [--minutes 0] [--index FOLDER --ranker FOLDER]

Starts `lrat-rank serve --http` with a cross-encoder and sends it rerank requests from here, over
connections that are kept open; clients and server share the machine. Prints

- the throughput of 16 clients who ask again as soon as they are answered, against that of one,
  round by round in turn: at least 1.8 times; with the median and the 99th percentile of seconds;
- what one request takes longer than the same texts in the bare ranker, asked in turn, after a
  pause and at once again: under 5 ms at the median of either;
- with `--minutes`, the growth of the server's memory in so many minutes under the same load, after
  a warm-up of a fifth of the time: at most 5 %;
- errors: statuses other than 200, and scores that are not the bare ranker's. There must be none.

It exits with 1 where one of these does not hold. Without folders the ranker is the packaged MiniLM
with a random head, as quick as a trained one, and the texts are made up, of `--words` words.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from load_clients import Asked, Client, Seen, load
from load_server import Server, serving

from lrat_rank.collections import Document
from lrat_rank.models.cross_encoder.checkpoint import open_base
from lrat_rank.models.cross_encoder.ranker import CrossEncoderRanker
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.models.offline import OFFLINE, checkpoint

LEAST_RATIO, MOST_OVERHEAD_S, MOST_GROWTH = 1.8, 0.005, 0.05
HEAD = 0.2
"""A random head's logits are spread by this, so that documents differ by more than rounding."""
TOLERANCE = 0.05
"""Of the spread of all scores: what rounding in other batches may change."""
WORDS = (
    "agent answer archive bridge budget castle century city coast council data empire engine "
    "factory festival film forest garden harbour history island journal king language law library "
    "market mountain museum music novel ocean painter poet poem prize queen railway report river "
    "school science season ship singer station story temple theatre tower trade treaty university "
    "village war water winter writer year who what when where which first last old new great "
    "small built wrote found led lost of the in and to a by for with on"
)
"""What made-up texts consist of."""


def make_ranker(out: Path, base: str = OFFLINE) -> None:
    """Save a cross-encoder with a random head."""
    torch.manual_seed(0)
    model, tokenizer = open_base(checkpoint(base), dropout=0.0)
    with torch.no_grad():
        # A new head is 0, and scores that are all 0 would agree whatever the server did.
        torch.nn.init.normal_(model.classifier.weight, std=HEAD)
    CrossEncoderRanker(model, tokenizer).save(out)


def make_pairs(requests: int, documents: int, words: int) -> list[list[tuple[str, str]]]:
    """Requests of one query each, with texts of half to one and a half times so many words."""
    rng = np.random.default_rng(0)
    known = np.array(WORDS.split())

    def text(length: int) -> str:
        return " ".join(rng.choice(known, size=length))

    queries = [text(int(rng.integers(5, 12))) for _ in range(requests)]
    shortest, longest = max(1, words // 2), words + words // 2 + 1
    return [
        [(query, text(int(rng.integers(shortest, longest)))) for _ in range(documents)]
        for query in queries
    ]


def throughput(
    server: Server, asked: Sequence[Asked], chosen: argparse.Namespace, tolerance: float
) -> tuple[list[Seen], list[Seen]]:
    """What one client saw, and what many did, a round each in turn."""
    alone, crowd = [], []
    for number in range(chosen.rounds):
        for clients, seen in ((1, alone), (chosen.clients, crowd)):
            seen.append(
                load(
                    server.port, asked, clients=clients, tolerance=tolerance, count=chosen.requests
                )
            )
            one = seen[-1]
            print(
                f"round {number + 1}: {clients:3} client(s) {one.rate:7.2f} requests/s, p50 "
                f"{one.quantile(0.5) * 1000:.1f} ms, p99 {one.quantile(0.99) * 1000:.1f} ms, "
                f"{len(one.errors)} errors",
                flush=True,
            )
    return alone, crowd


def overhead(
    server: Server,
    ranker: CrossEncoderRanker,
    pairs: Sequence[Sequence[tuple[str, str]]],
    asked: Sequence[Asked],
    tolerance: float,
) -> tuple[float, list[str]]:
    """Median seconds a request takes longer than the bare ranker, and errors.

    Each is sent twice in a row, since a pause before a request hides what a kept connection waits
    for; the larger of the two medians counts.
    """
    client, seen, longer = Client(server.port, tolerance), Seen(), ([], [])
    for one, request in zip(pairs, asked, strict=True):
        started = time.perf_counter()
        ranker.score_pairs(one)
        bare = time.perf_counter() - started
        for asks in longer:
            asks.append(client.ask(request, seen) - bare)
    client.close()
    return max(map(statistics.median, longer)), seen.errors


def saturation(
    server: Server, asked: Sequence[Asked], chosen: argparse.Namespace, tolerance: float
) -> tuple[Seen, float]:
    """What clients saw in so many minutes, and the growth of memory after the warm-up."""
    seconds, resident, done = chosen.minutes * 60, [], threading.Event()

    def watch() -> None:
        while not done.wait(min(1.0, seconds / 100)):
            resident.append(server.process.memory_info().rss)

    watching = threading.Thread(target=watch)
    watching.start()
    seen = load(server.port, asked, clients=chosen.clients, tolerance=tolerance, seconds=seconds)
    done.set()
    watching.join()
    fifth = max(1, len(resident) // 5)
    before, after = (
        statistics.median(part) for part in (resident[fifth : 2 * fifth], resident[-fifth:])
    )
    print(
        f"{chosen.minutes:g} min: {len(seen.seconds)} requests, {seen.rate:.2f} a second, p50 "
        f"{seen.quantile(0.5) * 1000:.1f} ms, p99 {seen.quantile(0.99) * 1000:.1f} ms; memory "
        f"{before / 2**20:.1f} MiB after the warm-up, {after / 2**20:.1f} MiB at the end",
        flush=True,
    )
    return seen, after / before - 1


@dataclass(frozen=True)
class Figures:
    """What was measured.

    Attributes:
        ratio: Throughput of many clients against that of one; the median of the rounds.
        shared: Requests a batch while many asked.
        longer: Seconds a request takes longer than the bare ranker, at the median.
        growth: Of the server's memory after the warm-up; None where that was not asked for.
        errors: Everything that went wrong.
    """

    ratio: float
    shared: float
    longer: float
    growth: float | None
    errors: list[str]


def measure(chosen: argparse.Namespace, index: Path, folder: Path) -> Figures:
    """Start a server, measure everything, and stop it again."""
    ranker = CrossEncoderRanker.load(folder)
    pairs = make_pairs(chosen.requests, chosen.documents, chosen.words)
    scores = [ranker.score_pairs(one) for one in pairs]
    tolerance = TOLERANCE * float(np.ptp(np.concatenate(scores)))
    asked = [Asked.of(one, own) for one, own in zip(pairs, scores, strict=True)]
    growth = None
    with serving(index, folder) as server:
        warm = load(server.port, asked, clients=chosen.clients, tolerance=tolerance, count=32)
        before = server.counted()
        alone, crowd = throughput(server, asked, chosen, tolerance)
        requests, batches = np.subtract(server.counted(), before)
        longer, errors = overhead(server, ranker, pairs, asked, tolerance)
        if chosen.minutes:
            seen, growth = saturation(server, asked, chosen, tolerance)
            errors += seen.errors
    lone = sum(len(seen.seconds) for seen in alone)
    return Figures(
        ratio=statistics.median(m.rate / o.rate for m, o in zip(crowd, alone, strict=True)),
        shared=(requests - lone) / max(1, batches - lone),
        longer=longer,
        growth=growth,
        errors=errors + [error for seen in (warm, *alone, *crowd) for error in seen.errors],
    )


def report(found: Figures) -> int:
    """Print the figures and whether they hold; the exit code."""
    load_now = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    print(
        f"\n{platform.processor() or platform.machine()}, {os.cpu_count()} cores, torch "
        f"{torch.__version__}, load {load_now:.1f}; {found.shared:.1f} requests a batch"
    )
    errors = f"errors {len(found.errors)} {found.errors[:3] or ''}"
    longer = f"overhead {found.longer * 1000:.2f} ms at the median"
    held = [
        verdict(f"throughput x{found.ratio:.2f}", found.ratio >= LEAST_RATIO, "at least 1.8"),
        verdict(longer, found.longer < MOST_OVERHEAD_S, "under 5 ms"),
        verdict(errors, not found.errors, "none"),
    ]
    if found.growth is not None:
        told = f"memory {found.growth:+.1%} after the warm-up"
        held.append(verdict(told, found.growth <= MOST_GROWTH, f"at most {MOST_GROWTH:.0%}"))
    return 0 if all(held) else 1


def verdict(told: str, holds: bool, goal: str) -> bool:
    """Print one figure beside its goal; whether it holds."""
    print(f"{told} ({goal}): {'pass' if holds else 'FAIL'}")
    return holds


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--documents", type=int, default=20, help="a request")
    parser.add_argument("--requests", type=int, default=96, help="a round and client number")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--words", type=int, default=25, help="of a text, on average")
    parser.add_argument("--minutes", type=float, default=0.0, help="at saturation; 0 for none")
    parser.add_argument("--index", type=Path, help="an index folder; one document when left out")
    parser.add_argument("--ranker", type=Path, help="a cross-encoder's folder; MiniLM without")
    return parser.parse_args(arguments)


def main() -> int:
    """Run the benchmark; the exit code."""
    chosen = options()
    with tempfile.TemporaryDirectory() as scratch:
        index, ranker = chosen.index, chosen.ranker
        if index is None:
            index = Path(scratch) / "index"
            Index.build([Document("1", "An old harbour.")], index, IndexOptions(encoder="none"))
        if ranker is None:
            ranker = Path(scratch) / "ranker"
            make_ranker(ranker)
        return report(measure(chosen, index, ranker))


if __name__ == "__main__":
    sys.exit(main())
