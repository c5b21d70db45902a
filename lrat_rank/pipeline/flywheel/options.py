"""How a flywheel turns."""

from __future__ import annotations

from typing import Any

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.eval.replay import Gate
from lrat_rank.eval.simulation import PRESETS
from lrat_rank.pipeline.flywheel.trainers import TRAINERS


class FlywheelOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Options of `run_flywheel`.

    Attributes:
        rounds: How often a challenger is trained, a count.
        seeds: Runs of the agent on each question, a count.
        test_share: Share of the questions that only measure, in (0, 1): no round learns from
            them, no gate and no watch looks at them.
        gate_share: Share of each round's questions whose lists the challenger does not learn
            from, so that the gate can replay them, in (0, 1).
        gate: What a challenger must reach on those lists to be deployed.
        watch_alpha: A deployed challenger is rolled back when the next round's agents do worse
            with it than with its predecessor at this level, in (0, 1).
        ranker: Kind of ranker that is trained, see `TRAINERS`.
        preset: Whose behaviour the simulated agent has.
        stage: First stage; None takes hybrid where the index has vectors, else bm25.
        k: Documents a search shows.
        depth: Candidates the ranker scores.
        seed: Of the batches, the agents and the rankers.
    """

    rounds: int = 3
    seeds: int = 3
    test_share: float = 0.3
    gate_share: float = 0.3
    gate: str = "nDCG@10 >= champion margin 0.02 p<0.05"
    watch_alpha: float = 0.05
    ranker: str = "lightgbm"
    preset: str = "browsecomp"
    stage: str | None = None
    k: int = 10
    depth: int = 50
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("rounds", "seeds", "k", "depth"):
            if getattr(self, name) < 1:
                raise InputError(name, must="1 or more", got=getattr(self, name))
        for name in ("test_share", "gate_share", "watch_alpha"):
            if not 0 < getattr(self, name) < 1:
                raise InputError(name, must="between 0 and 1", got=getattr(self, name))
        if self.depth < self.k:
            raise InputError("depth", must=f"at least k, which is {self.k}", got=self.depth)
        PRESETS.get(self.preset)
        TRAINERS.get(self.ranker)
        Gate.parse(self.gate)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as the flywheel's folder keeps them."""
        return dict(msgspec.to_builtins(self))
