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
from study.figures import figure
from study.folds import about, fold_of_questions
from study.material import COLLECTIONS, Material
from study.place import Place
from study.trials import FOLDS

from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.models.guard.corpus import TOLERANCE, CorpusProfile, CorpusShift, corpus_shift
from lrat_rank.models.guard.shift import ShiftCheck, fit_shift_check
from lrat_rank.models.guard.signature import signatures
from lrat_rank.models.ranker import CandidateList, FloatArray

SAMPLE, TOPICS, REPEATS = 200, 4, 3
"""Documents of a small sample, topics a collection is cut into, and how often others are drawn."""


def parts(index: Index) -> Iterator[tuple[str, list[np.ndarray]]]:
    """Kinds of parts of a collection, each some masks over its documents."""
    count = len(index.doc_ids)
    orders = [np.random.default_rng(seed).permutation(count) for seed in range(REPEATS)]
    yield "a half, to the other", [order < count // 2 for order in orders]
    if count > SAMPLE:
        yield f"{SAMPLE} documents, to the rest", [order < SAMPLE for order in orders]
    if index.text_vectors is not None:
        from sklearn.cluster import KMeans

        topics = KMeans(TOPICS, random_state=0).fit_predict(index.text_vectors)
        yield f"one topic of {TOPICS}, to the rest", [topics == n for n in range(TOPICS)]


def inside(material: Material) -> Iterator[tuple[str, list[CorpusShift]]]:
    """How parts of a collection differ from the rest of it, without an encoder."""
    documents = list(material.documents())

    def indexed(mask: np.ndarray) -> Index:
        kept = [one for one, is_in in zip(documents, mask.tolist(), strict=True) if is_in]
        with tempfile.TemporaryDirectory() as folder:
            return Index.build(kept, Path(folder) / "part", IndexOptions(encoder="none"))

    for kind, masks in parts(material.index):
        shifts = [corpus_shift(CorpusProfile.of(indexed(~mask)), indexed(mask)) for mask in masks]
        yield f"{material.name}: {kind}", shifts


def collections_table(materials: Sequence[Material]) -> Iterator[str]:
    """A row a comparison: the range of each difference, and of the trust."""
    yield f"| compared | {' | '.join(TOLERANCE)} | trust |"
    yield "|---" * (len(TOLERANCE) + 2) + "|"
    rows: list[tuple[str, list[CorpusShift]]] = []
    for trained in materials:
        profile = CorpusProfile.of(trained.index)
        rows += [
            (f"{trained.name} to {other.name}", [corpus_shift(profile, other.index)])
            for other in materials
            if other is not trained
        ]
    for material in materials:
        rows += inside(material)
    for name, shifts in rows:
        cells = [_range([one.differences[part] for one in shifts]) for part in TOLERANCE]
        yield f"| {name} | {' | '.join(cells)} | {_range([one.trust for one in shifts])} |"


def _range(values: Sequence[float]) -> str:
    """From the least to the largest, once where they look the same."""
    return " to ".join(dict.fromkeys(map(figure, (min(values), max(values)))))


def checks(home: Material) -> list[tuple[ShiftCheck, set[str]]]:
    """For each fold a check fitted without its questions, and those questions."""
    labels: list[LabelledList] = home.mined.cues
    queries = [CandidateList(one.query_id, one.query, ()) for one in labels]
    row_of = {one.query_id: row for row, one in enumerate(labels)}
    values = signatures(home.index, queries)
    fold_of = fold_of_questions(home.units, FOLDS, seed=0)
    found = []
    for fold in range(FOLDS):
        tested = {question for question, its in fold_of.items() if its == fold}
        seen = about(labels, home.units - tested, home.question_of)
        rows = [row_of[one.query_id] for one in seen]
        found.append((fit_shift_check(values[rows], [one.group for one in seen]), tested))
    return found


def queries_table(home: Material, others: Sequence[Material]) -> Iterator[str]:
    """A row a kind of queries: how many lists, and what trust they get."""
    yield "| queries | lists | below full trust | mean trust | with the collection's: mean trust |"
    yield "|---|---|---|---|---|"
    fitted, profile = checks(home), CorpusProfile.of(home.index)
    for task in home.tasks.values():
        trusts = np.concatenate(
            [_trust(check, home.index, task.part(tested)) for check, tested in fitted]
        )
        yield _row(f"{home.name}, held out: {task.name}", len(trusts), trusts, 1.0)
    for other in others:
        task = other.tasks[other.name]
        trusts = np.concatenate([_trust(check, other.index, task.lists) for check, _ in fitted])
        believed = corpus_shift(profile, other.index).trust
        yield _row(other.name, len(task.lists), trusts, believed)


def _trust(check: ShiftCheck, index: Index, lists: Sequence[CandidateList]) -> FloatArray:
    return check.trust(signatures(index, lists)) if lists else np.empty(0)


def _row(name: str, lists: int, trusts: FloatArray, believed: float) -> str:
    mean = float(trusts.mean())
    cells = [name, str(lists), f"{np.mean(trusts < 1):.1%}", figure(mean), figure(mean * believed)]
    return f"| {' | '.join(cells)} |"


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
    others = [Material(name, place) for name in place.there(given.others.split())]
    print("\n".join(collections_table([home, *others])), "\n")
    print("\n".join(queries_table(home, others)))


if __name__ == "__main__":
    main()
