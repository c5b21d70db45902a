"""Labelled lists with a planted rule: among a list's documents the shortest text is relevant."""

import numpy as np
from fake_index import FakeIndex, random_documents

from lrat_rank.mining.labels import Candidate, Context, LabelledList, State
from lrat_rank.models.lightgbm.library import Task
from lrat_rank.models.lightgbm.lightgbm_trees import lightgbm_dataset
from lrat_rank.models.lightgbm.options import LightGBMOptions

INDEX = FakeIndex({d: both for d, both in random_documents(150, seed=7).items() if any(both)})


def labelled(query_id, gains, *, query="w01 w02", weight=1.0, doc_ids=None, states=None):
    """A list over documents `doc_ids` (the index's first ones) with these gains."""
    doc_ids = doc_ids or INDEX.doc_ids[: len(gains)]
    states = states or [State.RELEVANT if gain else State.SKIPPED for gain in gains]
    candidates = tuple(
        Candidate(doc_id=doc_id, rank=rank, state=state, gain=gain)
        for rank, (doc_id, state, gain) in enumerate(zip(doc_ids, states, gains, strict=True), 1)
    )
    return LabelledList(
        query_id=query_id,
        query=query,
        context=Context(turn=0),
        trajectory_id=query_id,
        group=query_id.split("-")[0],
        candidates=candidates,
        weight=weight,
    )


def planted(count, seed):
    """Lists of 4 to 12 documents; the two shortest have intensities that vary from list to list."""
    draw = np.random.default_rng(seed)
    lengths = INDEX.forward.text.lengths
    lists = []
    for number in range(count):
        rows = draw.choice(len(INDEX.doc_ids), draw.integers(4, 13), replace=False)
        order = np.argsort(lengths[rows], kind="stable")
        gains = np.zeros(len(rows))
        gains[order[0]], gains[order[1]] = draw.uniform(1.0, 2.0), draw.uniform(0.1, 0.9)
        lists.append(
            labelled(
                f"q{number // 2}-{seed}-{number}",
                gains.tolist(),
                query=" ".join(draw.choice(list(INDEX.forward.vocabulary), 3)),
                weight=draw.uniform(0.2, 2.0),
                doc_ids=[INDEX.doc_ids[row] for row in rows],
            )
        )
    return lists


def ndcg(gains, scores, k=10):
    """nDCG@k with the gains as they are, ties in the order given."""
    discount = 1 / np.log2(np.arange(2, min(k, len(gains)) + 2))
    ranked = np.asarray(gains)[np.argsort(-np.asarray(scores), kind="stable")][:k]
    return float(ranked @ discount / (np.sort(gains)[::-1][:k] @ discount))


def lightgbm_form(data, **options):
    """The dataset that LightGBM is given for these lists."""
    options = LightGBMOptions(threads=1, **options)
    table = options.gain_table(data.gains)
    task = Task(data=data, table=table, options=options, rounds=1, scale=0.0)
    return lightgbm_dataset(task, data)
