"""Every ranker on every collection: the figures that the README quotes, from one command.

    python benchmarks/rankers.py --work FOLDER [--collections "musique vaswani cacm"]
        [--systems "lightgbm cross-encoder cascade"] [--processes 2] [--indexes FOLDER]
        [--write FILE]

Candidates are the first stages' fused lists at depth 100. Five folds by question: a ranker learns
from the runs that simulated agents made on four fifths of the questions and is tested on the rest,
and everything that is chosen (settings of the trees, when to stop, how a cascade mixes) is chosen
inside the training questions. Then rankers trained on one collection are taken to the others
without their labels, with and without a guard; `lightgbm-onward` goes on, with the labels at home,
from trees of all labels of the largest other collection. Cross-encoders are warmed up on the
documents of one collection after another, and start from the part of that way which orders the
training questions' lists best. Folds are made side by side, and written to FOLDER/rankers.jsonl
when they are done: a run that was stopped goes on with those that are missing. What was changed in
the code wants a new FOLDER.

By name alone: `lightgbm-judged`, which is told the judgements of the training questions (how far
labels could carry at all), and `stack`.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from study.budget import Budget
from study.contest import Contest
from study.contest_bench import JUDGED, STACK, SYSTEMS
from study.contest_tables import contest_tables
from study.material import COLLECTIONS, Material
from study.place import Place
from study.processes import side_by_side
from study.results import Key, Result, Results

from lrat_rank.progress import say

Fold = tuple[str, int]
"""A collection and the number of its fold."""


@dataclass(frozen=True)
class Plan:
    """What a process needs to know to make a fold.

    Attributes:
        place: Where the collections are.
        names: Those that are compared on.
        sources: Those that others may go on from.
        systems: What is compared.
        budget: What it may cost.
        done: Results that are there.
    """

    place: Place
    names: Sequence[str]
    sources: Sequence[str]
    systems: Sequence[str]
    budget: Budget
    done: frozenset[Key]

    def contest(self) -> Contest:
        """The contest, with nothing made yet."""
        sources = {name: Material(name, self.place) for name in self.sources}
        materials = {name: sources[name] for name in self.names}
        folder = self.place.work / "contest"
        return Contest(materials, self.budget, folder, self.systems, list(sources.values()))

    def start(self) -> Callable[[Fold], list[Result]]:
        """What makes the missing results of a fold."""
        contest = self.contest()
        return lambda fold: list(contest.fold(*fold, self.done))

    def missing(self, folds: int) -> list[Fold]:
        """Fold by fold over all collections, those with results that are not there."""
        contest = self.contest()
        return [
            (name, fold)
            for fold in range(folds)
            for name in self.names
            if any(entry.key not in self.done for entry in contest.entries(name, fold))
        ]


def main() -> int:
    """Make what is missing, then the tables."""
    given = arguments()
    place = Place.of(given)
    names = given.collections.split()
    for reason in filter(None, map(place.missing, names)):
        print(reason)
    there = [name for name in {*names, *COLLECTIONS} if place.missing(name) is None]
    sources = sorted(there, key=_place)
    names = [name for name in names if name in there]
    if not names:
        return 0
    budget = Budget.of(given)
    spent = msgspec.to_builtins(msgspec.structs.replace(budget, threads=0))
    told = [spent, given.runs, sources]
    found = hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:12]
    results = Results(given.work / "rankers.jsonl", found)
    plan = Plan(place, names, sources, given.systems.split(), budget, results.keys())
    started = time.monotonic()
    work_through(plan, results, given.only_folds, given.processes)
    lines = contest_tables(results, [Material(name, place) for name in names])
    print("\n".join(lines))
    print(
        f"\n{time.monotonic() - started:.0f} s now, {results.seconds():.0f} s of trainings in all"
    )
    if given.write is not None:
        given.write.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


def _place(name: str) -> tuple[int, str]:
    """Collections stand as in `COLLECTIONS`, others after them."""
    return COLLECTIONS.index(name) if name in COLLECTIONS else len(COLLECTIONS), name


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    Place.add_to(parser)
    parser.add_argument("--collections", default=" ".join(COLLECTIONS))
    parser.add_argument(
        "--systems",
        default=" ".join(name for name in SYSTEMS if name not in (STACK, JUDGED)),
        help=f"of {', '.join(SYSTEMS)}; a cascade trains what it is made of",
    )
    parser.add_argument("--only-folds", type=int, default=5, help="of each collection, at most")
    parser.add_argument("--write", type=Path, help="a Markdown file for the tables")
    parser.add_argument("--processes", type=int, default=2, help="that make folds side by side")
    Budget.add_to(parser)
    return parser.parse_args()


def work_through(plan: Plan, results: Results, only_folds: int, processes: int) -> None:
    """Make the folds that are missing; before them, once, what all of them need."""
    missing = plan.missing(only_folds)
    if not missing:
        return
    plan.contest().prepare()
    folds = side_by_side(plan.start, missing, processes=processes, threads=plan.budget.threads)
    for _, made in folds:
        for one in made:
            results.add(msgspec.structs.replace(one, made_with=results.made_with))
            say(f"{' · '.join(map(str, one.key))}, {one.seconds:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
