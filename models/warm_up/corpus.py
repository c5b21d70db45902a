"""What making lists needs of an index; `lrat_rank.models.first_stage.Index` provides it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from lrat_rank.collections import Document
from lrat_rank.features.source import FeatureSource


class Corpus(FeatureSource, Protocol):
    """An index whose documents can be read."""

    def documents(self, doc_ids: Sequence[str], /) -> Sequence[Document]:
        """The documents, in the order asked for; raises InputError for an unknown doc_id."""
        ...
