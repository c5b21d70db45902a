"""Simulated agents on musique beside the figures published of agents, by preset.

    python benchmarks/calibration.py [--data ../shared/data/collections] [--seeds 8] [--first 3000]

Indexes musique for BM25, lets each preset's agents work its 100 questions with lists of ten, and
prints every figure with its ratio to the published one; then how evenly browses spread over the
ranks of shuffled lists. Presets were fitted on seeds below 3000. Exits with 1 when a figure is off
by more than 15%.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from lrat_rank.analysis.bias import audit_bias
from lrat_rank.collections import read_corpus
from lrat_rank.eval.simulation import (
    PRESETS,
    Preset,
    Question,
    SearchTool,
    ShuffledTool,
    calibration,
    calibration_lines,
    evidence_of,
    questions_from_hops,
    simulate,
)
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.serving import Engine, EngineOptions
from lrat_rank.serving import SearchTool as IndexTool
from lrat_rank.trajectories.model import Trajectory

SHOWN = 10


def runs(
    preset: Preset, questions: list[Question], tool: SearchTool, seeds: range
) -> list[Trajectory]:
    """One run a question and seed."""
    behaviour = preset.behaviour
    return [
        run
        for seed in seeds
        for run in simulate(questions, tool, behaviour=behaviour, seed=seed, retriever="bm25")
    ]


def check(preset: Preset, questions: list[Question], tool: SearchTool, seeds: range) -> bool:
    """Print a preset's table; whether every figure is within the tolerance."""
    started = time.perf_counter()
    done = runs(preset, questions, tool, seeds)
    seconds = time.perf_counter() - started
    result = calibration(done, preset, evidence_of(questions))
    print(
        f"{preset.name}: {preset.summary}; {result.runs} runs, {result.correct:.1%} right, "
        f"{seconds:.0f} s"
    )
    print("\n".join(calibration_lines(result)))
    shuffled = audit_bias(runs(preset, questions, ShuffledTool(tool), seeds[:2]))
    browses = [rank.browsed for rank in shuffled.curve]
    shares = " ".join(f"{browsed / sum(browses):.3f}" for browsed in browses)
    print(f"browses by rank on shuffled lists: {shares}")
    print(f"  most / least {max(browses) / min(browses):.2f}; {shuffled.uniform.verdict}\n")
    return result.within


def main() -> int:
    """Index musique, let the agents work, compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/collections"))
    parser.add_argument("--seeds", type=int, default=8, help="runs of each question")
    parser.add_argument("--first", type=int, default=3000, help="first seed")
    chosen = parser.parse_args()
    musique = chosen.data / "musique"
    if not musique.is_dir():
        print(f"skipped: musique is not there ({musique})")
        return 0
    questions = questions_from_hops(musique / "hops.jsonl")
    seeds = range(chosen.first, chosen.first + chosen.seeds)
    with tempfile.TemporaryDirectory() as scratch:
        options = IndexOptions(encoder="none")
        index = Index.build(read_corpus(musique / "corpus.jsonl"), Path(scratch) / "i", options)
        tool = IndexTool(Engine(index, options=EngineOptions(k=SHOWN, stage="bm25")))
        fitted = [preset for _, preset in PRESETS.items() if preset.targets]
        good = all([check(preset, questions, tool, seeds) for preset in fitted])
    print("within 15%" if good else "NOT within 15%: see the lines marked OFF")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
