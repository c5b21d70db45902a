"""How far labels of simulated agents agree with the judgements of people.

    python benchmarks/label_truth.py --work FOLDER [--collections "musique vaswani cacm"]

For each collection: of the documents that training lists call useful, opened in vain, shown and not
opened, or never shown, how many people judged relevant to the question. FOLDER is that of
`rankers.py` or `ablation.py`; what is missing there is made.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence

from study.budget import Budget
from study.material import COLLECTIONS, SEARCHES, Material
from study.place import Place
from study.settings import lightgbm_options
from study.states import with_sessions

from lrat_rank.models.deep_lists import deepen
from lrat_rank.models.usable_lists import UsableList, training_lists

KINDS = ("useful", "opened in vain", "shown, not opened", "never shown")


def lists_of(material: Material) -> list[UsableList]:
    """The lists that LightGBM learns from, with the negatives below what was shown."""
    labels, options = with_sessions(material.mined.cues), lightgbm_options(Budget())
    usable, _ = training_lists(labels, material.index, options.intensity)
    depth, negatives = options.deepened_to, options.unseen
    return deepen(usable, labels, material.index, depth=depth, negatives=negatives)


def relevant_of(material: Material) -> dict[str, set[str]]:
    """Question → the documents judged relevant to it or to one of its sub-questions."""
    found: dict[str, set[str]] = {question: set() for question in material.units}
    for task in (task for task in material.tasks.values() if task.name != SEARCHES):
        for query, judged in task.qrels.items():
            relevant = {doc_id for doc_id, grade in judged.items() if grade > 0}
            found[task.question_of[query]] |= relevant
    return found


def counted(material: Material) -> tuple[Counter[str], Counter[str]]:
    """Documents of training lists by kind: all of them, and those judged relevant."""
    every: Counter[str] = Counter()
    relevant: Counter[str] = Counter()
    truth = relevant_of(material)
    for one in lists_of(material):
        known = truth[material.question_of[one.group]]
        for doc_id, kind in zip(one.doc_ids, kinds(one), strict=True):
            every[kind] += 1
            relevant[kind] += doc_id in known
    return every, relevant


def kinds(one: UsableList) -> list[str]:
    """Of each document, one of `KINDS`."""
    useful, in_vain, shown, never = KINDS
    return [
        useful if gain > 0 else never if unseen else in_vain if rejected else shown
        for gain, unseen, rejected in zip(one.gains, one.unseen, one.rejected, strict=True)
    ]


def table(materials: Sequence[Material]) -> list[str]:
    """A row a collection: of each kind, the share judged relevant and how many there are."""
    rows = [f"| collection | {' | '.join(KINDS)} |", "|---" * (len(KINDS) + 1) + "|"]
    for material in materials:
        every, relevant = counted(material)
        cells = [f"{relevant[k] / max(every[k], 1):.1%} of {every[k]:,}" for k in KINDS]
        rows.append(f"| {material.name} | {' | '.join(cells)} |")
    return rows


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    Place.add_to(parser)
    parser.add_argument("--collections", default=" ".join(COLLECTIONS))
    given = parser.parse_args()
    place = Place.of(given)
    names = given.collections.split()
    for reason in filter(None, map(place.missing, names)):
        print(reason)
    there = [Material(name, place) for name in names if place.missing(name) is None]
    print("\n".join(table(there)))


if __name__ == "__main__":
    main()
