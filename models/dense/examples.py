"""Labelled lists as contrastive examples: a query, one positive, and negatives drawn anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lrat_rank.models.dense.false_negatives import FalseNegatives
from lrat_rank.models.dense.options import DenseOptions
from lrat_rank.models.usable_lists import UsableList


@dataclass(frozen=True)
class Example:
    """One relevant document of one list.

    Attributes:
        query: Its text.
        positive: doc_id of the relevant document.
        rejected: doc_ids of the list's rejected documents that may be negatives.
        others: doc_ids of its other documents that may be.
        weight: > 0.
        spared: Numbers of the texts that are no negatives of the query.
    """

    query: str
    positive: str
    rejected: tuple[str, ...]
    others: tuple[str, ...]
    weight: float
    spared: frozenset[int]


@dataclass(frozen=True)
class ShownExample:
    """An example as one epoch shows it; `negatives` are doc_ids, the rest as in `Example`."""

    query: str
    positive: str
    negatives: tuple[str, ...]
    weight: float
    spared: frozenset[int]


def examples_of(
    lists: Sequence[UsableList],
    known: FalseNegatives,
    text_of: Mapping[str, int],
    *,
    gain_weighs: bool,
) -> list[Example]:
    """An example for each relevant document, in the order of the lists.

    A list with several relevant documents gives several examples, as the paper's row a browse
    does: InfoNCE knows one positive, and the gain of each can weigh its own. The example weighs
    the list's weight times that gain (1 where gains are not used), so the intensity is linear in
    the loss either way.

    Args:
        lists: What is used of the labels.
        known: Of all labels.
        text_of: doc_id → the number of its text.
        gain_weighs: Whether gains are the mined ones; otherwise they do not weigh.
    """
    examples = []
    for one in lists:
        rejected, others = own_negatives(one, known, text_of)
        examples += [
            Example(
                query=one.query,
                positive=doc_id,
                rejected=rejected,
                others=others,
                weight=one.weight * (gain if gain_weighs else 1.0),
                spared=known.spared(one.group, one.query),
            )
            for doc_id, gain in zip(one.doc_ids, one.gains.tolist(), strict=True)
            if gain > 0
        ]
    return examples


def own_negatives(
    one: UsableList, known: FalseNegatives, text_of: Mapping[str, int]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The rejected and the other documents of a list that may be its negatives.

    They are its documents without gain, unless `known` spares them. A document rejected in this
    very list stays one although later lists hold it as already read, because here the agent read
    it and said that it does not help; only a list that found it relevant spares it.
    """
    relevant = known.relevant(one.group, one.query)
    spared = known.spared(one.group, one.query)
    rejected, others = [], []
    for doc_id, gain, is_rejected in zip(one.doc_ids, one.gains, one.rejected, strict=True):
        if gain == 0 and is_rejected and text_of[doc_id] not in relevant:
            rejected.append(doc_id)
        elif gain == 0 and text_of[doc_id] not in spared:
            others.append(doc_id)
    return tuple(rejected), tuple(others)


def draw_negatives(
    rejected: Sequence[str],
    others: Sequence[str],
    count: int,
    *,
    rejected_share: float,
    rng: np.random.Generator,
) -> tuple[str, ...]:
    """At most `count` negatives: rejected ones fill their share, the rest is any that are left.

    >>> rng = np.random.default_rng(0)
    >>> draw_negatives(["r"], ["a", "b", "c"], 3, rejected_share=1.0, rng=rng)
    ('r', 'b', 'c')
    """
    first = _some(rejected, round(rejected_share * count), rng)
    taken = set(first)
    left = [doc_id for doc_id in (*rejected, *others) if doc_id not in taken]
    return (*first, *_some(left, count - len(first), rng))


def _some(doc_ids: Sequence[str], count: int, rng: np.random.Generator) -> list[str]:
    if len(doc_ids) <= count:
        return list(doc_ids)
    chosen = np.sort(rng.choice(len(doc_ids), size=count, replace=False))
    return [doc_ids[place] for place in chosen.tolist()]


class ExampleDataset:
    """Examples by number, as the current epoch shows them; a map-style dataset.

    What an epoch shows depends on nothing but the seed, the epoch and the example's number.
    """

    def __init__(self, examples: Sequence[Example], options: DenseOptions) -> None:
        self._examples, self._options = examples, options
        self._epoch = 0

    def __len__(self) -> int:
        return len(self._examples)

    def __getitem__(self, number: int) -> ShownExample:
        example = self._examples[number]
        negatives = draw_negatives(
            example.rejected,
            example.others,
            self._options.negatives,
            rejected_share=self._options.rejected_share,
            rng=np.random.default_rng((self._options.seed, self._epoch, number)),
        )
        return ShownExample(
            example.query, example.positive, negatives, example.weight, example.spared
        )

    def set_epoch(self, epoch: int) -> None:
        """Show what this epoch shows, from now on."""
        self._epoch = epoch
