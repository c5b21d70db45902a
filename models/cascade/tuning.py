"""A cascade's depth, margin and blend, chosen on validation lists under a budget of pairs."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.features.source import FeatureSource
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.blending.choice import choose
from lrat_rank.models.blending.validation import USE_DEPTH, validation_lists
from lrat_rank.models.cascade.cascade import combine, shortened
from lrat_rank.models.cascade.folder import Tuning
from lrat_rank.models.cascade.head import head_of, margin_for_budget
from lrat_rank.models.cascade.options import CascadeOptions
from lrat_rank.models.ndcg import judged_ndcg
from lrat_rank.models.ranker import FloatArray, Ranker
from lrat_rank.models.usable_lists import UsableList

BLENDS = (0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
KEEPS = (5, 10)
"""Documents that are read whatever the margin; those below the budget are tried."""
DEEPER = 4
"""With a margin, a list may be read this many times as deep as the budget."""


def tune(
    first: Ranker,
    second: Ranker,
    lists: Sequence[LabelledList],
    index: FeatureSource,
    *,
    budget: int = 20,
    depth: int = USE_DEPTH,
) -> tuple[CascadeOptions, Tuning]:
    """Choose how two rankers work together.

    Tried are the best `budget` documents of every list, and margins that spend the same budget
    where the first ranker is undecided, each under several blends. The first ranker alone stands
    (blend 0) unless the best of them is above it by more than one standard error.

    Args:
        first: Scores every candidate.
        second: Scores the best of them.
        lists: Validation lists, of groups neither of the two trained on.
        index: The index of their documents.
        budget: Mean documents a list that the second ranker may read; ≥ 1.
        depth: How long lists are made with the first stage's documents.

    Raises:
        InputError: The budget is below 1, or no list orders anything.
    """
    if budget < 1:
        raise InputError("pair budget", must="at least 1", got=budget)
    usable = validation_lists(lists, index, depth=depth)
    wholes = [one.whole for one in usable]
    scores = first.score(wholes)
    alone = [
        judged_ndcg(one, whole, of) for one, whole, of in zip(usable, wholes, scores, strict=True)
    ]
    tried, values, pairs = [CascadeOptions(depth=budget, blend=0.0)], [alone], [0.0]
    for rule in rules(scores, budget=budget, deepest=depth):
        heads = [head_of(one, of, rule) for one, of in zip(wholes, scores, strict=True)]
        careful = second.score(shortened(wholes, heads))
        for blend in BLENDS:
            tried.append(msgspec.structs.replace(rule, blend=blend))
            values.append(_ndcgs(usable, scores, heads, careful, blend))
            pairs.append(float(np.mean([len(head) for head in heads])))
    names = ["the first ranker alone", *(_name(options) for options in tried[1:])]
    choice = choose(np.array(values), [one.group for one in usable], names)
    found = tried[choice.place]
    return found, Tuning(budget=budget, pairs=pairs[choice.place], choice=choice)


def rules(scores: Sequence[FloatArray], *, budget: int, deepest: int) -> list[CascadeOptions]:
    """Ways to spend a budget: a fixed depth, and a margin for each of `KEEPS` below the budget."""
    ways = [CascadeOptions(depth=budget, blend=1.0)]
    reach = max(min(DEEPER * budget, deepest), budget)
    for keep in KEEPS:
        if keep < budget:
            margin = margin_for_budget(scores, keep=keep, depth=reach, budget=budget)
            ways.append(CascadeOptions(depth=reach, blend=1.0, margin=margin, keep=keep))
    return ways


def _ndcgs(
    usable: Sequence[UsableList],
    first: Sequence[FloatArray],
    heads: Sequence[list[int]],
    second: Sequence[FloatArray],
    blend: float,
) -> list[float]:
    return [
        judged_ndcg(one, one.whole, combine(scores, head, careful, blend))
        for one, scores, head, careful in zip(usable, first, heads, second, strict=True)
    ]


def _name(options: CascadeOptions) -> str:
    if options.margin is None:
        return f"depth {options.depth}, blend {options.blend:g}"
    return f"keep {options.keep}, margin {options.margin:.4g}, blend {options.blend:g}"
