"""A flywheel of three rounds on multi-hop questions, with simulated agents.

    python benchmarks/flywheel.py [--data ../shared/data/collections/musique] [--out FOLDER]
        [--preset infoseek] [--stage bm25] [-k 5] [--rounds 3] [--seeds 3]

Indexes the passages, deals the questions out (30 % only measure), turns the flywheel, prints its
table, and writes the plot and the record into FOLDER; a FOLDER where it was stopped goes on. The
last line compares the system that serves in the end with the first stage, paired by question.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from lrat_rank.collections import read_corpus
from lrat_rank.eval.agent_runs import AgentScores, compare_agent_runs, score_agent_runs
from lrat_rank.eval.simulation.collection_questions import questions_from_hops
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.pipeline.flywheel.figures import MEASURES
from lrat_rank.pipeline.flywheel.job import FlywheelResult, run_flywheel
from lrat_rank.pipeline.flywheel.options import FlywheelOptions
from lrat_rank.pipeline.flywheel.systems import FIRST_STAGE
from lrat_rank.pipeline.flywheel.table import table_lines
from lrat_rank.pipeline.flywheel.turn import TEST
from lrat_rank.trajectories import read_trajectories

DATA = Path(__file__).resolve().parents[2] / "shared/data/collections/musique"


def main() -> int:
    """Turn the flywheel and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--preset", default="infoseek")
    parser.add_argument("--stage", default="bm25")
    parser.add_argument("-k", type=int, default=5, help="documents a search shows")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seeds", type=int, default=3)
    given = parser.parse_args()
    if not given.data.is_dir():
        print(f"The flywheel needs a collection with sub-questions; there is none at {given.data}.")
        return 0
    out = given.out or Path(tempfile.mkdtemp(prefix="flywheel-"))
    index = out / "index"
    if not index.exists():
        corpus = read_corpus(given.data / "corpus.jsonl", repeats=[])
        Index.build(corpus, index, IndexOptions(encoder="offline"))
    options = FlywheelOptions(
        preset=given.preset,
        stage=given.stage,
        k=given.k,
        rounds=given.rounds,
        seeds=given.seeds,
    )
    questions = questions_from_hops(given.data / "hops.jsonl")
    started = time.monotonic()
    result = run_flywheel(index, questions, out / "turned", options)
    print("\n".join(table_lines(result)))
    print(f"{time.monotonic() - started:.0f} s")
    if result.deployed != FIRST_STAGE:
        print(last_against_first(result, {one.question_id: one for one in questions}))
    return 0


def last_against_first(result: FlywheelResult, questions: dict) -> str:
    """The differences between the last system and the first stage on the test questions."""

    def scores(system: str) -> AgentScores:
        runs = list(read_trajectories([result.out / system / TEST]))
        asked = {one.question_id for one in runs}
        evidence = {
            question_id: {doc_id for hop in questions[question_id].hops for doc_id in hop.doc_ids}
            for question_id in asked
        }
        return score_agent_runs(runs, evidence=evidence, name=system)

    compared = compare_agent_runs(scores(FIRST_STAGE), scores(result.deployed))
    differences = [
        f"{title} {compared[measure].difference:+.3f} (p {compared[measure].p:.3f})"
        for measure, title in MEASURES.items()
    ]
    return f"{result.deployed} against {FIRST_STAGE}: {', '.join(differences)}"


if __name__ == "__main__":
    sys.exit(main())
