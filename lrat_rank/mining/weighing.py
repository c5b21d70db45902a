"""From reasoning lengths to gains and list weights.

The half-life and the grades belong to the whole file, so a draft (a list without gains) is first
sketched: the few numbers that its gains and weight follow from. The fit reads the sketches of the
whole file; then each draft is weighed by itself.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from lrat_rank.mining.examination import ExaminationTable
from lrat_rank.mining.intensity import Scale
from lrat_rank.mining.labels import Candidate, LabelledList, State

NEUTRAL = 1.0
"""The weight of a list that says nothing about its intensity."""


def common_weight(ordering: Sequence[float]) -> float:
    """What list weights are divided by: the mean weight of the lists that order something.

    1 where there is none, or where they all count for nothing: then so may the others.

    >>> common_weight([1.0, 3.0]), common_weight([]), common_weight([0.0])
    (2.0, 1.0, 1.0)
    """
    return (math.fsum(ordering) / len(ordering) if ordering else 1.0) or 1.0


class Opened(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One candidate that was opened.

    Attributes:
        place: Of the candidate in its list, from 0.
        relevant: Whether the document is relevant.
        focal: Whether the list was made for it.
        tokens: Of reasoning; None where there is none.
        seconds: Of dwell time, where they stand in for reasoning.
        factor: What the gain is multiplied by: 1 over the examination of its rank, or 1.
    """

    place: int
    relevant: bool
    focal: bool = False
    tokens: int | None = None
    seconds: float | None = None
    factor: float = 1.0


class Sketch(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What the gains and the weight of one list follow from.

    Attributes:
        agent: Whose list it is.
        opened: The candidates that were opened, in their order.
        states: How many candidates are in which state.
        weight: What the list counts for before its intensity is known.
    """

    agent: str
    opened: tuple[Opened, ...]
    states: dict[State, int]
    weight: float = NEUTRAL

    @property
    def contrast(self) -> bool:
        """Whether a judged candidate has no gain, whatever the others get."""
        return State.SKIPPED in self.states or State.REJECTED in self.states


def sketch(draft: LabelledList, examination: ExaminationTable | None = None) -> Sketch:
    """The sketch of a draft."""
    opened = tuple(
        Opened(
            place,
            candidate.state is State.RELEVANT,
            candidate.evidence.focal,
            candidate.evidence.reasoning_length,
            candidate.evidence.dwell,
            examination.weight(candidate.rank) if examination else 1.0,
        )
        for place, candidate in enumerate(draft.candidates)
        if candidate.evidence.turn is not None
    )
    states = Counter([candidate.state for candidate in draft.candidates])
    return Sketch(draft.meta.agent, opened, states, draft.weight)


@dataclass(frozen=True, slots=True)
class Worth:
    """What a list is worth.

    Attributes:
        gains: Of the opened candidates; None where nothing is known of a relevant one, which makes
            it `unjudged`.
        weight: Of the list; before it is balanced, where it takes part in that.
        balanced: Whether the weight is to be divided by the mean over the lists that order
            something.
        orders: Whether two judged candidates differ in gain.
    """

    gains: tuple[float | None, ...]
    weight: float
    balanced: bool
    orders: bool


def list_worth(sketched: Sketch, scale: Scale, without_reasoning: float | None) -> Worth:
    """Gain is the intensity weight; a list weighs the mean gain of its relevant documents.

    A relevant document without reasoning gets the mean intensity of the list's other relevant
    documents; where there is none, `without_reasoning`, or, when that is None, no gain at all. A
    list without a relevant document weighs what it weighed before.

    >>> from lrat_rank.mining.intensity import Intensity
    >>> scale = Scale(Intensity(half_life=20.0, mean_utility=0.5))
    >>> three = (Opened(0, True, tokens=20), Opened(3, True, tokens=40), Opened(4, True))
    >>> worth = list_worth(Sketch("", three, {State.SKIPPED: 7}), scale, None)
    >>> worth.gains, worth.weight
    ((1.0, 1.5, 1.25), 1.25)
    """
    own = [scale.weight(o.tokens, o.seconds) if o.relevant else None for o in sketched.opened]
    known = [weight for weight in own if weight is not None]
    mean = math.fsum(known) / len(known) if known else without_reasoning
    gains = tuple(
        _times(weight if weight is not None else mean, o.factor) if o.relevant else 0.0
        for weight, o in zip(own, sketched.opened, strict=True)
    )
    got = [g for g, o in zip(gains, sketched.opened, strict=True) if o.relevant and g is not None]
    if not got:
        return Worth(gains, sketched.weight, balanced=False, orders=False)
    weight = sketched.weight * math.fsum(got) / len(got)
    return Worth(gains, weight, balanced=True, orders=sketched.contrast or len(set(got)) > 1)


def row_worth(sketched: Sketch, scale: Scale, without_reasoning: float | None) -> Worth:
    """One browse a list: the list weighs the browse's intensity, relevant or not.

    A browse without reasoning weighs 1, because the reference builder says so; it is the only
    place where missing reasoning has a weight.
    """
    browse = next(opened for opened in sketched.opened if opened.focal)
    weight = scale.weight(browse.tokens, browse.seconds)
    rate = NEUTRAL if weight is None else weight
    gains = tuple(
        rate * opened.factor if opened.focal and opened.relevant else 0.0
        for opened in sketched.opened
    )
    orders = browse.relevant and sketched.contrast
    return Worth(gains, sketched.weight * rate, balanced=False, orders=orders)


def _times(weight: float | None, factor: float) -> float | None:
    return None if weight is None else weight * factor


def with_gain(
    candidate: Candidate, gain: float | None, scale: Scale, examination: ExaminationTable | None
) -> Candidate:
    """An opened candidate with its gain; `unjudged` where that is None."""
    if gain is None:
        return replace(candidate, state=State.UNJUDGED)
    evidence = candidate.evidence
    utility = scale.utility(evidence.reasoning_length, evidence.dwell)
    evidence = replace(
        evidence,
        utility=utility,
        imputed=gain > 0 and utility is None and not evidence.focal,
        examination=examination.at(candidate.rank) if examination and gain > 0 else None,
    )
    return replace(candidate, gain=gain, evidence=evidence)
