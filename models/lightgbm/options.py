"""How the LightGBM ranker is trained."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec
import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.features.extract import STAGE_DEPTH
from lrat_rank.mining.examination import ExaminationTable
from lrat_rank.mining.grades import GradeTable
from lrat_rank.models.context_dropout import check_context_dropout
from lrat_rank.models.intensity_use import IntensityUse

XENDCG_LEVELS = 6


class Objective(StrEnum):
    """What LightGBM's trees descend."""

    LAMBDARANK = "lambdarank"
    """Pairs, weighted by what swapping them does to nDCG with the gain table."""
    RANK_XENDCG = "rank_xendcg"
    """Cross-entropy of the list, a bound on nDCG with gains 2^grade − 1: it ignores the gain
    table, the truncation level and the normalisation, grows every tree on all lists, and cannot
    debias positions. Gains are cut into 6 grades, or the highest would outweigh all others."""


class Library(StrEnum):
    """Who grows the trees."""

    LIGHTGBM = "lightgbm"
    XGBOOST = "xgboost"
    CATBOOST = "catboost"


class LightGBMOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Options of `LightGBMRanker.train`.

    Attributes:
        features: Feature names or groups; empty for all the index has the means for, but those of
            the agent's state (`default context` adds them).
        context_dropout: Share of the lists whose features of the agent's state are all missing, in
            [0, 1], so that the trees know what to do where a search tool passes no context.
        stage_depth: How deep the first stages' own lists are, for ranks in them and for the anchor.
        library: Who grows the trees; the others than LightGBM are in the extra `gbdt`.
        objective: What they descend; XGBoost and CatBoost have one each, which stands for
            `lambdarank`.
        anchor: Whether the trees learn a correction of the first stage's score. They then start
            from its order, and where no number of trees beats it on held-out lists, none are kept.
        surety: By how many standard errors trees must beat the first stage on held-out lists to be
            kept, with an anchor, ≥ 0. After cross-validation these are all lists, scored by trees
            that did not see them. The best of many rounds looks better than it is: 1 or 2 keep
            trees that learned noise out, and with them some that learned a little.
        depth: How long training lists are made, by the first stage's next documents, so that
            features that compare a document with its list mean in training what they mean in
            reranking; 0 for the lists as they were shown. Not with `position_debias`: nobody was
            shown the documents below.
        unseen: How many of those documents count as negatives, a list; None for all.
        intensity: Where the relevance intensity enters. By default both ways: ΔNDCG is divided by
            the ideal DCG, so the gain orders documents inside a list and only the list's weight
            tells lists apart.
        cutoff: The k of nDCG@k, which is optimised.
        levels: Grades the gains are cut into, at most.
        rounds: Trees, at most, where held-out lists stop the training.
        rounds_without_held_out: Trees where all lists are of one group, so that none can be held
            out.
        patience: Rounds without a better held-out nDCG before it stops.
        least_groups: From so many groups on, a share of them is held out to find the number of
            rounds. With fewer it is found by cross-validation over all lists, at three to four
            times the cost: a share of a hundred questions says too little about when to stop.
        held_out_share: That share, in (0, 1).
        folds: Of that cross-validation, at most.
        learning_rate: Shrinkage of each tree.
        num_leaves: Leaves a tree, at most.
        min_data_in_leaf: Rows a leaf, at least; None for rows / 50, between 2 and 20.
        feature_share: Share of the features each tree may look at, in (0, 1].
        list_share: Share of the lists each tree is grown on, in (0, 1]; whole lists are drawn.
        lambda_l2: Penalty on the squares of leaf values, ≥ 0.
        truncation: A pair counts when one of its documents is this high; None for cutoff + 3, the
            manual's advice for nDCG@k.
        normalise: Whether each list's gradients are normalised, which shrinks lists with large
            ones before their weights are applied; None for only where all lists weigh the same.
        monotone: Whether the trees may only rise in features declared as better when higher, and
            only fall in those better when lower. A missing value is on neither side: it goes where
            the trees sent missing values in training.
        position_debias: Whether LightGBM learns an effect of the rank shown beside that of the
            features, and leaves it out of the model: score = f(features) + g(rank), of which f is
            kept. Features that say where a document was shown must then be left out, or they take
            the effect upon themselves. Works on the CPU.
        seed: Of the split and of LightGBM.
        threads: 0 for as many as there are cores. lambdarank that draws both lists and features
            grows its trees on one, because on several it would not give the same ones again.
    """

    features: tuple[str, ...] = ()
    context_dropout: float = 0.3
    stage_depth: int = STAGE_DEPTH
    library: Library = Library.LIGHTGBM
    objective: Objective = Objective.LAMBDARANK
    anchor: bool = True
    surety: float = 0.0
    depth: int = 100
    unseen: int | None = 20
    intensity: IntensityUse = IntensityUse(gain=True, weight=True)
    cutoff: int = 10
    levels: int = 32
    rounds: int = 300
    rounds_without_held_out: int = 60
    patience: int = 30
    least_groups: int = 500
    held_out_share: float = 0.2
    folds: int = 5
    learning_rate: float = 0.05
    num_leaves: int = 7
    min_data_in_leaf: int | None = None
    feature_share: float = 0.5
    list_share: float = 0.7
    lambda_l2: float = 0.0
    truncation: int | None = None
    normalise: bool | None = None
    monotone: bool = False
    position_debias: bool = False
    examination: ExaminationTable | None = None
    search_trials: int = 0
    search_library: str = "random"
    seed: int = 0
    threads: int = 0

    def __post_init__(self) -> None:
        for name, least in _AT_LEAST.items():
            value = getattr(self, name)
            if value is not None and not least <= value < float("inf"):
                raise InputError(name, must=f"at least {least}", got=value)
        check_context_dropout(self.context_dropout)
        for name in ("held_out_share", "learning_rate"):
            if not 0 < getattr(self, name) < 1:
                raise InputError(name, must="between 0 and 1", got=getattr(self, name))
        for name in ("feature_share", "list_share"):
            if not 0 < getattr(self, name) <= 1:
                raise InputError(name, must="above 0 and at most 1", got=getattr(self, name))
        if self.search_library not in ("random", "optuna"):
            raise InputError(
                "search_library", must="random or optuna", got=repr(self.search_library)
            )
        self._check_together()

    def _check_together(self) -> None:
        if self.position_debias and self.examination is not None:
            raise InputError(
                "position_debias",
                must="off where an examination table corrects the gains",
                got="both, which would correct twice",
                do="Choose one of them.",
            )
        only_lightgbm = {
            "position_debias": self.position_debias,
            "objective rank_xendcg": self.objective is Objective.RANK_XENDCG,
        }
        for name, asked in only_lightgbm.items():
            if asked and self.library is not Library.LIGHTGBM:
                raise InputError(name, must="with LightGBM's trees", got=f"with {self.library}")
        if self.position_debias and self.objective is Objective.RANK_XENDCG:
            raise InputError(
                "position_debias", must="with the objective lambdarank", got="rank_xendcg"
            )

    @property
    def deepened_to(self) -> int:
        """How long training lists are made; 0 for as they were shown."""
        return 0 if self.position_debias else self.depth

    @property
    def pair_depth(self) -> int:
        """A pair counts when one of its documents is this high."""
        return self.truncation or self.cutoff + 3

    @property
    def normalised(self) -> bool:
        """Whether each list's gradients are normalised."""
        if self.normalise is not None:
            return self.normalise
        return not self.intensity.weight and self.examination is None

    def leaf_rows(self, n_rows: int) -> int:
        """Rows a leaf, at least, for a number of training rows."""
        return self.min_data_in_leaf or min(max(n_rows // 50, 2), 20)

    def gain_table(self, gains: Iterable[float]) -> GradeTable:
        """The grades of these gains that the objective can use.

        For `rank_xendcg`, which takes 2^grade − 1 as the gain whatever the table says, the table's
        gains are in that proportion, up to the gain that nine positives of ten do not exceed.

        >>> xendcg = LightGBMOptions(objective=Objective.RANK_XENDCG)
        >>> xendcg.gain_table([0.0, 31.0, 31.0]).label_gain
        (0.0, 1.0, 3.0, 7.0, 15.0, 31.0)
        """
        if self.objective is Objective.LAMBDARANK:
            return GradeTable.fit(gains, levels=self.levels)
        positive = [gain for gain in gains if gain > 0]
        most = float(np.quantile(positive, 0.9)) if positive else 1.0
        top = 2.0 ** (XENDCG_LEVELS - 1) - 1
        return GradeTable(tuple(most * (2.0**k - 1) / top for k in range(XENDCG_LEVELS)))


_AT_LEAST = {
    "stage_depth": 1,
    "depth": 0,
    "unseen": 0,
    "cutoff": 1,
    "levels": 2,
    "rounds": 1,
    "rounds_without_held_out": 1,
    "patience": 1,
    "least_groups": 2,
    "folds": 2,
    "num_leaves": 2,
    "min_data_in_leaf": 1,
    "lambda_l2": 0,
    "surety": 0,
    "truncation": 1,
    "search_trials": 0,
    "seed": 0,
    "threads": 0,
}
