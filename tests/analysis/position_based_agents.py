"""Agents that browse by the position-based model, with an examination that is known."""

import numpy as np

from lrat_rank.trajectories.model import Browse, Impression, Search, Trajectory

EXAMINATION = (1.0, 0.7, 0.5, 0.35, 0.25)


def runs_with_swaps(count, *, seed, chance=0.5, examination=EXAMINATION, neighbours=False, lists=2):
    """Runs whose tool swaps rank 1 with another (or two neighbours) with probability `chance`.

    Before swaps, lists are in the order of relevance, so browses by rank alone mix the two.
    """
    draw = np.random.default_rng(seed)
    size = len(examination)
    return [
        _run(
            f"t{number}",
            [_swapped_list(draw, f"{number}-{n}", size, chance, neighbours) for n in range(lists)],
            examination,
            draw,
        )
        for number in range(count)
    ]


def _swapped_list(draw, name, size, chance, neighbours):
    worth = np.sort(draw.beta(1, 2, size))[::-1]
    documents = [(f"d{name}-{n}", worth[n]) for n in range(size)]
    low = int(draw.integers(0, size - 1)) if neighbours else 0
    high = low + 1 if neighbours else int(draw.integers(1, size))
    swapped = bool(draw.random() < chance)
    if swapped:
        documents[low], documents[high] = documents[high], documents[low]
    drawn = chance if swapped else 1 - chance
    propensities = {low: drawn, high: drawn}
    return f"query {name}", [
        (doc_id, value, propensities.get(place)) for place, (doc_id, value) in enumerate(documents)
    ]


def runs_with_repeats(count, *, seed, queries=60, examination=EXAMINATION):
    """Runs that ask a few queries again and again, of back ends that order them differently.

    The back ends know relevance: better documents stand higher on average, which is what the
    position bias is confounded with.
    """
    draw = np.random.default_rng(seed)
    size = len(examination)
    worth = draw.beta(1, 2, (queries, size))
    runs = []
    for number in range(count):
        asked = int(draw.integers(queries))
        order = np.argsort(-(worth[asked] + draw.normal(0, 0.35, size)))
        shown = [(f"d{asked}-{n}", worth[asked, n], None) for n in order.tolist()]
        runs.append(_run(f"t{number}", [(f"Query  {asked}", shown)], examination, draw))
    return runs


def _run(name, lists, examination, draw):
    turns = []
    for query, shown in lists:
        impressions = tuple(
            Impression(doc_id, rank, propensity=chance)
            for rank, (doc_id, _, chance) in enumerate(shown, start=1)
        )
        turns.append(Search(query, impressions))
        turns += [
            Browse(doc_id)
            for (doc_id, worth, _), looked in zip(shown, examination, strict=True)
            if draw.random() < looked * worth
        ]
    return Trajectory(name, f"question {name}", tuple(turns))


def naive(audit):
    """Browse rates by rank relative to rank 1: what a curve alone would make of examination."""
    rates = [point.rate for point in audit.curve]
    return [rate / rates[0] for rate in rates]
