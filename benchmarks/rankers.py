"""Every ranker on every collection: the figures that the README quotes, from one command.

    python benchmarks/rankers.py --work FOLDER [--collections "musique vaswani cacm"]
        [--systems "lightgbm cross-encoder cascade"] [--indexes FOLDER] [--write FILE]

Candidates are the first stages' fused lists at depth 100. Five folds by question: a ranker learns
from the runs that simulated agents made on four fifths of the questions and is tested on the rest,
and everything that is chosen (settings of the trees, when to stop, how a cascade mixes) is chosen
inside the training questions. Then rankers trained on one collection are taken to the others
without their labels, with and without a guard; `lightgbm-onward` goes on, with the labels at home,
from trees of all labels of the largest other collection. Cross-encoders are warmed up on the
documents of one collection after another, and start from the part of that way which orders the
training questions' lists best. Each fold is a line in FOLDER/rankers.jsonl; a run that was stopped
goes on where it was. What was changed in the code wants a new FOLDER.

By name alone: `lightgbm-judged`, which is told the judgements of the training questions (how far
labels could carry at all), and `stack`.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from pathlib import Path

import msgspec
from study.budget import Budget
from study.contest import JUDGED, STACK, SYSTEMS, Contest
from study.contest_tables import contest_tables
from study.material import COLLECTIONS, Material
from study.place import Place
from study.results import Results

from lrat_rank.progress import say


def main() -> int:
    """Make what is missing, then the tables."""
    given = arguments()
    place = Place.of(given)
    names = given.collections.split()
    for reason in filter(None, map(place.missing, names)):
        print(reason)
    there = [name for name in {*names, *COLLECTIONS} if place.missing(name) is None]
    known = {name: Material(name, place) for name in sorted(there, key=_place)}
    materials = [known[name] for name in names if name in known]
    if not materials:
        return 0
    budget = Budget.of(given)
    systems = given.systems.split()
    contest = Contest(materials, budget, given.work / "contest", systems, list(known.values()))
    spent = msgspec.to_builtins(msgspec.structs.replace(budget, threads=0))
    told = [spent, given.runs, list(known)]
    found = hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:12]
    results = Results(given.work / "rankers.jsonl", found)
    started = time.monotonic()
    work_through(contest, results, given.only_folds)
    lines = contest_tables(results, materials)
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
    Budget.add_to(parser)
    return parser.parse_args()


def work_through(contest: Contest, results: Results, only_folds: int) -> None:
    """Make the folds that are missing, fold by fold over all collections."""
    for fold in range(only_folds):
        for home in contest.materials:
            for made in contest.fold(home, fold, results):
                results.add(msgspec.structs.replace(made, made_with=results.made_with))
                say(f"{' · '.join(map(str, made.key))}, {made.seconds:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
