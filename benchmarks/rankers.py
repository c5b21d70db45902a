"""Every ranker on every collection: the figures that the README quotes, from one command.

    python benchmarks/rankers.py --work FOLDER [--collections "musique vaswani cacm"]
        [--systems "lightgbm cross-encoder cascade"] [--processes 2] [--indexes FOLDER]
        [--write-docs]

Candidates are the first stages' fused lists at depth 100. Five folds by question: a ranker learns
from the runs that simulated agents made on four fifths of the questions and is tested on the rest,
and everything that is chosen (how many trees, when to stop, how a cascade mixes) is chosen
inside the training questions. Then rankers trained on one collection are taken to the others
without their labels, with and without a guard; `lightgbm-onward` goes on, with the labels at home,
from trees of all labels of the largest other collection. Cross-encoders are warmed up on the
documents of one collection after another, and start from the part of that way which orders the
training questions' lists best. By default they read what two cores could within an hour, all else
included. Collections are worked on side by side, a process each; one that is free helps with
another's folds. Every result is a line in FOLDER/rankers.jsonl, and a run that was stopped goes on
with those that are missing. Changed code, data or indexes want a new FOLDER.

By name alone: `lightgbm-judged`, which is told the judgements of the training questions (how far
labels could carry at all), and `stack`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from operator import itemgetter

from study.budget import Budget
from study.contest import Contest
from study.contest_bench import System
from study.contest_tables import contest_tables
from study.docs_page import DOCS, write_page
from study.material import COLLECTIONS, Material
from study.place import Place
from study.processes import add_processes_to, in_processes
from study.results import Key, Result, Results, fingerprint
from study.trials import FOLDS

from lrat_rank.progress import say

Fold = tuple[str, int]
"""A collection, and which of its folds."""

BY_NAME_ALONE = (System.STACK, System.JUDGED)
"""Systems that are made only when they are asked for."""
WITHIN_AN_HOUR = {"lists": 100, "head": 20, "further": 375}
"""Where `Budget` gives more. The first warm-up keeps all it has: a cross-encoder loses most without
it, and is not told from one with more lists of labels (docs/ablation.md)."""


@dataclass(frozen=True)
class Plan:
    """What a process needs to know.

    Attributes:
        place: Where the collections are.
        names: Those that are compared on.
        sources: Those that others may go on from.
        systems: What is compared.
        budget: What it may cost.
        folds: Of each collection.
        done: Keys of results that are there.
    """

    place: Place
    names: Sequence[str]
    sources: Sequence[str]
    systems: Sequence[System]
    budget: Budget
    folds: int
    done: frozenset[Key]

    def contest(self) -> Contest:
        """The contest, with nothing made yet."""
        sources = {name: Material(name, self.place) for name in self.sources}
        materials = {name: sources[name] for name in self.names}
        folder = self.place.work / "contest"
        return Contest(materials, self.budget, folder, self.systems, list(sources.values()))

    def missing(self) -> list[Fold]:
        """Folds of collections with results that are not there."""
        contest = self.contest()

        def is_missing(fold: Fold) -> bool:
            return any(entry.key not in self.done for entry in contest.entries(*fold))

        return list(filter(is_missing, product(self.names, range(self.folds))))

    def start(self) -> Callable[[Fold], Iterator[Result]]:
        """What makes the missing results of a fold of a collection."""
        self.budget.limit_threads()
        contest = self.contest()
        return lambda fold: contest.fold(*fold, self.done)


def main() -> int:
    """Make what is missing, then the tables."""
    given = arguments()
    place = Place.of(given)
    names = place.there(given.collections.split())
    there = {*names, *(name for name in COLLECTIONS if place.missing(name) is None)}
    sources = sorted(there, key=_order)
    if not names:
        return 0
    budget = Budget.of(given)
    made_with = fingerprint(budget.fingerprint(), given.runs, sources)
    results = Results(given.work / "rankers.jsonl", made_with)
    plan = Plan(place, names, sources, given.systems, budget, given.only_folds, results.keys())
    started = time.monotonic()
    work_through(plan, results, given.processes)
    lines = contest_tables(results, [Material(name, place) for name in names])
    print("\n".join(lines))
    print(
        f"\n{time.monotonic() - started:.0f} s now, {results.seconds():.0f} s of trainings in all"
    )
    if given.write_docs:
        write_page(DOCS / "rankers.md", lines)
    return 0


def _order(name: str) -> tuple[int, str]:
    """Collections stand as in `COLLECTIONS`, others after them."""
    return COLLECTIONS.index(name) if name in COLLECTIONS else len(COLLECTIONS), name


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    Place.add_to(parser)
    parser.add_argument("--collections", default=" ".join(COLLECTIONS))
    parser.add_argument(
        "--systems",
        type=_systems,
        default=[system for system in System if system not in BY_NAME_ALONE],
        help=f"of {', '.join(System)}; a cascade trains what it is made of",
    )
    parser.add_argument(
        "--only-folds",
        type=int,
        choices=range(1, FOLDS + 1),
        default=FOLDS,
        help="of each collection",
    )
    parser.add_argument("--write-docs", action="store_true", help="the page's tables")
    add_processes_to(parser, "each on the folds of a collection, then of another")
    Budget.add_to(parser)
    parser.set_defaults(**WITHIN_AN_HOUR)
    return parser.parse_args()


def _systems(text: str) -> list[System]:
    unknown = [name for name in text.split() if name not in list(System)]
    if unknown:
        raise argparse.ArgumentTypeError(
            f"must be of {', '.join(System)}; got {', '.join(unknown)}"
        )
    return [System(name) for name in text.split()]


def work_through(plan: Plan, results: Results, processes: int) -> None:
    """Make the results that are missing; before them, once, what several collections need."""
    missing = plan.missing()
    if not missing:
        return
    plan.contest().prepare()
    for one in in_processes(plan.start, missing, processes=processes, kind=itemgetter(0)):
        results.add(one)
        say(f"{' · '.join(map(str, one.key))}, {one.seconds:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
