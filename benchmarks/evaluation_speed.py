"""Reading and scoring a run of a million lines, beside pytrec_eval's own read-and-score.

    python benchmarks/evaluation_speed.py [--lines 1000000] [--rounds 3]

Makes a run of 1,000 queries with 1,000 documents each and one of 10,000 with 100, with as many
lines of qrels, and gives both to either side in turn, a new process every time:

- peer: `pytrec_eval.parse_run`, `parse_qrel`, `RelevanceEvaluator.evaluate` on ten measures, means;
- ours, read and score: the readers and the ten measures of `lrat-rank evaluate`, means;
- ours, command: all that `lrat-rank evaluate` does from its first import to its printed table,
  coverage and 95 % bootstrap intervals included. For the peer that is its imports too.

Prints medians, their ratio, and the most memory of a process. Exits with 1 where the values differ,
reading and scoring takes longer than the peer's, or a process holds more than 1 GB.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

MEASURES = {
    "nDCG@10": "ndcg_cut_10",
    "nDCG": "ndcg",
    "RR": "recip_rank",
    "R@10": "recall_10",
    "R@100": "recall_100",
    "P@5": "P_5",
    "P@10": "P_10",
    "AP": "map",
    "Rprec": "Rprec",
    "Bpref": "bpref",
}
SHAPES = (1000, 10_000)
MOST_MEMORY = 1000
TOLERANCE = 1e-9


def make_files(folder: Path, queries: int, documents: int) -> None:
    """A run and qrels of `queries` × `documents` lines; half the judged documents are returned."""
    import random

    rng = random.Random(queries)
    with (folder / "run").open("w") as run, (folder / "qrels").open("w") as qrels:
        for query in range(queries):
            found = rng.sample(range(10_000_000), documents + documents // 2)
            scores = sorted((rng.gauss(0, 1) for _ in range(documents)), reverse=True)
            run.writelines(
                f"q{query} Q0 doc{doc} {rank} {score:.6f} synthetic\n"
                for rank, (doc, score) in enumerate(zip(found, scores, strict=False), start=1)
            )
            qrels.writelines(
                f"q{query} 0 doc{doc} {rng.choice((0, 0, 1, 2))}\n" for doc in found[-documents:]
            )


def peer(folder: Path) -> dict[str, float]:
    """What pytrec_eval offers for the two files; means by our names."""
    import numpy as np
    import pytrec_eval

    mark("imported")
    with (folder / "run").open() as lines:
        run = pytrec_eval.parse_run(lines)
    with (folder / "qrels").open() as lines:
        qrels = pytrec_eval.parse_qrel(lines)
    found = pytrec_eval.RelevanceEvaluator(qrels, set(MEASURES.values())).evaluate(run)
    means = {
        name: float(np.mean([values[theirs] for values in found.values()]))
        for name, theirs in MEASURES.items()
    }
    mark("scored")
    return means


def ours(folder: Path) -> dict[str, float]:
    """Our readers and measures, nothing else."""
    from lrat_rank.collections import read_qrels
    from lrat_rank.eval.measures import means, parse_measures, per_query_values
    from lrat_rank.eval.named_runs import read_named_runs

    mark("imported")
    named, _ = read_named_runs([folder / "run"])
    [run] = named.values()
    values = per_query_values(run, read_qrels(folder / "qrels"), parse_measures(list(MEASURES)))
    found = means(values)
    mark("scored")
    return found


def command(folder: Path) -> dict[str, float]:
    """`lrat-rank evaluate QRELS RUN --measures … --out FILE` in this process."""
    from lrat_rank.cli.app import run

    out = folder / "evaluation.json"
    arguments = ["evaluate", folder / "qrels", folder / "run", "--out", out]
    code = run([*map(str, arguments), "--measures", " ".join(MEASURES)])
    assert code == 0, code
    means: dict[str, float] = json.loads(out.read_text())["runs"][0]["means"]
    mark("scored")
    return means


SIDES: dict[str, Callable[[Path], dict[str, float]]] = {
    "peer": peer,
    "ours": ours,
    "command": command,
}
MARKS = {"started": time.perf_counter()}


def mark(name: str) -> None:
    """Note the time."""
    MARKS[name] = time.perf_counter()


def _child(side: str, folder: Path) -> None:
    """One side in a process of its own; its last line says what it took."""
    means = SIDES[side](folder)
    took = {
        "whole": MARKS["scored"] - MARKS["started"],
        "work": MARKS["scored"] - MARKS.get("imported", MARKS["started"]),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "means": means,
    }
    print(json.dumps(took))


def compare(folder: Path, rounds: int) -> bool:
    """Alternate the sides, print the figures, and say whether ours keeps its bounds."""
    taken: dict[str, list[dict[str, float]]] = {side: [] for side in SIDES}
    means: dict[str, dict[str, float]] = {}
    for _ in range(rounds):
        for side in SIDES:
            printed = subprocess.run(
                [sys.executable, __file__, "--side", side, "--folder", str(folder)],
                check=True,
                capture_output=True,
                text=True,
            ).stdout
            took = json.loads(printed.splitlines()[-1])
            means[side] = took.pop("means")
            taken[side].append(took)
    middle = {
        side: {key: statistics.median(took[key] for took in every) for key in every[0]}
        for side, every in taken.items()
    }
    most = max(took["megabytes"] for side in ("ours", "command") for took in taken[side])
    ratio = middle["ours"]["work"] / middle["peer"]["work"]
    whole = middle["command"]["whole"] / middle["peer"]["whole"]
    print(
        f"  read and score:  peer {middle['peer']['work']:.2f} s, ours "
        f"{middle['ours']['work']:.2f} s, ratio {ratio:.2f}\n"
        f"  with imports:    peer {middle['peer']['whole']:.2f} s, the command with coverage and "
        f"intervals {middle['command']['whole']:.2f} s, ratio {whole:.2f}\n"
        f"  most memory:     peer {max(t['megabytes'] for t in taken['peer']):.0f} MB, "
        f"ours {most:.0f} MB"
    )
    apart = max(
        abs(means[side][name] - means["peer"][name])
        for side in ("ours", "command")
        for name in MEASURES
    )
    if apart > TOLERANCE:
        print(f"  the means differ by {apart}")
    return apart <= TOLERANCE and ratio < 1 and most <= MOST_MEMORY


def main() -> int:
    """Print the figures of both shapes."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--side", choices=list(SIDES), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        _child(options.side, options.folder)
        return 0
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} CPUs, "
        f"Python {platform.python_version()}, {len(MEASURES)} measures, median of {options.rounds}"
    )
    kept = True
    for queries in SHAPES:
        documents = options.lines // queries
        print(f"{queries:,} queries × {documents:,} documents")
        with tempfile.TemporaryDirectory() as name:
            make_files(Path(name), queries, documents)
            kept &= compare(Path(name), options.rounds)
    return int(not kept)


if __name__ == "__main__":
    sys.exit(main())
