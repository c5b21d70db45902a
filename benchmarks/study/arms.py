"""What is compared: each arm is labels, where the intensity enters, and how a ranker is trained."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np

from lrat_rank.mining.labels import LabelledList
from lrat_rank.registry import Registry

from .material import Mined
from .settings import LABEL_RATE
from .states import judged, naive, with_rejected, with_sessions

LabelsOf = Callable[[Mined, int], list[LabelledList]]
"""From the mined labels and a seed to the lists an arm trains on."""

Settings = Mapping[str, object]


class Kind(StrEnum):
    """A ranker that is trained."""

    LIGHTGBM = "lightgbm"
    CROSS_ENCODER = "cross-encoder"
    DENSE = "dense"


EVERY_STEP: Mapping[Kind, Settings] = {
    Kind.CROSS_ENCODER: {"stopping.held_out": 0.0},
    Kind.DENSE: {"held_out": 0.0},
}
"""Rankers that read text take all their steps and keep the last. Where a few held-out lists choose,
arms may keep the start, and what is compared is one and the same ranker."""


class Family(StrEnum):
    """What an arm belongs to; a correction for many tests is over one family of one ranker."""

    LADDER = "ladder"
    RUNS = "runs"
    SIZE = "size"
    MORE = "more"
    PIECES = "pieces"


@dataclass(frozen=True)
class Arm:
    """One way to train.

    Attributes:
        name: Of the arm.
        says: What it changes, in words.
        labels: The lists it trains on.
        before: The arm it is compared with; None for the first.
        family: What it belongs to.
        intensity: Where the intensity enters, see `IntensityUse.parse`.
        context: Whether the ranker sees what the agent knew.
        questions: Training questions, at most; None for all.
        every_list: Whether rankers that read text learn from all lists, not from some drawn.
        guard: Whether a guard is learned, on a fifth of the training questions.
        transfer: Whether the rankers are also tried on the other collections.
        settings: Ranker → options that differ from the study's, by a dotted name.
        rankers: Which are trained so.
    """

    name: str
    says: str
    labels: LabelsOf
    before: str | None
    family: Family = Family.LADDER
    intensity: str = "both"
    context: bool = False
    questions: int | None = None
    every_list: bool = False
    guard: bool = False
    transfer: bool = False
    settings: Mapping[Kind, Settings] = field(default_factory=dict)
    rankers: tuple[Kind, ...] = tuple(Kind)

    def changes(self, kind: Kind) -> Settings:
        """What a ranker is trained with, where it differs from the study's options."""
        return {**EVERY_STEP.get(kind, {}), **self.settings.get(kind, {})}


def _full(mined: Mined, seed: int) -> list[LabelledList]:
    del seed
    return with_sessions(mined.cues)


def _nothing(mined: Mined, seed: int) -> list[LabelledList]:
    del mined, seed
    return []


def _correct(mined: Mined, seed: int) -> list[LabelledList]:
    del seed
    return with_sessions(mined.correct)


def _as_many(mined: Mined, seed: int) -> list[LabelledList]:
    """As many runs as are right, drawn from all."""
    runs = sorted({one.trajectory_id for one in mined.cues})
    count = len({one.trajectory_id for one in mined.correct})
    drawn = np.random.default_rng(seed).permutation(len(runs))[:count]
    kept = {runs[place] for place in drawn}
    return with_sessions([one for one in mined.cues if one.trajectory_id in kept])


ARMS: Registry[Arm] = Registry("arm")
_BOTH_RERANKERS = (Kind.LIGHTGBM, Kind.CROSS_ENCODER)
SIZES = (5, 10, 20, 40)
"""Training questions of the size curve, below all of them."""
STANDSTILL = 1e-12
"""A learning rate too small to change a score."""
FASTER = 5 * LABEL_RATE
"""Five times what was chosen for a few hundred lists."""


def _add(arm: Arm) -> None:
    ARMS.add(arm.name, arm)


def _add_ladder() -> None:
    def plain(change: Callable[[list[LabelledList]], list[LabelledList]], of: str) -> LabelsOf:
        return lambda mined, seed: change(getattr(mined, of))

    judge, rejected = plain(judged, "cues"), plain(with_rejected, "cues")
    rows: list[tuple[str, str, LabelsOf, str | None, str]] = [
        (
            "naive",
            "opened is relevant, all else shown is a negative",
            plain(naive, "none"),
            None,
            "none",
        ),
        (
            "judge",
            "relevant only what the reasoning uses; other opened documents are dropped",
            judge,
            "naive",
            "none",
        ),
        ("gain", "the intensity as the gain inside the list", judge, "judge", "gain"),
        ("weight", "the intensity as the weight of the list", judge, "judge", "weight"),
        ("both", "the intensity as gain and as weight", judge, "judge", "both"),
        ("rejected", "opened in vain is a hard negative", rejected, "both", "both"),
        (
            "masked",
            "already read is masked, not a negative",
            plain(list, "cues"),
            "rejected",
            "both",
        ),
        ("sessions", "one more list a question, over its runs", _full, "masked", "both"),
    ]
    for name, says, labels, before, intensity in rows:
        last = name == "sessions"
        _add(Arm(name, says, labels, before, intensity=intensity, transfer=last))
    # Room for the context beside the document, which the other arms' pairs need for themselves.
    template = {"template.context": "reasoning:64 question:32", "max_length": 256}
    _add(
        Arm(
            "context",
            "the ranker sees what the agent knew when it searched",
            _full,
            "sessions",
            context=True,
            settings={Kind.CROSS_ENCODER: template},
            rankers=_BOTH_RERANKERS,
        )
    )


_PIECES: list[tuple[str, str, dict[Kind, Settings]]] = [
    (
        "anchor off",
        "the first stage's score is no offset",
        {kind: {"anchor": False} for kind in _BOTH_RERANKERS},
    ),
    (
        "deep lists off",
        "trained on the ten documents shown alone",
        {
            Kind.LIGHTGBM: {"depth": 0},
            Kind.CROSS_ENCODER: {
                "sampling.negatives.unseen": 0.0,
                "sampling.negatives.unrelated": 0.0,
            },
        },
    ),
    (
        "warm-up off",
        "not trained on lists made from the corpus before the labels; ten times the rate",
        {Kind.CROSS_ENCODER: {"base": "offline", "learning_rate": 1e-4}},
    ),
    (
        "layers frozen",
        "the lower half of the layers stays as it was",
        {Kind.CROSS_ENCODER: {"freeze_layers": 3}},
    ),
    (
        "layer-wise rates",
        "each layer learns .7 times as fast as the one above",
        {Kind.CROSS_ENCODER: {"layer_decay": 0.7}},
    ),
    (
        "early stopping",
        "held-out lists say which step is kept, the start among them",
        {
            Kind.CROSS_ENCODER: {"stopping.held_out": 0.15},
            Kind.DENSE: {"held_out": 0.15},
        },
    ),
    (
        "scale only",
        "the labels say only how much of the first stage's score to keep",
        {Kind.CROSS_ENCODER: {"learning_rate": STANDSTILL}},
    ),
]
"""Parts of the recipe for few labels that are switched, in words and as settings."""


def _add_pieces() -> None:
    """Arms that differ from `sessions` by one part of the recipe for few labels."""

    def add(name: str, says: str, labels: LabelsOf = _full, **more: Any) -> None:
        _add(Arm(name, says, labels, "sessions", Family.PIECES, transfer=True, **more))

    for name, says, settings in _PIECES:
        add(name, says, settings=settings, rankers=tuple(settings))
    untrained = "as the documents alone made it, before any label"
    add("no labels", untrained, _nothing, rankers=(Kind.CROSS_ENCODER,))
    blended = "blended with the first stage as far as held-out lists and a shift check allow"
    add("guard on", blended, guard=True, rankers=_BOTH_RERANKERS)


def _add_runs_and_sizes() -> None:
    right = "only runs with a right answer"
    _add(Arm("correct only", right, _correct, "sessions", Family.RUNS))
    thinned = "as many runs, drawn from right and wrong ones"
    _add(Arm("as many, any", thinned, _as_many, "correct only", Family.RUNS))
    for count in SIZES:
        says = f"labels of {count} questions"
        _add(Arm(f"{count} questions", says, _full, "sessions", Family.SIZE, questions=count))


def _add_more() -> None:
    """All lists, a faster rate, and both; other arms have no time for all lists."""
    kind = Kind.CROSS_ENCODER
    faster = {kind: {"learning_rate": FASTER}}

    def add(name: str, says: str, before: str, **more: Any) -> None:
        _add(Arm(name, says, _full, before, Family.MORE, transfer=True, rankers=(kind,), **more))

    add("all lists", "all of the lists in place of some", "sessions", every_list=True)
    add("faster", "five times the learning rate", "sessions", settings=faster)
    both = "all of the lists, at five times the learning rate"
    add("taught more", both, "scale only", every_list=True, settings=faster)


_add_ladder()
_add_pieces()
_add_more()
_add_runs_and_sizes()


def arms_of(family: Family) -> list[Arm]:
    """The arms of a family, in order."""
    return [ARMS.get(name) for name in ARMS.names() if ARMS.get(name).family is family]
