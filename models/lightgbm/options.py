"""How the LightGBM ranker is trained."""

from __future__ import annotations

from typing import Any

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.features.extract import STAGE_DEPTH
from lrat_rank.mining.grades import GradeTable
from lrat_rank.models.intensity_use import IntensityUse


class LightGBMOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Options of `LightGBMRanker.train`.

    Attributes:
        features: Feature names or groups; empty for all the index has the means for.
        stage_depth: How deep the first stages' own lists are, for ranks in them.
        intensity: Where the relevance intensity enters. By default both ways: ΔNDCG is divided by
            the ideal DCG, so the gain orders documents inside a list and only the list's weight
            tells lists apart.
        cutoff: The k of nDCG@k, which is optimised.
        levels: Grades the gains are cut into, at most.
        rounds: Trees, at most, where held-out lists stop the training.
        rounds_without_held_out: Trees where there are too few lists to hold any out.
        patience: Rounds without a better held-out nDCG before it stops.
        held_out_share: Share of the groups held out to find the number of rounds, in (0, 1).
        least_lists: Lists there must be before any are held out; the nDCG of a handful of lists
            says too little about when to stop.
        learning_rate: Shrinkage of each tree.
        num_leaves: Leaves a tree, at most.
        min_data_in_leaf: Rows a leaf, at least; None for rows / 50, between 2 and 20.
        feature_share: Share of the features each tree may look at, in (0, 1].
        list_share: Share of the lists each tree is grown on, in (0, 1]; whole lists are drawn.
        position_debias: Whether LightGBM learns an effect of the rank shown beside that of the
            features, and leaves it out of the model: score = f(features) + g(rank), of which f is
            kept. Features that say where a document was shown must then be left out, or they take
            the effect upon themselves. Works on the CPU.
        seed: Of the split and of LightGBM.
        threads: 0 for as many as there are cores.
    """

    features: tuple[str, ...] = ()
    stage_depth: int = STAGE_DEPTH
    intensity: IntensityUse = IntensityUse(gain=True, weight=True)
    cutoff: int = 10
    levels: int = 32
    rounds: int = 300
    rounds_without_held_out: int = 60
    patience: int = 30
    held_out_share: float = 0.2
    least_lists: int = 100
    learning_rate: float = 0.05
    num_leaves: int = 7
    min_data_in_leaf: int | None = None
    feature_share: float = 0.5
    list_share: float = 0.7
    position_debias: bool = False
    seed: int = 0
    threads: int = 0

    def __post_init__(self) -> None:
        at_least = {
            "stage_depth": 1,
            "cutoff": 1,
            "levels": 2,
            "rounds": 1,
            "rounds_without_held_out": 1,
            "patience": 1,
            "least_lists": 2,
            "num_leaves": 2,
            "threads": 0,
        }
        for name, least in at_least.items():
            if getattr(self, name) < least:
                raise InputError(name, must=f"at least {least}", got=getattr(self, name))
        if self.min_data_in_leaf is not None and self.min_data_in_leaf < 1:
            raise InputError("min_data_in_leaf", must="at least 1", got=self.min_data_in_leaf)
        for name in ("held_out_share", "learning_rate"):
            if not 0 < getattr(self, name) < 1:
                raise InputError(name, must="between 0 and 1", got=getattr(self, name))
        for name in ("feature_share", "list_share"):
            if not 0 < getattr(self, name) <= 1:
                raise InputError(name, must="above 0 and at most 1", got=getattr(self, name))

    def parameters(self, table: GradeTable, n_rows: int) -> dict[str, Any]:
        """LightGBM's parameters for a gain table and a number of training rows."""
        in_leaf = self.min_data_in_leaf or min(max(n_rows // 50, 2), 20)
        return {
            "objective": "lambdarank",
            "metric": "ndcg",
            "eval_at": [self.cutoff],
            "label_gain": list(table.label_gain),
            # A pair counts when one of its documents is this high; the manual's advice for nDCG@k.
            "lambdarank_truncation_level": self.cutoff + 3,
            # Normalising shrinks lists with large gradients, before weights are applied.
            "lambdarank_norm": not self.intensity.weight,
            "learning_rate": self.learning_rate,
            "num_leaves": self.num_leaves,
            "min_data_in_leaf": in_leaf,
            "feature_fraction": self.feature_share,
            "bagging_fraction": self.list_share,
            "bagging_freq": 1,
            "bagging_by_query": True,
            "seed": self.seed,
            "num_threads": self.threads,
            "deterministic": True,
            "force_col_wise": True,
            "verbosity": -1,
        }
