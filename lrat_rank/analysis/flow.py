"""A picture of what follows what: actions in fixed places, arrows as thick as they are frequent.

Only arrows with a place below are drawn, and only where they are no rarities; the grids beside the
picture hold every number.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lrat_rank.analysis.behaviour import Action
from lrat_rank.analysis.charts import Words
from lrat_rank.analysis.summary import Transition

WIDTH = 400.0
LEAST_SHARE = 0.02
_THINNEST, _THICKEST = 1.2, 8.0
_HEAD, _TIP = 5.0, 3.0

Point = tuple[float, float]

_PLACES: dict[Action, Point] = {
    Action.START: (34, 125),
    Action.SEARCH: (146, 125),
    Action.BROWSE: (274, 125),
    Action.OTHER: (210, 190),
    Action.ANSWER: (362, 48),
    Action.STOP: (362, 202),
}
# From, first control, second control, to, and where the words stand.
_ARROWS: dict[tuple[Action, Action], tuple[Point, Point, Point, Point, Words]] = {
    (Action.START, Action.SEARCH): (
        (66, 125), (80, 125), (96, 125), (112, 125), Words(88, 113, ""),
    ),
    (Action.SEARCH, Action.SEARCH): (
        (132, 109), (114, 62), (170, 62), (154, 108), Words(143, 66, ""),
    ),
    (Action.SEARCH, Action.BROWSE): (
        (176, 114), (196, 98), (220, 98), (241, 113), Words(210, 92, ""),
    ),
    (Action.BROWSE, Action.SEARCH): (
        (244, 138), (224, 154), (198, 154), (179, 139), Words(210, 167, ""),
    ),
    (Action.BROWSE, Action.BROWSE): (
        (260, 109), (242, 62), (298, 62), (282, 108), Words(271, 66, ""),
    ),
    (Action.BROWSE, Action.ANSWER): (
        (298, 110), (310, 98), (326, 80), (339, 67), Words(330, 96, "", "start"),
    ),
    (Action.BROWSE, Action.STOP): (
        (298, 140), (310, 152), (326, 170), (339, 183), Words(330, 163, "", "start"),
    ),
    (Action.SEARCH, Action.ANSWER): (
        (122, 109), (106, 0), (230, 8), (327, 39), Words(215, 15, ""),
    ),
    (Action.SEARCH, Action.STOP): (
        (122, 141), (106, 250), (230, 250), (327, 209), Words(215, 224, ""),
    ),
    (Action.SEARCH, Action.OTHER): (
        (140, 141), (142, 170), (150, 182), (168, 188), Words(138, 180, "", "end"),
    ),
    (Action.OTHER, Action.SEARCH): (
        (180, 177), (168, 170), (162, 160), (159, 145), Words(150, 161, "", "end"),
    ),
    (Action.BROWSE, Action.OTHER): (
        (280, 141), (278, 170), (270, 182), (253, 188), Words(282, 180, "", "start"),
    ),
    (Action.OTHER, Action.BROWSE): (
        (240, 177), (252, 170), (258, 160), (261, 145), Words(270, 161, "", "start"),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Node:
    """An action in its place."""

    x: float
    y: float
    name: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """How often one action follows another: a curve, its head, its thickness and its words."""

    path: str
    head: str
    width: float
    words: Words


@dataclass(frozen=True, slots=True)
class Flow:
    """The picture from `top` to `bottom`, and the same in words."""

    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]
    summary: str

    @property
    def top(self) -> float:
        """Where the picture begins."""
        return min(min(node.y - 18 for node in self.nodes), *(a.words.y - 14 for a in self.arrows))

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return max(max(node.y + 18 for node in self.nodes), *(a.words.y + 16 for a in self.arrows))


def flow(transitions: Sequence[Transition]) -> Flow | None:
    """The picture of transitions; None where no arrow is to be drawn."""
    most = max((one.count for one in transitions), default=0)
    drawn = [
        (Action(one.source), Action(one.to), one)
        for one in transitions
        if (Action(one.source), Action(one.to)) in _ARROWS
        if one.share >= LEAST_SHARE and one.count >= LEAST_SHARE * most
    ]
    if not drawn:
        return None
    used = {action for source, to, _ in drawn for action in (source, to)}
    nodes = tuple(Node(*_PLACES[a], a.value) for a in Action if a in used)
    arrows = tuple(_arrow(source, to, one, most) for source, to, one in drawn)
    told = ", ".join(f"{one.source} to {one.to} {one.share:.0%}" for _, _, one in drawn)
    return Flow(nodes, arrows, f"Shares of what follows: {told}.")


def _arrow(source: Action, to: Action, one: Transition, most: int) -> Arrow:
    start, first, second, end, place = _ARROWS[source, to]
    width = _THINNEST + (_THICKEST - _THINNEST) * one.count / most
    angle = math.atan2(end[1] - second[1], end[0] - second[0])
    size = _HEAD + width * 0.6
    corners = [
        (end[0] + far * math.cos(angle + turn), end[1] + far * math.sin(angle + turn))
        for far, turn in ((_TIP, 0.0), (size, 2.4), (size, -2.4))
    ]
    head = "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + " Z"
    curve = " ".join(f"{x:g} {y:g}" for x, y in (first, second, end))
    words = Words(place.x, place.y, f"{one.share * 100:.0f}\u00a0%", place.anchor)
    return Arrow(f"M{start[0]:g} {start[1]:g} C{curve}", head, round(width, 1), words)
