"""What a labelled-list file holds, in numbers, gathered list by list."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lrat_rank.mining.labels import LabelledList, State

_QUANTILES = {"min": 0.0, "p10": 0.1, "median": 0.5, "p90": 0.9, "max": 1.0}


@dataclass
class Profile:
    """Counts and distributions of one file.

    Attributes:
        lists: How many lists.
        sizes: Candidates of each list.
        states: Candidates by state.
        grades: Judged candidates by grade.
        gains: Of the relevant documents.
        weights: Of the lists.
        ordering_weights: Of the lists with something to order.
        single_positive: Lists with something to order and one positive, whose gain cancels out of
            every measure that divides by the ideal.
    """

    lists: int = 0
    sizes: array[int] = field(default_factory=lambda: array("q"))
    states: Counter[State] = field(default_factory=Counter)
    grades: Counter[int] = field(default_factory=Counter)
    gains: array[float] = field(default_factory=lambda: array("d"))
    weights: array[float] = field(default_factory=lambda: array("d"))
    ordering_weights: array[float] = field(default_factory=lambda: array("d"))
    single_positive: int = 0

    def add(self, labelled: LabelledList) -> None:
        """Count a list."""
        self.lists += 1
        self.sizes.append(len(labelled.candidates))
        self.weights.append(labelled.weight)
        positives = 0
        for candidate in labelled.candidates:
            self.states[candidate.state] += 1
            if candidate.judged:
                self.grades[candidate.grade] += 1
            if candidate.state is State.RELEVANT:
                self.gains.append(candidate.gain)
                positives += candidate.gain > 0
        if labelled.orders_something:
            self.ordering_weights.append(labelled.weight)
            self.single_positive += positives == 1

    @property
    def nothing_to_order(self) -> int:
        """Lists in which no two judged candidates differ in gain."""
        return self.lists - len(self.ordering_weights)

    def to_dict(self) -> dict[str, Any]:
        """The numbers as plain values; shares are of all lists, null where there are none."""
        return {
            "lists": self.lists,
            "candidates": {state.value: self.states[state] for state in State},
            "list_size": distribution(self.sizes),
            "gain": distribution(self.gains),
            "grades": {str(grade): self.grades[grade] for grade in sorted(self.grades)},
            "weight": distribution(self.weights),
            "weight_of_ordering_lists": distribution(self.ordering_weights),
            "nothing_to_order": self.nothing_to_order,
            "nothing_to_order_share": self._share(self.nothing_to_order),
            "single_positive": self.single_positive,
            "single_positive_share": self._share(self.single_positive),
        }

    def lines(self) -> list[str]:
        """The numbers for people."""
        states = ", ".join(f"{self.states[state]} {state}" for state in State)
        told = [f"{self.lists} lists: {states}"]
        if self.lists:
            told += [
                f"list size {_span(self.sizes)}; gain {_span(self.gains)}; "
                f"weight {_span(self.weights)}; grades {_span([*self.grades])}",
                f"{self.nothing_to_order / self.lists:.1%} with nothing to order, "
                f"{self.single_positive / self.lists:.1%} with a single positive",
            ]
        return told

    def _share(self, lists: int) -> float | None:
        return lists / self.lists if self.lists else None


def _span(values: Sequence[float]) -> str:
    """Least, median and greatest value.

    >>> _span([1, 4, 2.5])
    '1 – 2.5 – 4'
    """
    marks = distribution(values)
    return f"{marks['min']:.4g} – {marks['median']:.4g} – {marks['max']:.4g}" if marks else "none"


def distribution(values: Sequence[float]) -> dict[str, float] | None:
    """Mean and quantiles (the least value that such a share does not exceed); None for none.

    >>> distribution([1.0, 2.0, 6.0])
    {'mean': 3.0, 'min': 1.0, 'p10': 1.0, 'median': 2.0, 'p90': 6.0, 'max': 6.0}
    """
    if not len(values):
        return None
    numbers = np.asarray(values, dtype=np.float64)
    marks = np.quantile(numbers, list(_QUANTILES.values()), method="inverted_cdf")
    named = {name: float(mark) for name, mark in zip(_QUANTILES, marks, strict=True)}
    return {"mean": float(numbers.mean()), **named}
