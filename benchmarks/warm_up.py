"""What cross-encoders know before any label, warmed up on collection after collection.

    python benchmarks/warm_up.py --work FOLDER [--indexes FOLDER] [--validation 120] [--write FILE]

The warm-ups are those of `benchmarks/rankers.py --further 750`, in the same work folder. Each of
them orders, on every collection, lists that simulated agents left on the questions that choose in
the first fold (never its test questions): nDCG@10 of the judged documents, by the cross-encoder
alone and beside the first stage, half and half.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from study.budget import Budget
from study.contest_split import Split
from study.figures import figure
from study.material import COLLECTIONS, Material
from study.place import Place
from study.trained import cross_encoder_in, drawn
from study.warmed import warmed_in_turn

from lrat_rank.features.prior import first_stage_prior
from lrat_rank.models.blending.blend import blended
from lrat_rank.models.intensity_use import IntensityUse
from lrat_rank.models.ndcg import mean_list_ndcg
from lrat_rank.models.usable_lists import training_lists

HALF = 0.5


def main() -> int:
    """Make what is missing, then the table."""
    given = arguments()
    place = Place.of(given)
    if place.there(COLLECTIONS) != list(COLLECTIONS):
        return 0
    materials = [Material(name, place) for name in COLLECTIONS]
    budget = Budget.of(given)
    folders = warmed_in_turn(materials, budget)
    columns = [column(material, folders, budget, given.validation) for material in materials]
    rows = ["first stage"]
    for number, material in enumerate(materials):
        rows.append(("warmed up on " if number == 0 else "then on ") + material.name)
    lines = [f"| | {' | '.join(COLLECTIONS)} |", "|---" * (len(COLLECTIONS) + 1) + "|"]
    lines += [f"| {' | '.join(cells)} |" for cells in zip(rows, *columns, strict=True)]
    print("\n".join(lines))
    if given.write is not None:
        given.write.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    Place.add_to(parser)
    parser.add_argument(
        "--validation", type=int, default=120, help="lists of a collection, at most"
    )
    parser.add_argument("--write", type=Path, help="a Markdown file for the table")
    Budget.add_to(parser)
    return parser.parse_args()


def column(home: Material, folders: list[Path], budget: Budget, count: int) -> list[str]:
    """A collection's cells: the first stage, then each warm-up alone and beside it."""
    held = drawn(Split(home, 0).choosing, count, 0)
    usable, _ = training_lists(held, home.index, IntensityUse(gain=True), "validation lists")
    lists = [one.judged for one in usable]
    first = first_stage_prior(home.index, lists)
    cells = [figure(mean_list_ndcg(usable, first))]
    for folder in folders:
        alone = cross_encoder_in(folder, home, budget.precision).score(lists)
        beside = [blended(a, b, HALF) for a, b in zip(first, alone, strict=True)]
        reached = [figure(mean_list_ndcg(usable, scores)) for scores in (alone, beside)]
        cells.append(", beside it ".join(reached))
    return cells


if __name__ == "__main__":
    sys.exit(main())
