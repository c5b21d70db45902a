"""From reasoning lengths to gains and list weights, once the whole file has been read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from lrat_rank.mining.intensity import Intensity
from lrat_rank.mining.labels import Candidate, LabelledList, State

NEUTRAL = 1.0
"""The weight of a list that says nothing about its intensity."""


def measured_lengths(drafts: Iterable[LabelledList]) -> list[int]:
    """The lengths that β and μ are fitted to: relevant documents, and those a list was made for."""
    return [
        candidate.evidence.reasoning_length
        for labelled in drafts
        for candidate in labelled.candidates
        if candidate.state is State.RELEVANT or candidate.evidence.focal
        if candidate.evidence.reasoning_length is not None
    ]


def weigh_lists(
    drafts: Sequence[LabelledList],
    intensity: Intensity | None,
    *,
    without_reasoning: float | None = None,
) -> list[LabelledList]:
    """Gain is the intensity weight; a list weighs the mean gain of its relevant documents.

    A relevant document without reasoning gets the mean gain of the list's other relevant
    documents; where there is none, the gain `without_reasoning`, or, when that is None, it becomes
    `unjudged`. Gains that are not its own are marked `imputed`.

    List weights are scaled so that the lists with something to order weigh 1 on average; a list
    without a relevant document weighs 1.
    """
    gained = [_with_gains(labelled, intensity, without_reasoning) for labelled in drafts]
    raw = [_mean_gain(labelled) for labelled in gained]
    ordering = [
        mean
        for labelled, mean in zip(gained, raw, strict=True)
        if mean is not None and labelled.orders_something
    ]
    scale = math.fsum(ordering) / len(ordering) if ordering else 1.0
    return [
        replace(labelled, weight=NEUTRAL if mean is None else mean / scale)
        for labelled, mean in zip(gained, raw, strict=True)
    ]


def weigh_rows(drafts: Sequence[LabelledList], intensity: Intensity | None) -> list[LabelledList]:
    """One browse a list: the list weighs the browse's intensity, relevant or not.

    A browse without reasoning weighs 1, because the reference builder says so; it is the only
    place where missing reasoning has a weight.
    """
    return [_with_row_weight(labelled, intensity) for labelled in drafts]


def _with_row_weight(labelled: LabelledList, intensity: Intensity | None) -> LabelledList:
    focal = next(c for c in labelled.candidates if c.evidence.focal)
    weight = _intensity(focal, intensity)
    rate = NEUTRAL if weight is None else weight
    candidates = tuple(
        _filled(c, rate if c is focal and c.state is State.RELEVANT else 0.0, intensity)
        for c in labelled.candidates
    )
    return replace(labelled, candidates=candidates, weight=rate)


def _with_gains(
    labelled: LabelledList, intensity: Intensity | None, without_reasoning: float | None
) -> LabelledList:
    relevant = [c for c in labelled.candidates if c.state is State.RELEVANT]
    measured = [w for c in relevant if (w := _intensity(c, intensity)) is not None]
    mean = math.fsum(measured) / len(measured) if measured else without_reasoning
    candidates: list[Candidate] = []
    for candidate in labelled.candidates:
        if candidate.state is not State.RELEVANT:
            candidates.append(_filled(candidate, 0.0, intensity))
            continue
        gain = _intensity(candidate, intensity)
        if gain is not None:
            candidates.append(_filled(candidate, gain, intensity))
        elif mean is not None:
            evidence = replace(candidate.evidence, imputed=True)
            candidates.append(replace(candidate, gain=mean, evidence=evidence))
        else:
            candidates.append(replace(candidate, state=State.UNJUDGED))
    return replace(labelled, candidates=tuple(candidates))


def _mean_gain(labelled: LabelledList) -> float | None:
    gains = [c.gain for c in labelled.candidates if c.state is State.RELEVANT]
    return math.fsum(gains) / len(gains) if gains else None


def _intensity(candidate: Candidate, intensity: Intensity | None) -> float | None:
    return None if intensity is None else intensity.weight(candidate.evidence.reasoning_length)


def _filled(candidate: Candidate, gain: float, intensity: Intensity | None) -> Candidate:
    length = candidate.evidence.reasoning_length
    if intensity is None or length is None:
        return replace(candidate, gain=gain)
    evidence = replace(candidate.evidence, utility=intensity.utility(length))
    return replace(candidate, gain=gain, evidence=evidence)
