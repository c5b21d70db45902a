"""How far the guard trusts collections and queries that training never saw.

    python benchmarks/guard_trust.py --work FOLDER [--collection musique] [--others "vaswani cacm"]

The first table compares the collections with each other, and each with parts of itself. The second
fits checks on the labels of four fifths of the collection's questions, five times, and asks them
about the queries of the fifth that is left and of the other collections. FOLDER is that of
`rankers.py` or `ablation.py`; what is missing there is made.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from sklearn.cluster import KMeans
from study.contest_split import Split
from study.figures import figure
from study.material import COLLECTIONS, Material
from study.place import Place
from study.tasks import Task
from study.trials import FOLDS

from lrat_rank.collections import Document
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.models.guard.corpus import TOLERANCE, CorpusProfile, CorpusShift, corpus_shift
from lrat_rank.models.guard.shift import ShiftCheck, fit_shift_check
from lrat_rank.models.guard.signature import signatures
from lrat_rank.models.ranker import CandidateList, FloatArray

SAMPLE, TOPICS, REPEATS = 200, 4, 3
"""Documents of a small sample; topics of a collection; how often halves and samples are drawn."""


def parts(index: Index) -> Iterator[tuple[str, list[np.ndarray]]]:
    """Kinds of parts of a collection, each some masks over its documents."""
    count = len(index.doc_ids)
    orders = [np.random.default_rng(seed).permutation(count) for seed in range(REPEATS)]
    yield "a half", [order < count // 2 for order in orders]
    if count > SAMPLE:
        yield f"{SAMPLE} documents", [order < SAMPLE for order in orders]
    if index.text_vectors is not None:
        topics = KMeans(TOPICS, random_state=0).fit_predict(index.text_vectors)
        yield f"one topic of {TOPICS}", [topics == n for n in range(TOPICS)]


def inside(material: Material) -> Iterator[tuple[str, list[CorpusShift]]]:
    """How parts of a collection differ from the rest of it, which a ranker was trained on."""
    documents = list(material.documents())
    for kind, masks in parts(material.index):
        shifts = [rest_to_part(documents, mask) for mask in masks]
        yield f"{material.name}: from the rest to {kind}", shifts


def rest_to_part(documents: Sequence[Document], mask: np.ndarray) -> CorpusShift:
    """What the guard says of some documents where training had all others, by one encoder."""
    options = IndexOptions(encoder="none")

    def some(wanted: bool) -> Iterator[Document]:
        marked = zip(documents, mask.tolist(), strict=True)
        return (one for one, is_part in marked if is_part is wanted)

    with tempfile.TemporaryDirectory() as folder:
        rest = Index.build(some(False), Path(folder) / "rest", options)
        part = Index.build(some(True), Path(folder) / "part", options)
        found = corpus_shift(CorpusProfile.of(rest), part).differences
        return CorpusShift({name: value for name, value in found.items() if name != "encoder"})


def collections_table(materials: Sequence[Material]) -> Iterator[str]:
    """A row a comparison: the range of each difference, and of the trust."""
    yield f"| trained on, used on | {' | '.join(TOLERANCE)} | trust |"
    yield "|---" * (len(TOLERANCE) + 2) + "|"
    rows: list[tuple[str, list[CorpusShift]]] = []
    for trained in materials:
        profile = CorpusProfile.of(trained.index)
        rows += [
            (f"from {trained.name} to {other.name}", [corpus_shift(profile, other.index)])
            for other in materials
            if other is not trained
        ]
    for material in materials:
        rows += inside(material)
    for name, shifts in rows:
        cells = [
            _range([one.differences[part] for one in shifts if part in one.differences])
            for part in TOLERANCE
        ]
        yield f"| {name} | {' | '.join(cells)} | {_range([one.trust for one in shifts])} |"


def _range(values: Sequence[float]) -> str:
    """From the least to the largest, once where they look the same; empty where there is none."""
    ends = (min(values), max(values)) if values else ()
    return " to ".join(dict.fromkeys(map(figure, ends)))


def checks(home: Material) -> list[tuple[ShiftCheck, set[str]]]:
    """For each fold a check fitted on the other folds' labels, and the fold's questions."""
    splits = [Split(home, fold) for fold in range(FOLDS)]
    learned = [split.training for split in splits]
    query_of = {one.query_id: one.query for lists in learned for one in lists}
    row_of = {query_id: row for row, query_id in enumerate(query_of)}
    queries = [CandidateList(query_id, query, ()) for query_id, query in query_of.items()]
    values = signatures(home.index, queries)
    found = []
    for split, lists in zip(splits, learned, strict=True):
        rows = [row_of[one.query_id] for one in lists]
        found.append((fit_shift_check(values[rows], [one.group for one in lists]), split.tested))
    return found


def queries_table(home: Material, others: Sequence[Material]) -> Iterator[str]:
    """A row a task: how many lists, and what trust they get.

    Held-out questions are asked about once; what is asked on another collection, by every check,
    and the row is over all answers.
    """
    yield "| queries | lists | below full trust | mean trust | mean trust times the collection's |"
    yield "|---|---|---|---|---|"
    fitted, profile = checks(home), CorpusProfile.of(home.index)
    for material in (home, *others):
        of_index = corpus_shift(profile, material.index).trust
        for task in material.tasks.values():
            name = material.name if task.name == material.name else f"{material.name}, {task.name}"
            of_lists = trusts(task, material.index, fitted, held_out=material is home)
            low, mean = np.mean(of_lists < 1), float(of_lists.mean())
            figures = f"{low:.1%} | {figure(mean)} | {figure(mean * of_index)}"
            yield f"| {name} | {len(task.lists)} | {figures} |"


def trusts(
    task: Task, index: Index, fitted: Sequence[tuple[ShiftCheck, set[str]]], *, held_out: bool
) -> FloatArray:
    """float64; what checks say of a task's lists, held out of those that each was not fitted on."""
    values = signatures(index, task.lists)
    questions = [task.question_of[one.query_id] for one in task.lists]
    answers = []
    for check, tested in fitted:
        asked = [question in tested or not held_out for question in questions]
        answers.append(check.trust(values[np.array(asked)]))
    return np.concatenate(answers)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    Place.add_to(parser)
    parser.add_argument("--collection", default=COLLECTIONS[0], help="what is trained on")
    parser.add_argument("--others", default=" ".join(COLLECTIONS[1:]), help="what is not")
    given = parser.parse_args()
    place = Place.of(given)
    if not place.there([given.collection]):
        return
    home = Material(given.collection, place)
    others = [name for name in given.others.split() if name != given.collection]
    materials = [home, *(Material(name, place) for name in place.there(others))]
    print("\n".join(collections_table(materials)), "\n")
    print("\n".join(queries_table(home, materials[1:])))


if __name__ == "__main__":
    main()
