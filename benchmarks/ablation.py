"""Does the relevance intensity make better rankers? An ablation over labels and training.

    python benchmarks/ablation.py --work FOLDER [--rankers "lightgbm dense"] [--arms "naive,judge"]
        [--seeds 5] [--minutes 60] [--indexes FOLDER] [--write-docs]

Simulated agents work the questions of a multi-hop collection; their runs are mined, rankers are
trained on the labels of four fifths of the questions and tested on the rest. Every training is a
line in FOLDER/ablation.jsonl: a study that was stopped goes on where it was, and any part of it can
be made by itself. The tables are made of what is there. An arm that was changed in the code wants a
new FOLDER. `docs/ablation.md` says what is measured.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from study.arms import ARMS, Arm, Kind
from study.budget import Budget
from study.material import Material
from study.page import tables, write_page
from study.place import Place
from study.plot import plot
from study.results import Results
from study.trials import FOLDS, Lab, Trial, trials

from lrat_rank.progress import say

DOCS = Path(__file__).resolve().parents[1] / "docs"


@dataclass(frozen=True)
class Wanted:
    """Which trainings are asked for."""

    kinds: Sequence[Kind]
    arms: Sequence[Arm]
    seeds: int
    folds: int
    only_folds: int

    def trials(self) -> Iterator[Trial]:
        """Seed by seed, so that a study that is stopped has all arms equally far."""
        for seed in range(self.seeds):
            for kind in self.kinds:
                for arm in self.arms:
                    if kind in arm.rankers:
                        yield from trials(arm, kind, seed, self.folds)[: self.only_folds]


def main() -> int:
    """Make what is missing, then the tables."""
    given = arguments()
    place = Place.of(given)
    if (why := place.missing(given.collection)) is not None:
        print(why)
        return 0
    names = [name for name in given.others.split() if name != given.collection]
    for reason in filter(None, map(place.missing, names)):
        print(reason)
    others = [Material(name, place) for name in names if place.missing(name) is None]
    budget = Budget.of(given)
    home = Material(given.collection, place)
    lab = Lab(home, others, budget, given.work / "model", given.folds)
    results = Results(given.work / "ablation.jsonl", made_with(lab, given.runs))
    wanted = Wanted(
        [Kind(name) for name in given.rankers.split()],
        [ARMS.get(name.strip()) for name in given.arms.split(",")] if given.arms else everything(),
        given.seeds,
        given.folds,
        given.only_folds,
    )
    if not given.tables_only:
        work_through(lab, results, wanted, given.minutes)
    print("\n".join(tables(results, home, others)))
    plot(results, home, given.work / "ablation.png")
    if given.write_docs:
        plot(results, home, DOCS / "ablation.png")
        write_page(DOCS / "ablation.md", tables(results, home, others))
    return 0


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    Place.add_to(parser)
    parser.add_argument("--collection", default="musique", help="what is trained on")
    parser.add_argument("--others", default="vaswani cacm", help="where rankers are taken to")
    parser.add_argument("--rankers", default=" ".join(Kind))
    parser.add_argument("--arms", help="names, with commas between; all of them by default")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--folds", type=int, default=FOLDS)
    parser.add_argument("--only-folds", type=int, default=FOLDS, help="of each seed, at most")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="when to stop")
    parser.add_argument("--tables-only", action="store_true", help="train nothing")
    parser.add_argument("--write-docs", action="store_true", help="the page's tables and plot")
    Budget.add_to(parser)
    return parser.parse_args()


def everything() -> list[Arm]:
    """All arms, in their order."""
    return [ARMS.get(name) for name in ARMS.names()]


def made_with(lab: Lab, runs: int) -> str:
    """A hash of what all results depend on; threads change nothing but the time."""
    told = [
        lab.home.name,
        lab.folds,
        runs,
        msgspec.to_builtins(msgspec.structs.replace(lab.budget, threads=0)),
    ]
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:12]


def work_through(lab: Lab, results: Results, wanted: Wanted, minutes: float) -> None:
    """Make the trials that are missing, until the time is over."""
    started = time.monotonic()
    todo = [trial for trial in wanted.trials() if trial.key not in results]
    for number, trial in enumerate(todo, start=1):
        if time.monotonic() - started > 60 * minutes:
            say(f"Stopped after {minutes:g} minutes; {len(todo) - number + 1} trainings are left.")
            return
        result = lab.run(trial)
        results.add(msgspec.structs.replace(result, made_with=results.made_with))
        say(f"{number} of {len(todo)}: {' · '.join(map(str, trial.key))}, {result.seconds:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
