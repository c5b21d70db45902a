"""The offset itself, as a ranker's record holds it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from lrat_rank.features.prior import PRIOR_DEPTH, first_stage_prior
from lrat_rank.features.source import FeatureSource
from lrat_rank.models.ranker import CandidateList, FloatArray


class Anchor(msgspec.Struct, frozen=True, kw_only=True):
    """A ranker's score is `scale·prior` + what it learned.

    Attributes:
        scale: ≥ 0; what a standard deviation of the first stage's score is worth.
        depth: How deep the first stage's own lists are, from which the prior is computed.
    """

    scale: float
    depth: int = PRIOR_DEPTH

    def offsets(self, source: FeatureSource, lists: Sequence[CandidateList]) -> list[FloatArray]:
        """float64 (documents,) a list, aligned with its `doc_ids`: scale·prior.

        Raises:
            InputError: A doc_id is unknown.
        """
        priors = first_stage_prior(source, lists, depth=self.depth)
        return [self.scale * prior for prior in priors]
