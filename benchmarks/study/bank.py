"""Features of lists, each computed once and shared by all trainings of a study."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lrat_rank.features.candidates import CandidateList
from lrat_rank.features.catalog import FEATURES, choose, names, source_has
from lrat_rank.features.extract import FeatureMatrix, extract
from lrat_rank.features.prior import first_stage_prior
from lrat_rank.features.source import FeatureSource
from lrat_rank.features.spec import Group
from lrat_rank.models.lightgbm.dataset import RankingData
from lrat_rank.models.ranker import FloatArray
from lrat_rank.models.usable_lists import UsableList


class FeatureBank:
    """Feature values by list: by its query and documents, and for the agent's state its context."""

    def __init__(self, source: FeatureSource) -> None:
        self._source = source
        self._kept: dict[tuple[object, ...], FloatArray] = {}

    def names(self, *, context: bool) -> tuple[str, ...]:
        """The columns; with `context`, those of the agent's state come last."""
        plain = choose(None, self._source)
        return plain + self._context if context else plain

    @property
    def _context(self) -> tuple[str, ...]:
        """Features of the agent's state that the index has the means for."""
        return tuple(
            name
            for name in names()
            if FEATURES.get(name).spec.group == Group.CONTEXT and source_has(name, self._source)
        )

    def matrix(self, lists: Sequence[CandidateList], *, context: bool) -> FeatureMatrix:
        """As `lrat_rank.features.extract.extract`, from memory where the list was there before."""
        parts = self._values(lists, None)
        if context:
            told = self._values(lists, self._context)
            parts = [np.concatenate(both, axis=1) for both in zip(parts, told, strict=True)]
        offsets = np.concatenate(([0], np.cumsum([len(one.doc_ids) for one in lists])))
        return FeatureMatrix(self.names(context=context), np.concatenate(parts), offsets)

    def priors(self, lists: Sequence[CandidateList]) -> list[FloatArray]:
        """As `first_stage_prior`."""
        return first_stage_prior(self._source, lists)

    def training_data(self, lists: Sequence[UsableList], *, context: bool) -> RankingData:
        """As `build_ranking_data`: features of whole lists, rows of the judged documents."""
        matrix = self.matrix([one.whole for one in lists], context=context)
        judged = np.concatenate([np.isin(one.list_ids, one.doc_ids) for one in lists])
        offsets = np.concatenate(([0], np.cumsum([len(one.doc_ids) for one in lists])))
        return RankingData(
            features=FeatureMatrix(matrix.names, matrix.values[judged], offsets),
            gains=np.concatenate([one.gains for one in lists]),
            ranks=np.concatenate([one.ranks for one in lists]),
            weights=np.array([one.weight for one in lists], dtype=np.float64),
            groups=tuple(one.group for one in lists),
            priors=np.concatenate(self.priors([one.judged for one in lists])),
        )

    def _values(
        self, lists: Sequence[CandidateList], chosen: tuple[str, ...] | None
    ) -> list[FloatArray]:
        keys = [_key(one, chosen) for one in lists]
        new = {key: one for key, one in zip(keys, lists, strict=True) if key not in self._kept}
        if new:
            found = extract(
                self._source, list(new.values()), chosen, progress=f"Features of {len(new)} lists"
            )
            parts = np.split(found.values, found.offsets[1:-1])
            self._kept.update(zip(new, parts, strict=True))
        return [self._kept[key] for key in keys]


def _key(one: CandidateList, chosen: tuple[str, ...] | None) -> tuple[object, ...]:
    plain = (chosen, one.query, one.doc_ids)
    return plain if chosen is None or one.context is None else (*plain, one.query_id, one.context)
