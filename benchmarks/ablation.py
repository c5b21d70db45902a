"""Does the relevance intensity make better rankers? An ablation over labels and training.

    python benchmarks/ablation.py --work FOLDER [--rankers "lightgbm dense"] [--arms "naive,judge"]
        [--seeds 5] [--processes 2] [--minutes 60] [--indexes FOLDER] [--write-docs]

Simulated agents work the questions of a multi-hop collection; their runs are mined, rankers are
trained on the labels of four fifths of the questions and tested on the rest. Every training is a
line in FOLDER/ablation.jsonl: a study that was stopped goes on where it was, and any part of it can
be made by itself. The tables are made of what is there. Changed code, data or indexes want a new
FOLDER. `docs/ablation.md` says what is measured.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from study.ablation_tables import tables
from study.arms import ARMS, Arm, Kind
from study.budget import Budget
from study.docs_page import DOCS, write_page
from study.material import Material
from study.place import Place
from study.plot import plot
from study.processes import add_processes_to, in_processes
from study.results import Key, Result, Results, fingerprint
from study.trials import FOLDS, Lab, Trial, trials

from lrat_rank.progress import say


@dataclass(frozen=True)
class Plan:
    """What a process needs to know to make a trial.

    Attributes:
        place: Where the collections are.
        home: The one that is trained on.
        others: Those that rankers are taken to.
        budget: What text rankers may cost.
        folds: Parts of the questions.
    """

    place: Place
    home: str
    others: Sequence[str]
    budget: Budget
    folds: int

    def lab(self) -> Lab:
        """Where trials are made, with nothing made yet."""
        others = [Material(name, self.place) for name in self.others]
        home, folder = Material(self.home, self.place), self.place.work / "model"
        return Lab(home, others, self.budget, folder, self.folds)

    def is_made(self, trial: Trial, results: Results) -> bool:
        """Whether there is a result, and of every collection that the trial is taken to."""
        targets = set(self.others if trial.arm.transfer else ())
        return trial.key in results and targets <= results.tasks(trial.key)

    def start(self) -> Callable[[Key], Iterator[Result]]:
        """What makes the result of a trial; an arm is known to a process by its name."""
        self.budget.limit_threads()
        lab = self.lab()

        def trial(key: Key) -> Iterator[Result]:
            yield lab.run(Trial.of(key))

        return trial


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
    if not place.there([given.collection]):
        return 0
    others = place.there([name for name in given.others.split() if name != given.collection])
    plan = Plan(place, given.collection, others, Budget.of(given), given.folds)
    made_with = fingerprint(plan.home, plan.folds, given.runs, plan.budget.fingerprint())
    results = Results(given.work / "ablation.jsonl", made_with)
    wanted = Wanted(
        [Kind(name) for name in given.rankers.split()],
        [ARMS.get(name.strip()) for name in given.arms.split(",")] if given.arms else everything(),
        given.seeds,
        given.folds,
        given.only_folds,
    )
    if not given.tables_only:
        work_through(plan, results, wanted, given.minutes, given.processes)
    lab = plan.lab()
    lines = tables(results, lab.home, lab.others)
    print("\n".join(lines))
    plot(results, lab.home, given.work / "ablation.png")
    if given.write_docs:
        plot(results, lab.home, DOCS / "ablation.png")
        write_page(DOCS / "ablation.md", lines)
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
    add_processes_to(parser, "one has a training at a time")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="when to begin no more")
    parser.add_argument("--tables-only", action="store_true", help="train nothing")
    parser.add_argument("--write-docs", action="store_true", help="the page's tables and plot")
    Budget.add_to(parser)
    return parser.parse_args()


def everything() -> list[Arm]:
    """All arms, in their order."""
    return [ARMS.get(name) for name in ARMS.names()]


def work_through(
    plan: Plan, results: Results, wanted: Wanted, minutes: float, processes: int
) -> None:
    """Make the trials that are missing; after so many minutes none is begun."""
    todo = [trial for trial in wanted.trials() if not plan.is_made(trial, results)]
    if not todo:
        return
    plan.lab().prepare({trial.kind for trial in todo})
    started = time.monotonic()

    def in_time() -> Iterator[Key]:
        for number, trial in enumerate(todo):
            if time.monotonic() - started > 60 * minutes:
                say(f"{minutes:g} minutes are over; {len(todo) - number} trainings are not begun.")
                return
            yield trial.key

    made = in_processes(plan.start, in_time(), processes=processes)
    for number, result in enumerate(made, start=1):
        results.add(result)
        say(f"{number} of {len(todo)}: {' · '.join(map(str, result.key))}, {result.seconds:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
