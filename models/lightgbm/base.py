"""A model that was trained elsewhere, which new trees go on from."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lrat_rank.errors import InputError
from lrat_rank.features.catalog import schema_difference
from lrat_rank.models.lightgbm.dataset import RankingData
from lrat_rank.models.lightgbm.library import Trees
from lrat_rank.models.ranker import FloatArray


@dataclass(frozen=True)
class Base:
    """LightGBM's trees on an anchor; new trees are added to their score.

        score = scale·prior + the base's trees + the new trees

    The scale stays as it was fitted where the base was trained.

    Attributes:
        trees: What it adds to scale·prior.
        model: The trees as LightGBM saves them; empty where there are none.
        rounds: Trees in it.
        scale: Of the first stage's score.
    """

    trees: Trees
    model: bytes
    rounds: int
    scale: float

    def score(self, data: RankingData) -> FloatArray:
        """float64 (rows,); scale·prior + the sum of its trees.

        Raises:
            InputError: The columns are not those of its trees.
        """
        difference = schema_difference(self.trees.columns, data.features.names)
        if difference:
            raise InputError("features", must="those of the base, in its order", got=difference)
        learned = self.trees.predict(data.features.values, rounds=self.rounds)
        return self.scale * data.priors + learned

    def under(self, data: RankingData) -> RankingData:
        """The same lists with this model's score as what new trees start from.

        Raises:
            InputError: The columns are not those of its trees.
        """
        return replace(data, start=self.score(data))

    def joined(self, new: bytes, rounds: int, *, threads: int) -> Base:
        """The model with new trees after its own.

        Args:
            new: The new trees, as LightGBM saves them.
            rounds: How many.
            threads: That the whole predicts on; 0 for all.
        """
        from lrat_rank.models.lightgbm.lightgbm_trees import LightGBMLibrary, join_models

        model = join_models(self.model, new) if self.model else new
        trees = LightGBMLibrary().open(model, threads=threads)
        return Base(trees, model, self.rounds + rounds, self.scale)
