"""How far labels of simulated agents agree with the judgements of people.

    python benchmarks/label_truth.py --work FOLDER [--collections "musique vaswani cacm"]

For each collection: of the documents that some run found useful for its question, that runs opened
in vain, and that runs were shown and none of them opened, how many people judged relevant. Each
document counts once a question. FOLDER is that of `rankers.py` or `ablation.py`; what is missing
there is made.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from study.material import COLLECTIONS, Material
from study.place import Place
from study.tasks import Task

from lrat_rank.mining.labels import LabelledList, State

COUNTED = {
    State.RELEVANT: "useful",
    State.REJECTED: "opened in vain",
    State.SKIPPED: "shown, not opened",
}
_STRONGER = (State.RELEVANT, State.REJECTED, State.UNJUDGED, State.ALREADY_READ, State.SKIPPED)
"""What runs say of a document, the word that counts before those that do not."""

Found = tuple[str, str]
"""A question and a document."""


def states(labels: Iterable[LabelledList], question_of: Mapping[str, str]) -> dict[Found, State]:
    """What all runs on a question together say of each document they were shown."""
    found: dict[Found, State] = {}
    for one in labels:
        for candidate in one.candidates:
            key = question_of[one.group], candidate.doc_id
            found[key] = min(candidate.state, found.get(key, State.SKIPPED), key=_STRONGER.index)
    return found


def relevant(tasks: Iterable[Task]) -> set[Found]:
    """The documents judged relevant to a question, or to a sub-question of it."""
    return {
        (task.question_of[query], doc_id)
        for task in tasks
        for query, judged in task.qrels.items()
        for doc_id, grade in judged.items()
        if grade > 0
    }


def table(materials: Sequence[Material]) -> list[str]:
    """A row a collection: of each kind, the share judged relevant and how many there are."""
    rows = [f"| collection | {' | '.join(COUNTED.values())} |", "|---" * (len(COUNTED) + 1) + "|"]
    for material in materials:
        told = states(material.cues, material.question_of)
        truth = relevant(material.topics.values())
        every = Counter(told.values())
        right = Counter(state for found, state in told.items() if found in truth)
        cells = [f"{right[s] / max(every[s], 1):.1%} of {every[s]:,}" for s in COUNTED]
        rows.append(f"| {material.name} | {' | '.join(cells)} |")
    return rows


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    Place.add_to(parser)
    parser.add_argument("--collections", default=" ".join(COLLECTIONS))
    given = parser.parse_args()
    place = Place.of(given)
    names = place.there(given.collections.split())
    print("\n".join(table([Material(name, place) for name in names])))


if __name__ == "__main__":
    main()
